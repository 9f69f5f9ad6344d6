// SPDX-License-Identifier: Apache-2.0
#include "alexa/hop_table.hpp"

#include <algorithm>
#include <array>
#include <ranges>

namespace couplet::alexa {
namespace {

using enum LinkStep;

constexpr std::string_view kTokenEndpoint = "token_endpoint";
constexpr std::string_view kNoCall = "no such hop";

constexpr std::array kHops = {
    HopRow{"amazon.consent", "Amazon", "Couplet", "consent", authorization},
    HopRow{"lwa.token", "Couplet", "Login with Amazon", "trade code", token},
    HopRow{"lwa.refresh", "Couplet", "Login with Amazon", "refresh", token},
    HopRow{"lwa.accept_grant", "Couplet", "Login with Amazon", "trade grant", token},
    HopRow{"alexa.endpoint", "Couplet", "Alexa API", "find region", enablement},
    HopRow{"alexa.enable", "Couplet", "Alexa API", "enable skill", enablement},
    HopRow{"alexa.status", "Couplet", "Alexa API", "ask status", enablement},
    HopRow{"alexa.disable", "Couplet", "Alexa API", "disable skill", enablement},
    HopRow{"external.code", "Couplet", "your server", "ask for code", enablement},
    HopRow{kTokenEndpoint, "Alexa", "Couplet", "redeem code", token},
};
constexpr HopRow kOther{"", "Couplet", "somebody", "call", enablement};

constexpr std::string_view kRetype =
    "in the developer console, type the client id and secret of the skill's client again; while a secret is "
    "being replaced, both are good here";
constexpr std::string_view kDatabase =
    "look at the database's disk and at /readyz; Alexa is told to come again";
constexpr std::string_view kPkce =
    "switch PKCE in the developer console the same way as here; tolerate_unasked_code_verifier lets Alexa "
    "send "
    "one that nobody asked for";

constexpr std::array kTokenRefusals = {
    TokenRefusalRow{"client_secret_differs", "Alexa sent a client secret that is not the client's", kRetype},
    TokenRefusalRow{"client_unknown", "Alexa calls itself by a client_id that is not in [[clients]]",
                    "the console's client id must be the skill's client_id; Amazon's own pair belongs into "
                    "alexa_client_id"},
    TokenRefusalRow{"client_disabled", "the client is switched off here", "set enabled = true for it"},
    TokenRefusalRow{
        "credentials_missing", "Alexa sent no client credentials",
        "choose an authentication scheme in the developer console, and give client id and secret"},
    TokenRefusalRow{"too_many_failures", "wrong credentials came too often, so this call had to wait",
                    "look for client.refused in the log: who sends the wrong ones, and from where"},
    TokenRefusalRow{"client_differs", "the code was made for another client than the one that redeemed it",
                    "the console's client id must be the skill's client_id"},
    TokenRefusalRow{"code_replayed", "the code was redeemed twice, so what it gave is revoked",
                    "link again; if it happens often, look who else sees Alexa's calls"},
    TokenRefusalRow{"code_expired", "the code was redeemed too late",
                    "raise authorization_code_lifetime, or see whether the machine's clock is right"},
    TokenRefusalRow{"redirect_uri_differs", "Alexa sent another redirect_uri than the link was made with",
                    "register exactly the link's redirect URL on the skill"},
    TokenRefusalRow{"code_verifier_missing", "the code needs a code_verifier, and Alexa sent none", kPkce},
    TokenRefusalRow{"code_verifier_unasked", "Alexa sent a code_verifier for a code that has no challenge",
                    kPkce},
    TokenRefusalRow{"code_verifier_differs", "the code_verifier is not the one of the challenge", kPkce},
    TokenRefusalRow{"store_deadline", "our own database did not answer in time", kDatabase},
    TokenRefusalRow{"temporarily_unavailable", "our own database could not answer", kDatabase},
    TokenRefusalRow{"server_error", "what our own database holds makes no sense",
                    "look for token.refused in the log at this time, then check the database"},
    TokenRefusalRow{"invalid_client", "Alexa did not prove to be the client", kRetype},
    TokenRefusalRow{"invalid_request", "Alexa's request could not be read",
                    "look for token.refused in the log at this time"},
    TokenRefusalRow{"invalid_grant", "the code was not good any more",
                    "look for token.refused in the log at this time"},
    TokenRefusalRow{
        kNoCall, "Alexa did not call our token endpoint",
        "compare the token URL in the developer console, and see whether the internet reaches it"},
    TokenRefusalRow{"unauthorized_client", "the client has no redirect URI, so it has no codes",
                    "name it in client_id of the skill"},
};
constexpr TokenRefusalRow kOtherRefusal{"", "our token endpoint refused Alexa",
                                        "look for token.refused in the log at this time"};

// "invalid_client: client_secret_differs": the detail tells more than the error.
const TokenRefusalRow& find_refusal(std::string_view cause) {
  const std::size_t colon = std::min(cause.find(": "), cause.size());
  const std::string_view detail = cause.substr(std::min(colon + 2, cause.size()));
  for (const std::string_view wanted : {detail, cause.substr(0, colon)}) {
    const auto* const row = std::ranges::find(kTokenRefusals, wanted, &TokenRefusalRow::cause);
    if (row != kTokenRefusals.end()) return *row;
  }
  return kOtherRefusal;
}

}  // namespace

std::span<const HopRow> hop_rows() { return kHops; }
std::span<const TokenRefusalRow> token_refusal_rows() { return kTokenRefusals; }

const HopRow& find_hop(std::string_view name) {
  const auto* const row = std::ranges::find(kHops, name, &HopRow::name);
  return row == kHops.end() ? kOther : *row;
}

HopExplanation explain_hop(const Hop& hop) {
  if (hop.cause.empty()) return {};
  if (hop.name == kTokenEndpoint) {
    const TokenRefusalRow& refusal = find_refusal(hop.cause);
    return {refusal.meaning, refusal.advice};
  }
  const LinkErrorRow& row = find_link_error(find_hop(hop.name).step, hop.cause);
  return {row.cause, row.advice};
}

HopExplanation explain_behind(std::span<const Hop> hops) {
  const auto named = [&](std::string_view name) {
    return std::ranges::find(hops, name, &Hop::name) != hops.end();
  };
  for (const Hop& hop : std::ranges::reverse_view(hops))
    if (hop.name == kTokenEndpoint && !hop.cause.empty()) return explain_hop(hop);
  // An external authorization server's calls are not seen here.
  if (named(kTokenEndpoint) || named("external.code") || !named("alexa.enable")) return {};
  const TokenRefusalRow& row = find_refusal(kNoCall);
  return {row.meaning, row.advice};
}

}  // namespace couplet::alexa
