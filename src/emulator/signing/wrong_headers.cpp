// SPDX-License-Identifier: Apache-2.0
// Wrong ways: the signature and the headers that carry it.
#include <algorithm>

#include "base/encoding.hpp"
#include "emulator/signing/wrong_ways.hpp"

namespace couplet::emulator {

namespace {

template <const char* const& Name>
void drop(http::Headers& headers) {
  std::erase_if(headers, [](const auto& header) { return header.first == Name; });
}

std::string& value_of(http::Headers& headers, std::string_view name) {
  return std::ranges::find(headers, name, [](const auto& header) { return std::string_view(header.first); })
      ->second;
}

template <const char* const& Name>
void empty(http::Headers& headers) {
  value_of(headers, Name).clear();
}

template <const char* const& Name>
void repeat(http::Headers& headers) {
  headers.emplace_back(Name, std::string(value_of(headers, Name)));
}

void drop_all(http::Headers& headers) {
  for (const auto change : {drop<kChainUrlHeader>, drop<kSignatureHeader>, drop<kSignature256Header>})
    change(headers);
}

void add_wrong_signature(http::Headers& headers) {
  headers.emplace_back(kSignature256Header, to_base64(as_byte_view("not a signature")));
}

void lower_case_names(http::Headers& headers) {
  for (auto& [name, value] : headers) name = ascii_lower(name);
}

void spoil_legacy_signature(http::Headers& headers) {
  value_of(headers, kSignatureHeader) = to_base64(as_byte_view("not a signature"));
}

void spoil_base64(http::Headers& headers) { value_of(headers, kSignature256Header) = "(not base64)"; }

Bytes sign_other_text(const PrivateKey& key, std::string_view) {
  return key.sign(R"({"version":"1.0"})", Hash::sha256);
}

Bytes sign_with_other_key(const PrivateKey&, std::string_view body) {
  return PrivateKey::generate(KeyKind::rsa_2048).sign(body, Hash::sha256);
}

Bytes sign_with_sha1(const PrivateKey& key, std::string_view body) { return key.sign(body, Hash::sha1); }

Bytes sign_with_sha512(const PrivateKey& key, std::string_view body) { return key.sign(body, Hash::sha512); }

Bytes sign_with_pss(const PrivateKey& key, std::string_view body) {
  return key.sign(body, Hash::sha256, Padding::pss);
}

Bytes half_a_signature(const PrivateKey& key, std::string_view body) {
  Bytes signature = key.sign(body, Hash::sha256);
  signature.resize(signature.size() / 2);
  return signature;
}

struct HeadersRow {
  std::string_view name;
  Rule breaks;
  std::string_view requirement;
  HeadersChange headers;
  std::string_view does;
};

constexpr HeadersRow kHeaders[] = {
    {"lower_case_headers", Rule::none, "AX-01", lower_case_names, "header names in lower case"},
    {"wrong_legacy_signature", Rule::none, "AX-03", spoil_legacy_signature,
     "the old Signature is wrong beside a right Signature-256"},
    {"no_legacy_signature", Rule::none, "AX-03", drop<kSignatureHeader>, "without the old Signature"},

    {"unsigned", Rule::headers, "AX-01", drop_all, "none of the three headers"},
    {"no_signature", Rule::headers, "AX-03", drop<kSignature256Header>, "only the old SHA-1 Signature"},
    {"empty_signature", Rule::headers, "AX-01", empty<kSignature256Header>, "Signature-256 is empty"},
    {"repeated_signature", Rule::headers, "AX-01", repeat<kSignature256Header>, "Signature-256 twice"},
    {"second_signature_differs", Rule::headers, "AX-01", add_wrong_signature,
     "Signature-256 twice, the second one wrong"},
    {"no_chain_url", Rule::headers, "AX-01", drop<kChainUrlHeader>, "without SignatureCertChainUrl"},
    {"empty_chain_url", Rule::headers, "AX-01", empty<kChainUrlHeader>, "SignatureCertChainUrl is empty"},
    {"repeated_chain_url", Rule::headers, "AX-01", repeat<kChainUrlHeader>, "SignatureCertChainUrl twice"},
    {"signature_not_base64", Rule::signature, "AX-02", spoil_base64, "Signature-256 is not base64"},
};

struct SigningRow {
  std::string_view name;
  Signing sign;
  std::string_view does;
};

constexpr SigningRow kSignings[] = {
    {"signature_of_other_text", sign_other_text, "the signature is right, for another body"},
    {"signature_of_other_key", sign_with_other_key, "signed with a key that is not the leaf's"},
    {"signature_with_sha1", sign_with_sha1, "SHA-1 in Signature-256"},
    {"signature_with_sha512", sign_with_sha512, "SHA-512 in Signature-256"},
    {"signature_with_pss", sign_with_pss, "PSS in place of PKCS#1 v1.5"},
    {"signature_cut", half_a_signature, "the first half of the signature"},
};

}  // namespace

std::vector<WrongWay> wrong_headers() {
  std::vector<WrongWay> ways;
  for (const HeadersRow& row : kHeaders)
    ways.emplace_back(way_of(row.name, row.breaks, row.requirement, row.does)).headers = row.headers;
  for (const SigningRow& row : kSignings)
    ways.emplace_back(way_of(row.name, Rule::signature, "AX-02", row.does)).sign = row.sign;
  return ways;
}

}  // namespace couplet::emulator
