// SPDX-License-Identifier: Apache-2.0
// DELETE /v1/users/{user}: one user erased everywhere (UL-05).
#pragma once
#include "server/common/caller.hpp"
#include "server/links/disabler.hpp"

namespace couplet::server {

/// Shape:   → 200 { status:"ERASED", skills:[{ skill, amazon, manage_urls? }] }: the caller's skills about
///          which anything was stored. amazon: "disabled"; "pending", it is told again by itself;
///          "manage_in_alexa", the user has to disable the skill there
/// Errors:  503 temporarily_unavailable, also while a link of the user is being made: ask again, and what was
///          left is erased
/// Effects: for each skill our side ends and every row goes in one transaction, before Amazon is told
class UserErasureEndpoint {
 public:
  UserErasureEndpoint(const Config& config, const CallerAuthentication& callers, storage::Store& store,
                      Disabler& disabler, Pauses& pauses, const Clock& clock, Random& random,
                      Metrics& metrics);
  Task<http::Response> handle(const http::Request& request);

 private:
  enum class Amazon { disabled, pending, manage_in_alexa };

  Task<storage::Result<storage::Erasure>> erase(const Skill& skill, const UserId& user);
  Task<storage::Result<storage::Erasure>> erase_in_turn(const Skill& skill, const UserId& user);
  std::vector<OwedDisablement> owed_for(const std::vector<storage::AttemptTrace>& attempts);
  Task<Amazon> tell_amazon(storage::Erasure erasure);
  json::object to_json(const Skill& skill, Amazon amazon) const;

  const Config& config_;
  const CallerAuthentication& callers_;
  storage::Store& store_;
  Disabler& disabler_;
  Pauses& pauses_;
  const Clock& clock_;
  Random& random_;
  Metrics& metrics_;
};

}  // namespace couplet::server
