// SPDX-License-Identifier: Apache-2.0
#include "server/oauth/authorization_request_endpoint.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <sstream>

#include "base/json.hpp"
#include "base/log.hpp"
#include "server/common/problem.hpp"

namespace couplet::server {
namespace {

http::Response already_answered() {
  return request_problem({409, "already_answered", "this login_challenge was accepted before; start again"});
}

http::Response refused(oauth::ChallengeError error) {
  if (error == oauth::ChallengeError::expired)
    return request_problem({400, "expired_challenge", "it lived ten minutes; start again in the Alexa app"});
  return request_problem({400, "invalid_challenge", "not a login_challenge of this server, or altered"});
}

json::array scopes_of(const std::string& scope) {
  json::array scopes;
  std::istringstream words(scope);
  for (std::string word; words >> word;) scopes.emplace_back(word);
  return scopes;
}

std::string host_of(const std::string& uri) {
  const auto url = boost::urls::parse_uri(uri);
  return url ? std::string(url->host()) : std::string();
}

}  // namespace

http::Response redirect_answer(const std::string& redirect_to) {
  return http::json_response(200, json::serialize(json::object{{"redirect_to", redirect_to}}))
      .header("Cache-Control", "no-store");
}

AuthorizationRequestEndpoint::AuthorizationRequestEndpoint(const Config& config,
                                                           const CallerAuthentication& callers,
                                                           storage::GrantStore& grants, const Clock& clock,
                                                           Random& random)
    : config_(config), callers_(callers), grants_(grants), clock_(clock), random_(random) {}

Result<AuthorizationRequestEndpoint::Opened, http::Response> AuthorizationRequestEndpoint::open(
    const http::Request& request) const {
  auto caller = callers_.authenticate(request);
  if (!caller) return std::unexpected(std::move(caller.error()));
  auto challenge = oauth::open_challenge(request.path_parameter("challenge"), *config_.keys, clock_.now());
  if (!challenge) return std::unexpected(refused(challenge.error()));
  auto skill = callers_.find_skill(*caller, challenge->skill);
  if (!skill) return std::unexpected(std::move(skill.error()));
  const Client* const client = config_.find_client(challenge->request.client_id);
  if (!client || !client->enabled)  // the configuration has changed since
    return std::unexpected(refused(oauth::ChallengeError::invalid));
  return Opened{std::move(*caller), *skill, client, std::move(*challenge)};
}

Task<http::Response> AuthorizationRequestEndpoint::show(const http::Request& request) {
  const auto opened = open(request);
  if (!opened) co_return opened.error();
  const oauth::AuthorizationRequest& asked = opened->challenge.request;
  const json::object body{{"client_id", asked.client_id.text()},
                          {"skill", opened->skill->name.text()},
                          {"display_name", opened->skill->display_name},
                          {"scope", scopes_of(asked.scope)},
                          {"redirect_host", host_of(asked.redirect_uri)},
                          {"expires_at", to_iso8601(opened->challenge.expires_at)}};
  co_return http::json_response(200, json::serialize(body)).header("Cache-Control", "no-store");
}

Task<http::Response> AuthorizationRequestEndpoint::accept(const http::Request& request) {
  auto opened = open(request);
  if (!opened) co_return opened.error();
  const auto body = parse_json_object(request.body);
  const auto named = body ? find_string(*body, "user") : std::nullopt;
  if (!named)
    co_return request_problem({400, "invalid_request", "the body must be one JSON object with \"user\""});
  auto user = CallerAuthentication::find_user(opened->caller, *named);
  if (!user) co_return std::move(user.error());
  if (auto before = co_await answered_before(opened->challenge.id)) co_return std::move(*before);
  co_return co_await mint(std::move(*opened), std::move(*user));
}

Task<http::Response> AuthorizationRequestEndpoint::mint(Opened opened, UserId user) {
  const oauth::AuthorizationRequest& asked = opened.challenge.request;
  const auto minted = oauth::mint_authorization_code(opened.challenge.id, random_, *config_.keys);
  auto record = oauth::approved_code(asked, opened.skill->name, user, minted, *opened.client, clock_.now());
  const auto stored = co_await grants_.insert_code(std::move(record));
  if (!stored) {
    // Two acceptances at once: the second one meets the first one's row.
    if (auto before = co_await answered_before(opened.challenge.id)) co_return std::move(*before);
    co_return store_unavailable();
  }
  log::info("authorization.accepted", {{"client_id", asked.client_id.text()},
                                       {"skill", opened.skill->name.text()},
                                       {"user", user.text()},
                                       {"caller", opened.caller.name}});
  co_return redirect_answer(
      oauth::success_redirect(way_back(asked), minted.code, config_.settings.server.public_url));
}

Task<http::Response> AuthorizationRequestEndpoint::deny(const http::Request& request) {
  const auto opened = open(request);
  if (!opened) co_return opened.error();
  if (auto before = co_await answered_before(opened->challenge.id)) co_return std::move(*before);
  log::info("authorization.denied",
            {{"client_id", opened->challenge.request.client_id.text()}, {"caller", opened->caller.name}});
  co_return redirect_answer(oauth::error_redirect(way_back(opened->challenge.request),
                                                  oauth::OAuthErrorCode::access_denied,
                                                  config_.settings.server.public_url));
}

Task<std::optional<http::Response>> AuthorizationRequestEndpoint::answered_before(CodeSelector id) {
  const auto code = co_await grants_.find_code(id);
  if (!code) co_return store_unavailable();
  if (*code) co_return already_answered();
  co_return std::nullopt;
}

}  // namespace couplet::server
