// SPDX-License-Identifier: Apache-2.0
// A server that does to its clients exactly what a test says. Blocking, one thread, one connection after the
// other.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <thread>

namespace couplet::http::testing {

class RawServer {
 public:
  /// One accepted connection; closed when the script returns.
  class Peer {
   public:
    explicit Peer(int fd) : fd_(fd) {}
    /// Until the end of a request's head and `body_bytes` more; "" when the client has gone.
    std::string read_request(std::size_t body_bytes = 0);
    void send(std::string_view octets);
    /// Returns when the client has closed the connection.
    void wait_for_end();
    /// The script's return resets the connection instead of ending it.
    void reset();

   private:
    int fd_;
  };
  /// Called for each connection, with its number from 0 on.
  using Script = std::function<void(Peer&, int number)>;

  explicit RawServer(Script script);
  ~RawServer();
  RawServer(const RawServer&) = delete;
  RawServer& operator=(const RawServer&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/"; }

 private:
  void serve(const Script& script) const;

  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

}  // namespace couplet::http::testing
