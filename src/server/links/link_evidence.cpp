// SPDX-License-Identifier: Apache-2.0
// What our own rows say to LinkEngine of an enablement: what Alexa has redeemed for it, and who was linked
// before.
#include <algorithm>

#include "server/links/link_engine.hpp"

namespace couplet::server {

// What Alexa got for our code, if it redeemed it; a replay of the code has revoked it (CD-02).
Task<storage::Result<std::optional<Grant>>> LinkEngine::redeemed_grant(const LinkAttempt& attempt) {
  if (!attempt.code_selector) co_return std::nullopt;
  auto code = co_await store_.find_code(*attempt.code_selector);
  if (!code) co_return std::unexpected(code.error());
  if (!*code || !(*code)->grant_id) co_return std::nullopt;
  co_return co_await store_.find_grant(*(*code)->grant_id);
}

// Normally the redeemed one. Where Amazon says "linked" without having redeemed our code, the tokens it holds
// are those of the link that was there before: that grant must live on.
Task<storage::Result<std::optional<Grant>>> LinkEngine::grant_to_keep(const LinkAttempt& attempt) {
  auto grant = co_await redeemed_grant(attempt);
  if (!grant) co_return grant;
  if (!*grant) {
    auto link = co_await store_.find_link(attempt.skill, attempt.user);
    if (!link) co_return std::unexpected(link.error());
    if (!*link || (*link)->status != LinkStatus::LINKED || !(*link)->grant_id) co_return std::nullopt;
    grant = co_await store_.find_grant(*(*link)->grant_id);
    if (!grant) co_return grant;
  }
  if (*grant && (*grant)->revoked_at) co_return std::nullopt;
  co_return grant;
}

// Whether the Alexa user was linked before this attempt, and with whom: then "enabled" may speak of that.
// Where it was this user, the user is linked either way, and complete_link() lets both grants live.
Task<storage::Result<LinkEngine::Earlier>> LinkEngine::linked_earlier(
    const LinkAttempt& attempt, const std::optional<AlexaUserId>& alexa_user_id) {
  const auto link = co_await store_.find_link(attempt.skill, attempt.user);
  if (!link) co_return std::unexpected(link.error());
  const bool is_linked = *link && (*link)->status == LinkStatus::LINKED;
  if (!alexa_user_id) co_return is_linked ? Earlier::this_user : Earlier::nobody;
  const auto users = co_await store_.users_linked_under(attempt.skill, *alexa_user_id);
  if (!users) co_return std::unexpected(users.error());
  if (std::ranges::any_of(*users, [&](const UserId& user) { return user != attempt.user; }))
    co_return Earlier::other;
  if (is_linked && (!(*link)->alexa_user_id || (*link)->alexa_user_id == alexa_user_id))
    co_return Earlier::this_user;
  // A link that this user has left, and that Amazon may not know yet to be over.
  const auto ids = co_await store_.alexa_ids_of(attempt.skill, attempt.user);
  if (!ids) co_return std::unexpected(ids.error());
  const bool was_left = std::ranges::any_of(*ids, [&](const AlexaIdRecord& record) {
    return record.alexa_user_id == alexa_user_id && record.linked_at &&
           *record.linked_at < attempt.created_at;
  });
  co_return was_left ? Earlier::other : Earlier::nobody;
}

}  // namespace couplet::server
