// SPDX-License-Identifier: Apache-2.0
// A client that sends exactly the octets it is given. Blocking; every wait ends after ten seconds with an
// exception.
#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace couplet::http::testing {

struct RawAnswer {
  int status = 0;
  std::string head;  // status line and headers
  std::string body;
  /// Of the first such header, "" when there is none.
  [[nodiscard]] std::string header(std::string_view name) const;
};

class RawClient {
 public:
  enum class Security { plain, tls };
  /// Connects to 127.0.0.1. TLS: without any check of the certificate.
  explicit RawClient(std::uint16_t port, Security security = Security::plain);
  /// A descriptor that is not connected yet, for tests that run out of them.
  class Pending {
   public:
    Pending();
    Pending(Pending&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    ~Pending();
    [[nodiscard]] int release() { return std::exchange(fd_, -1); }

   private:
    int fd_;
  };
  RawClient(std::uint16_t port, Pending pending);
  ~RawClient();
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  /// False when the server has closed or reset the connection.
  bool send(std::string_view octets);
  void end_output();
  /// Resets the connection instead of ending it.
  void reset();
  /// One answer framed by its Content-Length; status 0 when the connection ends before it is complete.
  /// `head_only`: the answer to HEAD.
  RawAnswer read_answer(bool head_only = false);
  /// The next octets; fewer when the connection ends before.
  std::string read_bytes(std::size_t count);
  /// Everything until the server ends the connection.
  std::string read_to_end();
  /// True when the server has ended the connection in order, false when it was reset.
  bool ended_in_order();
  /// True when an answer or the end has arrived within `patience`.
  [[nodiscard]] bool has_news(std::chrono::milliseconds patience) const;
  /// Sends, and reads all answers until the end.
  std::vector<RawAnswer> exchange(std::string_view octets);

 private:
  std::size_t read_some(char* into, std::size_t bytes);

  struct Tls;
  int fd_ = -1;
  bool was_reset_ = false;
  std::unique_ptr<Tls> tls_;
  std::string received_;
};

}  // namespace couplet::http::testing
