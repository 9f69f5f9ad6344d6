// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <iostream>
#include <string>

#include "emulator/program.hpp"
#include "emulator/scenario/play.hpp"
#include "emulator/swarm/swarm.hpp"
#include "emulator/switches/fidelity.hpp"
#include "emulator/walk/walk.hpp"

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

void add_play_options(CLI::App& play, couplet::emulator::PlayOptions& options) {
  play.add_option("files", options.files, "scenario files")->required()->check(CLI::ExistingFile);
  play.add_option("--emulator", options.emulator_url, "browser URL of the emulator")->capture_default_str();
  play.add_option("--ca-file", options.ca_file, "authority that vouches for the provider");
  play.add_option("--set", options.variables, "NAME=VALUE: fills in ${NAME}");
}

void add_swarm_options(CLI::App& swarm, couplet::emulator::SwarmOptions& options) {
  swarm.add_option("--emulator", options.emulator_url, "browser URL of the emulator")->capture_default_str();
  swarm.add_option("--couplet", options.provider_url, "URL of the linking API")->capture_default_str();
  swarm.add_option("--api-key-file", options.api_key_file, "file with an API key of the linking API")
      ->required()
      ->check(CLI::ExistingFile);
  swarm.add_option("--ca-file", options.ca_file, "authority that vouches for the linking API");
  swarm.add_option("--skill", options.skill, "the skill's name")->required();
  swarm.add_option("--users", options.users, "how many people link")
      ->check(CLI::Range(1U, 1'000'000U))
      ->capture_default_str();
  swarm.add_option("--days", options.days, "virtual days between linking and leaving")
      ->check(CLI::Range(0U, 365U))
      ->capture_default_str();
  swarm.add_option("--uses", options.requests_per_user, "how often each uses the skill in these days")
      ->check(CLI::Range(0U, 10'000U))
      ->capture_default_str();
  swarm.add_option("--stay", options.stay_percent, "how many of a hundred do not leave")
      ->check(CLI::Range(0U, 100U))
      ->capture_default_str();
  swarm.add_option("--at-once", options.at_once, "how many people act at the same time")
      ->check(CLI::Range(1U, 512U))
      ->capture_default_str();
  swarm.add_option("--seed", options.seed, "the same seed, the same days")->capture_default_str();
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
  couplet::emulator::PlayOptions play_options;
  CLI::App* play = app.add_subcommand("play", "play scenario files and print each step");
  add_play_options(*play, play_options);
  couplet::emulator::SwarmOptions swarm_options;
  CLI::App* swarm = app.add_subcommand("swarm", "thousands of people link, use the skill, and leave");
  add_swarm_options(*swarm, swarm_options);
  CLI11_PARSE(app, argc, argv);
  if (fidelity->parsed()) {
    std::cout << couplet::emulator::fidelity_markdown();
    return 0;
  }
  if (serve->parsed()) return couplet::emulator::serve(config_file);
  if (swarm->parsed()) return couplet::emulator::swarm(swarm_options);
  if (play->parsed()) return couplet::emulator::play(play_options);
  return couplet::emulator::walk(options);
}
