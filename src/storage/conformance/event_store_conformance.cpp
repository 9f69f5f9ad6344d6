// SPDX-License-Identifier: Apache-2.0
// Events from Alexa: what each does to a link, once, in whatever order they come. And the messaging tokens.
#include <algorithm>

#include "storage/conformance/fixture.hpp"

namespace couplet::storage {
namespace {

const SkillName kSkill("ride-hailer");
const AlexaUserId kAnna("amzn1.ask.account.ANNA");

class Told {
 public:
  explicit Told(SkillEventType type, AlexaUserId alexa_user_id = kAnna) {
    static int last = 0;
    event_.skill = kSkill;
    event_.request_id = "request-" + std::to_string(++last);
    event_.type = type;
    event_.alexa_user_id = std::move(alexa_user_id);
    event_.created_at = event_.received_at = kStart;
  }
  Told& created(Instant at) & { return event_.created_at = at, *this; }
  Told&& created(Instant at) && { return event_.created_at = at, std::move(*this); }
  operator SkillEvent() const { return event_; }  // NOLINT(google-explicit-constructor)

 private:
  SkillEvent event_;
};
Told linked_event(const AlexaUserId& id = kAnna) { return Told(SkillEventType::SkillAccountLinked, id); }
Told disabled_event(const AlexaUserId& id = kAnna) { return Told(SkillEventType::SkillDisabled, id); }

/// Steps of a story on the store of a test.
struct Story {
  Store& store;
  Samples& samples;

