// SPDX-License-Identifier: Apache-2.0
// What the end of an attempt and the wish to unlink do to the rows, for engines to run inside one
// transaction. `Rows` has unlink, owe_disablement, tell, and what doubt_acts.hpp and event_acts.hpp ask of
// it.
#pragma once
#include <optional>
#include <vector>

#include "storage/doubt_acts.hpp"
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

/// What Alexa may hold instead of the tokens of the new link, where only Amazon's status speaks for that:
/// what it redeemed for this user before. Of the Amazon account that the user has left it is nothing.
template <class Rows>
std::vector<Grant> may_be_held_instead(Rows& rows, const std::optional<AccountLink>& before,
                                       const AccountLink& link) {
  std::vector<Grant> others = rows.live_grants_of(link.skill, link.user);
  const bool moved = before && is_of_another_alexa_user(*before, link);
  std::erase_if(others, [&](const Grant& grant) {
    const bool is_of_before = grant.in_doubt || (before && grant.grant_id == before->grant_id);
    return grant.grant_id == link.grant_id || (moved && is_of_before);
  });
  return others;
}

/// What the row rested on is revoked, but for what the new link rests on and what Alexa has redeemed since.
template <class Rows>
void revoke_replaced(Rows& rows, const AccountLink& before, const AccountLink& link,
                     const std::vector<Grant>& kept, Instant now) {
  const auto offered = link.grant_id ? rows.find_grant(*link.grant_id) : std::nullopt;
  const auto is_kept = [&](const GrantId& grant_id) {
    return grant_id == link.grant_id || std::ranges::find(kept, grant_id, &Grant::grant_id) != kept.end();
  };
  if (before.grant_id && !is_kept(*before.grant_id)) rows.revoke_grant(*before.grant_id, now);
  for (const Grant& grant : grants_in_doubt(rows, link.skill, link.user, before.grant_id))
    if (!is_kept(grant.grant_id) && (!offered || grant.created_at <= offered->created_at))
      rows.revoke_grant(grant.grant_id, now);
}

/// Replaces the row. The link rests on its grant, and in doubt on those of `held_instead`; what the row
/// rested on before is revoked at `now`. False where the row stays, because its grant was redeemed later.
template <class Rows>
bool put_link(Rows& rows, const AccountLink& link, Instant now, const std::vector<Grant>& held_instead = {}) {
  const auto before = rows.find_link(link.skill, link.user);
  if (before && was_redeemed_later(rows, *before, link)) {
    const bool is_certain = !rows.find_grant(*before->grant_id)->in_doubt;
    if (is_certain)
      rows.revoke_grant(*link.grant_id, now);
    else
      rows.doubt_grant(*link.grant_id, true);
    return false;
  }
  if (before) revoke_replaced(rows, *before, link, held_instead, now);
  for (const Grant& grant : held_instead) rows.doubt_grant(grant.grant_id, true);
  if (link.grant_id) rows.doubt_grant(*link.grant_id, !held_instead.empty());
  rows.write_link(link);
  return true;
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
/// Amazon that the enablement ends. A link that rests on others, too, goes on with those.
template <class Rows>
void end_link_of(Rows& rows, const Grant& grant, Instant now) {
  auto link = rows.find_link(grant.skill, grant.user);
  if (!link || link->status != LinkStatus::LINKED || link->grant_id != grant.grant_id) return;
  if (const auto left = grants_in_doubt(rows, link->skill, link->user, link->grant_id); !left.empty()) {
    link->grant_id = left.back().grant_id;
    return rows.write_link(*link);
  }
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
void settle_link(Rows& rows, AccountLink link, LinkProof proof, Instant attempt_began_at, Instant now) {
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
  const auto held_instead =
      proof == LinkProof::status ? may_be_held_instead(rows, before, link) : std::vector<Grant>();
  if (!put_link(rows, link, now, held_instead)) return;
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
