// SPDX-License-Identifier: Apache-2.0
#include "alexa/confirmation_number.hpp"

#include <fmt/format.h>

#include <algorithm>

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

std::string_view first_code_point(std::string_view text) {
  std::size_t end = std::min<std::size_t>(1, text.size());
  while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) ++end;
  return text.substr(0, end);
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
  if (at != std::string_view::npos && at > 0)
    return fmt::format("{}{}{}", first_code_point(account), kMask, account.substr(at));
  const bool is_phone_number =
      account.size() > kDigits && std::ranges::all_of(account, belongs_to_phone_number);
  if (is_phone_number) return fmt::format("{}{}", kMask, account.substr(account.size() - 2));
  return fmt::format("{}{}", first_code_point(account), kMask);
}

}  // namespace couplet::alexa
