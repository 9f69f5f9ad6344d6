// SPDX-License-Identifier: Apache-2.0
// The table [amazon]; part of config_check.cpp.
#pragma once
#include <string>

#include "server/config/config_read.hpp"

namespace couplet::server {

/// Checks where Amazon is said to be, and for how long it is waited for; sets both.
void set_amazon(ReadSettings& read, const std::string& base_dir, Config& config);

}  // namespace couplet::server
