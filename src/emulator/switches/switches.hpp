// SPDX-License-Identifier: Apache-2.0
// The readings that are chosen at the moment, set over the control interface. What can be chosen:
// switch_table.hpp.
#pragma once
#include <array>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "base/result.hpp"
#include "emulator/switches/switch_table.hpp"

namespace couplet::emulator {

/// One value of one switch, by name. A name or value that the table does not have does not compile.
class SwitchValue {
 public:
  consteval SwitchValue(std::string_view name, std::string_view value) {
    while (kSwitchRows.at(row_).name != name) ++row_;
    while (kSwitchRows.at(row_).values.at(value_) != value || value.empty()) ++value_;
  }
  [[nodiscard]] constexpr std::size_t row() const { return row_; }
  [[nodiscard]] constexpr std::size_t value() const { return value_; }

 private:
  std::size_t row_ = 0;
  std::size_t value_ = 0;
};

class Switches {
 public:
  [[nodiscard]] bool has(SwitchValue value) const { return chosen_[value.row()] == value.value(); }
  void set(SwitchValue value) { chosen_[value.row()] = static_cast<std::uint8_t>(value.value()); }
  /// Errors: a sentence with the names or values that there are
  Result<void, std::string> set(std::string_view name, std::string_view value);
  [[nodiscard]] std::string_view value_of(const SwitchRow& row) const;

 private:
  std::array<std::uint8_t, kSwitchRows.size()> chosen_{};
};

/// {"expires_in":"number", …}
[[nodiscard]] json::object to_json(const Switches& switches);
/// All of them, or none when one is wrong. Errors: a sentence
Result<Switches, std::string> switches_from_json(const json::object& object, Switches known);
/// [{name, value, values, standing, decides, source}], the default first among the values
[[nodiscard]] json::array switch_table_json(const Switches& switches);

}  // namespace couplet::emulator
