// SPDX-License-Identifier: Apache-2.0
// Smart home directives and where the provider's token stands in them. No I/O.
#pragma once
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "emulator/state/model.hpp"

namespace couplet::emulator {

struct Directive {
  std::string directive_namespace;  // "Alexa.PowerController"
  std::string name;                 // "TurnOn"
  std::string message_id;
  std::string correlation_token;  // empty: none; discovery and AcceptGrant have none
  std::string endpoint_id;        // of the device; not for discovery and AcceptGrant
  json::object payload;
};

/// {"directive": …} with {"type": "BearerToken", "token": …} in payload.scope for discovery, in
/// payload.grantee for AcceptGrant, in endpoint.scope for everything else.
/// Spec: "Use access tokens in skill code", smart home message formats
[[nodiscard]] json::object to_message(Directive directive, const ProviderAccessToken& token);

[[nodiscard]] bool is_discovery(std::string_view directive_namespace, std::string_view name);
[[nodiscard]] bool is_accept_grant(std::string_view directive_namespace, std::string_view name);

/// AcceptGrant with an LWA code.
[[nodiscard]] Directive accept_grant(std::string message_id, const AmazonCode& code);

}  // namespace couplet::emulator
