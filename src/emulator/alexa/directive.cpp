// SPDX-License-Identifier: Apache-2.0
#include "emulator/alexa/directive.hpp"

#include <utility>

namespace couplet::emulator {

namespace {

constexpr std::string_view kAuthorization = "Alexa.Authorization";
constexpr std::string_view kAcceptGrant = "AcceptGrant";

json::object bearer(const ProviderAccessToken& token) {
  return {{"type", "BearerToken"}, {"token", token.reveal()}};
}

}  // namespace

bool is_discovery(std::string_view directive_namespace, std::string_view name) {
  return directive_namespace == "Alexa.Discovery" && name == "Discover";
}

bool is_accept_grant(std::string_view directive_namespace, std::string_view name) {
  return directive_namespace == kAuthorization && name == kAcceptGrant;
}

json::object to_message(Directive directive, const ProviderAccessToken& token) {
  json::object header{{"namespace", directive.directive_namespace},
                      {"name", directive.name},
                      {"messageId", directive.message_id},
                      {"payloadVersion", "3"}};
  if (!directive.correlation_token.empty()) header["correlationToken"] = directive.correlation_token;
  const bool discovery = is_discovery(directive.directive_namespace, directive.name);
  const bool grant = is_accept_grant(directive.directive_namespace, directive.name);
  json::object body{{"header", std::move(header)}};
  if (!discovery && !grant)
    body["endpoint"] = json::object{
        {"scope", bearer(token)}, {"endpointId", directive.endpoint_id}, {"cookie", json::object{}}};
  if (discovery) directive.payload["scope"] = bearer(token);
  if (grant) directive.payload["grantee"] = bearer(token);
  body["payload"] = std::move(directive.payload);
  return {{"directive", std::move(body)}};
}

Directive accept_grant(std::string message_id, const AmazonCode& code) {
  Directive directive;
  directive.directive_namespace = kAuthorization;
  directive.name = kAcceptGrant;
  directive.message_id = std::move(message_id);
  directive.payload["grant"] = json::object{{"type", "OAuth2.AuthorizationCode"}, {"code", code.reveal()}};
  return directive;
}

}  // namespace couplet::emulator
