// SPDX-License-Identifier: Apache-2.0
#include "emulator/scenario/play.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <fstream>
#include <iostream>
#include <optional>
#include <sstream>

#include "emulator/scenario/scenario_player.hpp"
#include "emulator/scenario/scenario_reader.hpp"

namespace couplet::emulator {

namespace {

std::optional<std::string> content_of(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  if (!stream) return std::nullopt;
  return text.str();
}

std::optional<ScenarioVariables> variables_of(const std::vector<std::string>& settings) {
  ScenarioVariables variables;
  for (const std::string& setting : settings) {
    const std::size_t equals = setting.find('=');
    if (equals == std::string::npos || equals == 0) {
      std::cerr << "couplet-emulator: --set " << setting << " is not NAME=VALUE\n";
      return std::nullopt;
    }
    variables[setting.substr(0, equals)] = setting.substr(equals + 1);
  }
  return variables;
}

void print(const PlayedStep& step) {
  const bool good = step.problem.empty();
  const std::string& said = good ? step.detail : step.problem;
  std::cout << (good ? "  ok    " : "  FAIL  ") << step.line << "  " << step.text;
  if (!said.empty()) std::cout << "\n              " << said;
  std::cout << "\n" << std::flush;
}

/// Whether the file went as it should.
bool play_file(const std::string& file, const ScenarioVariables& variables, const PlayOptions& options) {
  const auto text = content_of(file);
  if (!text) {
    std::cerr << "couplet-emulator: cannot read " << file << "\n";
    return false;
  }
  auto scenario = read_scenario(*text, variables);
  if (!scenario) {
    std::cerr << fault_text(file, scenario.error()) << "\n";
    return false;
  }
  std::cout << file << ": " << scenario->title << "\n";
  http::CurlClientOptions client_options;
  client_options.allow_http = true;
  client_options.ca_file = options.ca_file;
  boost::asio::io_context context(1);
  http::CurlClient client(context, client_options);
  const SystemClock clock;
  ScenarioPlayer player(std::move(*scenario), options.emulator_url, client, clock);
  bool good = false;
  boost::asio::co_spawn(context, player.play(print),
                        [&](const std::exception_ptr& failure, const std::vector<PlayedStep>& played) {
                          if (failure) std::rethrow_exception(failure);
                          good = !played.empty() && played.back().problem.empty();
                        });
  context.run();
  return good;
}

}  // namespace

int play(const PlayOptions& options) {
  const auto variables = variables_of(options.variables);
  if (!variables) return 1;
  std::size_t good = 0;
  for (const std::string& file : options.files) good += play_file(file, *variables, options) ? 1 : 0;
  std::cout << "\n" << good << " of " << options.files.size() << " scenarios passed\n";
  return good == options.files.size() ? 0 : 1;
}

}  // namespace couplet::emulator
