// SPDX-License-Identifier: Apache-2.0
// A link and the grant that it rests on, for ended_grant_conformance.cpp, taken_over_conformance.cpp and
// grants_in_doubt_conformance.cpp.
#pragma once
#include "storage/conformance/webhook_fixture.hpp"

namespace couplet::storage {

class EndedGrantConformance : public WebhookConformance {
 protected:
  static constexpr Instant kEnd = kStart + seconds{50};

  LinkAttempt attempt = samples().attempt();
  AuthorizationCodeRecord code = samples().code();

  LinkAttempt of_bob = [this] {
    LinkAttempt made = samples().attempt();
    made.user = UserId("user-bob");
    return made;
  }();

  Grant link_by_code() {
    const Grant grant = spent_grant(code);
    get(store().begin_attempt(attempt));
    get(store().complete_link(attempt, samples().link(attempt, grant), LinkProof::answer, {},
                              attempt.updated_at));
    return grant;
  }
  /// What Alexa redeemed for an attempt, that is still under way.
  Grant redeemed(const LinkAttempt& by, Instant at) {
    Grant grant = samples().grant();
    grant.user = by.user;
    grant.created_at = at;
    const AuthorizationCodeRecord spent = samples().code();
    get(store().insert_code(spent));
    EXPECT_EQ(get(store().spend_code(spent.selector, grant, at)).kind, SpendOutcome::Kind::spent);
    get(store().begin_attempt(by));
    return grant;
  }
  /// With alice's Amazon account, whoever it is.
  void complete(LinkAttempt by, const Grant& grant) {
    const Instant seen_at = by.updated_at;
    by.updated_at = kEnd;
    AccountLink link = samples().link(by, grant);
    link.alexa_user_id = Samples::alexa_user_of(UserId("user-alice"));
    get(store().complete_link(by, link, LinkProof::answer, {}, seen_at));
  }
  void expect_revoked() {
    const AccountLink link = stored_link(attempt);
    EXPECT_EQ(link.status, LinkStatus::NOT_LINKED);
    EXPECT_EQ(link.evidence, EvidenceSource::own_grant);
    EXPECT_EQ(link.checked_at, kEnd);
    EXPECT_EQ(link.changed_at, kEnd);
    EXPECT_TRUE(link.sealed_amazon_tokens.empty());
    const LinkNews news = told_once();
    EXPECT_EQ(news.type, LinkNewsType::unlinked);
    EXPECT_EQ(news.reason, UnlinkReason::revoked);
    EXPECT_EQ(news.attempt_id, attempt.attempt_id);
    EXPECT_EQ(news.at, kEnd);
    EXPECT_EQ(get(store().count_disablements()), 1U) << "Alexa would hold a dead token";
  }
};

/// Linked once, and an attempt under way whose code Alexa has redeemed.
class GrantsInDoubtConformance : public EndedGrantConformance {
 protected:
  LinkAttempt again = samples().attempt(kStart + seconds{20});
  Grant before = linked(attempt);
  Grant now = redeemed(again, kStart + seconds{21});

  void complete_by_status(LinkAttempt by, const Grant& grant, const std::string& alexa_user = "alice") {
    const Instant seen_at = by.updated_at;
    by.updated_at = kEnd;
    AccountLink link = samples().link(by, grant);
    link.alexa_user_id = Samples::alexa_user_of(UserId("user-" + alexa_user));
    get(store().complete_link(by, link, LinkProof::status, {}, seen_at));
  }
  bool is_in_doubt(const Grant& grant) { return get(store().find_grant(grant.grant_id)).value().in_doubt; }
};

}  // namespace couplet::storage
