// SPDX-License-Identifier: Apache-2.0
// Text in UTF-8, code point by code point.
#pragma once
#include <cstddef>
#include <optional>
#include <string_view>

namespace couplet {

struct CodePoint {
  char32_t value = 0;
  std::size_t bytes = 0;  // 1 to 4
};

/// Absent when the text does not begin with one (RFC 3629): cut short, overlong, a surrogate, or no UTF-8.
[[nodiscard]] std::optional<CodePoint> first_code_point(std::string_view text);

/// C0, DEL and C1: they move a terminal's cursor.
[[nodiscard]] bool is_control(char32_t point);

/// Unicode's Cc, Cf, Zl and Zp: they show nothing, and change how what is around them is shown.
[[nodiscard]] bool is_unseen(char32_t point);

/// Of UTF-8 text.
[[nodiscard]] bool has_control(std::string_view text);
[[nodiscard]] bool has_unseen(std::string_view text);

}  // namespace couplet
