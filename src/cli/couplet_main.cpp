// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <exception>
#include <iostream>

#include "cli/couplet_verbs.hpp"

namespace {

using namespace couplet;

struct Arguments {
  std::string config_file = "couplet.toml";
  std::string directory = ".";
  std::string key_name = "backend";
  std::vector<std::string> skills;
  server::DevelopmentCodes dev_code;
  cli::GrantFiles grants;
  cli::TraceQuestion trace;
  std::string webhook_target;
  bool settings = false;
  bool errors = false;
};

CLI::App* with_config(CLI::App* verb, Arguments& arguments) {
  verb->add_option("--config", arguments.config_file, "the TOML file to read")->capture_default_str();
  return verb;
}

int run(CLI::App& app, const Arguments& arguments) {
  if (app.got_subcommand("serve")) return cli::serve(arguments.config_file);
  if (app.got_subcommand("check")) {
    if (!arguments.settings && !arguments.errors) return cli::check(arguments.config_file);
    std::cout << (arguments.settings ? server::describe_settings() : server::describe_errors());
    return 0;
  }
  if (app.got_subcommand("import")) return cli::import_grants(arguments.config_file, arguments.grants);
  if (app.got_subcommand("export")) return cli::export_grants(arguments.config_file);
  if (app.got_subcommand("trace")) return cli::trace(arguments.config_file, arguments.trace);
  if (app.got_subcommand("webhooks"))
    return app.get_subcommand("webhooks")->got_subcommand("retry")
               ? cli::webhooks_retry(arguments.config_file, arguments.webhook_target)
               : cli::webhooks_list(arguments.config_file, arguments.webhook_target);
  if (app.got_subcommand("dev-code")) return cli::dev_code(arguments.config_file, arguments.dev_code);
  if (app.got_subcommand("api-key")) return cli::api_key_new(arguments.key_name, arguments.skills);
  if (app.got_subcommand("keys")) {
    const CLI::App& keys = *app.get_subcommand("keys");
    if (keys.got_subcommand("init")) return cli::keys_init(arguments.directory);
    if (keys.got_subcommand("signing"))
      return keys.get_subcommand("signing")->got_subcommand("new")
                 ? cli::keys_signing_new(arguments.directory)
                 : cli::keys_signing_list(arguments.config_file);
    return keys.got_subcommand("webhook-secret") ? cli::keys_webhook_secret() : cli::keys_random();
  }
  std::cout << "couplet " COUPLET_VERSION "\n";
  return 0;
}

void define_grants(CLI::App& app, Arguments& arguments) {
  CLI::App* const import =
      app.add_subcommand("import", "bring along what another server has")->require_subcommand(1);
  CLI::App* const rows = with_config(
      import->add_subcommand(
          "grants", "one JSON object a line; running it again resumes it, and changes nothing twice"),
      arguments);
  rows->add_option("file", arguments.grants.rows, "the rows, or - for standard input")->required();
  rows->add_option("--report", arguments.grants.report, "write every refused row's line and reason here");
  CLI::App* const out = app.add_subcommand("export", "print what is stored")->require_subcommand(1);
  with_config(out->add_subcommand("grants", "one JSON object a line, without secrets"), arguments);
}

void define_trace(CLI::App& app, Arguments& arguments) {
  CLI::App* const trace = with_config(
      app.add_subcommand("trace", "print what happened to a link, call by call, and what to do about it"),
      arguments);
  trace
      ->add_option("what", arguments.trace.asked,
                   "a reference code as users see it, an attempt id, or your id of a user")
      ->required();
  trace->add_flag("--user", arguments.trace.is_user, "it is a user id, whatever it looks like");
  trace->add_flag("--json", arguments.trace.json, "print JSON");
}

void define_webhooks(CLI::App& app, Arguments& arguments) {
  CLI::App* const webhooks =
      app.add_subcommand("webhooks", "what your own systems could not be told yet")->require_subcommand(1);
  CLI::App* const list = with_config(
      webhooks->add_subcommand("list", "print what waits and what was given up, one JSON object a line"),
      arguments);
  CLI::App* const retry = with_config(
      webhooks->add_subcommand("retry", "let what was given up wait again; a running server sends it"),
      arguments);
  for (CLI::App* const verb : {list, retry})
    verb->add_option("--target", arguments.webhook_target,
                     "the name of one [[webhooks]] table; all when left out");
}

void define(CLI::App& app, Arguments& arguments) {
  app.require_subcommand(1);
  with_config(app.add_subcommand("serve", "answer apps, browsers and Alexa until SIGINT or SIGTERM"),
              arguments);
  CLI::App* const check = with_config(
      app.add_subcommand("check", "report every fault of a configuration, with line and cure"), arguments);
  check->add_flag("--settings", arguments.settings, "print the page of all settings instead");
  check->add_flag("--errors", arguments.errors, "print the page of all link errors instead");

  CLI::App* const keys = app.add_subcommand("keys", "make keys and secrets")->require_subcommand(1);
  keys->add_subcommand("init", "write a new master key and signing key")
      ->add_option("--dir", arguments.directory, "where to")
      ->capture_default_str();
  keys->add_subcommand("client-secret", "print a new client secret of 256 bits");
  keys->add_subcommand("webhook-secret", "print a new secret for signed calls to your own servers");
  CLI::App* const signing =
      keys->add_subcommand("signing", "the keys that sign access tokens")->require_subcommand(1);
  signing->add_subcommand("new", "write one more signing key, and say how to bring it in without a gap")
      ->add_option("--dir", arguments.directory, "where to")
      ->capture_default_str();
  with_config(signing->add_subcommand("list", "print which key signs, and which are published beside it"),
              arguments);
  keys->add_subcommand("subject", "print a new key for pairwise subjects; keep it for ever");

  CLI::App* const api_key = app.add_subcommand("api-key", "keys for the linking API")->require_subcommand(1);
  CLI::App* const api_key_new =
      api_key->add_subcommand("new", "print a new key, and the table that lets it in");
  api_key_new->add_option("--name", arguments.key_name, "what the logs call it")->capture_default_str();
  api_key_new->add_option("--skill", arguments.skills, "a skill it may be used for; may be repeated")
      ->required();

  CLI::App* const dev_code = with_config(
      app.add_subcommand("dev-code",
                         "print a fresh authorization code, for scripts; skills at stage development only"),
      arguments);
  dev_code->add_option("--skill", arguments.dev_code.skill, "the skill's name")->required();
  dev_code->add_option("--user", arguments.dev_code.user, "your id of the user")->required();
  dev_code->add_option("--redirect-uri", arguments.dev_code.redirect_uri, "the skill's first when left out");
  dev_code->add_option("--count", arguments.dev_code.count, "how many, one a line")
      ->check(CLI::Range(1, 1000000))
      ->capture_default_str();
  define_grants(app, arguments);
  define_trace(app, arguments);
  define_webhooks(app, arguments);
  app.add_subcommand("version", "print the version");
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Couplet links accounts with Alexa, starting from your app"};
  Arguments arguments;
  define(app, arguments);
  try {
    app.parse(argc, argv);
    return run(app, arguments);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  } catch (const std::exception& error) {
    std::cerr << "couplet: " << error.what() << "\n";
    return 1;
  }
}
