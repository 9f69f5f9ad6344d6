// SPDX-License-Identifier: Apache-2.0
// A Response as bytes.
#pragma once
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "http/message.hpp"

namespace couplet::http {

/// What the connection adds to a handler's response.
struct Delivery {
  std::string_view date;  // see DateText
  std::string_view request_id;
  bool tls = false;
  bool close = false;      // Connection: close
  bool http_1_1 = true;    // HTTP/1.0 must be told that the connection stays open
  bool head_only = false;  // HEAD: all headers, no body
};

/// Appends head and body to `out`. Headers of the handler that belong to the connection are left out.
/// Spec:   RFC 9112 4, 5, 9.3; RFC 9110 6.6.1; requirement TL-07
/// Errors: false, and `out` as it was, when a header would split the response (CR, LF, NUL, odd name)
[[nodiscard]] bool append_response(std::string& out, const Response& response, const Delivery& delivery);

/// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 5.6.7), written once a second.
class DateText {
 public:
  std::string_view at(Instant now);

 private:
  std::int64_t second_ = -1;
  std::string text_;
};

}  // namespace couplet::http
