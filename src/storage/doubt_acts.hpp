// SPDX-License-Identifier: Apache-2.0
// The grants that a user's link rests on, for engines to change inside one transaction. It is one grant, but
// for this: a user who is linked links again, Alexa redeems the new code and may not have heard the answer,
// and Amazon cannot say which tokens it kept. Then the link rests on the old grant and the new one, both
// live and `in_doubt`, until Alexa uses the new one. `Rows` has find_grant, live_grants_of, revoke_grant,
// doubt_grant, find_link and write_link.
#pragma once
#include <algorithm>
#include <optional>
#include <vector>

#include "domain/grant.hpp"
#include "domain/link.hpp"

namespace couplet::storage {

/// The living grants in doubt of a user, but for `beside`; the one that was redeemed last comes last.
template <class Rows>
std::vector<Grant> grants_in_doubt(Rows& rows, const SkillName& skill, const UserId& user,
                                   const std::optional<GrantId>& beside) {
  std::vector<Grant> in_doubt = rows.live_grants_of(skill, user);
  std::erase_if(in_doubt, [&](const Grant& grant) { return !grant.in_doubt || grant.grant_id == beside; });
  std::ranges::sort(in_doubt, {}, &Grant::created_at);
  return in_doubt;
}

/// All that the link rests on, when it ends.
template <class Rows>
void revoke_grants_of(Rows& rows, const AccountLink& link, Instant now) {
  if (link.grant_id) rows.revoke_grant(*link.grant_id, now);
  for (const Grant& grant : grants_in_doubt(rows, link.skill, link.user, link.grant_id))
    rows.revoke_grant(grant.grant_id, now);
}

/// Alexa uses the grant, so it has let go of what it redeemed before. It says nothing of what it redeemed
/// later: Alexa may have two Amazon accounts of this user in mind.
template <class Rows>
void settle_doubt(Rows& rows, const GrantId& used, Instant now) {
  const auto grant = rows.find_grant(used);
  if (!grant || grant->revoked_at || !grant->in_doubt) return;
  const auto others = grants_in_doubt(rows, grant->skill, grant->user, used);
  if (!others.empty() && others.back().created_at > grant->created_at) return;
  for (const Grant& other : others) rows.revoke_grant(other.grant_id, now);
  rows.doubt_grant(used, false);
  auto link = rows.find_link(grant->skill, grant->user);
  const bool rested_on_another = link && std::ranges::any_of(others, [&](const Grant& other) {
                                   return other.grant_id == link->grant_id;
                                 });
  if (!rested_on_another) return;
  link->grant_id = used;
  rows.write_link(*link);
}

}  // namespace couplet::storage
