// SPDX-License-Identifier: Apache-2.0
#include "http/circuit_breaker.hpp"

#include <algorithm>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <utility>

namespace couplet::http {
namespace {

bool is_failure(const Result<IncomingResponse, TransportError>& answer) {
  if (answer) return answer->status >= 502 && answer->status <= 504;
  switch (answer.error().kind) {
    case TransportError::Kind::resolve:
    case TransportError::Kind::connect:
    case TransportError::Kind::tls:
    case TransportError::Kind::timeout:
    case TransportError::Kind::reset: return true;
    case TransportError::Kind::refused_url:
    case TransportError::Kind::refused_address:
    case TransportError::Kind::too_large:
    case TransportError::Kind::malformed:
    case TransportError::Kind::overloaded:
    case TransportError::Kind::circuit_open: return false;
  }
  return false;
}

}  // namespace

/// The place of the one call that may try; free again however the call ends.
class CircuitBreaker::Probe {
 public:
  explicit Probe(Circuit& circuit) : circuit_(circuit), holds_(circuit.open) { circuit_.probing |= holds_; }
  Probe(const Probe&) = delete;
  Probe& operator=(const Probe&) = delete;
  ~Probe() {
    if (holds_) circuit_.probing = false;
  }

 private:
  Circuit& circuit_;
  bool holds_;
};

Task<Result<IncomingResponse, TransportError>> CircuitBreaker::send(OutgoingRequest request) {
  const auto url = boost::urls::parse_uri(request.url);
  if (!url) co_return co_await inner_.send(std::move(request));  // refused there, with the reason
  const std::string host(url->encoded_host_and_port());
  Circuit& circuit = circuits_[host];  // of a map: it stays where it is
  if (circuit.open && (circuit.probing || clock_.monotonic() < circuit.rests_until))
    co_return std::unexpected(
        TransportError{TransportError::Kind::circuit_open, false, {}, host + " is given a rest"});
  const Probe probe(circuit);
  auto answer = co_await inner_.send(std::move(request));
  note(host, circuit, is_failure(answer));
  co_return answer;
}

void CircuitBreaker::note(const std::string& host, Circuit& circuit, bool failed) {
  if (!failed) {
    if (std::exchange(circuit, Circuit{.probing = circuit.probing}).open) report_(host, false);
    return;
  }
  ++circuit.failures;
  if (!circuit.open && circuit.failures < limits_.failures) return;
  if (circuit.open && !circuit.probing) return;  // one that was under way when it opened
  const bool opens = !std::exchange(circuit.open, true);
  circuit.rest = opens ? limits_.rest : std::min(circuit.rest * 2, limits_.longest_rest);
  circuit.rests_until = clock_.monotonic() + circuit.rest;
  if (opens) report_(host, true);
}

}  // namespace couplet::http
