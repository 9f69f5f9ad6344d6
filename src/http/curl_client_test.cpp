// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <stdlib.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <optional>
#include <vector>

#include "http/client.hpp"
#include "http/testing/raw_server.hpp"
#include "http/testing/test_server.hpp"
#include "http/testing/tls_test_certificates.hpp"

namespace couplet::http {
namespace {

using testing::RawServer;
using testing::TestAuthority;
using testing::TestServer;
using Kind = TransportError::Kind;
using Outcome = Result<IncomingResponse, TransportError>;
using Peer = RawServer::Peer;

// A client on an io_context of its own, which runs while a call is waited for.
struct Caller {
  explicit Caller(CurlClientOptions options = {.allow_http = true}) {
    client = std::make_unique<CurlClient>(context, std::move(options));
  }
  std::vector<Outcome> send_all(const std::vector<OutgoingRequest>& requests) {
    std::vector<std::optional<Outcome>> outcomes(requests.size());
    std::size_t missing = requests.size();
    for (std::size_t i = 0; i < requests.size(); ++i)
      boost::asio::co_spawn(context, client->send(requests[i]),
                            [&, i](const std::exception_ptr& thrown, Outcome got) {
                              EXPECT_EQ(thrown, nullptr);
                              outcomes[i] = std::move(got);
                              --missing;
                            });
    context.restart();
    while (missing > 0) context.run_one();
    std::vector<Outcome> all;
    for (auto& outcome : outcomes) all.push_back(std::move(*outcome));
    return all;
  }
  Outcome send(const OutgoingRequest& request) { return send_all({request}).front(); }

