// SPDX-License-Identifier: Apache-2.0
#include "alexa/amazon_messages.hpp"

#include <algorithm>
#include <charconv>

#include "alexa/error_table.hpp"
#include "base/form.hpp"
#include "base/json.hpp"

namespace couplet::alexa {
namespace {

constexpr std::size_t kTokenLimitBytes = 2048;  // alexa-protocol 9.3
constexpr std::int64_t kLongestLifetimeSeconds = 86400;

bool is_success(int http_status) { return http_status >= 200 && http_status < 300; }

// A number, or its digits in a string: both are in Amazon's documentation.
std::optional<std::int64_t> read_expires_in(const json::object& answer) {
  std::optional<std::int64_t> value = find_integer(answer, "expires_in");
  if (const auto text = find_string(answer, "expires_in")) {
    std::int64_t parsed = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), parsed);
    if (error == std::errc{} && end == text->data() + text->size()) value = parsed;
  }
  if (!value || *value <= 0 || *value > kLongestLifetimeSeconds) return std::nullopt;
  return value;
}

AmazonFailure token_failure(int http_status, std::string_view body) {
  if (http_status == 429 || http_status >= 500) return {"unavailable", http_status, true};
  const auto answer = parse_json_object(body);
  const auto error = answer ? find_string(*answer, "error") : std::nullopt;
  if (!error) return {"bad_answer", http_status, false};
  return {std::string(find_link_error(LinkStep::token, *error).code), http_status, false};
}

AmazonFailure api_failure(int http_status) {
  return {std::string(enablement_error_code(http_status)), http_status, http_status >= 500};
}

// A host as an entry is documented; a full https URL is taken as well.
std::string_view host_of(std::string_view entry) {
  constexpr std::string_view kScheme = "https://";
  if (entry.starts_with(kScheme)) entry.remove_prefix(kScheme.size());
  if (entry.ends_with('/')) entry.remove_suffix(1);
  return entry;
}

Enablement read_enablement(const json::object& answer) {
  const auto is = [&](std::string_view path, std::string_view wanted) {
    const auto text = find_string(answer, path);
    return text && ascii_lower(*text) == wanted;
  };
  Enablement out;
  out.enabled = is("status", "enabled") && is("accountLink.status", "linked");
  const auto id = find_string(answer, "user.id");
  if (id && !id->empty() && id->size() <= 255) out.alexa_user_id = AlexaUserId(*id);
  return out;
}

}  // namespace

bool is_worth_another_try(const AmazonFailure& failure) {
  return failure.code == "server_error" || failure.code == "unavailable" || failure.code == "timeout" ||
         failure.code == "unreachable";
}

std::string code_exchange_body(const Skill& skill, const AmazonCode& code, std::string_view redirect_uri,
                               const AmazonCodeVerifier& verifier) {
  FormWriter form;
  form.add("grant_type", "authorization_code")
      .add("code", code.reveal())
      .add("client_id", skill.alexa_client_id)
      .add("client_secret", skill.alexa_client_secret.reveal())
      .add("redirect_uri", redirect_uri)
      .add("code_verifier", verifier.reveal());
  return std::move(form).text();
}

std::string refresh_body(const Skill& skill, const AmazonRefreshToken& token) {
  FormWriter form;
  form.add("grant_type", "refresh_token")
      .add("refresh_token", token.reveal())
      .add("client_id", skill.alexa_client_id)
      .add("client_secret", skill.alexa_client_secret.reveal());
  return std::move(form).text();
}

AmazonResult<AmazonTokens> read_token_answer(int http_status, std::string_view body, Instant now,
                                             const AmazonTokens* before) {
  if (http_status != 200) return std::unexpected(token_failure(http_status, body));
  const AmazonFailure bad{"bad_answer", http_status, false};
  const auto answer = parse_json_object(body);
  if (!answer) return std::unexpected(bad);
  const auto access = find_string(*answer, "access_token");
  auto refresh = find_string(*answer, "refresh_token");
  if (!refresh && before) refresh = before->refresh_token.reveal();
  const auto expires_in = read_expires_in(*answer);
  const bool sizes_good = access && refresh && !access->empty() && !refresh->empty() &&
                          access->size() <= kTokenLimitBytes && refresh->size() <= kTokenLimitBytes;
  if (!sizes_good || !expires_in) return std::unexpected(bad);
  return AmazonTokens{AmazonAccessToken(std::string(*access)), AmazonRefreshToken(std::string(*refresh)),
                      now + seconds{*expires_in}};
}

AmazonResult<std::vector<std::string>> read_endpoint_answer(int http_status, std::string_view body,
                                                            const std::vector<std::string>& allowed) {
  if (!is_success(http_status)) return std::unexpected(api_failure(http_status));
  const auto answer = parse_json_object(body);
  const json::array* const endpoints = answer ? find_array(*answer, "endpoints") : nullptr;
  if (!endpoints) return std::unexpected(AmazonFailure{"bad_answer", http_status, false});
  std::vector<std::string> hosts;
  for (const json::value& entry : *endpoints) {
    if (!entry.is_string()) continue;
    const std::string host = ascii_lower(host_of(std::string_view(entry.get_string())));
    const bool known = std::ranges::find(allowed, host) != allowed.end();
    if (known && std::ranges::find(hosts, host) == hosts.end()) hosts.push_back(host);
  }
  return hosts;
}

std::string enablement_path(const Skill& skill) {
  return "/v1/users/~current/skills/" + percent_encode(skill.skill_id.text()) + "/enablement";
}

std::string enablement_body(const Skill& skill, std::string_view authorization_code,
                            std::string_view redirect_uri) {
  return json::serialize(json::object{
      {"stage", enum_text(kSkillStages, skill.stage)},
      {"accountLinkRequest",
       {{"redirectUri", redirect_uri}, {"authCode", authorization_code}, {"type", "AUTH_CODE"}}}});
}

AmazonResult<Enablement> read_enable_answer(int http_status, std::string_view body) {
  if (!is_success(http_status)) return std::unexpected(api_failure(http_status));
  const auto answer = parse_json_object(body);
  Enablement enablement = answer ? read_enablement(*answer) : Enablement{};
  enablement.enabled = true;  // the status code alone decides; the body only adds the user id
  return enablement;
}

AmazonResult<Enablement> read_status_answer(int http_status, std::string_view body) {
  if (http_status == 404) return Enablement{};
  if (!is_success(http_status)) return std::unexpected(api_failure(http_status));
  const auto answer = parse_json_object(body);
  if (!answer || !answer->contains("status"))
    return std::unexpected(AmazonFailure{"bad_answer", http_status, false});
  return read_enablement(*answer);
}

AmazonResult<void> read_disable_answer(int http_status) {
  if (is_success(http_status) || http_status == 404) return {};
  return std::unexpected(api_failure(http_status));
}

}  // namespace couplet::alexa
