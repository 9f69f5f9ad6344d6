// SPDX-License-Identifier: Apache-2.0
// The [keys] table; part of config_check.cpp.
#pragma once
#include "server/config/config_read.hpp"

namespace couplet::server {

/// Sets master, signing and subject keys; `config.keys` stays null where no master key can be used.
void read_keys(ReadSettings& read, const SecretReader& secret, Config& config);

}  // namespace couplet::server
