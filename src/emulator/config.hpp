// SPDX-License-Identifier: Apache-2.0
// emulator.toml. All faults are reported at once, each with its line and the cure.
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "emulator/alexa/refresh_manner.hpp"
#include "emulator/scenario/scenario_library.hpp"
#include "emulator/state/model.hpp"

namespace couplet::emulator {

struct ListenAddress {
  std::string address;
  std::uint16_t port = 0;
};

/// How the emulated Alexa reaches providers.
struct TokenClientConfig {
  std::filesystem::path ca_file;        // trusted in place of the system's authorities; empty: the system's
  std::vector<std::string> connect_to;  // libcurl rows, "HOST:PORT:CONNECT-HOST:CONNECT-PORT"
};

struct Config {
  ListenAddress browser{"127.0.0.1", 8090};
  ListenAddress amazon{"127.0.0.1", 8443};
  std::filesystem::path state_dir;
  TokenClientConfig token_client;
  RefreshPlan refresh;
  std::vector<AmazonUser> users;
  std::vector<Skill> skills;
  std::vector<Developer> developers;
  ScenarioLibrary scenarios;
};

struct ConfigFault {
  std::uint32_t line = 0;  // 0: of the file as a whole
  std::string key;
  std::string problem;
  std::string cure;
};

/// Relative paths (state_dir, ca_file, the scenarios' folder, secrets as "file:PATH") start at `folder`,
/// where the file lies.
Result<Config, std::vector<ConfigFault>> read_config(std::string_view toml_text,
                                                     const std::filesystem::path& folder);

/// "emulator.toml:12: skills[0].skill_id is not a skill id; amzn1.ask.skill. and a UUID, …"
[[nodiscard]] std::string fault_text(std::string_view file, const ConfigFault& fault);

}  // namespace couplet::emulator
