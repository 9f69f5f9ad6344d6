// SPDX-License-Identifier: Apache-2.0
#include "server/events/request_verifier.hpp"

#include <array>

#include "base/encoding.hpp"

namespace couplet::server {
namespace {

using alexa::RequestRefusal;

std::vector<std::string_view> values_of(const http::HeaderView& headers, std::string_view wanted) {
  const std::string name = ascii_lower(wanted);
  std::vector<std::string_view> values;
  for (const auto& [header, value] : headers.all())
    if (ascii_lower(header) == name) values.push_back(value);
  return values;
}

}  // namespace

/// What the checks have found out so far.
struct RequestVerifier::Asked {
  const http::Request& request;
  const Skill& skill;
  alexa::RequestSignature signature{};
  std::optional<SigningCertificate> certificate{};
  alexa::SkillRequest message{};
};

Task<Result<alexa::SkillRequest, RequestRefusal>> RequestVerifier::verify(const http::Request& request,
                                                                          const Skill& skill) {
  // What costs nothing comes first; what is known to be Alexa's alone is parsed.
  using Check = Verdict (RequestVerifier::*)(Asked&);
  static constexpr std::array<Check, 2> kBeforeTheFetch = {&RequestVerifier::check_size,
                                                           &RequestVerifier::check_headers};
  static constexpr std::array<Check, 3> kAfterTheFetch = {
      &RequestVerifier::check_signature, &RequestVerifier::check_message, &RequestVerifier::check_time};

  Asked asked{request, skill};
  for (const Check check : kBeforeTheFetch)
    if (const Verdict refusal = (this->*check)(asked)) co_return std::unexpected(*refusal);
  if (const Verdict refusal = co_await find_certificate(asked)) co_return std::unexpected(*refusal);
  for (const Check check : kAfterTheFetch)
    if (const Verdict refusal = (this->*check)(asked)) co_return std::unexpected(*refusal);
  co_return std::move(asked.message);
}

RequestVerifier::Verdict RequestVerifier::check_size(Asked& asked) {
  if (asked.request.body.size() > alexa::kSkillRequestLimitBytes) return RequestRefusal::too_large;
  return std::nullopt;
}

RequestVerifier::Verdict RequestVerifier::check_headers(Asked& asked) {
  const auto urls = values_of(asked.request.headers, alexa::kCertificateUrlHeader);
  const auto signatures = values_of(asked.request.headers, alexa::kSignatureHeader);
  auto read = alexa::read_request_signature(urls, signatures);
  if (!read) return read.error();
  asked.signature = *std::move(read);
  return std::nullopt;
}

Task<RequestVerifier::Verdict> RequestVerifier::find_certificate(Asked& asked) {
  auto found =
      co_await chains_.find(asked.signature.certificate_url, std::string(asked.request.peer_address));
  if (!found)
    co_return found.error() == amazon::ChainProblem::refused ? RequestRefusal::certificate
                                                             : RequestRefusal::unavailable;
  asked.certificate = *std::move(found);
  co_return std::nullopt;
}

RequestVerifier::Verdict RequestVerifier::check_signature(Asked& asked) {
  const ByteView body = as_byte_view(asked.request.body);
  if (!asked.certificate->has_signed(body, asked.signature.signature)) return RequestRefusal::signature;
  return std::nullopt;
}

RequestVerifier::Verdict RequestVerifier::check_message(Asked& asked) {
  auto message = alexa::parse_skill_request(asked.request.body, asked.skill);
  if (!message) return message.error();
  asked.message = *std::move(message);
  return std::nullopt;
}

RequestVerifier::Verdict RequestVerifier::check_time(Asked& asked) {
  if (!alexa::is_timely(asked.message.event, asked.message.timestamp, clock_.now()))
    return RequestRefusal::timestamp;
  return std::nullopt;
}

}  // namespace couplet::server
