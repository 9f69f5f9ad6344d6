// SPDX-License-Identifier: Apache-2.0
// The emulator over real sockets: TLS under Amazon's names, a provider that is a server of its own, real
// deadlines.
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <filesystem>
#include <future>

#include "emulator/amazon_under_test.hpp"
#include "emulator/calls/wait.hpp"
#include "emulator/signing/certificate_authority.hpp"
#include "http/server.hpp"

namespace couplet::emulator::test {
namespace {

namespace fs = std::filesystem;

constexpr milliseconds kGrace{2000};

/// The provider's token URL: answers after `delay`.
class TinyProvider {
 public:
  TinyProvider() : runtime_(1), server_({}, clock_, random_) {
    router_.add("POST", "/token", [this](const http::Request& request) { return answer(request); });
    const auto started = server_.start(runtime_.contexts(), {&router_});
    EXPECT_TRUE(started);
    runtime_.start();
  }
  ~TinyProvider() {
    server_.stop(kGrace);
    runtime_.stop(kGrace);
  }
  TinyProvider(const TinyProvider&) = delete;
  TinyProvider& operator=(const TinyProvider&) = delete;
  [[nodiscard]] std::string url() const {
    return "http://127.0.0.1:" + std::to_string(server_.port()) + "/token";
  }

  std::atomic<std::int64_t> delay_ms{0};
  std::atomic<int> calls{0};

 private:
  Task<http::Response> answer(const http::Request& request) {
    ++calls;
    const auto form = FormParameters::parse(request.body);
    const bool good = form && form->get("code") == "PROVIDER-CODE";
    co_await wait_for(milliseconds(delay_ms.load()));
    co_return good ? http::json_response(200, good_tokens())
                   : http::json_response(400, R"({"error":"invalid_grant"})");
  }

  SystemClock clock_;
  SystemRandom random_;
  http::Router router_;
  http::Runtime runtime_;
  http::Server server_;
};

/// The emulator as `serve` runs it, and a client that reaches it as a backend does: real names over TLS.
class EmulatorOverSockets : public ::testing::Test {
 protected:
  void SetUp() override {
    state_dir = fs::path(::testing::TempDir()) / ("couplet-emulator-" + to_hex_name());
    const auto files = prepare_certificates(state_dir, clock.now(), random);
    ASSERT_TRUE(files) << files.error();
    EmulatorSettings settings = example_settings();
    settings.skills[0].account_linking.accessTokenUrl = provider.url();
    settings.provider_deadline = milliseconds(300);
    http::CurlClientOptions plain;
    plain.allow_http = true;
    to_provider.emplace(runtime.context(0), plain);
    emulator.emplace(std::move(settings), *to_provider, clock, random);
    http::ListenOptions tls;
    tls.tls = http::TlsFiles{files->chain.string(), files->private_key.string()};
    amazon.emplace(tls, clock, random);
    ASSERT_TRUE(amazon->start(runtime.contexts(), {&emulator->amazon_router()}));
    http::CurlClientOptions real_names;
    real_names.ca_file = files->ca_certificate.string();
    real_names.connect_to = {"::127.0.0.1:" + std::to_string(amazon->port())};
    backend.emplace(runtime.context(0), real_names);
    runtime.start();
  }
  void TearDown() override {
    if (amazon) amazon->stop(kGrace);
    runtime.stop(kGrace);
    fs::remove_all(state_dir);
  }
  std::string to_hex_name() { return to_hex(random.bytes<8>()); }

  using Answer = Result<http::IncomingResponse, http::TransportError>;
  std::future<Answer> begin(http::OutgoingRequest request) {
    return boost::asio::co_spawn(runtime.context(0), backend->send(std::move(request)),
                                 boost::asio::use_future);
  }
  Answer send(http::OutgoingRequest request) { return begin(std::move(request)).get(); }