  boost::asio::io_context context;
  std::unique_ptr<CurlClient> client;
};

OutgoingRequest get(std::string url) { return OutgoingRequest{.url = std::move(url)}; }
OutgoingRequest post(std::string url, std::string body) {
  return OutgoingRequest{.method = "POST", .url = std::move(url), .body = std::move(body)};
}

Task<Response> describe(const Request& request) {
  std::string text(request.method);
  for (const auto& [name, value] : request.headers.all())
    if (name != "Host") text.append("|").append(name).append("=").append(value);
  text.append("|").append(request.body);
  co_return text_response(200, text).header("X-MiXed", "a").header("Content-Encoding", "gzip");
}

Task<Response> away(const Request&) { co_return redirect(302, "/").header("Set-Cookie", "sid=1"); }

void routes(Router& router) {
  for (const char* method : {"GET", "POST", "DELETE", "PUT"}) router.add(method, "/", describe);
  router.add("GET", "/away", away);
  router.add("GET", "/large", [](const Request&) -> Task<Response> {
    co_return text_response(200, std::string(100'000, 'x'));
  });
}

TEST(CurlClient, sends_what_it_is_given_and_nothing_more) {
  TestServer server(routes);
  Caller caller;
  OutgoingRequest request = post(server.url("/"), "a=b");
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}, {"X-Empty", ""}};
  const auto response = caller.send(request);
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->body,
            "POST|Accept=*/*|Content-Type=application/x-www-form-urlencoded|X-Empty=|Content-Length=3|a=b");
  EXPECT_EQ(response->header("x-mixed"), "a");
}

TEST(CurlClient, methods_with_and_without_a_body) {
  TestServer server(routes);
  Caller caller;
  EXPECT_EQ(caller.send(get(server.url("/")))->body, "GET|Accept=*/*|");
  EXPECT_EQ(caller.send(post(server.url("/"), ""))->body, "POST|Accept=*/*|Content-Length=0|");
  OutgoingRequest request = get(server.url("/"));
  request.method = "DELETE";
  EXPECT_EQ(caller.send(request)->body, "DELETE|Accept=*/*|");
  request.method = "HEAD";
  EXPECT_EQ(caller.send(request)->status, 200);
}

// From a megabyte on, curl would ask with "Expect: 100-continue" and wait for a second.
TEST(CurlClient, a_large_body_goes_out_without_asking) {
  ListenOptions options;
  options.limits.body_bytes = 2 * 1024 * 1024;
  TestServer server(routes, options);
  Caller caller;
  OutgoingRequest request = get(server.url("/"));
  request.method = "PUT";
  request.body = std::string(1'500'000, 'p');
  request.response_limit_bytes = options.limits.body_bytes;
  const auto response = caller.send(request);
  ASSERT_TRUE(response);
  EXPECT_EQ(response->body.substr(0, 40), "PUT|Accept=*/*|Content-Length=1500000|pp");
}

TEST(CurlClient, a_proxy_in_the_environment_is_not_used) {
  TestServer server(routes);
  ::setenv("http_proxy", "http://127.0.0.1:9", 1);
  ::setenv("all_proxy", "http://127.0.0.1:9", 1);
  EXPECT_TRUE(Caller().send(get(server.url("/"))));
  ::unsetenv("http_proxy");
  ::unsetenv("all_proxy");
}

TEST(CurlClient, keeps_connections_follows_nothing_and_stores_nothing) {
  TestServer server(routes);
  Caller caller;
  EXPECT_EQ(caller.send(get(server.url("/away")))->status, 302);
  EXPECT_EQ(caller.send(get(server.url("/")))->body, "GET|Accept=*/*|");
  EXPECT_EQ(server.server().open_connections(), 1U);
}

TEST(CurlClient, an_answer_over_the_limit_is_cut_off) {
  TestServer server(routes);
  Caller caller;
  const auto refused = caller.send(get(server.url("/large")));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, Kind::too_large);
  OutgoingRequest patient = get(server.url("/large"));
  patient.response_limit_bytes = 100'000;
  EXPECT_EQ(caller.send(patient)->body.size(), 100'000U);
}

TEST(CurlClient, only_allowed_urls_are_called) {
  TestServer server(routes);
  Caller caller({.allowed_hosts = {"127.0.0.1"}, .allow_http = true});
  const std::string authority = "127.0.0.1:" + std::to_string(server.port());
  EXPECT_TRUE(caller.send(get("http://" + authority + "/")));
  const std::vector<std::string> others = {"http://localhost:" + std::to_string(server.port()) + "/",
                                           "http://a@" + authority + "/",
                                           "ftp://" + authority,
                                           "http://127.0.0.1.example.org/",
                                           std::string("file:///etc/passwd"),
                                           std::string("nonsense://"),
                                           std::string(),
                                           "http://" + authority + "/\r\nX: y"};
  for (const std::string& url : others) {
    const auto refused = caller.send(get(url));
    ASSERT_FALSE(refused) << url;
    EXPECT_EQ(refused.error().kind, Kind::refused_url) << url;
    EXPECT_FALSE(refused.error().maybe_sent);
  }
  OutgoingRequest split = get("http://" + authority + "/");
  split.headers = {{"A", "b\r\nC: d"}};
  EXPECT_EQ(caller.send(split).error().kind, Kind::refused_url);
  Caller https_only({});
  EXPECT_EQ(https_only.send(get(server.url("/"))).error().kind, Kind::refused_url);
}

// ---- how calls fail

struct InsideUrl {
  const char* name;
  const char* host;
};
class Inside : public ::testing::TestWithParam<InsideUrl> {};

// The server listens and would answer; "localhost" shows that the name is resolved first.
TEST_P(Inside, WH_08_no_connection_leads_inside_where_only_public_addresses_are_allowed) {
  TestServer server(routes);
  Caller caller({.allow_http = true, .peer_addresses = PeerAddresses::public_only});
  const std::string url =
      "http://" + std::string(GetParam().host) + ":" + std::to_string(server.port()) + "/";
  const auto refused = caller.send(post(url, "secret"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, Kind::refused_address) << refused.error().log_detail;
  EXPECT_FALSE(refused.error().maybe_sent);
}

INSTANTIATE_TEST_SUITE_P(
    CurlClient, Inside,
    ::testing::Values(InsideUrl{"loopback", "127.0.0.1"}, InsideUrl{"one_number", "2130706433"},
                      InsideUrl{"hexadecimal", "0x7f000001"}, InsideUrl{"short_form", "127.1"},
                      InsideUrl{"name", "localhost"}, InsideUrl{"loopback_v6", "[::1]"},
                      InsideUrl{"mapped_v6", "[::ffff:127.0.0.1]"}, InsideUrl{"metadata", "169.254.169.254"},
                      InsideUrl{"private_net", "10.0.0.1"}),
    [](const auto& row) { return row.param.name; });

TEST(CurlClient, WH_08_where_any_address_is_allowed_the_same_name_is_called) {
  TestServer server(routes);
  Caller caller({.allow_http = true});
  EXPECT_TRUE(caller.send(get("http://localhost:" + std::to_string(server.port()) + "/")));
}

TEST(CurlClient, nobody_listens) {
  std::string url;
  {
    url = TestServer(routes).url("/");
  }
  Caller caller;
  const auto outcome = caller.send(post(url, "x"));
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().kind, Kind::connect);
  EXPECT_FALSE(outcome.error().maybe_sent);
}

TEST(CurlClient, a_name_without_an_address) {
  Caller caller;
  const auto outcome = caller.send(get("http://name.invalid/"));
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().kind, Kind::resolve);
  EXPECT_FALSE(outcome.error().maybe_sent);
}

