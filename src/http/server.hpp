// SPDX-License-Identifier: Apache-2.0
// HTTP/1.1 server: one io_context a thread, each with its own acceptor on the same port; a request lives on
// one thread from accept to answer. Knows nothing of what it serves.
#pragma once
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "http/router.hpp"

namespace couplet::http {

struct TlsFiles {
  std::string certificate_chain_file;  // PEM, leaf first
  std::string private_key_file;        // PEM
};

struct ServerLimits {
  std::size_t header_bytes = 16 * 1024;  // more: 431 and close (HT-08)
  std::size_t body_bytes = 64 * 1024;    // more: 413 and close, before it is read (TK-21)
  std::size_t uri_bytes = 8 * 1024;      // more: 414 and close
  std::size_t connections_per_thread =
      8192;  // more: the connection that has been idle longest is closed (HT-10)
  std::chrono::seconds header_deadline{15};   // from the first byte, total (HT-09)
  std::chrono::seconds body_deadline{30};     // total
  std::chrono::seconds write_deadline{30};    // total, for slow readers
  std::chrono::seconds idle_deadline{75};     // keep-alive between requests
  std::chrono::seconds handler_deadline{60};  // then 503, and the connection is closed
  std::chrono::seconds handshake_deadline{10};
};

struct ListenOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  // 0: any; see Server::port()
  std::optional<TlsFiles> tls;
  ServerLimits limits;
  std::vector<std::string> trusted_proxies;  // addresses whose X-Forwarded-For is believed; none by default
};

/// What observers are told after each answer; for metrics and the access log. Never the query or the body.
struct Exchange {
  std::string_view method;
  std::string_view path;
  std::string_view request_id;
  std::string_view peer_address;
  int status = 0;
  std::string_view outcome;  // Response::outcome
  std::chrono::nanoseconds elapsed{0};
};
using Observer = std::function<void(const Exchange&)>;

struct ListenError {
  std::string message;  // "127.0.0.1:8080 is taken by another program", "cannot read /x/cert.pem: …"
};

/// Listens on one address and serves it with one router per io_context.
/// Thread: start() and stop() from one thread; the io_contexts are run by the caller (see Runtime).
class Server {
 public:
  Server(ListenOptions options, const Clock& clock, Random& random);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// One acceptor an io_context. `routers[i]` is only used on `contexts[i]`'s thread and must outlive the
  /// server.
  Result<void, ListenError> start(std::vector<boost::asio::io_context*> contexts,
                                  std::vector<const Router*> routers, Observer observer = {});
  /// Routers that go when their last request has ended.
  Result<void, ListenError> start(std::vector<boost::asio::io_context*> contexts,
                                  std::vector<std::shared_ptr<const Router>> routers, Observer observer = {});
  /// Requests from now on, also those on open connections, are answered by these: one an io_context. What is
  /// in flight ends where it began.
  void use(std::vector<std::shared_ptr<const Router>> routers);
  /// The port that was bound.
  [[nodiscard]] std::uint16_t port() const;
  /// Reads the certificate files again; on failure the old ones stay in use (TL-05).
  Result<void, ListenError> reload_tls();
  /// Stops accepting, closes idle connections, answers what is in flight with Connection: close.
  /// Returns when all connections are gone or after `grace` (FT-08). Call it from outside the io threads.
  void stop(std::chrono::milliseconds grace);
  [[nodiscard]] std::size_t open_connections() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// N threads, each running its own io_context until stop().
class Runtime {
 public:
  explicit Runtime(std::size_t threads);
  ~Runtime();
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;

  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] boost::asio::io_context& context(std::size_t index);
  [[nodiscard]] std::vector<boost::asio::io_context*> contexts();
  void start();
  /// Lets the contexts run out of work for at most `grace`, then stops them; joins. Idempotent.
  void stop(std::chrono::milliseconds grace);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace couplet::http
