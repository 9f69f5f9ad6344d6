// SPDX-License-Identifier: Apache-2.0
#include "ride_hailer/published_keys.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <map>
#include <utility>

#include "base/log.hpp"

namespace couplet::ride_hailer {
namespace {

using Keys = std::map<std::string, std::shared_ptr<const JwkSet>, std::less<>>;

constexpr std::chrono::minutes kFresh{5};  // what Couplet's Cache-Control says
constexpr std::chrono::hours kUsable{24};  // a withdrawn key does not live on for ever in an outage
constexpr std::chrono::seconds kBetweenFetches{10};
constexpr std::size_t kMostKeys = 32;
// Alexa waits eight seconds for a skill; a person waits less.
constexpr http::Deadlines kDeadlines{.connect = std::chrono::milliseconds{1000},
                                     .first_byte = std::chrono::milliseconds{2000},
                                     .total = std::chrono::milliseconds{2000}};

bool is_es256_key(const json::object& jwk) {
  return find_string(jwk, "kty") == "EC" && find_string(jwk, "crv") == "P-256" &&
         find_string(jwk, "alg").value_or("ES256") == "ES256" &&
         find_string(jwk, "use").value_or("sig") == "sig";
}

void take(Keys& keys, const json::value& entry) {
  const json::object* const jwk = entry.if_object();
  const auto kid = jwk ? find_string(*jwk, "kid") : std::nullopt;
  if (!kid || !is_es256_key(*jwk) || keys.size() >= kMostKeys) return;
  auto key = JwkSet::from_json(json::serialize(json::object{{"keys", json::array{entry}}}));
  if (key && key->size() == 1)
    keys.emplace(std::string(*kid), std::make_shared<const JwkSet>(std::move(*key)));
}

// Absent: not an answer with keys in it, whatever its status.
std::optional<Keys> keys_of(const Result<http::IncomingResponse, http::TransportError>& response) {
  if (!response || response->status != 200) return std::nullopt;
  const auto body = parse_json_object(response->body);
  const json::array* const entries = body ? find_array(*body, "keys") : nullptr;
  if (!entries) return std::nullopt;
  Keys keys;
  for (const json::value& entry : *entries) take(keys, entry);
  if (keys.empty()) return std::nullopt;
  return keys;
}

}  // namespace

struct PublishedKeys::State {
  std::string jwks_url;
  http::Client& client;
  const Clock& clock;
  Keys keys{};
  std::optional<std::chrono::nanoseconds> fetched_at{};  // monotonic, as the next
  std::optional<std::chrono::nanoseconds> tried_at{};
  bool last_try_went_well = false;
  Fetch under_way{};

  [[nodiscard]] bool is_younger_than(std::chrono::nanoseconds age) const {
    return fetched_at && clock.monotonic() - *fetched_at < age;
  }
  [[nodiscard]] bool may_fetch() const {
    return !tried_at || clock.monotonic() - *tried_at >= kBetweenFetches;
  }
  [[nodiscard]] std::shared_ptr<const JwkSet> known(std::string_view kid) const {
    const auto found = keys.find(kid);
    return found != keys.end() && is_younger_than(kUsable) ? found->second : nullptr;
  }
};

PublishedKeys::PublishedKeys(std::string jwks_url, http::Client& client, const Clock& clock)
    : state_(std::make_shared<State>(std::move(jwks_url), client, clock)) {}

Task<Result<std::shared_ptr<const JwkSet>, TokenFault>> PublishedKeys::find(std::string kid) {
  const auto state = state_;
  if (auto key = state->known(kid)) {
    if (!state->is_younger_than(kFresh)) co_await begin_or_join();
    co_return key;
  }
  const Fetch fetch = co_await begin_or_join();
  if (!fetch) co_return std::unexpected(TokenFault::unavailable);
  if (fetch == state->under_way)  // it may have failed at once
    co_await fetch->async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
  if (auto key = state->known(kid)) co_return key;
  co_return std::unexpected(state->last_try_went_well ? TokenFault::inactive : TokenFault::unavailable);
}

// Does not wait for the fetch. Absent when the last one was too short ago.
Task<PublishedKeys::Fetch> PublishedKeys::begin_or_join() {
  const auto executor = co_await boost::asio::this_coro::executor;
  const auto state = state_;
  if (state->under_way || !state->may_fetch()) co_return state->under_way;
  state->tried_at = state->clock.monotonic();
  state->under_way =
      std::make_shared<boost::asio::steady_timer>(executor, boost::asio::steady_timer::time_point::max());
  Fetch begun = state->under_way;
  boost::asio::co_spawn(executor, fetch(state), [state](const std::exception_ptr&) {
    std::exchange(state->under_way, nullptr)->cancel();
  });
  co_return begun;
}

Task<void> PublishedKeys::fetch(std::shared_ptr<State> state) {
  state->last_try_went_well = false;
  http::OutgoingRequest request{
      .url = state->jwks_url, .headers = {{"Accept", "application/json"}}, .deadlines = kDeadlines};
  const auto response = co_await state->client.send(std::move(request));
  auto keys = keys_of(response);
  if (!keys) {
    log::warn("keys.unavailable",
              {{"cause", response ? "status or body" : http::transport_error_text(response.error().kind)}});
    co_return;
  }
  state->keys = std::move(*keys);
  state->fetched_at = state->clock.monotonic();
  state->last_try_went_well = true;
}

}  // namespace couplet::ride_hailer
