// SPDX-License-Identifier: Apache-2.0
// What the tests of the sender share: a receiver that answers as it was told, and a sender with its outbox.
#pragma once
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <deque>
#include <mutex>

#include "base/json.hpp"
#include "base/testing/run_task.hpp"
#include "http/testing/test_server.hpp"
#include "server/webhooks/webhook_sender.hpp"
#include "storage/memory/memory_database.hpp"

namespace couplet::server::testing::webhooks {

inline const Instant kNow = from_unix_seconds(1'800'000'000);
inline const std::string kOldSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
inline const std::string kNewSecret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX";

inline std::shared_ptr<const WebhookSigner> signer(const std::string& secret) {
  return std::make_shared<const WebhookSigner>(
      *WebhookSigner::from_secret(WebhookSecret(std::string(secret))));
}

/// The provider's endpoint: answers 200, or what it was told to answer next.
class Receiver {
 public:
  struct Call {
    std::string id, timestamp, signature, body, user, type;
  };
  Receiver() {
    server_.emplace([this](http::Router& router) {
      router.add("POST", "/hook", [this](const http::Request& request) { return take(request); });
    });
  }
  [[nodiscard]] std::string url() const { return server_->url("/hook"); }
  void answer_next(http::Response response) {
    const std::lock_guard lock(mutex_);
    next_.push_back(std::move(response));
  }
  [[nodiscard]] std::vector<Call> calls() {
    const std::lock_guard lock(mutex_);
    return calls_;
  }
  [[nodiscard]] std::vector<std::string> users() {
    std::vector<std::string> users;
    for (const Call& call : calls()) users.push_back(call.user);
    return users;
  }

 private:
  Task<http::Response> take(const http::Request& request) {
    const std::lock_guard lock(mutex_);
    const auto header = [&](const char* name) { return std::string(request.headers.get(name).value_or("")); };
    const json::object body = parse_json_object(request.body).value();
    calls_.push_back({header("webhook-id"), header("webhook-timestamp"), header("webhook-signature"),
                      std::string(request.body), std::string(body.at("data").at("user").as_string()),
                      std::string(body.at("type").as_string())});
    if (next_.empty()) co_return http::text_response(204, "");
    http::Response response = std::move(next_.front());
    next_.pop_front();
    co_return response;
  }
  std::mutex mutex_;
  std::deque<http::Response> next_;
  std::vector<Call> calls_;
  std::optional<http::testing::TestServer> server_;  // last: its threads use the above
};

struct World {
  explicit World(std::vector<WebhookTarget> targets,
                 std::shared_ptr<storage::Database> shared = storage::make_memory_database())
      : database(std::move(shared)) {
    config.webhooks = std::move(targets);
    sender = std::make_shared<WebhookSender>(context, database->open_store(), clock, random, metrics);
    sender->use(config);
  }
  ~World() {
    sender->stop();
    while (running) context.run_one();
  }
  /// News about a user: an attempt that failed.
  void tell(const std::string& user, const std::string& skill = "ride-hailer") {
    LinkAttempt attempt;
    attempt.attempt_id = AttemptId::make(kNow, random);
    attempt.skill = SkillName(skill);
    attempt.user = UserId(user);
    attempt.status = AttemptStatus::failed;
    attempt.updated_at = clock.now();
    ASSERT_TRUE(run_task(store->begin_attempt(attempt)));
  }
  void start() {
    running = true;
    boost::asio::co_spawn(context, sender->run(), [this](const std::exception_ptr& thrown) {
      EXPECT_EQ(thrown, nullptr);
      running = false;
    });
  }
  /// Lets the sender work until it is so.
  template <class Condition>
  void until(Condition condition) {
    if (!running) start();
    sender->wake();
    while (!condition()) context.run_one();
  }
  std::vector<WebhookDelivery> outbox() { return *run_task(store->list_deliveries(0, 100)); }
  /// Everything that was told has been delivered or has failed so often.
  void until_tries(std::uint32_t tries) {
    until([&] {
      const auto all = outbox();
      return !all.empty() && std::ranges::all_of(all, [&](const auto& one) { return one.tries == tries; });
    });
  }
  void until_delivered() {
    until([&] { return outbox().empty() && run_task(store->unaddressed_news(10))->empty(); });
  }

  FakeClock clock{kNow};
  SeededRandom random{5};
  Config config;
  Metrics metrics;
  std::shared_ptr<storage::Database> database;
  std::unique_ptr<storage::Store> store = database->open_store();
  boost::asio::io_context context;
  std::shared_ptr<WebhookSender> sender;
  bool running = false;
};

inline WebhookTarget target(const std::string& url, const std::string& name = "backend") {
  WebhookTarget target;
  target.name = name;
  target.url = url;
  target.signers = {signer(kNewSecret)};
  target.allow_private = true;
  target.timeout = seconds{5};
  return target;
}

}  // namespace couplet::server::testing::webhooks