struct Breakage {
  const char* name;
  const char* answer;
  bool reset;
  Kind kind;
};

class Broken : public ::testing::TestWithParam<Breakage> {};

TEST_P(Broken, answer_may_have_had_its_effect) {
  RawServer server([](Peer& peer, int) {
    peer.read_request(4);
    peer.send(GetParam().answer);
    if (GetParam().reset) peer.reset();
  });
  Caller caller;
  const auto outcome = caller.send(post(server.url(), "body"));
  ASSERT_FALSE(outcome) << GetParam().name;
  EXPECT_EQ(outcome.error().kind, GetParam().kind) << transport_error_text(outcome.error().kind);
  EXPECT_TRUE(outcome.error().maybe_sent);
}

INSTANTIATE_TEST_SUITE_P(
    CurlClient, Broken,
    ::testing::Values(
        Breakage{"closed", "", false, Kind::reset}, Breakage{"reset", "", true, Kind::reset},
        Breakage{"not HTTP", "SSH-2.0-OpenSSH\r\n", false, Kind::malformed},
        Breakage{"half a body", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n123", false, Kind::reset},
        Breakage{"bad chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", false,
                 Kind::reset},
        Breakage{"announced too large", "HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n123", false,
                 Kind::reset}));

TEST(CurlClient, headers_without_end_are_cut_off) {
  RawServer server([](Peer& peer, int) {
    peer.read_request();
    peer.send("HTTP/1.1 200 OK\r\n");
    for (int i = 0; i < 100; ++i) peer.send("A: " + std::string(1000, 'b') + "\r\n");
    peer.wait_for_end();
  });
  Caller caller;
  EXPECT_EQ(caller.send(get(server.url())).error().kind, Kind::too_large);
}

TEST(CurlClient, the_first_byte_has_a_deadline_of_its_own) {
  RawServer server([](Peer& peer, int) {
    peer.read_request();
    peer.wait_for_end();
  });
  Caller caller;
  OutgoingRequest request = get(server.url());
  request.deadlines.first_byte = std::chrono::milliseconds{50};
  const auto outcome = caller.send(request);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().kind, Kind::timeout);
  EXPECT_TRUE(outcome.error().maybe_sent);
  EXPECT_GE(outcome.error().elapsed, std::chrono::milliseconds{45});
  EXPECT_LT(outcome.error().elapsed, std::chrono::seconds{5});
}

TEST(CurlClient, the_whole_answer_has_a_deadline) {
  RawServer server([](Peer& peer, int) {
    peer.read_request();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n1");
    peer.wait_for_end();
  });
  Caller caller;
  OutgoingRequest request = get(server.url());
  request.deadlines.first_byte = std::chrono::milliseconds{30};
  request.deadlines.total = std::chrono::milliseconds{80};
  const auto outcome = caller.send(request);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().kind, Kind::timeout);
}

// curl repeats a request by itself when a kept connection dies under it. A code must not be redeemed twice.
TEST(CurlClient, a_post_is_not_repeated_when_a_kept_connection_dies) {
  std::atomic<int> posts = 0;
  RawServer server([&](Peer& peer, int) {
    peer.read_request();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    if (peer.read_request(4).starts_with("POST")) ++posts;  // and closes without an answer
  });
  Caller caller;
  ASSERT_TRUE(caller.send(get(server.url())));
  const auto outcome = caller.send(post(server.url(), "code"));
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().kind, Kind::reset);
  EXPECT_TRUE(outcome.error().maybe_sent);
  EXPECT_EQ(posts, 1);
}

