// SPDX-License-Identifier: Apache-2.0
// Ways to sign a request wrongly, on request: what a verifier must refuse, and what looks odd and must be
// accepted all the same. Rows of data; request_signer.cpp carries them out.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "emulator/signing/request_certificates.hpp"
#include "http/message.hpp"

namespace couplet::emulator {

inline constexpr const char* kChainUrlHeader = "SignatureCertChainUrl";
inline constexpr const char* kSignatureHeader = "Signature";  // SHA-1, of old
inline constexpr const char* kSignature256Header = "Signature-256";

inline constexpr std::string_view kFilePlace = "{file}";
inline constexpr std::string_view kGoodChainUrl = "https://s3.amazonaws.com/echo.api/{file}";

/// The one thing that is not as it should be.
enum class Rule {
  none,         // nothing: the request must be accepted
  headers,      // both headers, each once, with a value
  url,          // https, s3.amazonaws.com, /echo.api/, port 443, once normalised
  fetch,        // 200 with a small file, soon
  certificate,  // PEM with certificates
  validity,     // every certificate is valid now
  name,         // the leaf's SAN has the DNS name echo-api.amazon.com
  key_usage,    // the leaf may sign
  trust,        // the chain leads to a trusted root, through issuers that may issue
  strength,     // RSA of 2048 bits or more, signed with SHA-256 or better
  signature,    // Signature-256 fits the body, octet by octet
  size,         // at most 64 KiB
  json,         // an object, no member twice, no absurd depth
  timestamp,    // ISO 8601 with its zone, not older than allowed, not from the future
  application,  // the skill's own id
};
[[nodiscard]] std::string_view rule_text(Rule rule);  // as the enumerator is spelled

using MessageChange = void (*)(json::object& message, Instant now);
using TextChange = std::string (*)(std::string body);
using Signing = Bytes (*)(const PrivateKey& key, std::string_view body);
using HeadersChange = void (*)(http::Headers& headers);

struct WrongWay {
  std::string_view name{};
  Rule breaks = Rule::none;
  std::string_view requirement{};  // docs/conformance.md
  std::string_view does{};         // a phrase: "the leaf has expired"
  bool events_may = false;         // the five skill events that Amazon repeats for an hour are accepted

  ChainRecipe chain = chains::good;
  ChainAnswer answer = ChainAnswer::pem;
  std::string url{kGoodChainUrl};
  MessageChange message = nullptr;  // before it is written
  TextChange text = nullptr;        // before it is signed
  Signing sign = nullptr;           // in place of Signature-256
  HeadersChange headers = nullptr;  // after it is signed
  TextChange after = nullptr;       // the body, after it is signed
};

/// Every way, by families.
[[nodiscard]] const std::vector<WrongWay>& wrong_ways();
/// Absent when no way has this name.
[[nodiscard]] const WrongWay* find_wrong_way(std::string_view name);

/// The statuses with which a verifier may answer a request, or one of the skill events.
[[nodiscard]] std::vector<int> expected_statuses(const WrongWay& way, bool is_event);

/// Shape: {name, does, breaks, requirement, on_request: {verdict, statuses}, on_event: {verdict, statuses}}
[[nodiscard]] json::object to_json(const WrongWay& way);

/// A row that does nothing yet.
[[nodiscard]] WrongWay way_of(std::string_view name, Rule breaks, std::string_view requirement,
                              std::string_view does);

// The families, one file each.
[[nodiscard]] std::vector<WrongWay> wrong_certificates();
[[nodiscard]] std::vector<WrongWay> wrong_urls();
[[nodiscard]] std::vector<WrongWay> wrong_headers();
[[nodiscard]] std::vector<WrongWay> wrong_messages();

}  // namespace couplet::emulator
