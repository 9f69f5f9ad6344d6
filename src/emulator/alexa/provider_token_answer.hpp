// SPDX-License-Identifier: Apache-2.0
// What Alexa sends to a provider's token URL, and what it accepts as an answer. No I/O.
#pragma once
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "emulator/state/enablements.hpp"
#include "emulator/state/model.hpp"
#include "emulator/switches/switches.hpp"
#include "http/client.hpp"

namespace couplet::emulator {

inline constexpr std::chrono::milliseconds kProviderDeadline{4500};
inline constexpr std::chrono::seconds kShortestTokenLife{360};

/// A code that Alexa brings to the token URL, with what belongs to it. Empty members are not sent.
struct ProviderCodeExchange {
  ProviderCode code;
  std::string redirect_uri;
  std::string code_verifier;  // of a link that started in the Alexa app with PKCE
};
[[nodiscard]] http::OutgoingRequest code_exchange_request(const AccountLinking& linking,
                                                          const ProviderCodeExchange& exchange,
                                                          milliseconds deadline, const Switches& switches);
[[nodiscard]] http::OutgoingRequest refresh_request(const AccountLinking& linking,
                                                    const ProviderRefreshToken& token, milliseconds deadline,
                                                    const Switches& switches);

struct ProviderFailure {
  enum class Kind {
    refused,      // an OAuth error: the code or token, or Alexa's own credentials, are not good
    unusable,     // answered, but not as Alexa wants it: no JSON, a token missing, too short a life
    unreachable,  // no answer in time, no connection, or a 5xx
  };
  Kind kind = Kind::unusable;
  std::string error;  // the OAuth error code when refused
  std::string why;    // a sentence for the developer
};

/// What an exchange answered. `kept` is the refresh token that stays when the answer has none: absent at a
/// code exchange, where both tokens are wanted.
Result<ProviderTokens, ProviderFailure> read_token_answer(
    const Result<http::IncomingResponse, http::TransportError>& answer, const AccountLinking& linking,
    Instant now, const ProviderRefreshToken* kept, const Switches& switches);

}  // namespace couplet::emulator
