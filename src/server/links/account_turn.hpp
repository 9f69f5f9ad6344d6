// SPDX-License-Identifier: Apache-2.0
// One thing at a time is done to the enablement of one user: a DELETE that is still owed for an earlier link
// must not arrive while a new link is being made (SG-05).
#pragma once
#include <string>

#include "base/pauses.hpp"
#include "storage/store.hpp"

namespace couplet::server {

/// A lease on the enablement of one user. Thread: one. References outlive it.
class AccountTurn {
 public:
  /// Longer than an enablement with its look-up takes; after a crash nobody else has a turn for as long.
  static constexpr seconds kLease{60};

  AccountTurn(storage::LeaseStore& leases, Pauses& pauses, const Clock& clock, const SkillName& skill,
              const UserId& user, std::string holder);

  /// False when somebody else has it, or the store cannot say.
  Task<bool> take();
  /// Waits for it, at most `patience`; false when it was not to be had.
  Task<bool> wait(milliseconds patience);
  /// Harmless without the lease.
  Task<void> release();

 private:
  storage::LeaseStore& leases_;
  Pauses& pauses_;
  const Clock& clock_;
  std::string name_;
  std::string holder_;
};

}  // namespace couplet::server
