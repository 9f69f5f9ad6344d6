// SPDX-License-Identifier: Apache-2.0
// Asks Amazon about links whose evidence is old, a few a minute, and mends what has drifted: a user who has
// disabled the skill, and whose event never reached us.
#pragma once
#include <deque>

#include "server/links/link_check.hpp"

namespace couplet::server {

/// Thread: one. References outlive it.
class Reconciler {
 public:
  Reconciler(const Config& config, storage::Store& store, LinkCheck& check, const Clock& clock,
             Random& random, Metrics& metrics);

  /// Looks at one link at most, and says how long to wait before the next call. Nodes that share a store take
  /// turns: one of them does it.
  Task<milliseconds> step();

 private:
  Task<storage::Result<bool>> find_more();
  Task<milliseconds> look_at(AccountLink link);

  const Config& config_;
  storage::Store& store_;
  LinkCheck& check_;
  const Clock& clock_;
  Metrics& metrics_;
  const std::string holder_;
  std::deque<AccountLink> due_;
  std::optional<storage::CheckedLink> place_;  // of the last link that was looked at
};

}  // namespace couplet::server
