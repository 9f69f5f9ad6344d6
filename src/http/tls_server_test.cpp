// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <filesystem>
#include <fstream>

#include "http/testing/raw_client.hpp"
#include "http/testing/test_server.hpp"
#include "http/testing/tls_client.hpp"
#include "http/testing/tls_test_certificates.hpp"

namespace couplet::http {
namespace {

using testing::RawAnswer;
using testing::RawClient;
using testing::TestAuthority;
using testing::TestServer;
using testing::TlsClient;

Task<Response> echo(const Request& request) {
  co_return text_response(200, std::string(request.tls ? "tls " : "plain ") + std::string(request.body));
}

void routes(Router& router) {
  router.add("GET", "/", echo);
  router.add("POST", "/", echo);
  router.add("GET", "/large", [](const Request&) -> Task<Response> {
    co_return text_response(200, std::string(4 * 1024 * 1024, 'x'));
  });
}

struct Side {
  explicit Side(const Clock* clock = nullptr) {
    ListenOptions options;
    files = authority.issue("server", {"localhost", "127.0.0.1"});
    options.tls = files;
    server = std::make_unique<TestServer>(routes, options, 1, clock);
  }
  [[nodiscard]] std::uint16_t port() const { return server->port(); }
  TestAuthority authority;
  TlsFiles files;
  std::unique_ptr<TestServer> server;
};

TEST(TL_07, https_answers_carry_hsts_and_connections_are_kept) {
  Side side;
  RawClient client(side.port(), RawClient::Security::tls);
  for (int i = 0; i < 3; ++i) {
    client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi");
    const RawAnswer answer = client.read_answer();
    EXPECT_EQ(answer.body, "tls hi");
    EXPECT_EQ(answer.header("Strict-Transport-Security"), "max-age=31536000");
  }
  EXPECT_EQ(side.server->server().open_connections(), 1U);
}

TEST(TL_07, pipelined_and_large_messages_pass_through_tls) {
  Side side;
  RawClient client(side.port(), RawClient::Security::tls);
  const std::string body(60'000, 'b');
  std::string many;
  for (int i = 0; i < 5; ++i)
    many += "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n" + body +
            "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  client.send(many);
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(client.read_answer().body, "tls " + body);
    EXPECT_EQ(client.read_answer().body, "tls ");
  }
  client.send("GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(client.read_answer().body.size(), 4U * 1024 * 1024);
}

struct VersionRow {
  int version;
  bool served;
};

class Versions : public ::testing::TestWithParam<VersionRow> {};

TEST_P(Versions, TL_01_only_1_2_and_1_3) {
  Side side;
  TlsClient client(side.port());
  client.offer_version(GetParam().version);
  EXPECT_EQ(client.connect(), GetParam().served);
  if (GetParam().served) EXPECT_EQ(client.version(), GetParam().version);
}

INSTANTIATE_TEST_SUITE_P(TL_01, Versions,
                         ::testing::Values(VersionRow{TLS1_VERSION, false}, VersionRow{TLS1_1_VERSION, false},
                                           VersionRow{TLS1_2_VERSION, true},
                                           VersionRow{TLS1_3_VERSION, true}));

struct SuiteRow {
  const char* suite;
  bool served;
};

class Suites : public ::testing::TestWithParam<SuiteRow> {};

TEST_P(Suites, TL_02_only_aead_with_forward_secrecy) {
  Side side;
  TlsClient client(side.port());
  client.offer_version(TLS1_2_VERSION);
  client.offer_suites(GetParam().suite);
  EXPECT_EQ(client.connect(), GetParam().served) << GetParam().suite;
}

INSTANTIATE_TEST_SUITE_P(
    TL_02, Suites,
    ::testing::Values(SuiteRow{"ECDHE-ECDSA-AES128-GCM-SHA256", true},
                      SuiteRow{"ECDHE-ECDSA-CHACHA20-POLY1305", true},
                      SuiteRow{"ECDHE-ECDSA-AES128-SHA256", false}, SuiteRow{"ECDHE-ECDSA-AES256-SHA", false},
                      SuiteRow{"ECDHE-ECDSA-AES128-CCM", false}, SuiteRow{"AES128-GCM-SHA256", false},
                      SuiteRow{"AECDH-AES128-SHA", false}, SuiteRow{"ECDHE-ECDSA-NULL-SHA", false}));

TEST(TL_03, tickets_resume_without_early_data_compression_or_renegotiation) {
  Side side;
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    TlsClient first(side.port());
    first.offer_version(version);
    ASSERT_TRUE(first.connect());
    EXPECT_FALSE(first.resumed());
    EXPECT_FALSE(first.compresses());
    ASSERT_TRUE(first.ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
    EXPECT_EQ(first.early_data_limit(), 0U);
    TlsClient second(side.port());
    second.offer_version(version);
    second.resume(first);
    ASSERT_TRUE(second.connect());
    EXPECT_TRUE(second.resumed()) << version;
    EXPECT_FALSE(second.can_renegotiate());
  }
}

TEST(TL_03, ticket_keys_change_and_the_last_one_is_still_read) {
  FakeClock clock{Instant{std::chrono::hours{12 * 40'000}}};
  Side side(&clock);
  TlsClient first(side.port());
  ASSERT_TRUE(first.connect() && first.ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
  const auto resumes = [&] {
    TlsClient later(side.port());
    later.resume(first);
    return later.connect() && later.resumed();
  };
  clock.advance(std::chrono::hours{11});
  EXPECT_TRUE(resumes());
  ASSERT_TRUE(side.server->server().reload_tls());
  EXPECT_TRUE(resumes());
  clock.advance(std::chrono::hours{12});
  EXPECT_TRUE(resumes());
  clock.advance(std::chrono::hours{2});
  EXPECT_FALSE(resumes());
}

TEST(TL_04, the_whole_chain_is_sent_and_verifies) {
  Side side;
  TlsClient client(side.port());
  client.verify(side.authority.ca_file(), "localhost");
  EXPECT_TRUE(client.connect());
  EXPECT_EQ(client.chain_length(), 2);
}

TEST(TLS, http_2_only_clients_are_told) {
  Side side;
  TlsClient client(side.port());
  client.offer_protocol("h2");
  EXPECT_FALSE(client.connect());
  TlsClient older(side.port());
  older.offer_protocol("http/1.1");
  EXPECT_TRUE(older.connect());
}

TEST(TL_05, a_new_certificate_is_used_and_a_broken_one_is_not) {
  Side side;
  RawClient kept(side.port(), RawClient::Security::tls);
  kept.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(kept.read_answer().status, 200);

  const TestAuthority other;
  const TlsFiles fresh = other.issue("fresh", {"localhost"});
  const auto replace = std::filesystem::copy_options::overwrite_existing;
  std::filesystem::copy_file(fresh.certificate_chain_file, side.files.certificate_chain_file, replace);
  const auto mismatch = side.server->server().reload_tls();  // the key is still the old one
  ASSERT_FALSE(mismatch);
  EXPECT_NE(mismatch.error().message.find(side.files.private_key_file), std::string::npos)
      << mismatch.error().message;
  TlsClient before(side.port());
  before.verify(side.authority.ca_file(), "localhost");
  EXPECT_TRUE(before.connect());

  std::filesystem::copy_file(fresh.private_key_file, side.files.private_key_file, replace);
  ASSERT_TRUE(side.server->server().reload_tls());
  TlsClient after(side.port());
  after.verify(other.ca_file(), "localhost");
  EXPECT_TRUE(after.connect());
  kept.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(kept.read_answer().status, 200);

  std::ofstream(side.files.certificate_chain_file) << "not a certificate";
  EXPECT_FALSE(side.server->server().reload_tls());
}

TEST(TLS, missing_files_stop_the_start) {
  const SystemClock clock;
  SystemRandom random;
  const Router router;
  Runtime runtime(1);
  ListenOptions options;
  options.tls = TlsFiles{"/nowhere/cert.pem", "/nowhere/key.pem"};
  const auto started = Server(options, clock, random).start(runtime.contexts(), {&router});
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().message.find("cannot use /nowhere/cert.pem: "), 0U) << started.error().message;
}

TEST(TL_06, plain_http_on_the_tls_port_is_closed_unread) {
  Side side;
  RawClient client(side.port());
  client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\nsecret");
  EXPECT_TRUE(client.ended_in_order());
}

TEST(TL_08, handshakes_that_stall_are_cut_and_hold_nobody_up) {
  FakeClock clock{Instant{seconds{1'700'000'000}}};
  Side side(&clock);
  std::vector<std::unique_ptr<RawClient>> stalled;
  for (int i = 0; i < 50; ++i) {
    stalled.push_back(std::make_unique<RawClient>(side.port()));
    stalled.back()->send(std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11));  // half a hello
  }
  RawClient served(side.port(), RawClient::Security::tls);
  served.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(served.read_answer().status, 200);
  for (int i = 0; i < 20 && !stalled.back()->has_news(milliseconds{300}); ++i) clock.advance(seconds{4});
  for (const auto& client : stalled) EXPECT_EQ(client->read_to_end(), "");
}

TEST(TLS, a_client_may_go_at_any_byte_of_the_handshake) {
  Side side;
  for (std::size_t cut = 0; cut < 600; cut += 7) {
    TlsClient client(side.port());
    client.break_after(cut);
    (void)client.connect();
  }
  RawClient next(side.port(), RawClient::Security::tls);
  next.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(next.read_answer().status, 200);
}

}  // namespace
}  // namespace couplet::http
