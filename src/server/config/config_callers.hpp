// SPDX-License-Identifier: Apache-2.0
// Who may call the linking API; part of config_check.cpp.
#pragma once
#include <string>

#include "server/config/config_read.hpp"

namespace couplet::server {

/// Checks `api_keys[index]`, and adds it.
void add_api_key(ReadSettings& read, std::size_t index, Config& config);

/// Checks `user_jwts[index]`, and adds it with what is in its jwks_file.
void add_user_jwt(ReadSettings& read, std::size_t index, const std::string& base_dir, Config& config);

}  // namespace couplet::server
