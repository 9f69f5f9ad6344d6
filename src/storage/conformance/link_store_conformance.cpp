// SPDX-License-Identifier: Apache-2.0
// Attempts, links and the trace.
#include <algorithm>

#include "storage/conformance/fixture.hpp"

namespace couplet::storage {
namespace {

TEST_P(StoreConformance, SG_01_an_attempt_comes_back_as_it_was_stored) {
  const auto attempt = samples().attempt();
  EXPECT_FALSE(get(store().begin_attempt(attempt)));
  EXPECT_EQ(fields(get(store().find_attempt(attempt.attempt_id)).value()), fields(attempt));
}

TEST_P(StoreConformance, SG_01_an_attempt_with_nothing_optional_comes_back_so) {
  LinkAttempt attempt;
  attempt.attempt_id = samples().id<AttemptId>();
  attempt.skill = SkillName("ride-hailer");
  attempt.user = UserId("user-bob");
  EXPECT_FALSE(get(store().begin_attempt(attempt)));
  EXPECT_EQ(fields(get(store().find_attempt(attempt.attempt_id)).value()), fields(attempt));
}

TEST_P(StoreConformance, SG_01_every_enumerator_of_an_attempt_survives) {
  for (const auto& [status, status_text] : kAttemptStatuses) {
    for (const auto& [platform, platform_text] : kPlatforms) {
      auto attempt = samples().attempt();
      attempt.status = status;
      attempt.platform = platform;
      attempt.return_mode = platform == Platform::web ? ReturnMode::browser : ReturnMode::app;
      attempt.failed_step = status == AttemptStatus::failed ? "token" : "";
      attempt.failed_code = status == AttemptStatus::failed ? "invalid_grant" : "";
      get(store().begin_attempt(attempt));
      EXPECT_EQ(fields(get(store().find_attempt(attempt.attempt_id)).value()), fields(attempt))
          << status_text << platform_text;
    }
  }
}

TEST_P(StoreConformance, SG_01_a_large_sealed_blob_survives) {
  auto attempt = samples().attempt();
  attempt.sealed_amazon_tokens = samples().blob(1U << 20);
  get(store().begin_attempt(attempt));
  EXPECT_EQ(get(store().find_attempt(attempt.attempt_id)).value().sealed_amazon_tokens,
            attempt.sealed_amazon_tokens);
}

TEST_P(StoreConformance, SG_01_what_is_not_there_is_no_error) {
  EXPECT_FALSE(get(store().find_attempt(samples().id<AttemptId>())));
  EXPECT_FALSE(get(store().find_link(SkillName("ride-hailer"), UserId("nobody"))));
  EXPECT_TRUE(get(store().find_hops(samples().id<AttemptId>())).empty());
  EXPECT_TRUE(get(store().unfinished_attempts({}, 10)).empty());
  AccountLink nobody;
  nobody.skill = SkillName("ride-hailer");
  nobody.user = UserId("nobody");
  EXPECT_FALSE(get(store().unlink(nobody, EvidenceSource::unlink_request, kStart)));
  get(store().record_check(SkillName("ride-hailer"), UserId("nobody"), EvidenceSource::status_answer,
                           kStart));
  get(store().replace_amazon_tokens(SkillName("ride-hailer"), UserId("nobody"), {}, samples().blob(8)));
  EXPECT_FALSE(get(store().find_link(SkillName("ride-hailer"), UserId("nobody"))));
}

TEST_P(StoreConformance, SG_03_a_second_begin_gets_the_first_attempt_and_changes_nothing) {
  const auto first = samples().attempt();
  auto second = samples().attempt();
  second.attempt_id = first.attempt_id;
  second.user = UserId("user-mallory");
  get(store().begin_attempt(first));
  EXPECT_EQ(fields(get(store().begin_attempt(second)).value()), fields(first));
  EXPECT_EQ(fields(get(store().find_attempt(first.attempt_id)).value()), fields(first));
}

TEST_P(StoreConformance, SG_03_of_concurrent_begins_exactly_one_is_first) {
  const auto attempt = samples().attempt();
  std::vector<char> was_first(8, 0);
  on_threads(8, [&](int number) {
    const auto own = database().open_store();
    was_first[static_cast<std::size_t>(number)] = must(run_task(own->begin_attempt(attempt))) ? 0 : 1;
  });
  EXPECT_EQ(std::ranges::count(was_first, 1), 1);
}

TEST_P(StoreConformance, SG_01_a_step_replaces_the_attempt_and_appends_its_hops) {
  auto attempt = samples().attempt();
  attempt.status = AttemptStatus::received;
  get(store().begin_attempt(attempt));
  auto next = samples().attempt();
  next.attempt_id = attempt.attempt_id;
  next.status = AttemptStatus::exchanged;
  next.code_selector.reset();
  const Hop hop = Samples::hop(kStart + seconds{1});
  EXPECT_FALSE(get(store().record_step(next, {hop}, next.updated_at)));
  EXPECT_EQ(fields(get(store().find_attempt(attempt.attempt_id)).value()), fields(next));
  const auto hops = get(store().find_hops(attempt.attempt_id));
  ASSERT_EQ(hops.size(), 1U);
  EXPECT_EQ(fields(hops[0]), fields(hop));
}

TEST_P(StoreConformance, SG_03_a_finished_attempt_is_not_replaced_and_gets_no_hops) {
  for (const AttemptStatus finished : {AttemptStatus::linked, AttemptStatus::failed}) {
    auto attempt = samples().attempt();
    get(store().begin_attempt(attempt));
    attempt.status = finished;
    EXPECT_FALSE(get(store().record_step(attempt, {}, attempt.updated_at)));
    auto late = attempt;
    late.status = AttemptStatus::enabled;
    late.enablement_tries = 9;
    EXPECT_EQ(fields(get(store().record_step(late, {Samples::hop(kStart)}, late.updated_at)).value()),
              fields(attempt));
    EXPECT_EQ(fields(get(store().find_attempt(attempt.attempt_id)).value()), fields(attempt));
    EXPECT_TRUE(get(store().find_hops(attempt.attempt_id)).empty());
  }
}

TEST_P(StoreConformance, SG_01_a_step_of_an_attempt_that_was_never_begun_is_refused) {
  const auto attempt = samples().attempt();
  EXPECT_EQ(error(store().record_step(attempt, {Samples::hop(kStart)}, attempt.updated_at)),
            StoreError::damaged);
  EXPECT_EQ(error(store().complete_link(attempt, samples().link(attempt, samples().grant()),
                                        LinkProof::answer, {}, attempt.updated_at)),
            StoreError::damaged);
  EXPECT_FALSE(get(store().find_attempt(attempt.attempt_id)));
  EXPECT_FALSE(get(store().find_link(attempt.skill, attempt.user)));
}

TEST_P(StoreConformance, SG_01_hops_come_in_the_order_of_their_times) {
  const auto attempt = samples().attempt();
  get(store().begin_attempt(attempt));
  get(store().append_hops(attempt.attempt_id,
                          {Samples::hop(kStart + seconds{5}, "last"), Samples::hop(kStart, "first")}));
  get(store().append_hops(attempt.attempt_id, {Samples::hop(kStart + seconds{1}, "second"),
                                               Samples::hop(kStart + seconds{1}, "third")}));
  std::vector<std::string> names;
  for (const Hop& hop : get(store().find_hops(attempt.attempt_id))) names.push_back(hop.name);
  EXPECT_EQ(names, (std::vector<std::string>{"first", "second", "third", "last"}));
}

TEST_P(StoreConformance, FT_12_an_attempt_keeps_its_first_two_hundred_hops) {
  const auto attempt = samples().attempt();
  get(store().begin_attempt(attempt));
  for (int part = 0; part < 5; ++part) {
    std::vector<Hop> hops;
    for (int i = 0; i < 50; ++i) hops.push_back(Samples::hop(kStart + seconds{part * 50 + i}));
    get(store().append_hops(attempt.attempt_id, hops));
  }
  get(store().append_hops(attempt.attempt_id, {Samples::hop(kStart - seconds{1})}));  // would be the first
  const auto hops = get(store().find_hops(attempt.attempt_id));
  ASSERT_EQ(hops.size(), kMaxHopsPerAttempt);
  EXPECT_EQ(hops.front().at, kStart);
  EXPECT_EQ(hops.back().at, kStart + seconds{199});
}

TEST_P(StoreConformance, FT_12_hops_of_an_attempt_that_is_not_there_are_let_go) {
  const auto attempt = samples().attempt();
  get(store().append_hops(attempt.attempt_id, {Samples::hop(kStart)}));
  get(store().begin_attempt(attempt));
  EXPECT_TRUE(get(store().find_hops(attempt.attempt_id)).empty());
}

TEST_P(StoreConformance, SG_04_completing_stores_the_link_and_finishes_the_attempt) {
  auto attempt = samples().attempt();
  const auto link = samples().link(attempt, samples().grant());
  get(store().begin_attempt(attempt));
  attempt.alexa_user_id = AlexaUserId("amzn1.ask.account.CCCC");
  get(store().complete_link(attempt, link, LinkProof::answer, {Samples::hop(kStart, "alexa.enablement")},
                            attempt.updated_at));
  EXPECT_EQ(fields(get(store().find_link(link.skill, link.user)).value()), fields(link));
  attempt.status = AttemptStatus::linked;
  EXPECT_EQ(fields(get(store().find_attempt(attempt.attempt_id)).value()), fields(attempt));
  EXPECT_EQ(get(store().find_hops(attempt.attempt_id)).size(), 1U);
}

TEST_P(StoreConformance, SG_04_a_link_with_nothing_optional_comes_back_so) {
  const auto attempt = samples().attempt();
  AccountLink link;
  link.skill = attempt.skill;
  link.user = attempt.user;
  get(store().begin_attempt(attempt));
  get(store().complete_link(attempt, link, LinkProof::answer, {}, attempt.updated_at));
  EXPECT_EQ(fields(get(store().find_link(link.skill, link.user)).value()), fields(link));
}

TEST_P(StoreConformance, SG_04_the_last_completed_link_revokes_the_grant_before_it) {
  const auto first_attempt = samples().attempt();
  const Grant first = linked(first_attempt);
  EXPECT_TRUE(is_live(first));
  auto second_attempt = samples().attempt();
  second_attempt.updated_at = kStart + seconds{77};
  const Grant second = linked(second_attempt);
  EXPECT_EQ(get(store().find_grant(first.grant_id)).value().revoked_at, kStart + seconds{77});
  EXPECT_TRUE(is_live(second));
  EXPECT_EQ(get(store().find_link(first_attempt.skill, first_attempt.user)).value().grant_id,
            second.grant_id);
}

TEST_P(StoreConformance, SG_04_completing_again_under_the_same_grant_keeps_it_alive) {
  const auto first = samples().attempt();
  const Grant grant = linked(first);
  const auto second = samples().attempt();
  get(store().begin_attempt(second));
  get(store().complete_link(second, samples().link(second, grant), LinkProof::answer, {}, second.updated_at));
  EXPECT_TRUE(is_live(grant));
  EXPECT_EQ(get(store().find_link(first.skill, first.user)).value().attempt_id, second.attempt_id);
}

TEST_P(StoreConformance, SG_04_a_code_that_alexa_redeems_is_a_link_made_in_alexa) {
  const auto code = samples().code();
  get(store().insert_code(code));
  auto grant = samples().grant();
  grant.origin = GrantOrigin::alexa;
  get(store().spend_code(code.selector, grant, kStart + seconds{9}));
  EXPECT_EQ(fields(get(store().find_link(grant.skill, grant.user)).value()),
            fields(link_made_in_alexa(grant, kStart + seconds{9})));
  EXPECT_EQ(fields(get(store().find_grant(grant.grant_id)).value()), fields(grant));
}

TEST_P(StoreConformance, SG_04_a_link_made_in_alexa_takes_the_place_of_the_one_before) {
  const auto attempt = samples().attempt();
  const Grant by_app = linked(attempt);
  Grant before = by_app;
  for (int second = 50; second < 52; ++second) {
    const auto code = samples().code();
    get(store().insert_code(code));
    auto grant = samples().grant();
    grant.origin = GrantOrigin::alexa;
    get(store().spend_code(code.selector, grant, kStart + seconds{second}));
    EXPECT_EQ(get(store().find_grant(before.grant_id)).value().revoked_at, kStart + seconds{second});
    EXPECT_TRUE(is_live(grant));
    EXPECT_EQ(fields(get(store().find_link(grant.skill, grant.user)).value()),
              fields(link_made_in_alexa(grant, kStart + seconds{second})));
    before = grant;
  }
}

TEST_P(StoreConformance, SG_04_a_replayed_code_and_a_grant_of_the_app_make_no_link) {
  const auto code = samples().code();
  const Grant by_app = spent_grant(code);
  EXPECT_FALSE(get(store().find_link(by_app.skill, by_app.user)));
  auto replay = samples().grant();
  replay.origin = GrantOrigin::alexa;
  get(store().spend_code(code.selector, replay, kStart));
  EXPECT_FALSE(get(store().find_link(replay.skill, replay.user)));
  EXPECT_TRUE(is_live(by_app));
}

TEST_P(StoreConformance, SG_03_completing_a_finished_attempt_changes_nothing) {
  const auto attempt = samples().attempt();
  const Grant grant = linked(attempt);
  const auto before = get(store().find_link(attempt.skill, attempt.user)).value();
  const Grant other = samples().grant();
  get(store().complete_link(attempt, samples().link(attempt, other), LinkProof::answer,
                            {Samples::hop(kStart)}, attempt.updated_at));
  EXPECT_EQ(fields(get(store().find_link(attempt.skill, attempt.user)).value()), fields(before));
  EXPECT_TRUE(is_live(grant));
  EXPECT_TRUE(get(store().find_hops(attempt.attempt_id)).empty());
}

TEST_P(StoreConformance, SG_04_of_links_completed_at_once_one_grant_stays_alive) {
  constexpr int kThreads = 6;
  std::vector<LinkAttempt> attempts;
  std::vector<Grant> grants;
  std::vector<AccountLink> links;
  for (int i = 0; i < kThreads; ++i) {
    attempts.push_back(samples().attempt());
    grants.push_back(spent_grant(samples().code()));
    links.push_back(samples().link(attempts.back(), grants.back()));
    get(store().begin_attempt(attempts.back()));
  }
  on_threads(kThreads, [&](int number) {
    const auto i = static_cast<std::size_t>(number);
    const auto own = database().open_store();
    must(run_task(own->complete_link(attempts[i], links[i], LinkProof::answer, {}, attempts[i].updated_at)));
  });
  const auto link = get(store().find_link(attempts[0].skill, attempts[0].user)).value();
  for (const Grant& grant : grants) EXPECT_EQ(is_live(grant), link.grant_id == grant.grant_id);
}

TEST_P(StoreConformance, SG_02_unlinking_revokes_erases_and_answers_what_was) {
  const auto attempt = samples().attempt();
  const Grant grant = linked(attempt);
  const auto before = get(store().find_link(attempt.skill, attempt.user)).value();
  const auto answered =
      get(store().unlink(stored_link(attempt), EvidenceSource::unlink_request, kStart + seconds{50}));
  EXPECT_EQ(fields(answered.value()), fields(before));

  auto expected = before;
  expected.status = LinkStatus::NOT_LINKED;
  expected.sealed_amazon_tokens.clear();
  expected.evidence = EvidenceSource::unlink_request;
  expected.checked_at = kStart + seconds{50};
  expected.changed_at = kStart + seconds{50};
  EXPECT_EQ(fields(get(store().find_link(attempt.skill, attempt.user)).value()), fields(expected));
  EXPECT_EQ(get(store().find_grant(grant.grant_id)).value().revoked_at, kStart + seconds{50});
}

TEST_P(StoreConformance, SG_05_a_link_that_was_made_since_is_not_unlinked) {
  const auto first = samples().attempt();
  linked(first);
  const auto seen = stored_link(first);
  const auto second = samples().attempt(kStart + minutes{1});
  const Grant grant = linked(second);
  EXPECT_FALSE(get(store().unlink(seen, EvidenceSource::status_answer, kStart + minutes{2})));
  EXPECT_TRUE(is_live(grant));
  EXPECT_EQ(stored_link(second).status, LinkStatus::LINKED);
}

TEST_P(StoreConformance, SG_02_unlinking_twice_keeps_the_time_of_the_change) {
  const auto attempt = samples().attempt();
  linked(attempt);
  get(store().unlink(stored_link(attempt), EvidenceSource::unlink_request, kStart + seconds{50}));
  const auto second =
      get(store().unlink(stored_link(attempt), EvidenceSource::enablement_answer, kStart + seconds{60}));
  EXPECT_EQ(second.value().status, LinkStatus::NOT_LINKED);
  const auto link = get(store().find_link(attempt.skill, attempt.user)).value();
  EXPECT_EQ(link.changed_at, kStart + seconds{50});
  EXPECT_EQ(link.checked_at, kStart + seconds{60});
  EXPECT_EQ(link.evidence, EvidenceSource::enablement_answer);
}

TEST_P(StoreConformance, SG_02_a_newer_look_is_kept_and_an_older_one_is_not) {
  const auto attempt = samples().attempt();
  linked(attempt);
  auto expected = get(store().find_link(attempt.skill, attempt.user)).value();
  expected.evidence = EvidenceSource::enablement_answer;
  expected.checked_at = kStart + seconds{90};
  get(store().record_check(attempt.skill, attempt.user, EvidenceSource::enablement_answer,
                           kStart + seconds{90}));
  EXPECT_EQ(fields(get(store().find_link(attempt.skill, attempt.user)).value()), fields(expected));
  get(store().record_check(attempt.skill, attempt.user, EvidenceSource::status_answer, kStart + seconds{80}));
  EXPECT_EQ(fields(get(store().find_link(attempt.skill, attempt.user)).value()), fields(expected));
}

TEST_P(StoreConformance, SG_02_tokens_are_replaced_while_linked_and_never_come_back_after_unlinking) {
  const auto attempt = samples().attempt();
  linked(attempt);
  const Bytes first = stored_link(attempt).sealed_amazon_tokens;
  const auto fresh = samples().blob(3000);
  get(store().replace_amazon_tokens(attempt.skill, attempt.user, first, fresh));
  EXPECT_EQ(get(store().find_link(attempt.skill, attempt.user)).value().sealed_amazon_tokens, fresh);
  get(store().unlink(stored_link(attempt), EvidenceSource::unlink_request, kStart + seconds{50}));
  get(store().replace_amazon_tokens(attempt.skill, attempt.user, fresh, first));
  EXPECT_TRUE(get(store().find_link(attempt.skill, attempt.user)).value().sealed_amazon_tokens.empty());
}

TEST_P(StoreConformance, SG_04_links_of_other_skills_and_users_are_left_alone) {
  const auto attempt = samples().attempt();
  auto other_user = samples().attempt();
  other_user.user = UserId("user-bob");
  auto other_skill = samples().attempt();
  other_skill.skill = SkillName("other");
  const Grant grant = linked(attempt);
  const Grant of_other_user = linked(other_user);
  const Grant of_other_skill = linked(other_skill);
  EXPECT_TRUE(is_live(grant));
  get(store().unlink(stored_link(attempt), EvidenceSource::unlink_request, kStart));
  EXPECT_TRUE(is_live(of_other_user));
  EXPECT_TRUE(is_live(of_other_skill));
  EXPECT_EQ(get(store().find_link(other_user.skill, other_user.user)).value().status, LinkStatus::LINKED);
  EXPECT_EQ(get(store().find_link(other_skill.skill, other_skill.user)).value().status, LinkStatus::LINKED);
}

TEST_P(StoreConformance, SG_04_a_thousand_users_are_looked_up_at_once) {
  std::vector<UserId> users;
  for (int i = 0; i < 1000; ++i) users.emplace_back("user-" + std::to_string(i));
  for (std::size_t i = 0; i < users.size(); i += 100) {
    auto attempt = samples().attempt();
    attempt.user = users[i];
    linked(attempt);
  }
  const auto found = get(store().find_links(SkillName("ride-hailer"), users));
  ASSERT_EQ(found.size(), 10U);
  for (std::size_t i = 0; i < found.size(); ++i) EXPECT_EQ(found[i].user, users[i * 100]);
  EXPECT_TRUE(get(store().find_links(SkillName("other"), users)).empty());
  EXPECT_TRUE(get(store().find_links(SkillName("ride-hailer"), {})).empty());
}

TEST_P(StoreConformance, FT_12_more_than_a_thousand_users_at_once_are_refused) {
  EXPECT_EQ(
      error(store().find_links(SkillName("ride-hailer"), std::vector<UserId>(1001, UserId("user-alice")))),
      StoreError::overloaded);
}

TEST_P(StoreConformance, FT_11_purging_deletes_old_finished_attempts_with_their_hops) {
  auto old = samples().attempt(kStart);
  auto older = samples().attempt(kStart - seconds{10});
  auto young = samples().attempt(kStart + minutes{60});
  const auto unfinished = samples().attempt(kStart);
  for (auto* attempt : {&old, &older, &young}) attempt->status = AttemptStatus::failed;
  for (const auto& attempt : {old, older, young, unfinished}) {
    auto begun = attempt;
    begun.status = AttemptStatus::received;
    get(store().begin_attempt(begun));
    get(store().record_step(attempt, {Samples::hop(kStart)}, attempt.updated_at));
  }
  const Instant before = kStart + minutes{30};
  EXPECT_EQ(get(store().purge_attempts(before, 1)), 1U);
  EXPECT_FALSE(get(store().find_attempt(older.attempt_id)));
  EXPECT_TRUE(get(store().find_attempt(old.attempt_id)));
  EXPECT_EQ(get(store().purge_attempts(before, 10)), 1U);
  EXPECT_FALSE(get(store().find_attempt(old.attempt_id)));
  EXPECT_TRUE(get(store().find_hops(old.attempt_id)).empty());
  EXPECT_EQ(get(store().find_hops(unfinished.attempt_id)).size(), 1U);
  EXPECT_TRUE(get(store().find_attempt(unfinished.attempt_id)));
  EXPECT_TRUE(get(store().find_attempt(young.attempt_id)));
}

TEST_P(StoreConformance, SG_04_an_attempt_that_ends_late_does_not_displace_what_alexa_redeemed_later) {
  const auto redeemed = [&](Instant at) {
    const auto code = samples().code(at);
    const Grant grant = samples().grant(at);
    get(store().insert_code(code));
    get(store().spend_code(code.selector, grant, at));
    return grant;
  };
  const auto early = samples().attempt(kStart);
  const auto late = samples().attempt(kStart + seconds{1});
  const Grant early_grant = redeemed(kStart + seconds{2});
  const Grant late_grant = redeemed(kStart + seconds{3});
  for (const auto& attempt : {early, late}) get(store().begin_attempt(attempt));
  get(store().complete_link(late, samples().link(late, late_grant), LinkProof::answer, {}, late.updated_at));
  get(store().complete_link(early, samples().link(early, early_grant), LinkProof::answer, {},
                            early.updated_at));
  EXPECT_EQ(get(store().find_link(late.skill, late.user))->grant_id, late_grant.grant_id);
  EXPECT_TRUE(is_live(late_grant));
  EXPECT_FALSE(is_live(early_grant));
  EXPECT_EQ(get(store().find_attempt(early.attempt_id))->status, AttemptStatus::linked);
}

}  // namespace
}  // namespace couplet::storage
