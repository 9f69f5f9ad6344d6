// SPDX-License-Identifier: Apache-2.0
#include "server/links/link_check.hpp"

namespace couplet::server {

using View = std::optional<LinkView>;

Task<bool> LinkCheck::can_ask(const AccountLink& link) {
  if (!link.sealed_amazon_tokens.empty()) co_return true;
  co_return co_await session_.has_messaging_tokens(link);
}

Task<storage::Result<View>> LinkCheck::ask(const Skill& skill, AccountLink link) {
  const bool own_tokens = !link.sealed_amazon_tokens.empty();
  auto seen =
      own_tokens ? co_await session_.status(skill, link) : co_await session_.status_as_messenger(skill, link);
  // Of tokens for messages, a refusal may have other reasons than the end of the link.
  const bool gone = seen ? !seen->enabled : own_tokens && seen.error().code == "unauthorized";
  if (!seen && !gone) co_return LinkView{LinkView::Status::UNKNOWN, std::move(link), {}};
  const Instant now = clock_.now();
  if (gone) co_return co_await end(std::move(link), now);
  auto recorded = co_await links_.record_check(link.skill, link.user, EvidenceSource::status_answer, now);
  if (!recorded) co_return std::unexpected(recorded.error());
  link.evidence = EvidenceSource::status_answer;
  link.checked_at = now;
  co_return LinkView{LinkView::Status::LINKED, std::move(link), {}};
}

// What Amazon said is about the link that was asked for: one that was made meanwhile is left alone.
Task<storage::Result<View>> LinkCheck::end(AccountLink link, Instant now) {
  auto ended = co_await links_.unlink(link, EvidenceSource::status_answer, now);
  if (!ended) co_return std::unexpected(ended.error());
  if (!*ended) co_return std::nullopt;
  metrics_.unlinked(link.skill, EvidenceSource::status_answer);
  link.status = LinkStatus::NOT_LINKED;
  link.evidence = EvidenceSource::status_answer;
  link.checked_at = now;
  co_return LinkView{LinkView::Status::NOT_LINKED, std::move(link), {}};
}

}  // namespace couplet::server
