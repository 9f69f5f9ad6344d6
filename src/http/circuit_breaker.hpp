// SPDX-License-Identifier: Apache-2.0
// Gives a host that does not answer a rest, so that callers hear at once what they would have heard after a
// time-out, and the host is not asked by everybody when it comes back.
#pragma once
#include <functional>
#include <map>
#include <string>

#include "base/clock.hpp"
#include "http/client.hpp"

namespace couplet::http {

struct CircuitLimits {
  unsigned failures = 20;                // in a row, before the circuit opens
  std::chrono::milliseconds rest{2000};  // before one call may try; doubled each time that fails
  std::chrono::milliseconds longest_rest{60'000};
};

/// Failures are calls without a complete answer, and 502, 503 and 504; any other answer closes the circuit.
/// While it is open calls fail with `circuit_open`; after each rest one of them is let through.
/// Thread: that of `inner`. One circuit for each host of its URLs: for clients with an allow-list only.
class CircuitBreaker final : public Client {
 public:
  /// Told when the circuit of a host opens and when it closes.
  using Report = std::function<void(const std::string& host, bool open)>;

  CircuitBreaker(Client& inner, const Clock& clock, Report report, CircuitLimits limits = {})
      : inner_(inner), clock_(clock), report_(std::move(report)), limits_(limits) {}

  Task<Result<IncomingResponse, TransportError>> send(OutgoingRequest request) override;

 private:
  struct Circuit {
    unsigned failures = 0;  // in a row
    bool open = false;
    bool probing = false;  // the one call that may try is under way
    std::chrono::milliseconds rest{0};
    std::chrono::nanoseconds rests_until{0};  // on the monotonic clock
  };
  class Probe;
  void note(const std::string& host, Circuit& circuit, bool failed);

  Client& inner_;
  const Clock& clock_;
  Report report_;
  CircuitLimits limits_;
  std::map<std::string, Circuit> circuits_;
};

}  // namespace couplet::http
