// SPDX-License-Identifier: Apache-2.0
// What the configuration says about access tokens; part of config_check.cpp.
#pragma once
#include <string>

#include "oauth/issuer_profile.hpp"
#include "server/config/config_read.hpp"

namespace couplet::server {

/// Format and subject of `clients[i]`; sets them in `client`.
void check_token_settings(ReadSettings& read, const std::string& at, const ClientSettings& from,
                          Client& client);

/// Whatever goes into a token has to leave it under 2 KB (AT-08). After clients and skills have been read.
void check_token_sizes(ReadSettings& read, const Config& config);

/// For `couplet check` and `couplet keys signing list`: a line for each key, the one that signs first.
[[nodiscard]] std::string describe_signing_keys(const Config& config);

}  // namespace couplet::server
