// SPDX-License-Identifier: Apache-2.0
#include "server/events/event_endpoint.hpp"

#include <gtest/gtest.h>

#include "server/events/testing/event_world.hpp"

namespace couplet::server {
namespace {

using testing::EventWorld;
using testing::kChainUrl;

constexpr const char* kLinked = "AlexaSkillEvent.SkillAccountLinked";
constexpr const char* kDisabled = "AlexaSkillEvent.SkillDisabled";

bool contains(const auto& range, const auto& value) { return std::ranges::find(range, value) != range.end(); }

class EventEndpointTest : public ::testing::Test, protected EventWorld {
 protected:
  /// Linked, and Alexa has said so.
  Linked known(const std::string& user) {
    Linked linked = link(user);
    EXPECT_EQ(
        send({.type = kLinked, .access_token = linked.access_token, .request_id = "linked-" + user}).status,
        200);
    return linked;
  }
  /// Refused without a word, by this check, and nothing was done.
  void expect_refused(const http::Response& response, const std::string& reason, int status = 400) {
    EXPECT_EQ(response.status, status) << reason;
    EXPECT_EQ(response.body, "") << reason;
    EXPECT_TRUE(refused_by(reason)) << reason << "\n" << metrics.exposition({});
    EXPECT_FALSE(counted("couplet_events_total{"));
  }
};

TEST_F(EventEndpointTest, WH_02_account_linked_names_our_user_by_our_own_token) {
  const Linked linked = link("alice");
  const auto response = send({.type = kLinked, .access_token = linked.access_token});
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, R"({"version":"1.0","response":{}})");
  EXPECT_EQ(link_of("alice").alexa_user_id, AlexaUserId("amzn1.ask.account.ANNA"));
  EXPECT_EQ(link_of("alice").status, LinkStatus::LINKED);
  EXPECT_EQ(link_of("alice").evidence, EvidenceSource::event);
  EXPECT_TRUE(is_live(linked.grant));
}

TEST_F(EventEndpointTest, WH_02_a_token_that_expired_on_the_way_still_names_the_user) {
  const Linked linked = link("alice");
  clock.advance(minutes{61});
  EXPECT_EQ(
      send({.type = kLinked, .access_token = linked.access_token, .age = minutes{59}, .created = minutes{59}})
          .status,
      200);
  EXPECT_TRUE(link_of("alice").alexa_user_id);
}

TEST_F(EventEndpointTest, WH_02_a_token_that_is_not_ours_names_nobody) {
  link("alice");
  const Config other_config = testing::test_config();
  const oauth::AccessTokenIssuer other(
      profile, std::move(*SigningKey::from_jwk(other_config.signing_keys.front())), *config.keys);
  const auto forged = other.issue(link("bob").grant, "rides", config.clients.front(), clock.now(), random);
  EXPECT_EQ(send({.type = kLinked, .access_token = std::string(forged.access_token.reveal())}).status, 200);
  EXPECT_FALSE(link_of("bob").alexa_user_id);
  EXPECT_TRUE(counted(R"(outcome="unknown_user")"));
}

TEST_F(EventEndpointTest, WH_02_an_opaque_token_names_our_user_as_well) {
  config.clients.front().access_token_format = AccessTokenFormat::opaque;
  const Linked linked = link("alice");
  EXPECT_FALSE(linked.access_token.contains('.')) << "no JWT";
  EXPECT_EQ(send({.type = kLinked, .access_token = linked.access_token}).status, 200);
  EXPECT_EQ(link_of("alice").alexa_user_id, AlexaUserId("amzn1.ask.account.ANNA"));
}

TEST_F(EventEndpointTest, WH_01_disabled_revokes_the_grant_and_ends_the_link) {
  const Linked linked = known("alice");
  EXPECT_EQ(send({.type = kDisabled}).status, 200);
  EXPECT_EQ(link_of("alice").status, LinkStatus::NOT_LINKED);
  EXPECT_FALSE(is_live(linked.grant));
  EXPECT_TRUE(counted(R"(couplet_unlinked_total{evidence="event",skill="ride-hailer"} 1)"));
}

TEST_F(EventEndpointTest, WH_03_five_copies_are_acted_on_once_and_all_answered_200) {
  known("alice");
  const std::string body = text({.type = kDisabled});
  for (int i = 0; i < 5; ++i) EXPECT_EQ(send(body).status, 200);
  EXPECT_TRUE(counted(R"(outcome="applied",skill="ride-hailer",type="AlexaSkillEvent.SkillDisabled"} 1)"));
  EXPECT_TRUE(counted(R"(outcome="duplicate",skill="ride-hailer",type="AlexaSkillEvent.SkillDisabled"} 4)"));
}

TEST_F(EventEndpointTest, AX_17_the_same_octets_replayed_do_not_end_a_newer_link) {
  known("alice");
  const std::string body = text({.type = kDisabled});
  EXPECT_EQ(send(body).status, 200);
  const Linked again = link("alice");
  EXPECT_EQ(send(body).status, 200);
  EXPECT_TRUE(is_live(again.grant));
}

TEST_F(EventEndpointTest, WH_04_a_disabled_that_is_older_than_the_link_does_not_unlink) {
  known("alice");
  clock.advance(minutes{10});
  const Linked again = link("alice");
  EXPECT_EQ(send({.type = kDisabled, .age = minutes{5}, .created = minutes{5}}).status, 200);
  EXPECT_TRUE(is_live(again.grant));
  EXPECT_EQ(link_of("alice").status, LinkStatus::LINKED);
}

TEST_F(EventEndpointTest, WH_05_an_event_for_another_skill_is_refused) {
  expect_refused(send({.skill_id = "amzn1.ask.skill.99999999-2222-3333-4444-555555555555"}), "application");
}

TEST_F(EventEndpointTest, WH_05_an_unknown_skill_is_not_found) {
  const std::string body = text({}), signed_256 = signature(body);
  EXPECT_EQ(
      post(body, {{"SignatureCertChainUrl", kChainUrl}, {"Signature-256", signed_256}}, "nobodys").status,
      404);
}

TEST_F(EventEndpointTest, WH_06_an_event_about_nobody_is_answered_200_and_does_nothing) {
  EXPECT_EQ(send({.type = kDisabled}).status, 200);
  EXPECT_TRUE(counted(R"(outcome="unknown_user")"));
}

TEST_F(EventEndpointTest, WH_07_a_store_that_cannot_answer_makes_amazon_ask_again) {
  known("alice");
  database->close();
  const auto response = send({.type = kDisabled});
  EXPECT_EQ(response.status, 503);
  EXPECT_FALSE(response.headers.empty()) << "Retry-After";
  EXPECT_EQ(link_of("alice").status, LinkStatus::LINKED);
}

TEST_F(EventEndpointTest, the_other_events_are_recorded_once) {
  for (const char* const type : {"AlexaSkillEvent.SkillEnabled", "AlexaSkillEvent.SkillPermissionAccepted",
                                 "AlexaSkillEvent.SkillPermissionChanged"}) {
    EXPECT_EQ(send({.type = type, .request_id = type}).status, 200);
    EXPECT_EQ(send({.type = type, .request_id = type}).status, 200);
    EXPECT_TRUE(counted(R"(outcome="duplicate",skill="ride-hailer",type=")" + std::string(type) + "\"} 1"));
  }
}

