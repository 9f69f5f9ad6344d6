// SPDX-License-Identifier: Apache-2.0
#include "alexa/signed_request.hpp"

#include "alexa/certificate_url.hpp"

namespace couplet::alexa {
namespace {

constexpr seconds kTolerance{150};
constexpr seconds kEventTolerance{3600};
constexpr std::size_t kSignatureLimitBytes = 1024;  // of an RSA key of 8,192 bits

}  // namespace

Result<RequestSignature, RequestRefusal> read_request_signature(
    std::span<const std::string_view> certificate_urls, std::span<const std::string_view> signatures) {
  const std::unexpected bad_headers(RequestRefusal::headers);
  if (certificate_urls.size() != 1 || signatures.size() != 1) return bad_headers;
  if (certificate_urls.front().empty() || signatures.front().empty()) return bad_headers;
  auto signature = from_base64(signatures.front());
  if (!signature || signature->size() > kSignatureLimitBytes) return bad_headers;
  auto url = normalize_certificate_url(certificate_urls.front());
  if (!url) return std::unexpected(RequestRefusal::certificate_url);
  return RequestSignature{*std::move(url), *std::move(signature)};
}

seconds oldest_allowed(std::optional<SkillEventType> event) { return event ? kEventTolerance : kTolerance; }

bool is_timely(std::optional<SkillEventType> event, Instant timestamp, Instant now) {
  return timestamp >= now - oldest_allowed(event) && timestamp <= now + kTolerance;
}

}  // namespace couplet::alexa
