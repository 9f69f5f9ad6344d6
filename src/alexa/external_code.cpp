// SPDX-License-Identifier: Apache-2.0
#include "alexa/external_code.hpp"

#include <algorithm>

#include "base/json.hpp"

namespace couplet::alexa {
namespace {

constexpr std::size_t kLongestCode = 512;

std::unexpected<ExternalFailure> fail(std::string_view code, int http_status) {
  return std::unexpected(ExternalFailure{std::string(code), http_status});
}

bool is_code(std::string_view text) {
  return !text.empty() && text.size() <= kLongestCode &&
         std::ranges::all_of(text, [](char c) { return c >= 0x20 && c <= 0x7e; });
}

std::string_view refusal_code(int http_status) {
  if (http_status == 401 || http_status == 403) return "external_unauthorized";
  if (http_status == 429 || http_status >= 500) return "external_unavailable";
  return http_status >= 400 ? "external_refused" : "external_bad_answer";
}

}  // namespace

std::string external_call_id(const LinkAttempt& attempt) {
  return attempt.attempt_id.text() + "." + std::to_string(attempt.enablement_tries + 1);
}

std::string external_code_body(const Skill& skill, const LinkAttempt& attempt) {
  json::object body{{"attempt_id", attempt.attempt_id.text()},
                    {"try", attempt.enablement_tries + 1},
                    {"skill", skill.name.text()},
                    {"user", attempt.user.text()}};
  if (!skill.client_id.empty()) body["client_id"] = skill.client_id.text();
  body["redirect_uri"] = attempt.redirect_uri;
  body["scope"] = skill.scope;
  return json::serialize(body);
}

ExternalResult<ExternalGrant> read_external_code_answer(int http_status, std::string_view body,
                                                        const Skill& skill, const LinkAttempt& attempt) {
  if (http_status != 200 && http_status != 201) return fail(refusal_code(http_status), http_status);
  const auto answer = parse_json_object(body);
  const auto code = answer ? find_string(*answer, "code") : std::nullopt;
  if (!code || !is_code(*code)) return fail("external_bad_answer", http_status);
  ExternalGrant grant{ExternalCode(std::string(*code)), attempt.redirect_uri};
  const auto* const named = answer->if_contains("redirect_uri");
  if (!named || named->is_null()) return grant;
  // It goes to Alexa, and from there into a token request: only what the skill has registered.
  const auto redirect_uri = find_string(*answer, "redirect_uri");
  if (!redirect_uri || std::ranges::find(skill.redirect_uris, *redirect_uri) == skill.redirect_uris.end())
    return fail("external_bad_answer", http_status);
  grant.redirect_uri = *redirect_uri;
  return grant;
}

bool may_repeat(const ExternalFailure& failure) {
  return failure.code == "external_unreachable" || failure.code == "external_timeout" ||
         failure.code == "external_unavailable";
}

}  // namespace couplet::alexa