TEST_F(EventEndpointTest, AX_01_missing_headers_are_refused) {
  const std::string body = text({}), signed_256 = signature(body);
  expect_refused(post(body, {}), "headers");
  expect_refused(post(body, {{"SignatureCertChainUrl", kChainUrl}}), "headers");
  expect_refused(post(body, {{"Signature-256", signed_256}}), "headers");
  expect_refused(post(body, {{"SignatureCertChainUrl", ""}, {"Signature-256", signed_256}}), "headers");
  EXPECT_TRUE(chains.urls.empty()) << "nothing was fetched";
}

TEST_F(EventEndpointTest, AX_01_repeated_headers_are_refused_in_any_case) {
  const std::string body = text({}), signed_256 = signature(body);
  expect_refused(post(body, {{"SignatureCertChainUrl", kChainUrl},
                             {"signaturecertchainurl", kChainUrl},
                             {"Signature-256", signed_256}}),
                 "headers");
  expect_refused(post(body, {{"SignatureCertChainUrl", kChainUrl},
                             {"Signature-256", signed_256},
                             {"SIGNATURE-256", signed_256}}),
                 "headers");
}

TEST_F(EventEndpointTest, AX_02_the_signature_is_over_the_octets_of_the_body) {
  const std::string body = text({}), signed_256 = signature(body);
  const Headers headers{{"SignatureCertChainUrl", kChainUrl}, {"Signature-256", signed_256}};
  for (const std::string& changed :
       {body + " ", body + "\n", body.substr(1), std::string("{") + body.substr(1) + "}"})
    expect_refused(post(changed, headers), "signature");
  EXPECT_EQ(post(body, headers).status, 200);
}

