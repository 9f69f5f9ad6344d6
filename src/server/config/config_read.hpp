// SPDX-License-Identifier: Apache-2.0
// From TOML text to Settings; only config_*.cpp include this.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "server/config/config.hpp"

namespace couplet::server {

struct ReadSettings {
  Settings settings;
  std::vector<ConfigFault> faults;
  /// Line of a setting ("skills[0].stage") or of its table; 0 when the file does not name it.
  std::map<std::string, int> lines;

  [[nodiscard]] int line_of(const std::string& setting) const;
  void fault(const std::string& setting, std::string message, std::string cure);
  void warning(const std::string& setting, std::string message, std::string cure);
};

/// Resolves "file:PATH" or "env:NAME"; adds the fault itself when it cannot.
using SecretReader = std::function<std::optional<SecretText>(const std::string& setting, std::string_view)>;

/// A file that the configuration names, from the configuration's folder; empty stays empty.
[[nodiscard]] std::string resolve_path(const std::string& base_dir, const std::string& file);

[[nodiscard]] ReadSettings read_settings(const std::string& file);

}  // namespace couplet::server
