// SPDX-License-Identifier: Apache-2.0
#include "server/common/caller.hpp"

#include <algorithm>

#include "base/code_point.hpp"
#include "base/encoding.hpp"
#include "base/log.hpp"
#include "server/common/problem.hpp"

namespace couplet::server {
namespace {

constexpr std::size_t kUserIdLimitBytes = 128;
constexpr seconds kClockLeeway{5};

http::Response unauthorized(const char* detail) {
  return request_problem({401, "unauthorized", detail})
      .header("WWW-Authenticate", "Bearer realm=\"couplet\"");
}

http::Response too_many_failures(seconds retry_after) {
  return request_problem({429, "too_many_failures",
                          "this address sent too many API keys or user tokens that are not valid", true})
      .header("Retry-After", std::to_string(retry_after.count()));
}

// The path is left out: it may carry a login_challenge.
void log_refusal(const http::Request& request, std::string_view kind, std::string_view cause) {
  log::warn("caller.refused", {{"request_id", request.request_id},
                               {"address", request.peer_address},
                               {"kind", kind},
                               {"cause", cause}});
}

FailureLimits guess_limits(const Config& config) {
  FailureLimits limits;
  limits.per_address = static_cast<std::uint32_t>(config.settings.limits.authentication_failures_per_minute);
  limits.per_client_and_address = limits.per_address;  // nobody is named here
  return limits;
}

std::optional<std::string_view> bearer_credential(const http::Request& request) {
  if (request.headers.count("authorization") != 1) return std::nullopt;
  const std::string_view value = *request.headers.get("authorization");
  constexpr std::string_view kScheme = "bearer ";
  if (value.size() <= kScheme.size() || ascii_lower(value.substr(0, kScheme.size())) != kScheme)
    return std::nullopt;
  return value.substr(kScheme.size());
}

bool has_audience(const json::object& claims, std::string_view audience) {
  if (find_string(claims, "aud") == audience) return true;
  const json::array* const list = find_array(claims, "aud");
  return list && std::ranges::any_of(*list, [&](const json::value& entry) {
           return entry.is_string() && std::string_view(entry.get_string()) == audience;
         });
}

bool is_current(const json::object& claims, Instant now) {
  const auto expires = find_integer(claims, "exp");
  const auto not_before = find_integer(claims, "nbf");
  const std::int64_t at = unix_seconds(now);
  return expires && at < *expires + kClockLeeway.count() &&
         (!not_before || at >= *not_before - kClockLeeway.count());
}

}  // namespace

bool is_user_id(std::string_view text) {
  return !text.empty() && text.size() <= kUserIdLimitBytes && is_utf8(text) && !has_control(text);
}

CallerAuthentication::CallerAuthentication(const Config& config, const Clock& clock)
    : config_(config), clock_(clock), guesses_(clock, guess_limits(config)) {
  for (const UserJwtIssuer& issuer : config.user_jwts)
    issuers_.push_back({&issuer, JwkSet::from_json(issuer.jwks).value()});
}

Result<Caller, http::Response> CallerAuthentication::authenticate(const http::Request& request) const {
  const auto credential = bearer_credential(request);
  if (!credential) {
    log_refusal(request, "none", "no_credential");
    return std::unexpected(unauthorized("send an API key or a user token: Authorization: Bearer …"));
  }
  const bool is_api_key = credential->starts_with("cpk_");
  auto caller = is_api_key ? by_api_key(*credential) : by_user_jwt(*credential);
  if (!caller) return std::unexpected(refuse(request, is_api_key ? "api_key" : "user_jwt", caller.error()));
  return std::move(*caller);
}

// As userinfo does: an app with a token that has ended is to hear 401 and get a new one, however many users
// there are behind its address, and only bad credentials are held back.
http::Response CallerAuthentication::refuse(const http::Request& request, std::string_view kind,
                                            Fault fault) const {
  if (fault == Fault::unknown) {
    if (const auto wait = guesses_.must_wait("", request.peer_address)) {
      log_refusal(request, kind, "too_many_failures");
      return too_many_failures(*wait);
    }
    guesses_.record_failure("", request.peer_address);
  }
  log_refusal(request, kind, fault == Fault::unknown ? "unknown" : "not_valid");
  return unauthorized("the API key or user token is not valid here");
}

Result<Caller, CallerAuthentication::Fault> CallerAuthentication::by_api_key(std::string_view key) const {
  const Digest digest = sha256(key);
  const ApiKey* match = nullptr;
  for (const ApiKey& known : config_.api_keys)  // all of them, so that time does not tell which one is close
    if (constant_time_equal(digest, known.sha256)) match = &known;
  if (!match) return std::unexpected(Fault::unknown);
  return Caller{match->name, match->skills, std::nullopt};
}

Result<Caller, CallerAuthentication::Fault> CallerAuthentication::by_user_jwt(std::string_view jwt) const {
  Fault fault = Fault::unknown;
  for (const Issuer& issuer : issuers_) {
    const auto claims = issuer.keys.verify(jwt, "");
    if (!claims || find_string(*claims, "iss") != issuer.settings->issuer) continue;
    fault = Fault::not_valid;
    if (!has_audience(*claims, issuer.settings->audience) || !is_current(*claims, clock_.now())) continue;
    const auto user = find_string(*claims, issuer.settings->user_claim);
    if (!user || !is_user_id(*user)) continue;
    return Caller{issuer.settings->issuer, issuer.settings->skills, UserId(*user)};
  }
  return std::unexpected(fault);
}

Result<Target, http::Response> CallerAuthentication::find_target(const Caller& caller,
                                                                 const http::Request& request) const {
  const auto skill = find_skill(caller, SkillName(request.path_parameter("skill")));
  if (!skill) return std::unexpected(skill.error());
  const bool names_user = std::ranges::any_of(
      request.path_parameters, [](const auto& parameter) { return parameter.first == "user"; });
  if (!names_user) return Target{*skill, {}};
  auto user = find_user(caller, request.path_parameter("user"));
  if (!user) return std::unexpected(std::move(user.error()));
  return Target{*skill, std::move(*user)};
}

Result<const Skill*, http::Response> CallerAuthentication::find_skill(const Caller& caller,
                                                                      const SkillName& name) const {
  const Skill* const skill = config_.find_skill(name);
  if (!skill)
    return std::unexpected(request_problem({404, "unknown_skill", "no skill of that name is configured"}));
  if (std::ranges::find(caller.skills, name) == caller.skills.end())
    return std::unexpected(
        request_problem({403, "forbidden_skill", "this credential is not for that skill"}));
  return skill;
}

Result<UserId, http::Response> CallerAuthentication::find_user(const Caller& caller, std::string_view user) {
  if (caller.user) {
    if (user == "me" || user == caller.user->text()) return *caller.user;
    return std::unexpected(
        request_problem({403, "forbidden_user", "a user token acts for its own user only"}));
  }
  if (user == "me" || !is_user_id(user))
    return std::unexpected(request_problem(
        {400, "invalid_user",
         "name the user by your own id, 1 to 128 bytes of UTF-8; \"me\" is for user tokens"}));
  return UserId(user);
}

}  // namespace couplet::server
