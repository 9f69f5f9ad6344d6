// SPDX-License-Identifier: Apache-2.0
// Couplet's public keys by their id, fetched when one is missing and kept for as long as nobody says
// otherwise.
#pragma once
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "base/jws.hpp"
#include "http/client.hpp"
#include "ride_hailer/token_check.hpp"

namespace couplet::ride_hailer {

/// Only P-256 keys for ES256 are taken, each as a set of its own, so that a key verifies with its own
/// algorithm and under its own id alone. Thread: one.
class PublishedKeys {
 public:
  PublishedKeys(std::string jwks_url, http::Client& client, const Clock& clock);

  /// The key with this id. A known key is there at once, also while Couplet is down; a set of five minutes is
  /// fetched again meanwhile. An unknown id waits for a fetch: all callers for the same one, and at most one
  /// in ten seconds, however many ids are made up. Errors:  inactive (a fetch that was just made has no such
  /// key); unavailable (no fetch could be made)
  Task<Result<std::shared_ptr<const JwkSet>, TokenFault>> find(std::string kid);

 private:
  struct State;
  using Fetch = std::shared_ptr<boost::asio::steady_timer>;  // ends its wait when the fetch has ended
  static Task<void> fetch(std::shared_ptr<State> state);
  Task<Fetch> begin_or_join();

  std::shared_ptr<State> state_;  // a fetch under way may outlive us
};

}  // namespace couplet::ride_hailer
