// SPDX-License-Identifier: Apache-2.0
#include "server/links/reconciler.hpp"

#include "base/log.hpp"

namespace couplet::server {
namespace {

constexpr const char* kLease = "reconciliation";
constexpr seconds kLeaseLife{600};     // renewed with each batch
constexpr seconds kNothingDue{60};     // a new link is due in weeks
constexpr seconds kAmazonSilent{300};  // it has other things to do than to answer us
constexpr std::size_t kAtOnce = 50;

}  // namespace

Reconciler::Reconciler(const Config& config, storage::Store& store, LinkCheck& check, const Clock& clock,
                       Random& random, Metrics& metrics)
    : config_(config),
      store_(store),
      check_(check),
      clock_(clock),
      metrics_(metrics),
      holder_(to_base64url(random.bytes<12>())) {}

Task<milliseconds> Reconciler::step() {
  if (config_.settings.amazon.recheck_links_after == seconds{0}) co_return kNothingDue;
  if (due_.empty()) {
    const auto found = co_await find_more();
    if (!found || !*found) co_return kNothingDue;
  }
  AccountLink link = std::move(due_.front());
  due_.pop_front();
  place_ = storage::CheckedLink{link.checked_at, link.skill, link.user};
  co_return co_await look_at(std::move(link));
}

Task<storage::Result<bool>> Reconciler::find_more() {
  const Instant now = clock_.now();
  const auto ours = co_await store_.take_lease(kLease, holder_, now, now + kLeaseLife);
  if (!ours) co_return std::unexpected(ours.error());
  if (!*ours) co_return false;
  auto links =
      co_await store_.links_to_check(now - config_.settings.amazon.recheck_links_after, place_, kAtOnce);
  if (!links) co_return std::unexpected(links.error());
  if (links->empty()) place_.reset();  // from the beginning, next time
  for (AccountLink& link : *links) due_.push_back(std::move(link));
  co_return !due_.empty();
}

Task<milliseconds> Reconciler::look_at(AccountLink link) {
  const milliseconds pause = milliseconds{60'000} / config_.settings.amazon.rechecks_per_minute;
  const Skill* const skill = config_.find_skill(link.skill);
  if (!skill) co_return pause;
  const SkillName name = link.skill;
  const UserId user = link.user;
  const auto view = co_await check_.ask(*skill, std::move(link));
  if (!view) co_return kAmazonSilent;
  if (!*view) co_return pause;  // a newer link is not due
  const bool gone = (*view)->status == LinkView::Status::NOT_LINKED;
  const bool silent = (*view)->status == LinkView::Status::UNKNOWN;
  metrics_.link_rechecked(name, silent ? "unknown" : gone ? "not_linked" : "linked");
  if (gone)
    log::info("link.drift_mended", {{"skill", name.text()},
                                    {"user", user.text()},
                                    {"cause", "Amazon no longer has the link, and no event said so"}});
  co_return silent ? kAmazonSilent : pause;
}

}  // namespace couplet::server
