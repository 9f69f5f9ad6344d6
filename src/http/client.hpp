// SPDX-License-Identifier: Apache-2.0
// Outgoing HTTPS. `Client` is the seam that tests and the simulation replace; CurlClient is the real one.
#pragma once
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/task.hpp"
#include "http/message.hpp"

namespace couplet::http {

struct Deadlines {
  std::chrono::milliseconds connect{2000};
  std::chrono::milliseconds first_byte{10000};  // from the start of the call
  std::chrono::milliseconds total{15000};
};

struct OutgoingRequest {
  std::string method = "GET";
  std::string url{};  // https://…, or http://… where the client allows it
  Headers headers{};
  std::string body{};
  Deadlines deadlines{};
  std::size_t response_limit_bytes = 64 * 1024;
};

struct IncomingResponse {
  int status = 0;
  Headers headers;  // names in lower case
  std::string body;
  std::chrono::milliseconds elapsed{0};

  [[nodiscard]] std::string_view header(std::string_view lower_case_name) const;  // empty when missing
};

/// How a call failed; `maybe_sent` tells a safe retry from an unknown outcome.
struct TransportError {
  enum class Kind {
    refused_url,      // not an allowed scheme or host, or not a URL
    refused_address,  // the name leads to no public address, and only such are allowed; nothing was sent
    resolve,          // no address for the name
    connect,          // refused, unreachable, or no connection in time
    tls,              // certificate or handshake; no byte of the request was sent
    timeout,          // no complete answer in time
    reset,            // the connection broke before the answer was complete
    too_large,        // the answer passed the limit
    malformed,        // not HTTP
    overloaded,       // too many calls to this host are waiting; nothing was sent
    circuit_open,     // this host has not answered for a while and is given a rest; nothing was sent
  };
  Kind kind = Kind::connect;
  bool maybe_sent = false;
  std::chrono::milliseconds elapsed{0};
  std::string log_detail;  // for the log only
};
/// "timeout", "connect", …
[[nodiscard]] std::string_view transport_error_text(TransportError::Kind kind);

class Client {
 public:
  virtual ~Client() = default;
  /// One call, one answer: redirects are never followed, cookies never kept, bodies never decompressed.
  virtual Task<Result<IncomingResponse, TransportError>> send(OutgoingRequest request) = 0;
};

/// Where a connection may lead. It is looked at when the socket is opened, after the name was resolved, so no
/// DNS answer gets around it (WH-08).
enum class PeerAddresses {
  any,
  public_only,  // is_public_address(): neither loopback nor private, link-local or metadata addresses
};

struct CurlClientOptions {
  std::string ca_file{};                     // PEM; empty: the system's
  std::vector<std::string> connect_to{};     // libcurl's "HOST:PORT:CONNECT-HOST:CONNECT-PORT" rows;
                                             // "::127.0.0.1:8443" sends every host there
  std::vector<std::string> allowed_hosts{};  // exact names; empty: any
  bool allow_http = false;                   // plain http://, for loopback only
  PeerAddresses peer_addresses = PeerAddresses::any;
  std::size_t connections_per_host = 64;
  std::size_t waiting_per_host = 1024;  // beyond: overloaded
};

/// libcurl's multi interface driven by one io_context; keeps connections. Thread: the io_context's.
class CurlClient final : public Client {
 public:
  CurlClient(boost::asio::io_context& context, CurlClientOptions options);
  ~CurlClient() override;
  Task<Result<IncomingResponse, TransportError>> send(OutgoingRequest request) override;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace couplet::http
