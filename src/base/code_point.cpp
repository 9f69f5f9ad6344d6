// SPDX-License-Identifier: Apache-2.0
#include "base/code_point.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace couplet {
namespace {

struct Range {
  char32_t first, last;
};

// Cf of Unicode 15; Zl and Zp.
constexpr std::array<Range, 21> kUnseen{
    {{0xAD, 0xAD},       {0x600, 0x605},     {0x61C, 0x61C},     {0x6DD, 0x6DD},     {0x70F, 0x70F},
     {0x890, 0x891},     {0x8E2, 0x8E2},     {0x180E, 0x180E},   {0x200B, 0x200F},   {0x2028, 0x2029},
     {0x202A, 0x202E},   {0x2060, 0x2064},   {0x2066, 0x206F},   {0xFEFF, 0xFEFF},   {0xFFF9, 0xFFFB},
     {0x110BD, 0x110BD}, {0x110CD, 0x110CD}, {0x13430, 0x1343F}, {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A},
     {0xE0001, 0xE007F}}};

std::size_t length_of(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead < 0xe0) return 2;
  if ((lead & 0xf0) == 0xe0) return 3;
  return lead >= 0xf0 && lead < 0xf5 ? 4 : 0;
}

bool has_any(std::string_view text, bool (*of_this_kind)(char32_t)) {
  while (const auto point = first_code_point(text)) {
    if (of_this_kind(point->value)) return true;
    text.remove_prefix(point->bytes);
  }
  return false;
}

}  // namespace

std::optional<CodePoint> first_code_point(std::string_view text) {
  if (text.empty()) return std::nullopt;
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t length = length_of(lead);
  if (length == 0 || length > text.size()) return std::nullopt;
  std::uint32_t point = length == 1 ? lead : lead & (0x7fU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xc0) != 0x80) return std::nullopt;
    point = point << 6 | (next & 0x3f);
  }
  const bool overlong = (length == 3 && point < 0x800) || (length == 4 && point < 0x10000);
  if (overlong || point > 0x10ffff || (point >= 0xd800 && point < 0xe000)) return std::nullopt;
  return CodePoint{point, length};
}

bool is_control(char32_t point) { return point < 0x20 || (point >= 0x7f && point < 0xa0); }

bool is_unseen(char32_t point) {
  return is_control(point) || std::ranges::any_of(kUnseen, [&](Range range) {
           return point >= range.first && point <= range.last;
         });
}

bool has_control(std::string_view text) { return has_any(text, is_control); }
bool has_unseen(std::string_view text) { return has_any(text, is_unseen); }

}  // namespace couplet
