// SPDX-License-Identifier: Apache-2.0
// Long random lives of one grant against a model of Alexa: lost answers, late answers, parallel workers,
// crashes, replays, key rotation. What is modelled is what Alexa does with a refresh token: its workers
// present the one it keeps, and it keeps the one of whichever answer came last. A seed that fails is printed
// with its story, and replays exactly.
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <vector>

#include "oauth/grant_refresh_token.hpp"

namespace couplet::oauth {
namespace {

/// The server's durable state and its rules; each request is read, decided and stored in steps that others
/// come between.
struct Server {
  SeededRandom random;
  Instant now = from_unix_seconds(1'800'000'000);
  std::vector<KeyRing::Key> key_list{{1, MasterKey(std::string(32, 'a'))}};
  KeyRing keys{key_list};
  Client client;
  Grant grant;
  RefreshToken first;

  Server(std::uint64_t seed, RefreshPolicy policy) : random(seed) {
    client.client_id = ClientId("alexa");
    client.redirect_uris = {"https://h/cb"};
    client.refresh_policy = policy;
    const auto minted = mint_refresh_token(now, random, keys);
    first = minted.refresh_token;
    grant.grant_id = GrantId::make(now, random);
    grant.client_id = client.client_id;
    grant.refresh_selector = minted.selector;
    grant.refresh_token_hash = minted.refresh_token_hash;
    grant.created_at = now;
  }

  void rotate_master_key() {
    const auto id = static_cast<std::uint8_t>(key_list.size() + 1);
    key_list.insert(key_list.begin(), {id, MasterKey(std::string(32, static_cast<char>('a' + id)))});
    keys = KeyRing(key_list);
  }

  /// The store's verb.
  bool rotate(const RefreshRotation& from, const RefreshRotation& to) {
    if (grant.revoked_at || grant.rotation != from) return false;
    grant.rotation = to;
    return true;
  }
};

struct Request {
  enum class At { sent, read, stored, refused } at = At::sent;
  RefreshToken presented;
  bool keeps_answer = true;  // false: a replay, whose answer nobody waits for
  Grant seen{};              // as it was read
  RefreshToken answer{};
  std::string cause{};
};

class Life {
 public:
  Life(std::uint64_t seed, RefreshPolicy policy)
      : server_(seed, policy), dice_(seed ^ 0x9e37), kept_(server_.first) {}

