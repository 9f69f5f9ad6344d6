// SPDX-License-Identifier: Apache-2.0
#include "emulator/signing/request_referee.hpp"

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

namespace couplet::emulator::test {

namespace {

using X509Pointer = std::unique_ptr<X509, decltype(&X509_free)>;
using Chain = std::vector<X509Pointer>;

constexpr std::size_t kUrlLimit = 2048;
constexpr std::size_t kBodyLimit = 64 * 1024;

std::vector<std::string> values_of(const http::OutgoingRequest& request, std::string_view name) {
  std::vector<std::string> values;
  for (const auto& [known, value] : request.headers)
    if (ascii_lower(known) == ascii_lower(name)) values.push_back(value);
  return values;
}

std::string without_dot_segments(const std::string& path) {
  std::vector<std::string> segments;
  std::size_t start = 1;
  while (start <= path.size()) {
    const std::size_t end = std::min(path.find('/', start), path.size());
    const std::string segment = path.substr(start, end - start);
    if (segment == "..") {
      if (!segments.empty()) segments.pop_back();
    } else if (segment != ".") {
      segments.push_back(segment);
    }
    start = end + 1;
  }
  std::string normal;
  for (const std::string& segment : segments) normal += "/" + segment;
  return normal;
}

bool is_good_url(const std::string& url) {
  const bool plain = std::ranges::all_of(url, [](char c) { return c > ' ' && c < '\x7f' && c != '\\'; });
  if (!plain || url.size() > kUrlLimit || ascii_lower(url.substr(0, 8)) != "https://") return false;
  const std::size_t slash = url.find('/', 8);
  if (slash == std::string::npos) return false;
  const std::string host = ascii_lower(url.substr(8, slash - 8));
  const auto path = percent_decode(url.substr(slash), Plus::is_plus);
  return (host == "s3.amazonaws.com" || host == "s3.amazonaws.com:443") && path &&
         without_dot_segments(*path).starts_with("/echo.api/");
}

Chain read_chain(const std::string& pem) {
  Chain chain;
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
  while (X509* read = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr))
    chain.emplace_back(read, X509_free);
  return chain;
}

bool is_trusted(const Chain& chain, const std::string& root_pem) {
  const Chain root = read_chain(root_pem);
  const std::unique_ptr<X509_STORE, decltype(&X509_STORE_free)> store(X509_STORE_new(), X509_STORE_free);
  X509_STORE_add_cert(store.get(), root.front().get());
  X509_STORE_set_flags(store.get(), X509_V_FLAG_NO_CHECK_TIME);  // validity is a rule of its own
  const std::unique_ptr<STACK_OF(X509), void (*)(STACK_OF(X509)*)> others(
      sk_X509_new_null(), [](STACK_OF(X509) * stack) { sk_X509_free(stack); });
  for (std::size_t i = 1; i < chain.size(); ++i) sk_X509_push(others.get(), chain[i].get());
  const std::unique_ptr<X509_STORE_CTX, decltype(&X509_STORE_CTX_free)> context(X509_STORE_CTX_new(),
                                                                                X509_STORE_CTX_free);
  X509_STORE_CTX_init(context.get(), store.get(), chain.front().get(), others.get());
  return X509_check_ca(chain.front().get()) == 0 && X509_verify_cert(context.get()) == 1;
}

bool is_valid_at(const X509* certificate, Instant now) {
  std::time_t time = unix_seconds(now);
  return X509_cmp_time(X509_get0_notBefore(certificate), &time) < 0 &&
         X509_cmp_time(X509_get0_notAfter(certificate), &time) > 0;
}

bool has_dns_name(const X509* certificate) {
  const std::unique_ptr<GENERAL_NAMES, decltype(&GENERAL_NAMES_free)> names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)),
      GENERAL_NAMES_free);
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_DNS) continue;
    const auto* text = reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.dNSName));
    const auto size = static_cast<std::size_t>(ASN1_STRING_length(name->d.dNSName));
    if (std::string_view(text, size) == kRequestSignerName) return true;
  }
  return false;
}

bool is_strong(const Chain& chain) {
  const EVP_PKEY* key = X509_get0_pubkey(chain.front().get());
  if (EVP_PKEY_is_a(key, "RSA") != 1 || EVP_PKEY_get_bits(key) < 2048) return false;
  return std::ranges::all_of(chain, [](const X509Pointer& certificate) {
    return X509_get_signature_nid(certificate.get()) == NID_sha256WithRSAEncryption;
  });
}