  /// Alexa redeemed a code of a link that was started in the Alexa app.
  Grant linked_in_alexa(const std::string& user, Instant at = kStart) {
    const auto code = samples.code(at);
    Grant grant = samples.grant(at);
    grant.user = UserId(user);
    grant.origin = GrantOrigin::alexa;
    must(run_task(store.insert_code(code)));
    must(run_task(store.spend_code(code.selector, grant, at)));
    return grant;
  }
  /// The same, and the event that names it has come.
  Grant known(const std::string& user, const AlexaUserId& id = kAnna) {
    const Grant grant = linked_in_alexa(user);
    EXPECT_EQ(linked(linked_event(id), grant.grant_id).outcome, EventOutcome::applied);
    return grant;
  }
  EventReceipt linked(SkillEvent event, std::optional<GrantId> grant_id) {
    return must(run_task(store.record_account_linked(std::move(event), grant_id)));
  }
  EventReceipt disabled(SkillEvent event, std::optional<GrantId> grant_id = std::nullopt) {
    return must(run_task(store.record_skill_disabled(std::move(event), grant_id)));
  }
  AccountLink link_of(const std::string& user) {
    return must(run_task(store.find_link(kSkill, UserId(user)))).value();
  }
};

TEST_P(StoreConformance, WH_02_account_linked_ties_the_alexa_id_to_the_user_of_the_grant) {
  Story story{store(), samples()};
  const Grant grant = story.linked_in_alexa("user-alice");
  SkillEvent event = linked_event();
  event.received_at = kStart + seconds{5};
  const auto receipt = story.linked(event, grant.grant_id);
  EXPECT_EQ(receipt.outcome, EventOutcome::applied);
  EXPECT_EQ(receipt.user, UserId("user-alice"));
  const AccountLink link = story.link_of("user-alice");
  EXPECT_EQ(link.status, LinkStatus::LINKED);
  EXPECT_EQ(link.alexa_user_id, kAnna);
  EXPECT_EQ(link.evidence, EvidenceSource::event);
  EXPECT_EQ(link.checked_at, kStart + seconds{5});
  EXPECT_TRUE(is_live(grant));
}

TEST_P(StoreConformance, WH_02_a_grant_without_a_link_row_becomes_a_link) {
  Story story{store(), samples()};
  Grant grant = samples().grant();
  grant.origin = GrantOrigin::app;
  const auto code = samples().code();
  get(store().insert_code(code));
  get(store().spend_code(code.selector, grant, kStart));
  EXPECT_EQ(story.linked(linked_event(), grant.grant_id).outcome, EventOutcome::applied);
  EXPECT_FALSE(get(store().find_link(kSkill, grant.user))) << "from the app: the engine completes it";
}

TEST_P(StoreConformance, WH_02_an_app_link_learns_the_alexa_id_from_the_event_before_it) {
  Story story{store(), samples()};
  const auto attempt = samples().attempt();
  const Grant grant = spent_grant(samples().code());
  get(store().begin_attempt(attempt));
  story.linked(linked_event(), grant.grant_id);
  AccountLink link = samples().link(attempt, grant);
  link.alexa_user_id.reset();
  get(store().complete_link(attempt, link, LinkProof::answer, {}, attempt.updated_at));
  EXPECT_EQ(story.link_of("user-alice").alexa_user_id, kAnna);
}

TEST_P(StoreConformance, WH_02_an_app_link_is_confirmed_and_keeps_amazons_tokens) {
  Story story{store(), samples()};
  const auto attempt = samples().attempt();
  const Grant grant = linked(attempt);
  const AccountLink before = story.link_of("user-alice");
  story.linked(linked_event(*before.alexa_user_id), grant.grant_id);
  const AccountLink after = story.link_of("user-alice");
  EXPECT_EQ(after.evidence, EvidenceSource::event);
  EXPECT_EQ(after.sealed_amazon_tokens, before.sealed_amazon_tokens);
  EXPECT_EQ(after.attempt_id, before.attempt_id);
  EXPECT_EQ(after.changed_at, before.changed_at);
}

TEST_P(StoreConformance, WH_02_without_a_token_of_ours_the_known_id_confirms_the_link) {
  Story story{store(), samples()};
  story.known("user-alice");
  const auto receipt = story.linked(linked_event(), std::nullopt);
  EXPECT_EQ(receipt.outcome, EventOutcome::applied);
  EXPECT_EQ(receipt.user, UserId("user-alice"));
  EXPECT_EQ(story.linked(linked_event(AlexaUserId("new")), std::nullopt).outcome, EventOutcome::unknown_user);
}

TEST_P(StoreConformance, WH_02_every_id_of_a_user_is_kept) {
  Story story{store(), samples()};
  story.known("user-alice");
  story.disabled(disabled_event().created(kStart + seconds{10}));
  const Grant second = story.linked_in_alexa("user-alice", kStart + seconds{20});
  const AlexaUserId again("amzn1.ask.account.ANNA2");
  story.linked(linked_event(again).created(kStart + seconds{20}), second.grant_id);
  const auto ids = get(store().alexa_ids_of(kSkill, UserId("user-alice")));
  ASSERT_EQ(ids.size(), 2U);
  EXPECT_EQ(ids[0].alexa_user_id, again);
  EXPECT_EQ(ids[0].grant_id, second.grant_id);
  EXPECT_EQ(ids[0].linked_at, kStart + seconds{20});
  EXPECT_EQ(ids[0].told_at, kStart + seconds{20});
  EXPECT_FALSE(ids[0].disabled_at);
  EXPECT_EQ(ids[1].alexa_user_id, kAnna);
  EXPECT_EQ(ids[1].disabled_at, kStart + seconds{10});
}

TEST_P(StoreConformance, SG_04_an_alexa_user_is_linked_to_one_user_at_a_time) {
  Story story{store(), samples()};
  const Grant alices = story.known("user-alice");
  const Grant bobs = story.linked_in_alexa("user-bob", kStart + seconds{5});
  EXPECT_EQ(story.link_of("user-alice").status, LinkStatus::LINKED)
      << "nobody has said yet that it is the same Alexa user";
  story.linked(linked_event().created(kStart + seconds{5}), bobs.grant_id);
  EXPECT_EQ(story.link_of("user-alice").status, LinkStatus::NOT_LINKED);
  EXPECT_FALSE(is_live(alices));
  EXPECT_EQ(story.link_of("user-bob").alexa_user_id, kAnna);
  EXPECT_TRUE(is_live(bobs));
}

TEST_P(StoreConformance, WH_01_disabled_ends_the_link_and_the_grant_and_erases_the_tokens) {
  Story story{store(), samples()};
  auto attempt = samples().attempt();
  const Grant grant = linked(attempt);
  const AlexaUserId id = *story.link_of("user-alice").alexa_user_id;
  SkillEvent event = disabled_event(id).created(kStart + minutes{1});
  event.received_at = kStart + minutes{2};
  const auto receipt = story.disabled(event);
  EXPECT_EQ(receipt.outcome, EventOutcome::applied);
  EXPECT_EQ(receipt.user, UserId("user-alice"));
  const AccountLink link = story.link_of("user-alice");
  EXPECT_EQ(link.status, LinkStatus::NOT_LINKED);
  EXPECT_TRUE(link.sealed_amazon_tokens.empty());
  EXPECT_EQ(link.evidence, EvidenceSource::event);
  EXPECT_EQ(link.changed_at, kStart + minutes{2});
  EXPECT_EQ(get(store().find_grant(grant.grant_id)).value().revoked_at, kStart + minutes{2});
}

TEST_P(StoreConformance, WH_03_an_event_is_acted_on_once) {
  Story story{store(), samples()};
  const Grant first = story.known("user-alice");
  const SkillEvent disabled = disabled_event().created(kStart + seconds{1});
  EXPECT_EQ(story.disabled(disabled).outcome, EventOutcome::applied);
  const Grant second = story.linked_in_alexa("user-alice", kStart + seconds{1});
  for (int i = 0; i < 4; ++i) EXPECT_EQ(story.disabled(disabled).outcome, EventOutcome::duplicate);
  EXPECT_FALSE(is_live(first));
  EXPECT_TRUE(is_live(second));
  EXPECT_EQ(story.link_of("user-alice").status, LinkStatus::LINKED);
  SkillEvent elsewhere = disabled;
  elsewhere.skill = SkillName("second-skill");
  EXPECT_EQ(story.disabled(elsewhere).outcome, EventOutcome::unknown_user)
      << "ids of another skill are other ids";
}

TEST_P(StoreConformance, WH_03_of_concurrent_copies_one_is_acted_on) {
  Story story{store(), samples()};
  story.known("user-alice");
  const SkillEvent event = disabled_event();
  std::vector<EventOutcome> outcomes(8, EventOutcome::out_of_date);
  on_threads(8, [&](int number) {
    const auto own = database().open_store();
    outcomes[static_cast<std::size_t>(number)] =
        must(run_task(own->record_skill_disabled(event, std::nullopt))).outcome;
  });
  EXPECT_EQ(std::ranges::count(outcomes, EventOutcome::applied), 1);
  EXPECT_EQ(std::ranges::count(outcomes, EventOutcome::duplicate), 7);
}

TEST_P(StoreConformance, WH_04_a_late_disabled_that_is_older_than_the_link_does_nothing) {
  Story story{store(), samples()};
  story.known("user-alice");
  story.disabled(disabled_event().created(kStart + minutes{1}));
  const Grant grant = story.linked_in_alexa("user-alice", kStart + minutes{5});
  story.linked(linked_event().created(kStart + minutes{5}), grant.grant_id);
  const auto receipt = story.disabled(disabled_event().created(kStart + minutes{4}));
  EXPECT_EQ(receipt.outcome, EventOutcome::out_of_date);
  EXPECT_EQ(story.link_of("user-alice").status, LinkStatus::LINKED);
  EXPECT_TRUE(is_live(grant));
}

TEST_P(StoreConformance, WH_04_disabled_of_an_earlier_enablement_leaves_the_new_link) {
  Story story{store(), samples()};
  story.known("user-alice");
  const Grant grant = story.linked_in_alexa("user-alice", kStart + seconds{1});
  story.linked(linked_event(AlexaUserId("amzn1.ask.account.ANNA2")), grant.grant_id);
  EXPECT_EQ(story.disabled(disabled_event().created(kStart + minutes{1})).outcome, EventOutcome::out_of_date);
  EXPECT_TRUE(is_live(grant));
}

TEST_P(StoreConformance, WH_04_disabled_before_the_alexa_id_of_the_new_link_is_known) {
  Story story{store(), samples()};
  story.known("user-alice");
  const Grant grant = story.linked_in_alexa("user-alice", kStart + minutes{5});
  EXPECT_EQ(story.disabled(disabled_event().created(kStart + minutes{4})).outcome, EventOutcome::out_of_date);
  EXPECT_TRUE(is_live(grant));
  EXPECT_EQ(story.disabled(disabled_event().created(kStart + minutes{6})).outcome, EventOutcome::applied);
  EXPECT_FALSE(is_live(grant));
}

TEST_P(StoreConformance, WH_04_disabled_in_the_second_of_the_link_counts) {
  Story story{store(), samples()};
  story.known("user-alice");
  EXPECT_EQ(story.disabled(disabled_event().created(std::chrono::floor<seconds>(kStart))).outcome,
            EventOutcome::applied);
}

TEST_P(StoreConformance, WH_04_a_link_event_that_comes_after_the_disabled_that_ended_it_does_nothing) {
  Story story{store(), samples()};
  const Grant grant = story.linked_in_alexa("user-alice");
  story.disabled(disabled_event().created(kStart + minutes{1}));  // of an id that nobody knows yet
  EXPECT_EQ(story.linked(linked_event(), grant.grant_id).outcome, EventOutcome::out_of_date);
  EXPECT_FALSE(story.link_of("user-alice").alexa_user_id);
}

TEST_P(StoreConformance, WH_04_the_newest_disabled_of_an_id_that_nobody_knows_counts) {
  Story story{store(), samples()};
  story.disabled(disabled_event().created(kStart + minutes{3}));
  story.disabled(disabled_event().created(kStart + minutes{1}));
  story.disabled(disabled_event(AlexaUserId("amzn1.ask.account.OTHER")).created(kStart + minutes{9}));
  const Grant grant = story.linked_in_alexa("user-alice");
  EXPECT_EQ(story.linked(linked_event().created(kStart + minutes{2}), grant.grant_id).outcome,
            EventOutcome::out_of_date);
  EXPECT_EQ(story.linked(linked_event().created(kStart + minutes{3}), grant.grant_id).outcome,
            EventOutcome::applied);
  const auto ids = get(store().alexa_ids_of(kSkill, grant.user));
  ASSERT_EQ(ids.size(), 1u);
  EXPECT_EQ(ids[0].disabled_at, kStart + minutes{3});
}

TEST_P(StoreConformance, WH_04_a_link_event_about_a_revoked_or_an_older_grant_does_nothing) {
  Story story{store(), samples()};
  const Grant first = story.linked_in_alexa("user-alice");
  const Grant second = story.linked_in_alexa("user-alice", kStart + seconds{1});
  EXPECT_EQ(story.linked(linked_event(), first.grant_id).outcome, EventOutcome::out_of_date);
  EXPECT_EQ(story.link_of("user-alice").grant_id, second.grant_id);
  EXPECT_TRUE(is_live(second));
}

TEST_P(StoreConformance, WH_06_events_about_nobody_we_know_do_nothing) {
  Story story{store(), samples()};
  EXPECT_EQ(story.disabled(disabled_event()).outcome, EventOutcome::unknown_user);
  EXPECT_EQ(story.linked(linked_event(), samples().id<GrantId>()).outcome, EventOutcome::unknown_user);
}

TEST_P(StoreConformance, WH_06_disabled_finds_the_user_by_our_token_where_the_id_is_unknown) {
  Story story{store(), samples()};
  const Grant grant = story.linked_in_alexa("user-alice");
  const auto receipt = story.disabled(disabled_event(), grant.grant_id);
  EXPECT_EQ(receipt.outcome, EventOutcome::applied);
  EXPECT_FALSE(is_live(grant));
}

TEST_P(StoreConformance, WH_05_a_grant_of_another_skill_is_not_ours_to_end) {
  Story story{store(), samples()};
  const Grant grant = story.linked_in_alexa("user-alice");
  SkillEvent event = disabled_event();
  event.skill = SkillName("second-skill");
  EXPECT_EQ(story.disabled(event, grant.grant_id).outcome, EventOutcome::unknown_user);
  SkillEvent linked = linked_event();
  linked.skill = SkillName("second-skill");
  EXPECT_EQ(story.linked(linked, grant.grant_id).outcome, EventOutcome::unknown_user);
  EXPECT_TRUE(is_live(grant));
}

TEST_P(StoreConformance, events_that_change_no_link_are_stored_once) {
  Story story{store(), samples()};
  story.known("user-alice");
  SkillEvent event = Told(SkillEventType::SkillPermissionChanged);
  event.detail = "alexa::devices:all:address:full:read";
  const auto receipt = get(store().record_event(event));
  EXPECT_EQ(receipt.outcome, EventOutcome::applied);
  EXPECT_EQ(receipt.user, UserId("user-alice"));
  EXPECT_EQ(get(store().record_event(event)).outcome, EventOutcome::duplicate);
  EXPECT_EQ(story.link_of("user-alice").status, LinkStatus::LINKED);
}

TEST_P(StoreConformance, FT_11_purging_deletes_old_events_only_and_in_small_steps) {
  std::vector<SkillEvent> events;
  for (int i = 0; i < 4; ++i) {
    SkillEvent event = Told(SkillEventType::SkillEnabled);
    event.received_at = kStart + seconds{i};
    get(store().record_event(event));
    events.push_back(event);
  }
  EXPECT_EQ(get(store().purge_events(kStart + seconds{3}, 2)), 2U);
  EXPECT_EQ(get(store().purge_events(kStart + seconds{3}, 2)), 1U);
  EXPECT_EQ(get(store().purge_events(kStart + seconds{3}, 2)), 0U);
  EXPECT_EQ(get(store().record_event(events[3])).outcome, EventOutcome::duplicate);
}

TEST_P(StoreConformance, SG_05_disabled_against_completing_ends_one_way_or_the_other) {
  Story story{store(), samples()};
  const auto attempt = samples().attempt();
  const Grant grant = spent_grant(samples().code());
  get(store().begin_attempt(attempt));
  const AccountLink link = samples().link(attempt, grant);
  on_threads(2, [&](int number) {
    const auto own = database().open_store();
    if (number == 0)
      must(run_task(own->complete_link(attempt, link, LinkProof::answer, {}, attempt.updated_at)));
    else
      must(run_task(own->record_skill_disabled(
          disabled_event(*link.alexa_user_id).created(kStart + minutes{5}), std::nullopt)));
  });
  EXPECT_EQ(story.link_of("user-alice").status == LinkStatus::LINKED, is_live(grant));
}

TEST_P(StoreConformance, SE_03_messaging_tokens_live_as_long_as_the_link) {
  Story story{store(), samples()};
  const Grant grant = story.known("user-alice");
  const UserId alice("user-alice");
  EXPECT_FALSE(get(store().find_messaging_tokens(kSkill, alice)));
  get(store().replace_messaging_tokens(kSkill, alice, samples().blob(8)));
  EXPECT_FALSE(get(store().find_messaging_tokens(kSkill, alice))) << "there was nothing to replace";
  const Bytes first = samples().blob(900), second = samples().blob(901), third = samples().blob(902);
  EXPECT_TRUE(get(store().store_messaging_tokens(grant.grant_id, first)));
  EXPECT_TRUE(get(store().store_messaging_tokens(grant.grant_id, second)));
  EXPECT_EQ(get(store().find_messaging_tokens(kSkill, alice)), second);
  get(store().replace_messaging_tokens(kSkill, alice, third));
  EXPECT_EQ(get(store().find_messaging_tokens(kSkill, alice)), third);
  story.disabled(disabled_event());
  EXPECT_FALSE(get(store().find_messaging_tokens(kSkill, alice)));
  EXPECT_FALSE(get(store().store_messaging_tokens(grant.grant_id, first))) << "its grant is revoked";
  EXPECT_FALSE(get(store().find_messaging_tokens(kSkill, alice)));
}

}  // namespace
}  // namespace couplet::storage
