// SPDX-License-Identifier: Apache-2.0
#include "oauth/error.hpp"

namespace couplet::oauth {
namespace {

// RFC 6749 5.2: %x20-21 / %x23-5B / %x5D-7E. Such text is JSON string content as it stands.
constexpr bool is_description(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= 0x20 && c <= 0x7e && c != '"' && c != '\\'; });
}
static_assert(std::ranges::all_of(kErrors, is_description, &ErrorRow::public_text), "TK-15");

}  // namespace

std::unexpected<OAuthError> fail(OAuthErrorCode code, std::string_view log_detail,
                                 std::source_location where) {
  return std::unexpected(OAuthError{code, std::string(log_detail), where});
}

std::string error_json(OAuthErrorCode code) {
  const ErrorRow& row = error_row(code);
  std::string json = R"({"error":")";
  json += row.wire_name;
  json += R"(","error_description":")";
  json += row.public_text;
  json += R"("})";
  return json;
}

}  // namespace couplet::oauth
