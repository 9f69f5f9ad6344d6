// SPDX-License-Identifier: Apache-2.0
// What erasing a user does to the rows, for engines to run inside one transaction. `Rows` has find_link,
// unlink, owe_disablement, owes_disablement and forget_user.
#pragma once
#include <utility>

#include "storage/store.hpp"

namespace couplet::storage {

template <class Rows>
Erasure erase_user(Rows& rows, const SkillName& skill, const UserId& user,
                   std::vector<OwedDisablement> of_attempts, Instant now, Instant claimed_until) {
  Erasure erasure;
  erasure.link = rows.find_link(skill, user);
  if (erasure.link && erasure.link->status == LinkStatus::LINKED) {
    if (auto owed = disablement_of(*erasure.link, now)) of_attempts.push_back(*std::move(owed));
    rows.unlink(skill, user, EvidenceSource::unlink_request, UnlinkReason::user, now);
  }
  erasure.owed_before = rows.owes_disablement(skill, user);
  for (OwedDisablement& owed : of_attempts) {
    owed.tries = 1;
    owed.due_at = claimed_until;
    erasure.owed.push_back(rows.owe_disablement(std::move(owed)));
  }
  erasure.rows = rows.forget_user(skill, user);
  return erasure;
}

}  // namespace couplet::storage