  /// The state belongs to the emulator's thread.
  template <class Change>
  void on_emulator_thread(Change change) {
    boost::asio::post(runtime.context(0), std::packaged_task<void()>(std::move(change)));
  }
  std::string amazon_token(const std::string& user = "anna") {
    std::promise<std::string> promise;
    on_emulator_thread([&] {
      const auto pair =
          emulator->world().tokens.issue_pair({user, kAlexaClientId, std::string(kLinkingScope)});
      promise.set_value(std::string(pair.access_token.reveal()));
    });
    return promise.get_future().get();
  }
  void order_fault(ResetPoint point) {
    std::promise<void> done;
    on_emulator_thread([&] {
      Fault fault;
      fault.action.reset = point;
      emulator->world().faults.add(fault);
      done.set_value();
    });
    done.get_future().get();
  }
  static http::OutgoingRequest enablement(const std::string& method, const std::string& token) {
    http::OutgoingRequest request;
    request.method = method;
    request.url =
        std::string("https://api.eu.amazonalexa.com/v1/users/~current/skills/") + kSkillId + "/enablement";
    request.headers = {{"Authorization", "Bearer " + token}};
    if (method == "POST") {
      request.headers.emplace_back("Content-Type", "application/json");
      request.body = enablement_body();
    }
    return request;
  }

  SystemClock clock;
  SystemRandom random;
  fs::path state_dir;
  TinyProvider provider;
  http::Runtime runtime{1};
  std::optional<http::CurlClient> to_provider;
  std::optional<Emulator> emulator;
  std::optional<http::Server> amazon;
  std::optional<http::CurlClient> backend;
};

TEST_F(EmulatorOverSockets, links_over_tls_under_amazons_own_names) {
  const std::string token = amazon_token();
  const Answer linked = send(enablement("POST", token));
  ASSERT_TRUE(linked) << linked.error().log_detail;
  EXPECT_EQ(linked->status, 201) << linked->body;
  EXPECT_EQ(provider.calls, 1);
  EXPECT_EQ(send(enablement("GET", token))->status, 200);
  EXPECT_EQ(send(enablement("DELETE", token))->status, 204);
}

TEST_F(EmulatorOverSockets, section_2_3_a_provider_that_is_too_late_fails_the_call) {
  provider.delay_ms = 1500;
  const Answer late = send(enablement("POST", amazon_token()));
  ASSERT_TRUE(late);
  EXPECT_EQ(late->status, 500);
}

TEST_F(EmulatorOverSockets, a_slow_token_call_does_not_hold_others_up) {
  provider.delay_ms = 200;
  auto slow = begin(enablement("POST", amazon_token()));
  const Answer quick = send(enablement("GET", amazon_token("tom")));
  ASSERT_TRUE(quick);
  EXPECT_EQ(slow.wait_for(std::chrono::seconds(0)), std::future_status::timeout);
  EXPECT_EQ(slow.get()->status, 201);
}

TEST_F(EmulatorOverSockets, a_reset_before_the_effect_closes_the_connection_and_nothing_happened) {
  const std::string token = amazon_token();
  order_fault(ResetPoint::before);
  const Answer lost = send(enablement("POST", token));
  ASSERT_FALSE(lost);
  EXPECT_EQ(provider.calls, 0);
  EXPECT_EQ(send(enablement("GET", token))->status, 404);
}

TEST_F(EmulatorOverSockets, a_reset_after_the_effect_loses_only_the_answer) {
  const std::string token = amazon_token();
  order_fault(ResetPoint::after);
  const Answer lost = send(enablement("POST", token));
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().kind, http::TransportError::Kind::reset);
  EXPECT_TRUE(lost.error().maybe_sent);
  EXPECT_EQ(provider.calls, 1);
  EXPECT_EQ(send(enablement("GET", token))->status, 200);
}

TEST_F(EmulatorOverSockets, without_the_emulators_ca_no_call_succeeds) {
  http::CurlClientOptions stranger;
  stranger.connect_to = {"::127.0.0.1:" + std::to_string(amazon->port())};
  http::CurlClient client(runtime.context(0), stranger);
  const Answer refused =
      boost::asio::co_spawn(runtime.context(0), client.send(enablement("GET", "x")), boost::asio::use_future)
          .get();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, http::TransportError::Kind::tls);
}

}  // namespace
}  // namespace couplet::emulator::test