TEST_F(EventEndpointTest, AX_03_the_old_signature_is_neither_enough_nor_in_the_way) {
  const std::string body = text({}), signed_1 = to_base64(chain.leaf.sign(body, "SHA1"));
  expect_refused(post(body, {{"SignatureCertChainUrl", kChainUrl}, {"Signature", signed_1}}), "headers");
  const std::string signed_256 = signature(body);
  const Headers wrong_beside_right{
      {"SignatureCertChainUrl", kChainUrl}, {"Signature", "d3Jvbmc="}, {"Signature-256", signed_256}};
  EXPECT_EQ(post(body, wrong_beside_right).status, 200);
}

TEST_F(EventEndpointTest, AX_05_no_other_url_is_fetched) {
  const std::string body = text({}), signed_256 = signature(body);
  const std::string url = "https://s3.amazonaws.com/echo.api/../bucket/cert.pem";
  expect_refused(post(body, {{"SignatureCertChainUrl", url}, {"Signature-256", signed_256}}),
                 "certificate_url");
  EXPECT_TRUE(chains.urls.empty());
}

TEST_F(EventEndpointTest, AX_06_the_normalised_url_is_fetched) {
  const std::string body = text({}), signed_256 = signature(body);
  const std::string url = "https://S3.amazonaws.com:443/echo.api/../echo.api/echo-api-cert.pem";
  EXPECT_EQ(post(body, {{"SignatureCertChainUrl", url}, {"Signature-256", signed_256}}).status, 200);
  EXPECT_EQ(chains.urls, std::vector<std::string>{kChainUrl});
  EXPECT_EQ(chains.peers, std::vector<std::string>{"192.0.2.1"}) << "for whom the fetch counts (AX-08)";
}

TEST_F(EventEndpointTest, AX_10_a_chain_that_is_not_trusted_is_refused) {
  chains.result = std::unexpected(amazon::ChainProblem::refused);
  expect_refused(send(Message{}), "certificate");
}

TEST_F(EventEndpointTest, AX_18_a_chain_that_cannot_be_fetched_is_503_and_nothing_is_done) {
  const Linked linked = link("alice");
  chains.result = std::unexpected(amazon::ChainProblem::unavailable);
  const auto response = send({.type = kLinked, .access_token = linked.access_token});
  expect_refused(response, "unavailable", 503);
  EXPECT_FALSE(link_of("alice").alexa_user_id);
}

TEST_F(EventEndpointTest, AX_13_events_may_be_an_hour_old_and_no_more) {
  EXPECT_EQ(send({.request_id = "r-1", .age = seconds{3590}}).status, 200);
  EXPECT_EQ(send({.request_id = "r-2", .age = seconds{3610}}).status, 400);
  EXPECT_TRUE(refused_by("timestamp"));
}

TEST_F(EventEndpointTest, AX_14_an_event_from_the_future_is_refused) {
  EXPECT_EQ(send({.request_id = "r-1", .age = seconds{-149}}).status, 200);
  EXPECT_EQ(send({.request_id = "r-2", .age = seconds{-200}}).status, 400);
  EXPECT_TRUE(refused_by("timestamp"));
}

