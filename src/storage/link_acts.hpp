// SPDX-License-Identifier: Apache-2.0
// What the end of an attempt and the wish to unlink do to the rows, for engines to run inside one
// transaction. `Rows` has find_grant, revoke_grant, find_link, put_link, unlink, owe_disablement, tell, and
// what event_acts.hpp asks of it.
#pragma once
#include <optional>

#include "storage/event_acts.hpp"

namespace couplet::storage {

/// Alexa holds the tokens it redeemed last, so that grant counts, in whatever order the attempts end.
template <class Rows>
bool was_redeemed_later(Rows& rows, const AccountLink& before, const AccountLink& link) {
  const auto held = before.grant_id ? rows.find_grant(*before.grant_id) : std::nullopt;
  const auto offered = link.grant_id ? rows.find_grant(*link.grant_id) : std::nullopt;
  return before.status == LinkStatus::LINKED && held && !held->revoked_at && offered &&
         held->created_at > offered->created_at;
}

/// The user has unlinked after Alexa redeemed the code of an attempt that comes to its end only now.
template <class Rows>
bool was_unlinked_since(Rows& rows, const AccountLink& before, const AccountLink& link) {
  const bool on_request = before.evidence == EvidenceSource::unlink_request ||
                          before.evidence == EvidenceSource::enablement_answer;
  const auto offered = link.grant_id ? rows.find_grant(*link.grant_id) : std::nullopt;
  return before.status == LinkStatus::NOT_LINKED && on_request && offered &&
         before.changed_at > offered->created_at;
}

/// The link that rests on a revoked grant ends with it. Alexa is left with dead tokens, so it is owed to
/// Amazon that the enablement ends.
template <class Rows>
void end_link_of(Rows& rows, const Grant& grant, Instant now) {
  const auto link = rows.find_link(grant.skill, grant.user);
  if (!link || link->status != LinkStatus::LINKED || link->grant_id != grant.grant_id) return;
  if (auto owed = disablement_of(*link, now)) rows.owe_disablement(*std::move(owed));
  rows.unlink(grant.skill, grant.user, EvidenceSource::own_grant, UnlinkReason::revoked, now);
}

/// What was granted is taken back: its client wants that, or a code or token was used again (CD-02, RT-05).
template <class Rows>
void end_grant(Rows& rows, const GrantId& grant_id, Instant now) {
  const auto grant = rows.find_grant(grant_id);
  if (!grant || grant->revoked_at) return;
  rows.revoke_grant(grant_id, now);
  end_link_of(rows, *grant, now);
}

/// Another of our users is linked with the same Alexa user by what Alexa redeemed later.
template <class Rows>
bool was_taken_over(Rows& rows, const AccountLink& link) {
  if (!link.alexa_user_id) return false;
  for (const UserId& user : rows.users_linked_under(link.skill, *link.alexa_user_id))
    if (user != link.user && was_redeemed_later(rows, *rows.find_link(link.skill, user), link)) return true;
  return false;
}

/// The link of an attempt that has ended. A user has one link: the enablement at an Amazon account that is
/// left behind would hold a dead token, so it is owed to Amazon that it ends.
template <class Rows>
void settle_link(Rows& rows, AccountLink link, Instant attempt_began_at, Instant now) {
  join_alexa_id(rows, link, attempt_began_at);
  const auto before = rows.find_link(link.skill, link.user);
  const auto owe = [&](const AccountLink& loser) {
    if (auto owed = disablement_of(loser, now)) rows.owe_disablement(*std::move(owed));
  };
  if (before && was_unlinked_since(rows, *before, link)) {
    rows.revoke_grant(*link.grant_id, now);
    return owe(link);
  }
  if (was_taken_over(rows, link)) return rows.revoke_grant(*link.grant_id, now);
  if (before && before->status == LinkStatus::LINKED && is_of_another_alexa_user(*before, link))
    owe(was_redeemed_later(rows, *before, link) ? link : *before);
  if (!rows.put_link(link, now)) return;
  if (link.alexa_user_id)
    event_acts::unlink_others(rows, link.skill, *link.alexa_user_id, link.user,
                              EvidenceSource::enablement_answer, now);
  rows.tell(news_of_link(link, now));
  // A replay of the code may have come between Alexa's redemption and this.
  const auto grant = link.grant_id ? rows.find_grant(*link.grant_id) : std::nullopt;
  if (grant && grant->revoked_at) end_link_of(rows, *grant, now);
}

/// The link that Alexa makes by redeeming a code. Of which Amazon account it is, only an event will tell; the
/// tokens of the link that was there before are all that can end its enablement, should it be of another.
template <class Rows>
void settle_link_of_alexa(Rows& rows, const Grant& grant, Instant now) {
  const AccountLink link = link_made_in_alexa(grant, now);
  const auto before = rows.find_link(link.skill, link.user);
  if (!rows.put_link(link, now)) return;
  if (before && before->status == LinkStatus::LINKED)
    if (auto owed = disablement_of(*before, now)) rows.owe_disablement(*std::move(owed));
  rows.tell(news_of_link(link, now));
}

/// unlink() on the user's request, with what is then owed, claimed until `claimed_until`.
template <class Rows>
std::optional<OwedDisablement> unlink_owing(Rows& rows, const AccountLink& seen, Instant now,
                                            Instant claimed_until) {
  const auto stored = rows.find_link(seen.skill, seen.user);
  if (!is_same_link(stored, seen)) return std::nullopt;
  auto owed = disablement_of(*stored, now);
  if (!owed) return std::nullopt;
  rows.unlink(seen.skill, seen.user, EvidenceSource::unlink_request, UnlinkReason::user, now);
  owed->tries = 1;
  owed->due_at = claimed_until;
  return rows.owe_disablement(*std::move(owed));
}

}  // namespace couplet::storage
