// SPDX-License-Identifier: Apache-2.0
// Accounts and skills as the control interface shows and takes them. Secrets go in and never come out.
#pragma once
#include <string>

#include "base/json.hpp"
#include "base/result.hpp"
#include "emulator/state/model.hpp"

namespace couplet::emulator {

[[nodiscard]] json::object to_json(const AmazonUser& user);
[[nodiscard]] json::object to_json(const Skill& skill);

/// Members that are left out keep the value that `known` has.
/// Errors: a sentence that names the member
Result<AmazonUser, std::string> user_from_json(const json::object& object, AmazonUser known);
Result<Skill, std::string> skill_from_json(const json::object& object, Skill known);

}  // namespace couplet::emulator
