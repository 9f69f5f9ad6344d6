// SPDX-License-Identifier: Apache-2.0
// The tables [server], [storage] and [log]; part of config_check.cpp.
#pragma once
#include <string>

#include "server/config/config_read.hpp"

namespace couplet::server {

/// Paths of files are resolved against the folder of the configuration.
void check_server(ReadSettings& read, const std::string& base_dir);
void check_storage(ReadSettings& read, const std::string& base_dir);
void check_log(ReadSettings& read);

}  // namespace couplet::server
