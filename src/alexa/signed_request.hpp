// SPDX-License-Identifier: Apache-2.0
// A request from Alexa to a web service (alexa-protocol 5): how it is signed and how old it may be. The
// certificate is checked by base/x509_chain.hpp, what the request says by skill_request.hpp.
#pragma once
#include <span>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/encoding.hpp"
#include "base/result.hpp"
#include "domain/skill_event.hpp"

namespace couplet::alexa {

/// Why a request is not taken; for the log and the metrics. The caller is told 400, or 503 where it may try
/// again.
enum class RequestRefusal {
  too_large,        // over kSkillRequestLimitBytes
  headers,          // SignatureCertChainUrl or Signature-256 is missing, empty, repeated or not base64
  certificate_url,  // not a file of Amazon's folder
  certificate,      // what is there is not a certificate to trust, or not valid now
  unavailable,      // the certificate could not be fetched: nobody knows yet, and Alexa may ask again (AX-18)
  signature,        // not made by that certificate's key over these octets
  malformed,        // not JSON that can be read in one way, or without what every request has
  application,      // for another skill
  timestamp,        // missing, unreadable, too old, or from the future
  unexpected_type,  // from Alexa, and nobody here wants it
};
inline constexpr EnumTable<RequestRefusal, 10> kRequestRefusals{
    {{RequestRefusal::too_large, "too_large"},
     {RequestRefusal::headers, "headers"},
     {RequestRefusal::certificate_url, "certificate_url"},
     {RequestRefusal::certificate, "certificate"},
     {RequestRefusal::unavailable, "unavailable"},
     {RequestRefusal::signature, "signature"},
     {RequestRefusal::malformed, "malformed"},
     {RequestRefusal::application, "application"},
     {RequestRefusal::timestamp, "timestamp"},
     {RequestRefusal::unexpected_type, "unexpected_type"}}};

inline constexpr std::string_view kCertificateUrlHeader = "SignatureCertChainUrl";
inline constexpr std::string_view kSignatureHeader =
    "Signature-256";  // "Signature" is SHA-1, and not looked at
inline constexpr std::string_view kSignerName = "echo-api.amazon.com";
inline constexpr std::size_t kSkillRequestLimitBytes = 64 * 1024;

struct RequestSignature {
  std::string certificate_url;  // normalised
  Bytes signature;
};
/// From all values that the request has for each of the two headers.
/// Errors:  headers; certificate_url. Requirements AX-01, AX-03..06
[[nodiscard]] Result<RequestSignature, RequestRefusal> read_request_signature(
    std::span<const std::string_view> certificate_urls, std::span<const std::string_view> signatures);

/// 150 s for what a person waits for; an hour for the events that Amazon repeats that long (AX-13).
[[nodiscard]] seconds oldest_allowed(std::optional<SkillEventType> event);
/// Not older than that, and at most 150 s ahead of our clock (AX-14).
[[nodiscard]] bool is_timely(std::optional<SkillEventType> event, Instant timestamp, Instant now);

}  // namespace couplet::alexa
