// SPDX-License-Identifier: Apache-2.0
// Steps of the outbox's story, for webhook_store_conformance.cpp.
#pragma once
#include "storage/conformance/fixture.hpp"

namespace couplet::storage {

class WebhookConformance : public StoreConformance {
 protected:
  inline static const SkillName kSkill{"ride-hailer"};
  inline static const std::string kBackend = "backend";
  inline static const std::string kCampaigns = "campaigns";
  inline static const AlexaUserId kAnna{"amzn1.ask.account.ANNA"};

  /// All news that have no deliveries yet.
  std::vector<LinkNews> told() { return get(store().unaddressed_news(100)); }
  LinkNews told_once() {
    const auto news = told();
    EXPECT_EQ(news.size(), 1U);
    return news.empty() ? LinkNews{} : news.back();
  }
  /// Addresses what was told so far to nobody, so that it is gone.
  void forget_told() { address({}); }
  void address(const std::vector<std::string>& targets, Instant now = kStart) {
    std::vector<NewsAddress> addresses;
    for (const LinkNews& news : told()) addresses.push_back({news.sequence, targets});
    get(store().address_news(addresses, now));
  }
  /// One piece of news about the user, a failed attempt; its sequence.
  std::int64_t tell(const std::string& user, Instant at = kStart) {
    auto attempt = samples().attempt(at);
    attempt.user = UserId(user);
    attempt.status = AttemptStatus::failed;
    attempt.updated_at = at;
    get(store().begin_attempt(attempt));
    return told().back().sequence;
  }
  /// The same, addressed.
  std::int64_t send(const std::string& user, const std::vector<std::string>& targets = {kBackend},
                    Instant at = kStart) {
    const std::int64_t sequence = tell(user, at);
    address(targets, at);
    return sequence;
  }
  std::vector<std::int64_t> due(const std::string& target = kBackend, Instant now = kStart,
                                std::size_t limit = 100) {
    std::vector<std::int64_t> sequences;
    for (const auto& delivery : get(store().due_deliveries(target, now, limit)))
      sequences.push_back(delivery.news.sequence);
    return sequences;
  }
  std::vector<WebhookDelivery> all() { return get(store().list_deliveries(0, 100)); }
  void fail(std::int64_t sequence, std::optional<Instant> next_try_at, std::uint32_t status = 500) {
    get(store().record_failed_try(sequence, kBackend, {status, "status", next_try_at}, kStart));
  }
  AccountLink linked_under_anna(const std::string& user) {
    auto attempt = samples().attempt();
    attempt.user = UserId(user);
    const Grant grant = spent_grant(samples().code());
    AccountLink link = samples().link(attempt, grant);
    link.alexa_user_id = kAnna;
    get(store().begin_attempt(attempt));
    get(store().complete_link(attempt, link, LinkProof::answer, {}, attempt.updated_at));
    return link;
  }
  SkillEvent event(SkillEventType type, const std::string& request_id) {
    SkillEvent event;
    event.skill = kSkill;
    event.request_id = request_id;
    event.type = type;
    event.alexa_user_id = kAnna;
    event.created_at = event.received_at = kStart + minutes{1};
    return event;
  }
  Grant grant_of_alexa(const std::string& user, Instant at = kStart) {
    const auto code = samples().code(at);
    Grant grant = samples().grant(at);
    grant.user = UserId(user);
    grant.origin = GrantOrigin::alexa;
    get(store().insert_code(code));
    get(store().spend_code(code.selector, grant, at));
    return grant;
  }
};

}  // namespace couplet::storage
