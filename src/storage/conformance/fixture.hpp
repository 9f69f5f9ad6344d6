// SPDX-License-Identifier: Apache-2.0
// A fresh database for each test, from the engine's factory.
#pragma once
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/testing/run_task.hpp"
#include "storage/conformance/samples.hpp"
#include "storage/store.hpp"

namespace couplet::storage {

/// A database together with whatever it stands on (a folder, a server).
class DatabaseUnderTest {
 public:
  virtual ~DatabaseUnderTest() = default;
  virtual Database& database() = 0;
};

struct EngineUnderTest {
  std::string name;
  std::function<std::unique_ptr<DatabaseUnderTest>()> create;
  friend std::ostream& operator<<(std::ostream& out, const EngineUnderTest& engine) {
    return out << engine.name;
  }
};

/// The value; stops the test with the error's number when there is none.
template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error("store error " + std::to_string(static_cast<int>(result.error())));
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

/// Runs `body(number)` on `count` threads and waits for all of them.
inline void on_threads(int count, const std::function<void(int)>& body) {
  std::vector<std::thread> threads;
  for (int number = 0; number < count; ++number) threads.emplace_back(body, number);
  for (auto& thread : threads) thread.join();
}

class StoreConformance : public testing::TestWithParam<EngineUnderTest> {
 protected:
  Database& database() { return under_test_->database(); }
  Store& store() { return *store_; }
  Samples& samples() { return samples_; }

  /// Runs a verb to its end; the value, or a failed test.
  template <class T>
  T get(Task<Result<T>> task) {
    return must(run_task(std::move(task)));
  }
  template <class T>
  StoreError error(Task<Result<T>> task) {
    const auto result = run_task(std::move(task));
    if (result) throw std::runtime_error("an error was expected");
    return result.error();
  }

  /// A code and what it was redeemed for.
  Grant spent_grant(const AuthorizationCodeRecord& code) {
    const Grant grant = samples().grant();
    get(store().insert_code(code));
    EXPECT_EQ(get(store().spend_code(code.selector, grant, kStart)).kind, SpendOutcome::Kind::spent);
    return grant;
  }
  /// An attempt that has just become a link of its user, and its live grant.
  Grant linked(LinkAttempt attempt) {
    const Grant grant = spent_grant(samples().code());
    get(store().begin_attempt(attempt));
    get(store().complete_link(attempt, samples().link(attempt, grant), LinkProof::answer, {},
                              attempt.updated_at));
    return grant;
  }
  /// Of a link of this user that was unlinked at kStart, claimed until kLater.
  OwedDisablement unlinked_owing(const std::string& user) {
    auto attempt = samples().attempt();
    attempt.user = UserId(user);
    linked(attempt);
    return get(store().unlink_owing(stored_link(attempt), kStart, kLater)).value();
  }
  AccountLink stored_link(const LinkAttempt& attempt) {
    return get(store().find_link(attempt.skill, attempt.user)).value();
  }
  bool is_live(const Grant& grant) { return !get(store().find_grant(grant.grant_id)).value().revoked_at; }

 private:
  std::unique_ptr<DatabaseUnderTest> under_test_ = GetParam().create();
  std::unique_ptr<Store> store_ = under_test_->database().open_store();
  Samples samples_;
};

inline std::string engine_name(const testing::TestParamInfo<EngineUnderTest>& info) {
  return info.param.name;
}

}  // namespace couplet::storage
