// SPDX-License-Identifier: Apache-2.0
// What was acknowledged is there: after closing, and after kill -9 at any moment.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <map>

#include "storage/sqlite/testing/sqlite_file.hpp"

namespace couplet::storage::sqlite {
namespace {

TEST(FT_01, everything_is_there_after_closing_and_opening_again) {
  SqliteFile file;
  Samples samples;
  const auto code = samples.code();
  const auto grant = samples.grant();
  auto attempt = samples.attempt();
  const auto link = samples.link(attempt, grant);
  const Hop hop = Samples::hop(kStart);
  {
    const auto store = file.open().open_store();
    must(run_task(store->insert_code(code)));
    must(run_task(store->spend_code(code.selector, grant, kStart)));
    must(run_task(store->begin_attempt(attempt)));
    must(run_task(store->complete_link(attempt, link, LinkProof::answer, {hop}, attempt.updated_at)));
  }
  file.close();
  const auto store = file.open().open_store();
  attempt.status = AttemptStatus::linked;
  EXPECT_EQ(fields(must(run_task(store->find_grant(grant.grant_id))).value()), fields(grant));
  EXPECT_EQ(must(run_task(store->find_code(code.selector))).value().grant_id, grant.grant_id);
  EXPECT_EQ(fields(must(run_task(store->find_attempt(attempt.attempt_id))).value()), fields(attempt));
  EXPECT_EQ(fields(must(run_task(store->find_link(link.skill, link.user))).value()), fields(link));
  EXPECT_EQ(fields(must(run_task(store->find_hops(attempt.attempt_id))).at(0)), fields(hop));
}

/// One acknowledged exchange, as it goes through the pipe in one piece.
struct Acknowledged {
  CodeSelector::Raw code;
  GrantId::Raw grant;
};

/// About the user and the Alexa user that both have the selector's text as their id.
SkillEvent disabled_event(const CodeSelector& selector) {
  SkillEvent event;
  event.skill = SkillName("ride-hailer");
  event.request_id = selector.text();
  event.type = SkillEventType::SkillDisabled;
  event.alexa_user_id = AlexaUserId(selector.text());
  event.created_at = event.received_at = kStart;
  return event;
}

/// The child: four threads exchange codes and report each one that was acknowledged, until they are killed.
[[noreturn]] void exchange_until_killed(const std::string& path, int report, std::uint64_t seed) {
  auto opened = open_sqlite({.path = path});
  if (!opened) ::_exit(3);
  on_threads(4, [&](int number) {
    const auto store = (*opened)->open_store();
    Samples samples(seed * 10 + static_cast<std::uint64_t>(number));
    while (true) {
      const auto code = samples.code();
      const auto grant = samples.grant();
      if (!run_task(store->insert_code(code)) || !run_task(store->spend_code(code.selector, grant, kStart)))
        ::_exit(4);
      const Acknowledged line{code.selector.bytes(), grant.grant_id.bytes()};
      if (::write(report, &line, sizeof line) != static_cast<ssize_t>(sizeof line)) ::_exit(5);
    }
  });
  ::_exit(6);
}

/// The child: links users and disables them by event, and reports each whose last event was acknowledged.
[[noreturn]] void disable_until_killed(const std::string& path, int report) {
  auto opened = open_sqlite({.path = path});
  if (!opened) ::_exit(3);
  on_threads(4, [&](int number) {
    const auto store = (*opened)->open_store();
    Samples samples(100 + static_cast<std::uint64_t>(number));
    while (true) {
      const auto code = samples.code();
      auto grant = samples.grant();
      grant.user = UserId(code.selector.text());
      grant.origin = GrantOrigin::alexa;
      const SkillEvent event = disabled_event(code.selector);
      if (!run_task(store->insert_code(code)) || !run_task(store->spend_code(code.selector, grant, kStart)) ||
          !run_task(store->record_skill_disabled(event, grant.grant_id)))
        ::_exit(4);
      const Acknowledged line{code.selector.bytes(), grant.grant_id.bytes()};
      if (::write(report, &line, sizeof line) != static_cast<ssize_t>(sizeof line)) ::_exit(5);
    }
  });
  ::_exit(6);
}

std::vector<Acknowledged> read_until_end(int from, std::size_t kill_after, pid_t child) {
  std::vector<Acknowledged> all;
  Acknowledged line;
  while (::read(from, &line, sizeof line) == static_cast<ssize_t>(sizeof line)) {
    all.push_back(line);
    if (all.size() == kill_after) ::kill(child, SIGKILL);
  }
  return all;
}

TEST(FT_01, kill_9_loses_nothing_that_was_acknowledged) {
  SqliteFile file;
  std::vector<Acknowledged> all;
  for (std::uint64_t round = 1; round <= 10; ++round) {
    std::array<int, 2> pipe_ends{};
    ASSERT_EQ(::pipe(pipe_ends.data()), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) exchange_until_killed(file.path(), pipe_ends[1], round);
    ::close(pipe_ends[1]);
    const auto acknowledged = read_until_end(pipe_ends[0], 7 + round * 13, child);
    ::close(pipe_ends[0]);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the child ended by itself with " << WEXITSTATUS(status);
    ASSERT_GE(acknowledged.size(), 7 + round * 13);
    all.insert(all.end(), acknowledged.begin(), acknowledged.end());
    {
      const auto store = file.open().open_store();
      for (const auto& line : all) {
        const auto code = must(run_task(store->find_code(CodeSelector(line.code))));
        ASSERT_TRUE(code.has_value());
        EXPECT_EQ(code->grant_id, GrantId(line.grant));
        EXPECT_TRUE(must(run_task(store->find_grant(GrantId(line.grant)))));
      }
    }
    file.close();
  }
}

/// Users linked and disabled until kill -9, as far as that was acknowledged.
std::vector<Acknowledged> disabled_before_kill(const SqliteFile& file) {
  std::array<int, 2> pipe_ends{};
  EXPECT_EQ(::pipe(pipe_ends.data()), 0);
  const pid_t child = ::fork();
  EXPECT_GE(child, 0);
  if (child == 0) disable_until_killed(file.path(), pipe_ends[1]);
  ::close(pipe_ends[1]);
  auto acknowledged = read_until_end(pipe_ends[0], 50, child);
  ::close(pipe_ends[0]);
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFSIGNALED(status)) << "the child ended by itself with " << WEXITSTATUS(status);
  EXPECT_GE(acknowledged.size(), 50U);
  return acknowledged;
}

TEST(WH_07, kill_9_loses_no_event_that_was_acknowledged_nor_its_effect) {
  SqliteFile file;
  const auto acknowledged = disabled_before_kill(file);
  const auto store = file.open().open_store();
  for (const auto& line : acknowledged) {
    const CodeSelector selector(line.code);
    const auto link = must(run_task(store->find_link(SkillName("ride-hailer"), UserId(selector.text()))));
    ASSERT_TRUE(link);
    EXPECT_EQ(link->status, LinkStatus::NOT_LINKED);
    EXPECT_TRUE(must(run_task(store->find_grant(GrantId(line.grant)))).value().revoked_at);
    EXPECT_EQ(must(run_task(store->record_skill_disabled(disabled_event(selector), std::nullopt))).outcome,
              EventOutcome::duplicate);
  }
}

TEST(WH_08, kill_9_loses_no_news_of_what_was_acknowledged) {
  SqliteFile file;
  const auto acknowledged = disabled_before_kill(file);
  const auto store = file.open().open_store();
  std::map<UserId, std::vector<LinkNewsType>> told;
  for (const LinkNews& news : must(run_task(store->unaddressed_news(100'000))))
    told[news.user].push_back(news.type);
  for (const auto& line : acknowledged)
    EXPECT_EQ(told[UserId(CodeSelector(line.code).text())],
              (std::vector{LinkNewsType::linked, LinkNewsType::unlinked}));
}

}  // namespace
}  // namespace couplet::storage::sqlite
