// SPDX-License-Identifier: Apache-2.0
// What stands around and in a signed request of Alexa: headers, certificate URL, certificate, body.
#include "alexa/skill_request.hpp"

#include "alexa/certificate_url.hpp"
#include "alexa/signed_request.hpp"
#include "base/x509_chain.hpp"
#include "fuzz.hpp"

namespace {

using namespace couplet;
using fuzz::must;

const Instant kNow = from_unix_seconds(1'800'000'000);

const Skill& skill() {
  static const Skill made = [] {
    Skill out;
    out.name = SkillName("ride-hailer");
    out.skill_id = SkillId("amzn1.ask.skill.1");
    return out;
  }();
  return made;
}

void check_url(std::string_view text) {
  const auto url = alexa::normalize_certificate_url(text);
  if (!url) return;
  must(url->starts_with("https://s3.amazonaws.com/echo.api/"), "only Amazon's folder is fetched");
  must(url->find("/../") == std::string::npos && !url->ends_with("/..") &&
           url->find_first_of("?#@\\ \r\n") == std::string::npos,
       "and nothing leads out of it");
  must(alexa::normalize_certificate_url(*url) == url, "a normal URL stays as it is");
}

void check_body(std::string_view text) {
  const auto request = alexa::parse_skill_request(text, skill());
  if (!request) return;
  must(!request->type.empty(), "a request has a type");
  (void)alexa::read_skill_event(*request, skill(), kNow);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const TrustStore trust = *TrustStore::load("");
  const std::string_view text = fuzz::as_text(data, size);
  check_url(text);
  check_body(text);
  const std::string_view url = "https://s3.amazonaws.com/echo.api/c.pem";
  (void)alexa::read_request_signature({&url, 1}, {&text, 1});
  must(!SigningCertificate::verify(text, trust, alexa::kSignerName, kNow), "nobody's certificate is trusted");
  return 0;
}