bool is_signed(const X509* leaf, const std::string& body, const std::string& signature) {
  const auto octets = from_base64(signature);
  if (!octets) return false;
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, X509_get0_pubkey(leaf));
  return EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(octets->data()),
                          octets->size(), reinterpret_cast<const unsigned char*>(body.data()),
                          body.size()) == 1;
}

/// `request.timestamp`, or nothing when it is missing or no time with a zone.
std::optional<Instant> time_of(const json::object& message) {
  const auto text = find_string(message, "request.timestamp");
  return text ? from_iso8601(*text) : std::nullopt;
}

bool is_lasting_event(const json::object& message) {
  const std::string_view type = find_string(message, "request.type").value_or("");
  return type == "AlexaSkillEvent.SkillEnabled" || type == "AlexaSkillEvent.SkillDisabled" ||
         type == "AlexaSkillEvent.SkillAccountLinked" || type == "AlexaSkillEvent.SkillPermissionAccepted" ||
         type == "AlexaSkillEvent.SkillPermissionChanged";
}

}  // namespace

std::set<Rule> RequestReferee::broken(const http::OutgoingRequest& request, Instant now) const {
  std::set<Rule> rules;
  const auto check = [&rules](bool good, Rule rule) {
    if (!good) rules.insert(rule);
  };
  const auto urls = values_of(request, "SignatureCertChainUrl");
  const auto signatures = values_of(request, "Signature-256");
  check(urls.size() == 1 && signatures.size() == 1 && !urls[0].empty() && !signatures[0].empty(),
        Rule::headers);
  if (!rules.empty()) return rules;
  check(is_good_url(urls[0]), Rule::url);
  const std::string pem = fetch_(urls[0].substr(urls[0].find("echo-api-cert-")));
  if (pem == "") return {Rule::fetch};
  const Chain chain = read_chain(pem);
  if (chain.empty()) return {Rule::certificate};
  const X509* leaf = chain.front().get();
  check(std::ranges::all_of(chain, [now](const auto& each) { return is_valid_at(each.get(), now); }),
        Rule::validity);
  check(has_dns_name(leaf), Rule::name);
  check((X509_get_key_usage(chain.front().get()) & KU_DIGITAL_SIGNATURE) != 0, Rule::key_usage);
  check(is_trusted(chain, root_pem_), Rule::trust);
  check(is_strong(chain), Rule::strength);
  check(request.body.size() <= kBodyLimit, Rule::size);
  check(is_signed(leaf, request.body, signatures[0]), Rule::signature);
  if (!rules.contains(Rule::signature) && !rules.contains(Rule::size))
    rules.merge(broken_by_message(request.body, now));
  return rules;
}

std::set<Rule> RequestReferee::broken_by_message(const std::string& body, Instant now) const {
  const auto message = parse_json_object(body);
  if (!message) return {Rule::json};
  std::set<Rule> rules;
  const auto time = time_of(*message);
  const seconds oldest = is_lasting_event(*message) ? seconds(3600) : seconds(150);
  if (!time || *time < now - oldest || *time > now + seconds(150)) rules.insert(Rule::timestamp);
  if (find_string(*message, "context.System.application.applicationId") != skill_id_)
    rules.insert(Rule::application);
  return rules;
}

TEST(RequestReferee, knows_good_urls_from_bad_ones_as_amazons_page_lists_them) {
  for (const char* good : {"https://s3.amazonaws.com/echo.api/echo-api-cert.pem",
                           "https://s3.amazonaws.com:443/echo.api/echo-api-cert.pem",
                           "https://s3.amazonaws.com/echo.api/../echo.api/echo-api-cert.pem"})
    EXPECT_TRUE(is_good_url(good)) << good;
  for (const char* bad : {"http://s3.amazonaws.com/echo.api/echo-api-cert.pem",
                          "https://notamazon.com/echo.api/echo-api-cert.pem",
                          "https://s3.amazonaws.com/EcHo.aPi/echo-api-cert.pem",
                          "https://s3.amazonaws.com/invalid.path/echo-api-cert.pem",
                          "https://s3.amazonaws.com:563/echo.api/echo-api-cert.pem"})
    EXPECT_FALSE(is_good_url(bad)) << bad;
}

}  // namespace couplet::emulator::test
