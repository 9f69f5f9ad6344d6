// SPDX-License-Identifier: Apache-2.0
// Registered clients; part of config_check.cpp.
#pragma once
#include <string>
#include <vector>

#include "server/config/config_read.hpp"

namespace couplet::server {

/// What Amazon's own client ids start with.
inline constexpr std::string_view kAlexaClientPrefix = "amzn1.application-oa2-client.";

/// Checks `clients[index]`, and adds it.
void add_client(ReadSettings& read, std::size_t index, const SecretReader& secret, Config& config);

/// Of `clients[i]` or `skills[i]`, which `at` names (RU-05).
void check_redirect_uris(ReadSettings& read, const std::string& at, const std::vector<std::string>& uris);

}  // namespace couplet::server
