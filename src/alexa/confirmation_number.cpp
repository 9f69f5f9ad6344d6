// SPDX-License-Identifier: Apache-2.0
#include "alexa/confirmation_number.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/code_point.hpp"

namespace couplet::alexa {
namespace {

constexpr std::size_t kDigits = 6;
constexpr std::uint64_t kNumbers = 1'000'000;
constexpr std::string_view kMask = "•••";

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_separator(char c) { return c == ' ' || c == '-'; }
bool belongs_to_phone_number(char c) {
  return is_digit(c) || is_separator(c) || std::string_view("+()/.").contains(c);
}

std::string_view first_character(std::string_view text) {
  const auto point = first_code_point(text);
  return text.substr(0, point ? point->bytes : 0);
}

bool is_label(std::string_view text) {
  const auto is_letter_or_digit = [](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  };
  return !text.empty() && text.size() <= 63 && is_letter_or_digit(text.front()) &&
         is_letter_or_digit(text.back()) &&
         std::ranges::all_of(text, [&](char c) { return is_letter_or_digit(c) || c == '-'; });
}

// A host name with a dot in it (RFC 1123 2.1): nothing that could pass for a sentence is shown unmasked.
bool is_domain(std::string_view text) {
  std::size_t labels = 0;
  for (;; ++labels) {
    const std::size_t dot = text.find('.');
    if (!is_label(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return labels > 0;
    text.remove_prefix(dot + 1);
  }
}

}  // namespace

std::optional<ConfirmationNumber> confirmation_number(const KeyRing& keys, AttemptId attempt_id,
                                                      std::uint8_t key_id) {
  const auto digest = keys.derive(MacPurpose::confirmation_number, "", attempt_id.bytes(), key_id);
  if (!digest) return std::nullopt;
  std::uint64_t number = 0;
  for (const std::byte octet : ByteView(*digest).first(8))
    number = (number << 8U) | std::to_integer<std::uint64_t>(octet);
  return ConfirmationNumber(fmt::format("{:06}", number % kNumbers));
}

std::optional<ConfirmationNumber> typed_number(std::string_view text) {
  std::string digits(text);
  std::erase_if(digits, is_separator);
  if (digits.size() != kDigits || !std::ranges::all_of(digits, is_digit)) return std::nullopt;
  return ConfirmationNumber(std::move(digits));
}

std::string mask_account(std::string_view account) {
  const std::size_t at = account.rfind('@');
  if (at != std::string_view::npos && at > 0 && is_domain(account.substr(at + 1)))
    return fmt::format("{}{}{}", first_character(account), kMask, account.substr(at));
  const bool is_phone_number =
      account.size() > kDigits && std::ranges::all_of(account, belongs_to_phone_number);
  if (is_phone_number) return fmt::format("{}{}", kMask, account.substr(account.size() - 2));
  return fmt::format("{}{}", first_character(account), kMask);
}

}  // namespace couplet::alexa
