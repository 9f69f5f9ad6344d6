// SPDX-License-Identifier: Apache-2.0
// Finds where a request's head ends and refuses, octet by octet, what two HTTP parsers could read
// differently. Only a head that passed goes on to the parser (request_parser.hpp).
#pragma once
#include <cstddef>
#include <string_view>

namespace couplet::http {

struct HeadLimits {
  std::size_t head_bytes = 16 * 1024;  // more: 431
  std::size_t uri_bytes = 8 * 1024;    // more: 414
};

inline constexpr std::size_t kMaxHeaderLines = 100;  // more: 431

/// Why a request is not answered by a handler. `detail` is a constant.
struct Refusal {
  int status = 0;  // 0: not refused
  std::string_view detail;
  explicit operator bool() const { return status != 0; }
};

/// One request's head, looked at as it grows.
/// Spec: RFC 9112 2.2, 3, 5; requirements HT-05, HT-07, HT-08
class HeadScan {
 public:
  explicit HeadScan(HeadLimits limits) : limits_(limits) {}

  enum class State { incomplete, complete, refused };
  /// `received` is everything of the request so far, each time from its first byte.
  State look_at(std::string_view received);
  /// Once complete: the bytes up to and with the empty line.
  [[nodiscard]] std::size_t head_bytes() const { return next_line_; }
  /// Once refused.
  [[nodiscard]] const Refusal& refusal() const { return refusal_; }

 private:
  State refuse(int status, std::string_view detail);
  State look_at_request_line(std::string_view line);
  State look_at_header_line(std::string_view line);
  State look_at_unfinished(std::string_view received);

  HeadLimits limits_;
  std::size_t next_line_ = 0;
  std::size_t lines_ = 0;
  Refusal refusal_;
};

}  // namespace couplet::http
