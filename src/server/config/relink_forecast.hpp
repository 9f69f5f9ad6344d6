// SPDX-License-Identifier: Apache-2.0
// When, at the earliest, a user could be forced to link again: no lifetime in this program is a hidden one.
#pragma once
#include <string>

#include "server/config/config.hpp"

namespace couplet::server {

/// One line for each client that holds refresh tokens, for people: "earliest forced relink, client alexa:
/// never; …". Reads the database where there is one, and changes nothing.
[[nodiscard]] std::string relink_forecast(const Config& config);

}  // namespace couplet::server
