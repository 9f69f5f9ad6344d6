// SPDX-License-Identifier: Apache-2.0
// The [[webhooks]] tables; part of config_check.cpp.
#pragma once
#include "server/config/config_read.hpp"

namespace couplet::server {

/// Checks every [[webhooks]] table, and sets `config.webhooks`. `config.skills` are there already; a ca_file
/// is relative to `base_dir`.
void check_webhooks(ReadSettings& read, const SecretReader& secret, const std::string& base_dir,
                    Config& config);

}  // namespace couplet::server
