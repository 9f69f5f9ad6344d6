// SPDX-License-Identifier: Apache-2.0
#include "oauth/authorization_request.hpp"

#include <algorithm>

#include "base/form.hpp"
#include "oauth/pkce.hpp"
#include "oauth/scope.hpp"

namespace couplet::oauth {
namespace {

// What the query says, each parameter absent when it was not sent or is empty (RFC 6749 3.1).
struct Asked {
  const Client* client;
  std::optional<std::string_view> redirect_uri;
  std::optional<std::string_view> response_type;
  std::optional<std::string_view> scope;
  std::optional<std::string_view> oauth_state;
  std::optional<std::string_view> code_challenge;
  std::optional<std::string_view> code_challenge_method;
};

enum class Answer { error_page, redirect };

struct Check {
  bool (*passes)(const Asked&);
  OAuthErrorCode code;
  std::string_view cause;
  Answer answer;
};

bool client_is_known(const Asked& it) { return it.client != nullptr; }
bool client_is_enabled(const Asked& it) { return it.client->enabled; }
bool redirect_uri_is_there(const Asked& it) {
  return it.redirect_uri || it.client->redirect_uris.size() == 1;
}
bool redirect_uri_is_the_clients(const Asked& it) {
  const auto& registered = it.client->redirect_uris;
  return !it.redirect_uri || std::ranges::find(registered, *it.redirect_uri) != registered.end();
}
bool state_is_short(const Asked& it) {
  return !it.oauth_state || it.oauth_state->size() <= kClientStateLimitBytes;
}
bool response_type_is_there(const Asked& it) { return it.response_type.has_value(); }
bool response_type_is_code(const Asked& it) { return it.response_type == "code"; }
bool challenge_comes_with_s256(const Asked& it) {
  return !it.code_challenge || it.code_challenge_method == "S256";
}
bool method_comes_with_challenge(const Asked& it) { return !it.code_challenge_method || it.code_challenge; }
bool challenge_is_well_formed(const Asked& it) {
  return !it.code_challenge || is_code_challenge(*it.code_challenge);
}
bool pkce_is_used_where_required(const Asked& it) { return it.code_challenge || !it.client->require_pkce; }

using enum OAuthErrorCode;
using enum Answer;

// The order matters: nothing is redirected before client and redirect_uri are beyond doubt.
constexpr Check kChecks[] = {
    {client_is_known, invalid_request, "client_unknown", error_page},                         // AZ-04
    {client_is_enabled, invalid_request, "client_disabled", error_page},                      // AZ-04
    {redirect_uri_is_there, invalid_request, "redirect_uri_missing", error_page},             // AZ-05
    {redirect_uri_is_the_clients, invalid_request, "redirect_uri_unregistered", error_page},  // RU-01, RU-04
    {state_is_short, invalid_request, "state_too_long", error_page},               // cannot be echoed
    {response_type_is_there, invalid_request, "response_type_missing", redirect},  // AZ-06
    {response_type_is_code, unsupported_response_type, "response_type_unsupported", redirect},  // AZ-07
    {challenge_comes_with_s256, invalid_request, "code_challenge_method_unsupported",
     redirect},                                                                           // PK-02, PK-03
    {method_comes_with_challenge, invalid_request, "code_challenge_missing", redirect},   // PK-02
    {challenge_is_well_formed, invalid_request, "code_challenge_malformed", redirect},    // PK-04
    {pkce_is_used_where_required, invalid_request, "code_challenge_required", redirect},  // PK-09
};

Asked read(const FormParameters& query, const ClientRegistry& clients) {
  return {.client = clients.find(query.get("client_id").value_or("")),
          .redirect_uri = query.get("redirect_uri"),
          .response_type = query.get("response_type"),
          .scope = query.get("scope"),
          .oauth_state = query.get("state"),
          .code_challenge = query.get("code_challenge"),
          .code_challenge_method = query.get("code_challenge_method")};
}

std::string_view redirect_uri_of(const Asked& asked) {
  return asked.redirect_uri ? *asked.redirect_uri : std::string_view(asked.client->redirect_uris.front());
}

std::optional<ClientState> state_of(const Asked& asked) {
  if (!asked.oauth_state) return std::nullopt;
  return ClientState(std::string(*asked.oauth_state));
}

RedirectBack way_back(const Asked& asked) { return {std::string(redirect_uri_of(asked)), state_of(asked)}; }

std::string all_scopes(const Client& client) {
  std::string all;
  for (const std::string& scope : client.scopes) all += (all.empty() ? "" : " ") + scope;
  return all;
}

Result<std::string> scope_of(const Asked& asked) {
  const std::string allowed = all_scopes(*asked.client);
  if (!asked.scope) return allowed;
  return narrow_scope(allowed, *asked.scope);
}

FormWriter& add_common(FormWriter& query, const RedirectBack& to, std::string_view issuer, AnsweredBy by) {
  if (to.oauth_state) query.add("state", to.oauth_state->reveal());
  query.add("iss", issuer);
  if (by == AnsweredBy::app) query.add("source", "app");
  return query;
}

std::unexpected<AuthorizationRefusal> refuse(std::string_view cause) {
  return std::unexpected(AuthorizationRefusal{
      OAuthError{invalid_request, std::string(cause), std::source_location::current()}, {}, std::nullopt});
}

std::unexpected<AuthorizationRefusal> send_back(const Asked& asked, OAuthError error) {
  return std::unexpected(AuthorizationRefusal{std::move(error), asked.client->client_id, way_back(asked)});
}

}  // namespace

RedirectBack way_back(const AuthorizationRequest& request) {
  return {request.redirect_uri, request.oauth_state};
}

couplet::Result<AuthorizationRequest, AuthorizationRefusal> parse_authorization_request(
    std::string_view query, const ClientRegistry& clients) {
  // A repeated parameter leaves open which client or redirect_uri was meant, so nobody is redirected (AZ-03).
  const auto parameters = FormParameters::parse(query);
  if (!parameters) return refuse("query_malformed");
  const Asked asked = read(*parameters, clients);
  for (const Check& check : kChecks) {
    if (check.passes(asked)) continue;
    if (check.answer == error_page) return refuse(check.cause);
    return send_back(asked, {check.code, std::string(check.cause), std::source_location::current()});
  }
  auto scope = scope_of(asked);
  if (!scope) return send_back(asked, scope.error());  // AZ-08
  AuthorizationRequest request{.client_id = asked.client->client_id,
                               .redirect_uri = std::string(redirect_uri_of(asked)),
                               .scope = std::move(*scope),
                               .oauth_state = state_of(asked),
                               .code_challenge = std::nullopt,
                               .names_scope = asked.scope.has_value()};
  if (asked.code_challenge) request.code_challenge = std::string(*asked.code_challenge);
  return request;
}

AuthorizationCodeRecord approved_code(const AuthorizationRequest& request, const SkillName& skill,
                                      const UserId& user, const MintedAuthorizationCode& minted,
                                      const Client& client, Instant now) {
  AuthorizationCodeRecord record;
  record.selector = minted.selector;
  record.code_hash = minted.code_hash;
  record.client_id = request.client_id;
  record.skill = skill;
  record.user = user;
  record.scope = request.scope;
  record.redirect_uri = request.redirect_uri;
  record.code_challenge = request.code_challenge;
  record.origin = GrantOrigin::alexa;
  record.expires_at = now + client.authorization_code_lifetime;
  return record;
}

std::string success_redirect(const RedirectBack& to, const AuthorizationCode& code, std::string_view issuer,
                             AnsweredBy by) {
  FormWriter query;
  query.add("code", code.reveal());
  return with_query(to.redirect_uri, add_common(query, to, issuer, by).text());
}

std::string error_redirect(const RedirectBack& to, OAuthErrorCode code, std::string_view issuer,
                           AnsweredBy by) {
  FormWriter query;
  query.add("error", error_row(code).wire_name).add("error_description", error_row(code).public_text);
  return with_query(to.redirect_uri, add_common(query, to, issuer, by).text());
}

}  // namespace couplet::oauth
