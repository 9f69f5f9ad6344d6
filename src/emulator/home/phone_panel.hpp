// SPDX-License-Identifier: Apache-2.0
// The phone on /_emulator: one account's Alexa app with its skills, what Alexa knows of each link, and the
// buttons.
#pragma once
#include "emulator/world/world.hpp"
#include "http/html.hpp"

namespace couplet::emulator {

[[nodiscard]] http::Html phone_panel(const World& world, const AmazonUser& owner);

/// Twelve hex digits that tell one token from another and give nothing away.
[[nodiscard]] std::string token_fingerprint(std::string_view token);

}  // namespace couplet::emulator
