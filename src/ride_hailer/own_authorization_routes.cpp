// SPDX-License-Identifier: Apache-2.0
#include "ride_hailer/own_authorization_routes.hpp"

#include "base/json.hpp"
#include "base/log.hpp"

namespace couplet::ride_hailer {
namespace {

http::Response no_store(int status, const json::object& body) {
  return http::json_response(status, json::serialize(body)).header("Cache-Control", "no-store");
}
http::Response oauth_error(int status, std::string_view error) {
  return no_store(status, {{"error", error}});
}

struct Credentials {
  std::string client_id;
  AlexaClientSecret client_secret;
};

// RFC 6749 2.3.1: form-encoded before base64.
std::optional<Credentials> basic_credentials(std::string_view authorization) {
  constexpr std::string_view kScheme = "basic ";
  if (ascii_lower(authorization.substr(0, kScheme.size())) != kScheme) return std::nullopt;
  const auto pair = from_base64(authorization.substr(kScheme.size()));
  const std::string_view text = pair ? as_text(*pair) : "";
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  auto id = percent_decode(text.substr(0, colon), Plus::is_space);
  auto secret = percent_decode(text.substr(colon + 1), Plus::is_space);
  if (!id || !secret) return std::nullopt;
  return Credentials{std::move(*id), AlexaClientSecret(std::move(*secret))};
}

}  // namespace

OwnAuthorizationRoutes::OwnAuthorizationRoutes(OwnAuthorizationSettings settings,
                                               OwnAuthorization& authorization, const Users& users,
                                               const Clock& clock)
    : settings_(std::move(settings)),
      calls_(WebhookCheck::with(settings_.code_secret)),
      authorization_(authorization),
      users_(users),
      clock_(clock) {}

void OwnAuthorizationRoutes::add_to(http::Router& router) {
  router.add("POST", "/couplet/code",
             [this](const http::Request& request) -> Task<http::Response> { co_return give_code(request); });
  router.add("POST", "/oauth/token", [this](const http::Request& request) -> Task<http::Response> {
    co_return give_tokens(request);
  });
}

// The user has consented at Amazon and is the one who started the link; Couplet has checked both, and the
// signature says that it is Couplet who asks.
http::Response OwnAuthorizationRoutes::give_code(const http::Request& request) {
  const auto call_id = calls_ ? calls_->genuine_id(request, clock_.now()) : std::nullopt;
  if (!call_id) return no_store(401, {{"error", "signature"}});
  const auto body = parse_json_object(request.body);
  const auto user = body ? find_string(*body, "user") : std::nullopt;
  const auto redirect_uri = body ? find_string(*body, "redirect_uri") : std::nullopt;
  if (!user || !redirect_uri) return no_store(400, {{"error", "invalid_request"}});
  if (!users_.find_by_id(*user)) return no_store(404, {{"error", "unknown_user"}});
  const OwnCode code = authorization_.issue(*call_id, std::string(*user), std::string(*redirect_uri));
  log::info("code.issued", {{"call", *call_id}, {"user", *user}});
  return no_store(200, {{"code", code.reveal()}});
}

http::Response OwnAuthorizationRoutes::give_tokens(const http::Request& request) {
  const auto form = FormParameters::parse(request.body);
  if (!form) return oauth_error(400, "invalid_request");
  if (!is_alexa(request, *form))
    return oauth_error(401, "invalid_client").header("WWW-Authenticate", "Basic");
  return grant(*form);
}

http::Response OwnAuthorizationRoutes::grant(const FormParameters& form) {
  const auto text = [&form](std::string_view name) { return std::string(form.get(name).value_or("")); };
  const std::string grant_type = text("grant_type");
  std::optional<OwnTokens> tokens;
  if (grant_type == "authorization_code")
    tokens = authorization_.redeem(OwnCode(text("code")), text("redirect_uri"));
  else if (grant_type == "refresh_token")
    tokens = authorization_.refresh(OwnRefreshToken(text("refresh_token")));
  else
    return oauth_error(400, "unsupported_grant_type");
  if (!tokens) return oauth_error(400, "invalid_grant");
  json::object answer{{"access_token", tokens->access_token.reveal()},
                      {"token_type", "Bearer"},
                      {"expires_in", tokens->expires_in.count()}};
  if (!tokens->refresh_token.empty()) answer["refresh_token"] = tokens->refresh_token.reveal();
  return no_store(200, answer);
}

bool OwnAuthorizationRoutes::is_alexa(const http::Request& request, const FormParameters& form) const {
  auto given = basic_credentials(request.headers.get("Authorization").value_or(""));
  if (!given)
    given = Credentials{std::string(form.get("client_id").value_or("")),
                        AlexaClientSecret(std::string(form.get("client_secret").value_or("")))};
  return given->client_id == settings_.client_id &&
         constant_time_equal(given->client_secret, settings_.client_secret);
}

}  // namespace couplet::ride_hailer
