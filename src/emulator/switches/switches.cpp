// SPDX-License-Identifier: Apache-2.0
#include "emulator/switches/switches.hpp"

#include <algorithm>
#include <ranges>

namespace couplet::emulator {

namespace {

/// "number, string"
template <class Texts>
std::string listed(const Texts& texts) {
  std::string list;
  for (const std::string_view text : texts)
    if (!text.empty()) list += (list.empty() ? "" : ", ") + std::string(text);
  return list;
}

}  // namespace

std::string_view standing_text(Standing standing) {
  switch (standing) {
    case Standing::documented: return "documented";
    case Standing::seen: return "seen";
    case Standing::disputed: return "disputed";
    case Standing::assumed: break;
  }
  return "assumed";
}

Result<void, std::string> Switches::set(std::string_view name, std::string_view value) {
  const auto row = std::ranges::find(kSwitchRows, name, &SwitchRow::name);
  if (row == kSwitchRows.end())
    return std::unexpected("there is no switch " + std::string(name) + "; there are " +
                           listed(kSwitchRows | std::views::transform(&SwitchRow::name)));
  const auto found = std::ranges::find(row->values, value);
  if (value.empty() || found == row->values.end())
    return std::unexpected(std::string(name) + " takes " + listed(row->values));
  chosen_[static_cast<std::size_t>(row - kSwitchRows.begin())] =
      static_cast<std::uint8_t>(found - row->values.begin());
  return {};
}

std::string_view Switches::value_of(const SwitchRow& row) const {
  const auto index = static_cast<std::size_t>(&row - kSwitchRows.data());
  return row.values[chosen_[index]];
}

json::object to_json(const Switches& switches) {
  json::object object;
  for (const SwitchRow& row : kSwitchRows) object[row.name] = switches.value_of(row);
  return object;
}

Result<Switches, std::string> switches_from_json(const json::object& object, Switches known) {
  for (const auto& [name, value] : object) {
    const auto* text = value.if_string();
    const auto set = known.set(name, text ? std::string_view(*text) : std::string_view());
    if (!set) return std::unexpected(set.error());
  }
  return known;
}

json::array switch_table_json(const Switches& switches) {
  json::array table;
  for (const SwitchRow& row : kSwitchRows) {
    json::array values;
    for (const std::string_view value : row.values)
      if (!value.empty()) values.emplace_back(value);
    table.push_back(json::object{{"name", row.name},
                                 {"value", switches.value_of(row)},
                                 {"values", std::move(values)},
                                 {"standing", standing_text(row.standing)},
                                 {"decides", row.decides},
                                 {"source", row.source}});
  }
  return table;
}

}  // namespace couplet::emulator
