// SPDX-License-Identifier: Apache-2.0
// Requests and responses as handlers see them. A Request is a view into the connection's buffer: valid until
// the handler's task ends, not a moment longer.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace couplet::http {

/// Of an incoming request. Names compare without regard to case.
class HeaderView {
 public:
  using Pairs = std::vector<std::pair<std::string_view, std::string_view>>;
  explicit HeaderView(const Pairs& pairs) : pairs_(&pairs) {}
  /// Absent when it is missing; the first when it is repeated. Use count() where a second one matters.
  [[nodiscard]] std::optional<std::string_view> get(std::string_view name) const;
  [[nodiscard]] std::size_t count(std::string_view name) const;
  [[nodiscard]] const Pairs& all() const { return *pairs_; }

 private:
  const Pairs* pairs_;
};

struct Request {
  std::string_view method;  // upper case as received
  std::string_view path;    // before '?', still percent-encoded
  std::string_view query;   // after '?', still percent-encoded
  HeaderView headers;
  std::string_view body;
  std::string_view peer_address;  // the real peer, or what a trusted proxy said (HT-17)
  std::string_view request_id;    // also sent back as X-Request-Id
  bool tls = false;
  /// The {names} of the route's pattern, percent-decoded, in order of appearance.
  std::vector<std::pair<std::string_view, std::string>> path_parameters;
  /// Keeps alive what answers this request. Work that goes on after the answer holds a copy, because a reload
  /// may have put another router in its place.
  std::shared_ptr<const void> owner = {};

  /// The router guarantees that a handler's own {names} are there.
  [[nodiscard]] const std::string& path_parameter(std::string_view name) const;
  /// Value of a cookie of this name; absent when it is missing or sent more than once.
  [[nodiscard]] std::optional<std::string_view> cookie(std::string_view name) const;
};

/// Headers of a response or an outgoing request, in order.
using Headers = std::vector<std::pair<std::string, std::string>>;

/// A response with this status is not sent: the connection is closed without an answer. For emulators of
/// broken networks.
inline constexpr int kNoAnswer = 0;

struct Response {
  int status = 200;
  Headers headers;  // Content-Length, Date, Connection and X-Request-Id are added by the server
  std::string body;
  std::string_view outcome = {};  // a fixed word for observers, such as "invalid_grant"; never sent
  std::size_t bytes_per_second =
      0;  // the answer is sent no faster, for emulators of slow networks; 0: at once
  /// With bytes_per_second: the head at once, without a length, then the body again and again until the
  /// client hangs up. For emulators of hostile servers.
  bool endless = false;

  Response& header(std::string name, std::string value) &;
  Response&& header(std::string name, std::string value) &&;
};

[[nodiscard]] Response text_response(int status, std::string_view text);  // text/plain; charset=utf-8
[[nodiscard]] Response json_response(int status, std::string json_text);  // application/json
[[nodiscard]] Response redirect(int status, std::string location);        // 302 or 303, no body

}  // namespace couplet::http
