// SPDX-License-Identifier: Apache-2.0
// Where Alexa says its signing certificates are. The text comes from outside and decides what this server
// downloads, so nothing but Amazon's one folder gets through (alexa-protocol 5.2).
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace couplet::alexa {

inline constexpr std::string_view kCertificateHost = "s3.amazonaws.com";
inline constexpr std::size_t kCertificateUrlLimitBytes = 2048;

/// "https://s3.amazonaws.com/echo.api/…" with percent escapes and dot segments resolved and no port: the key
/// of the cache, and what is fetched. Absent for everything else. Spec:    RFC 3986 5.2.4, 6.2.2;
/// requirements AX-04, AX-05, AX-06
[[nodiscard]] std::optional<std::string> normalize_certificate_url(std::string_view text);

}  // namespace couplet::alexa