TEST(CurlClient, beyond_the_line_calls_are_turned_away) {
  TestServer server(routes);
  Caller caller({.allow_http = true, .connections_per_host = 1, .waiting_per_host = 2});
  const auto outcomes = caller.send_all(std::vector<OutgoingRequest>(4, get(server.url("/"))));
  EXPECT_TRUE(outcomes[0] && outcomes[1] && outcomes[2]);
  ASSERT_FALSE(outcomes[3]);
  EXPECT_EQ(outcomes[3].error().kind, Kind::overloaded);
  EXPECT_FALSE(outcomes[3].error().maybe_sent);
  EXPECT_EQ(server.server().open_connections(), 1U);
  EXPECT_TRUE(caller.send(get(server.url("/"))));
}

TEST(CurlClient, waiting_in_line_has_a_deadline) {
  RawServer server([](Peer& peer, int) {
    peer.read_request();
    peer.wait_for_end();
  });
  Caller caller({.allow_http = true, .connections_per_host = 1});
  OutgoingRequest slow = get(server.url()), waiting = get(server.url());
  slow.deadlines.first_byte = std::chrono::milliseconds{200};
  waiting.deadlines.first_byte = std::chrono::milliseconds{50};
  const auto outcomes = caller.send_all({slow, waiting});
  EXPECT_EQ(outcomes[0].error().kind, Kind::timeout);
  EXPECT_EQ(outcomes[1].error().kind, Kind::overloaded);
  EXPECT_FALSE(outcomes[1].error().maybe_sent);
}

TEST(CurlClient, closing_the_client_ends_its_calls) {
  RawServer server([](Peer& peer, int) {
    peer.read_request();
    peer.wait_for_end();
  });
  Caller caller;
  std::optional<Outcome> outcome;
  boost::asio::co_spawn(caller.context, caller.client->send(get(server.url())),
                        [&](const std::exception_ptr&, Outcome got) { outcome = std::move(got); });
  caller.context.poll();
  caller.client.reset();
  caller.context.run();
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->error().kind, Kind::reset);
}

// ---- TLS

struct TlsSide {
  TlsSide() {
    ListenOptions options;
    options.tls = authority.issue("server", {"api.example.org", "127.0.0.1"});
    server = std::make_unique<TestServer>(routes, options);
  }
  [[nodiscard]] CurlClientOptions trusting() const {
    return {.ca_file = authority.ca_file(), .connect_to = {"::127.0.0.1:" + std::to_string(server->port())}};
  }
  TestAuthority authority;
  std::unique_ptr<TestServer> server;
};

TEST(CurlClient, real_names_lead_where_connect_to_says) {
  TlsSide side;
  Caller caller(side.trusting());
  const auto response = caller.send(get("https://api.example.org/"));
  ASSERT_TRUE(response) << response.error().log_detail;
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->header("strict-transport-security"), "max-age=31536000");
}

TEST(CurlClient, LW_02_a_certificate_of_another_name_is_refused_before_anything_is_sent) {
  TlsSide side;
  Caller caller(side.trusting());
  const auto outcome = caller.send(post("https://api.example.com/", "secret"));
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().kind, Kind::tls);
  EXPECT_FALSE(outcome.error().maybe_sent);
}

TEST(CurlClient, LW_02_a_certificate_of_another_authority_is_refused) {
  TlsSide side;
  const TestAuthority other;
  CurlClientOptions options = side.trusting();
  options.ca_file = other.ca_file();
  const auto outcome = Caller(options).send(get("https://api.example.org/"));
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().kind, Kind::tls);
  options.ca_file.clear();  // the system's authorities do not know ours either
  EXPECT_EQ(Caller(options).send(get("https://api.example.org/")).error().kind, Kind::tls);
}

TEST(CurlClient, TLS_needs_TLS) {
  TestServer plain(routes);
  Caller caller({.connect_to = {"::127.0.0.1:" + std::to_string(plain.port())}});
  const auto outcome = caller.send(get("https://api.example.org/"));
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().kind, Kind::tls);
  EXPECT_FALSE(outcome.error().maybe_sent);
}

}  // namespace
}  // namespace couplet::http
