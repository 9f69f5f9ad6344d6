// SPDX-License-Identifier: Apache-2.0
// Enumerators as text and back, from one table per enum; the table's order need not be the enum's.
#pragma once
#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

namespace couplet {

template <class Enum, std::size_t N>
using EnumTable = std::array<std::pair<Enum, std::string_view>, N>;

template <class Enum, std::size_t N>
constexpr std::string_view enum_text(const EnumTable<Enum, N>& table, Enum value) {
  const auto* const row = std::ranges::find(table, value, &std::pair<Enum, std::string_view>::first);
  return row == table.end() ? std::string_view{} : row->second;
}

template <class Enum, std::size_t N>
constexpr std::optional<Enum> enum_from_text(const EnumTable<Enum, N>& table, std::string_view text) {
  const auto* const row = std::ranges::find(table, text, &std::pair<Enum, std::string_view>::second);
  if (row == table.end()) return std::nullopt;
  return row->first;
}

}  // namespace couplet