  /// One burst: the access token runs out, and up to four workers refresh at once until each has an answer or
  /// gave up.
  void burst() {
    story_ << "burst\n";
    const std::uint32_t workers = 1 + pick(4);
    for (std::uint32_t i = 0; i < workers; ++i) send(kept_, true);
    std::uint32_t retries = pick(6);
    while (!requests_.empty()) {
      if (pick(20) == 0)
        send(requests_[pick(requests_.size())].presented, false);  // the network says it twice
      if (pick(60) == 0) crash(retries);
      if (!requests_.empty()) step(pick(static_cast<std::uint32_t>(requests_.size())), retries);
    }
    if (pick(10) == 0) server_.rotate_master_key();
    pass(seconds{360 + pick(86'400 * 3)});
  }

  /// Somebody sends an old token of this grant again, at any time.
  void replay_old() {
    if (presented_.empty()) return;
    send(presented_[pick(static_cast<std::uint32_t>(presented_.size()))], false);
    std::uint32_t none = 0;
    while (!requests_.empty()) step(0, none);
  }

  void pass(seconds by) { server_.now += by; }
  [[nodiscard]] const Grant& grant() const { return server_.grant; }
  [[nodiscard]] bool alexa_dropped_the_link() const { return dropped_; }
  [[nodiscard]] std::string story() const { return story_.str(); }
  std::uint32_t pick(std::size_t below) {
    std::uint32_t number = 0;
    for (const std::byte byte : dice_.bytes<4>()) number = number << 8 | std::to_integer<std::uint32_t>(byte);
    return number % static_cast<std::uint32_t>(below);
  }

 private:
  void send(RefreshToken token, bool keeps_answer) {
    presented_.push_back(token);
    requests_.push_back({Request::At::sent, std::move(token), keeps_answer});
  }

  // The process dies: what was stored stays, and nobody hears the answers that were under way.
  void crash(std::uint32_t& retries) {
    story_ << "  crash\n";
    auto lost = std::exchange(requests_, {});
    for (const Request& request : lost)
      if (request.keeps_answer && retries > 0) --retries, send(kept_, true);
  }

  void step(std::uint32_t index, std::uint32_t& retries) {
    Request& request = requests_[index];
    if (request.at == Request::At::sent) {
      request.seen = server_.grant;
      request.at = Request::At::read;
    } else if (request.at == Request::At::read) {
      decide(request);
    } else {
      end(index, retries);
    }
  }

  void decide(Request& request) {
    const auto presented = parse_refresh_token(request.presented);
    auto allowed = check_refresh({request.presented, std::nullopt}, presented ? &*presented : nullptr,
                                 &request.seen, server_.client, server_.keys, server_.now);
    if (!allowed) {
      if (allowed.error().ends_grant && !server_.grant.revoked_at) server_.grant.revoked_at = server_.now;
      request.cause = allowed.error().error.log_detail;
      request.at = Request::At::refused;
      return;
    }
    if (allowed->store_first && !server_.rotate(request.seen.rotation, *allowed->store_first)) {
      request.at = Request::At::sent;  // read again
      return;
    }
    request.answer = allowed->refresh_token;
    request.at = Request::At::stored;
  }

  void end(std::uint32_t index, std::uint32_t& retries) {
    const Request request = std::move(requests_[index]);
    requests_.erase(requests_.begin() + index);
    const bool lost = pick(4) == 0;
    tell(request, lost);
    if (!request.keeps_answer) return;
    if (lost && retries > 0) return --retries, send(kept_, true);
    if (lost) return;
    if (request.at == Request::At::refused) dropped_ = true;  // invalid_grant is final for Alexa
    if (request.at == Request::At::stored) kept_ = request.answer;
  }

  void tell(const Request& request, bool lost) {
    const auto generation = [](const RefreshToken& token) {
      const auto parsed = parse_refresh_token(token);
      return parsed ? std::to_string(parsed->generation) : std::string("none");
    };
    story_ << "  " << (request.keeps_answer ? "alexa" : "replay") << " presents "
           << generation(request.presented)
           << (request.cause.empty() ? " gets " + generation(request.answer) : " refused: " + request.cause)
           << (lost ? " (lost)" : "") << "; stored " << server_.grant.rotation.generation << '\n';
  }

  Server server_;
  SeededRandom dice_;
  RefreshToken kept_;  // what Alexa presents next
  std::vector<Request> requests_;
  std::vector<RefreshToken> presented_;
  bool dropped_ = false;
  std::ostringstream story_;
};

constexpr std::uint64_t kSeeds = 1500;
constexpr int kBursts = 25;

class NoDeadLink : public ::testing::TestWithParam<RefreshPolicy> {};

TEST_P(NoDeadLink, RT_04_no_life_that_alexa_can_lead_ends_the_link) {
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    Life life(seed, GetParam());
    for (int i = 0; i < kBursts; ++i) {
      life.burst();
      if (life.pick(3) == 0) life.replay_old();
    }
    ASSERT_FALSE(life.alexa_dropped_the_link()) << "seed " << seed << '\n' << life.story();
    ASSERT_FALSE(life.grant().revoked_at) << "seed " << seed << '\n' << life.story();
  }
}

INSTANTIATE_TEST_SUITE_P(Policies, NoDeadLink,
                         ::testing::Values(RefreshPolicy::stable, RefreshPolicy::overlap),
                         [](const auto& info) {
                           return std::string(enum_text(kRefreshPolicies, info.param));
                         });

/// What RFC 9700 4.14.2 wants, kept apart from the server's own numbers: when each token was first answered
/// with a successor.
class ReuseOracle {
 public:
  /// Whether presenting generation `presented` at `at` is reuse of a token that its owner had moved on from.
  [[nodiscard]] bool is_reuse(std::uint32_t presented, Instant at, seconds grace) const {
    if (presented >= first_answered_.size()) return false;
    const bool is_direct_predecessor = presented + 1 == first_answered_.size();
    return !is_direct_predecessor || at >= first_answered_[presented] + grace;
  }
  void answered(std::uint32_t presented, Instant at) {
    if (presented == first_answered_.size()) first_answered_.push_back(at);
  }

 private:
  std::vector<Instant> first_answered_;
};

// Owner and thief hold copies of one token each and use them as they like, one request after the other.
TEST(RT_05, strict_catches_every_reuse) {
  std::size_t caught = 0;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    Server server(seed, RefreshPolicy::strict);
    ReuseOracle oracle;
    RefreshToken holders[] = {server.first, server.first};
    for (int i = 0; i < 40; ++i) {
      const auto roll = std::to_integer<std::uint32_t>(server.random.bytes<1>()[0]);
      RefreshToken& token = holders[roll % 2];
      server.now += seconds{roll % 5 == 0 ? 120 : roll % 20};
      const auto presented = parse_refresh_token(token).value();
      const bool reuse = oracle.is_reuse(presented.generation, server.now, server.client.refresh_grace);
      const auto allowed = check_refresh({token, std::nullopt}, &presented, &server.grant, server.client,
                                         server.keys, server.now);
      if (!allowed) {
        ASSERT_TRUE(reuse || allowed.error().error.log_detail == "refresh_token_reused") << "seed " << seed;
        ASSERT_TRUE(allowed.error().ends_grant) << "seed " << seed;
        ++caught;
        break;
      }
      ASSERT_FALSE(reuse) << "seed " << seed << ": reuse was answered";
      oracle.answered(presented.generation, server.now);
      if (allowed->store_first)
        ASSERT_TRUE(server.rotate(server.grant.rotation, *allowed->store_first)) << "seed " << seed;
      token = allowed->refresh_token;
    }
  }
  EXPECT_GT(caught, kSeeds / 2);  // most of these lives do come to a reuse
}

// An owner alone, whose every answer arrives, is never taken for a thief.
TEST(RT_05, strict_lets_an_honest_client_live) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    Server server(seed, RefreshPolicy::strict);
    RefreshToken token = server.first;
    for (int i = 0; i < 200; ++i) {
      server.now += seconds{std::to_integer<int>(server.random.bytes<1>()[0])};
      const auto presented = parse_refresh_token(token).value();
      const auto allowed = check_refresh({token, std::nullopt}, &presented, &server.grant, server.client,
                                         server.keys, server.now);
      ASSERT_TRUE(allowed) << "seed " << seed;
      ASSERT_TRUE(allowed->store_first && server.rotate(server.grant.rotation, *allowed->store_first));
      token = allowed->refresh_token;
    }
  }
}

}  // namespace
}  // namespace couplet::oauth
