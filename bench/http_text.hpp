// SPDX-License-Identifier: Apache-2.0
// Requests as they go over the wire.
#pragma once
#include <string>

namespace couplet::bench {

inline constexpr const char* kForm = "Content-Type: application/x-www-form-urlencoded\r\n";
inline constexpr const char* kJson = "Content-Type: application/json\r\n";

/// `headers` is text of whole lines; the host is the one that Couplet is configured with.
[[nodiscard]] inline std::string request_text(const std::string& method, const std::string& path,
                                              const std::string& headers = "", const std::string& body = "") {
  return method + " " + path + " HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n" + headers +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

}  // namespace couplet::bench
