// SPDX-License-Identifier: Apache-2.0
#include "emulator/events/event_queue.hpp"

#include <gtest/gtest.h>

namespace couplet::emulator::test {
namespace {

class SkillEventQueue : public ::testing::Test {
 protected:
  std::uint64_t add(const std::string& user = "anna", const WrongWay* wrong = nullptr) {
    PendingEvent event;
    event.user_id = user;
    event.skill_id = "skill";
    event.wrong = wrong;
    return queue.add(std::move(event));
  }
  /// The id that is handed out; 0 when none is.
  std::uint64_t take() {
    const auto event = queue.take_due();
    return event ? event->id : 0;
  }
  void answer(std::uint64_t id, int status) { queue.finish(id, {status, ""}); }
  EventOutcome outcome_of(std::uint64_t id) {
    const FinishedEvent* finished = queue.find_finished(id);
    EXPECT_TRUE(finished) << id;
    return finished ? finished->outcome : EventOutcome::acknowledged;
  }

  FakeClock clock{*from_iso8601("2026-03-01T10:00:00Z")};
  EventQueue queue{clock};
};

TEST_F(SkillEventQueue, an_acknowledged_event_is_done) {
  const auto id = add();
  EXPECT_EQ(take(), id);
  EXPECT_EQ(take(), 0u);
  answer(id, 200);
  EXPECT_TRUE(queue.pending().empty());
  EXPECT_EQ(outcome_of(id), EventOutcome::acknowledged);
}

TEST_F(SkillEventQueue, section_4_3_tries_again_until_200) {
  const auto id = add();
  for (const int pause : {10, 30, 60, 300, 300}) {
    EXPECT_EQ(take(), id);
    answer(id, 503);
    clock.advance(seconds(pause - 1));
    EXPECT_EQ(take(), 0u) << pause;
    clock.advance(seconds(1));
  }
  EXPECT_EQ(take(), id);
  EXPECT_EQ(queue.pending().at(id).attempts, 5u);
  answer(id, 200);
  EXPECT_EQ(outcome_of(id), EventOutcome::acknowledged);
}

TEST_F(SkillEventQueue, section_4_3_gives_up_after_an_hour) {
  const auto id = add();
  EXPECT_EQ(take(), id);
  queue.finish(id, {std::nullopt, "timeout"});
  clock.advance(seconds(3599));
  EXPECT_EQ(take(), id);
  queue.finish(id, {std::nullopt, "timeout"});
  ASSERT_TRUE(queue.next_due());
  EXPECT_EQ(*queue.next_due(), clock.now() + seconds(1));
  clock.advance(seconds(1));
  EXPECT_EQ(take(), 0u);
  EXPECT_EQ(outcome_of(id), EventOutcome::given_up);
  EXPECT_EQ(queue.find_finished(id)->event.last_problem, "timeout");
}

TEST_F(SkillEventQueue, what_is_under_way_at_the_hours_end_may_still_be_acknowledged) {
  const auto id = add();
  EXPECT_EQ(take(), id);
  clock.advance(seconds(3601));
  EXPECT_EQ(take(), 0u);
  answer(id, 200);
  EXPECT_EQ(outcome_of(id), EventOutcome::acknowledged);
}

TEST_F(SkillEventQueue, one_user_gets_one_after_the_other_and_users_do_not_wait_for_each_other) {
  const auto first = add("anna");
  const auto second = add("anna");
  const auto other = add("tom");
  EXPECT_EQ(take(), first);
  EXPECT_EQ(take(), other);
  EXPECT_EQ(take(), 0u);
  EXPECT_FALSE(queue.next_due());
  answer(first, 200);
  EXPECT_EQ(take(), second);
}

TEST_F(SkillEventQueue, reversed_means_the_newest_first) {
  queue.mode.order = EventOrder::reversed;
  const auto first = add();
  const auto second = add();
  EXPECT_EQ(take(), second);
  answer(second, 200);
  EXPECT_EQ(take(), first);
}

TEST_F(SkillEventQueue, copies_are_events_of_their_own) {
  queue.mode.copies = 3;
  const auto id = add();
  EXPECT_EQ(queue.pending().size(), 3u);
  for (const std::uint64_t copy : {id, id + 1, id + 2}) {
    EXPECT_EQ(take(), copy);
    answer(copy, 200);
  }
}

TEST_F(SkillEventQueue, a_delay_holds_the_first_try_back) {
  queue.mode.delay = seconds(60);
  const auto id = add();
  EXPECT_EQ(take(), 0u);
  EXPECT_EQ(queue.next_due(), clock.now() + seconds(60));
  clock.advance(seconds(60));
  EXPECT_EQ(take(), id);
}

TEST_F(SkillEventQueue, held_events_wait_until_they_are_released_or_asked_for) {
  queue.mode.held = true;
  const auto first = add();
  const auto second = add();
  EXPECT_EQ(take(), 0u);
  EXPECT_FALSE(queue.next_due());
  EXPECT_TRUE(queue.take(second));
  EXPECT_FALSE(queue.take(second));
  answer(second, 200);
  queue.mode.held = false;
  EXPECT_EQ(take(), first);
}

TEST_F(SkillEventQueue, a_wrong_way_is_tried_once) {
  const auto id = add("anna", find_wrong_way("expired_leaf"));
  EXPECT_EQ(take(), id);
  answer(id, 400);
  EXPECT_EQ(outcome_of(id), EventOutcome::refused);
}

TEST_F(SkillEventQueue, the_modes_wrong_way_is_for_events_without_one_of_their_own) {
  queue.mode.wrong = find_wrong_way("no_san");
  const auto first = add();
  const auto second = add("tom", find_wrong_way("expired_leaf"));
  EXPECT_EQ(queue.pending().at(first).wrong->name, "no_san");
  EXPECT_EQ(queue.pending().at(second).wrong->name, "expired_leaf");
}

TEST_F(SkillEventQueue, is_bounded_and_says_what_it_dropped) {
  const auto first = add();
  for (std::size_t i = 0; i < kPendingEventLimit; ++i) add();
  EXPECT_EQ(queue.pending().size(), kPendingEventLimit);
  EXPECT_EQ(outcome_of(first), EventOutcome::dropped);
}

TEST_F(SkillEventQueue, what_was_removed_while_under_way_is_forgotten) {
  const auto id = add();
  EXPECT_EQ(take(), id);
  EXPECT_TRUE(queue.remove(id));
  answer(id, 200);
  EXPECT_TRUE(queue.finished().empty());
  const auto next = add();
  EXPECT_EQ(take(), next);
}

}  // namespace
}  // namespace couplet::emulator::test
