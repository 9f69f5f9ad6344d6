// SPDX-License-Identifier: Apache-2.0
// Skills; part of config_check.cpp.
#pragma once
#include <string>
#include <vector>

#include "server/config/config_read.hpp"

namespace couplet::server {

/// Checks `skills[index]`, and adds it; its client is in `config` by then.
void add_skill(ReadSettings& read, std::size_t index, const SecretReader& secret, Config& config);

/// Warns of each client that several skills name. After add_skill() of all.
void check_shared_clients(ReadSettings& read, const Config& config);

/// Names in `setting`, each with a fault when there is no such skill. After add_skill() of all.
[[nodiscard]] std::vector<SkillName> skill_names(ReadSettings& read, const Config& config,
                                                 const std::string& setting,
                                                 const std::vector<std::string>& names);

}  // namespace couplet::server
