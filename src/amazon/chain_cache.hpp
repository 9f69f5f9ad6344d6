// SPDX-License-Identifier: Apache-2.0
// What this process knows of the certificates that Alexa signs with. All threads share one: a new URL is
// fetched once, whoever asks for it, and however many.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/x509_chain.hpp"

namespace couplet::amazon {

enum class ChainProblem {
  refused,      // what is there cannot be trusted, or there is nothing
  unavailable,  // it could not be fetched now
};
using ChainResult = Result<SigningCertificate, ChainProblem>;

/// URLs come from outside: every number has a bound (AX-08).
struct ChainLimits {
  std::size_t chains = 32;
  std::size_t problems = 256;
  std::size_t fetches_at_once = 4;
  std::size_t fetches_per_minute = 60;
  std::size_t fetches_per_peer = 10;  // of those; a stranger leaves some for Alexa
  std::size_t waiting_per_fetch = 1024;
  seconds chain_age{24 * 3600};  // then it is fetched again
  seconds retry_age{60};         // where that fails, it is tried again after so long
  seconds problem_age{10};
  milliseconds fetch_deadline{2500};
};

/// Thread: any.
class ChainCache {
 public:
  ChainCache(TrustStore trust, const Clock& clock, ChainLimits limits = {});

  /// What is known and not due to be fetched (again); a certificate is looked at each time (AX-11).
  [[nodiscard]] std::optional<ChainResult> find(const std::string& url);
  /// The chain that is due, for when it cannot be fetched: as good as before, until its certificates end.
  [[nodiscard]] std::optional<SigningCertificate> find_overdue(const std::string& url);

  /// Gets the outcome of a fetch, on the thread that made it.
  using Wake = std::function<void(const ChainResult&)>;
  enum class Part {
    fetch,  // the caller fetches, and calls settle(); its `wake` is called as the others'
    wait,   // somebody is fetching
    none,   // too much is under way, or was asked for by this peer; nothing was kept
  };
  /// `peer` is whom the fetch counts for (http/counted_peer.hpp); absent: for nobody.
  [[nodiscard]] Part join(const std::string& url, const std::optional<std::string>& peer, Wake wake);
  void settle(const std::string& url, const ChainResult& result);

  /// The file behind a URL, judged.
  [[nodiscard]] Result<SigningCertificate, ChainFault> verify(std::string_view pem) const;
  [[nodiscard]] const ChainLimits& limits() const { return limits_; }

  struct Sizes {
    std::size_t chains = 0, problems = 0, fetches = 0;
  };
  [[nodiscard]] Sizes sizes() const;

 private:
  using Monotonic = std::chrono::nanoseconds;
  struct Chain {
    SigningCertificate certificate;
    Monotonic due_at;  // to be fetched again
    Monotonic used_at;
  };
  struct Problem {
    ChainProblem problem;
    Monotonic found_at;
  };
  struct Fetch {
    Monotonic began_at;
    std::vector<Wake> waiting;
  };

  Chain* valid_chain(const std::string& url);
  bool may_fetch(const std::optional<std::string>& peer, Monotonic now);
  void keep(const std::string& url, const ChainResult& result, Monotonic now);

  const TrustStore trust_;
  const Clock& clock_;
  const ChainLimits limits_;
  mutable std::mutex mutex_;
  std::map<std::string, Chain> chains_;
  std::map<std::string, Problem> problems_;
  std::map<std::string, Fetch> fetches_;
  Monotonic minute_began_at_{};
  std::size_t fetches_this_minute_ = 0;
  std::map<std::string, std::size_t> fetches_by_peer_;  // in this minute; so there are no more than fetches
};

}  // namespace couplet::amazon
