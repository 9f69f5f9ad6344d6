// SPDX-License-Identifier: Apache-2.0
// What the implicit grant brings back to Alexa behind the '#'. No I/O.
#pragma once
#include <string>

#include "base/clock.hpp"
#include "base/form.hpp"
#include "base/result.hpp"
#include "emulator/state/enablements.hpp"
#include "emulator/switches/switches.hpp"

namespace couplet::emulator {

inline constexpr std::chrono::years kTokenWithoutEnd{10};  // expires_in was left out

/// Never with a refresh token. Spec: RFC 6749 4.2.2
/// Errors: a sentence for the developer
Result<ProviderTokens, std::string> read_token_fragment(const FormParameters& fragment, Instant now,
                                                        const Switches& switches);

}  // namespace couplet::emulator
