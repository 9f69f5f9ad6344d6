// SPDX-License-Identifier: Apache-2.0
// What the call that starts a link asks for.
#pragma once
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "domain/link.hpp"
#include "domain/skill.hpp"

namespace couplet::server {

struct StartBody {
  Platform platform = Platform::web;
  ReturnMode return_mode = ReturnMode::app;
  std::string redirect_uri;
  std::vector<std::string> acknowledged;
  std::string locale;
  std::string masked_account;  // empty unless an account_hint was given
};

/// Defaults filled in, and checked against what the skill allows. Errors: what the caller has to mend, for
/// people
[[nodiscard]] Result<StartBody, std::string> read_start_body(const json::object& body, const Skill& skill,
                                                             const std::string& public_url);

}  // namespace couplet::server