TEST_F(EventEndpointTest, AX_16_nothing_is_parsed_before_its_signature_is_good) {
  const std::string deep(30'000, '[');
  const std::string of_another_body = signature("{}");
  expect_refused(post(deep, {{"SignatureCertChainUrl", kChainUrl}, {"Signature-256", of_another_body}}),
                 "signature");
  expect_refused(send(deep), "malformed");
}

TEST_F(EventEndpointTest, AX_16_a_body_over_64_kib_is_refused) {
  expect_refused(send(text({}) + std::string(64 * 1024, ' ')), "too_large");
  EXPECT_TRUE(chains.urls.empty());
}

TEST_F(EventEndpointTest, a_signed_request_of_another_type_is_refused_where_nobody_wants_it) {
  expect_refused(send({.type = "LaunchRequest"}), "unexpected_type");
  EXPECT_TRUE(service.requests.empty());
}

class ForwardTest : public EventEndpointTest {
 protected:
  ForwardTest() {
    config.skills.front().forward_to = "https://skill.example.org/alexa";
    service.answers(200, R"({"version":"1.0","response":{"shouldEndSession":true}})");
  }
};

TEST_F(ForwardTest, a_verified_request_is_sent_on_as_it_came_and_its_answer_comes_back) {
  const std::string body = text({.type = "LaunchRequest"});
  const auto response = send(body);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, R"({"version":"1.0","response":{"shouldEndSession":true}})");
  ASSERT_EQ(response.headers.size(), 1U) << "the content type, and nothing else of theirs";
  ASSERT_EQ(service.requests.size(), 1U);
  const http::OutgoingRequest& sent = service.requests.front();
  EXPECT_EQ(sent.method, "POST");
  EXPECT_EQ(sent.url, "https://skill.example.org/alexa");
  EXPECT_EQ(sent.body, body);
  EXPECT_LE(sent.deadlines.total, seconds{8});
  EXPECT_TRUE(contains(sent.headers, std::pair<std::string, std::string>("Signature-256", signature(body))));
}

TEST_F(ForwardTest, events_about_accounts_stay_here) {
  EXPECT_EQ(send({.type = kDisabled}).status, 200);
  EXPECT_TRUE(service.requests.empty());
}

TEST_F(ForwardTest, AX_13_what_is_old_or_not_signed_is_not_sent_on) {
  EXPECT_EQ(send({.type = "LaunchRequest", .age = seconds{149}}).status, 200);
  EXPECT_EQ(service.requests.size(), 1U);
  EXPECT_EQ(send({.type = "LaunchRequest", .age = seconds{151}}).status, 400);
  EXPECT_EQ(send({.type = "AlexaSkillEvent.ProactiveSubscriptionChanged", .age = seconds{151}}).status, 400);
  EXPECT_EQ(post(text({.type = "LaunchRequest"}), {}).status, 400);
  EXPECT_EQ(service.requests.size(), 1U);
}

TEST_F(ForwardTest, errors_of_the_service_come_back_and_redirects_do_not) {
  service.answers(500, "oops");
  EXPECT_EQ(send({.type = "LaunchRequest"}).status, 500);
  service.answers(302, "");
  EXPECT_EQ(send({.type = "LaunchRequest"}).status, 502);
  service.answer = std::unexpected(http::TransportError{http::TransportError::Kind::connect, false, {}, ""});
  EXPECT_EQ(send({.type = "LaunchRequest"}).status, 502);
}

TEST(EventClients, AX_07_the_fetching_client_reaches_amazons_host_by_public_addresses) {
  Config config = testing::test_config();
  EXPECT_EQ(chain_client_options(config).allowed_hosts, std::vector<std::string>{"s3.amazonaws.com"});
  EXPECT_EQ(chain_client_options(config).peer_addresses, http::PeerAddresses::public_only);
  EXPECT_FALSE(chain_client_options(config).allow_http);
  EXPECT_LE(chain_client_options(config).connections_per_host, 4U);
  config.settings.amazon.connect_to = "127.0.0.1:8443";
  EXPECT_EQ(chain_client_options(config).connect_to, std::vector<std::string>{"::127.0.0.1:8443"});
}

TEST(EventClients, the_forwarding_client_reaches_the_configured_hosts_and_no_other) {
  Config config = testing::test_config();
  EXPECT_EQ(forward_client_options(config).allowed_hosts, std::vector<std::string>{"none.invalid"});
  config.skills[1].forward_to = "http://127.0.0.1:8000/alexa";
  EXPECT_TRUE(forward_client_options(config).allow_http);
  EXPECT_TRUE(contains(forward_client_options(config).allowed_hosts, "127.0.0.1"));
}

}  // namespace
}  // namespace couplet::server
