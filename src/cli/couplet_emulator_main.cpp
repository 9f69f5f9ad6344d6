// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <iostream>
#include <string>

#include "emulator/fidelity.hpp"
#include "emulator/program.hpp"
#include "emulator/walk.hpp"

namespace {

void add_walk_options(CLI::App& walk, couplet::emulator::WalkOptions& options) {
  walk.add_option("--emulator", options.emulator_url, "browser URL of the emulator")->capture_default_str();
  walk.add_option("--couplet", options.couplet_url, "public URL of the server under test")
      ->capture_default_str();
  walk.add_option("--app", options.app_url, "URL of the provider's app page")->capture_default_str();
  walk.add_option("--skill", options.skill, "the skill's name in the linking API's paths")->required();
  walk.add_option("--user", options.user, "the provider's user who links")->required();
  walk.add_option("--api-key-file", options.api_key_file, "file with an API key of the linking API")
      ->required()
      ->check(CLI::ExistingFile);
  walk.add_option("--region", options.region, "link an Amazon account of this region")
      ->check(CLI::IsMember({"NA", "EU", "FE"}));
  walk.add_option("--amazon-user", options.amazon_user, "link this Amazon account of the emulator");
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("couplet-emulator: the Amazon side of Alexa account linking, on your machine");
  app.require_subcommand(1);
  std::string config_file;
  CLI::App* serve = app.add_subcommand("serve", "serve the emulated Amazon until a signal ends it");
  serve->add_option("--config", config_file, "emulator.toml")->required();
  couplet::emulator::WalkOptions options;
  CLI::App* walk = app.add_subcommand("walk", "make one complete link and print each of the 8 steps");
  add_walk_options(*walk, options);
  const CLI::App* fidelity =
      app.add_subcommand("fidelity", "print what is emulated, and on what each behaviour rests, as Markdown");
  CLI11_PARSE(app, argc, argv);
  if (fidelity->parsed()) {
    std::cout << couplet::emulator::fidelity_markdown();
    return 0;
  }
  return serve->parsed() ? couplet::emulator::serve(config_file) : couplet::emulator::walk(options);
}
