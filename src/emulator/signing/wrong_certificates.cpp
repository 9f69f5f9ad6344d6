// SPDX-License-Identifier: Apache-2.0
// Wrong ways: what is served at the chain URL.
#include "emulator/signing/wrong_ways.hpp"

namespace couplet::emulator {

namespace {

struct Row {
  std::string_view name;
  Rule breaks;
  std::string_view requirement;
  ChainRecipe chain;
  std::string_view does;
};

constexpr Row kChains[] = {
    {"chain_with_root", Rule::none, "AX-10", chains::with_root, "the chain ends with the root itself"},
    {"leaf_with_more_names", Rule::none, "AX-09", chains::more_names,
     "the leaf's SAN has another DNS name first"},

    {"self_signed_leaf", Rule::trust, "AX-10", chains::self_signed_leaf, "the leaf is signed by its own key"},
    {"missing_intermediate", Rule::trust, "AX-10", chains::missing_intermediate,
     "the file has the leaf only, and nobody knows its issuer"},
    {"leaf_last", Rule::trust, "AX-10", chains::leaf_last, "the issuer stands first, the leaf last"},
    {"swapped_intermediate", Rule::trust, "AX-10", chains::swapped_intermediate,
     "the issuer has the right name and another key"},
    {"foreign_root", Rule::trust, "AX-10", chains::foreign_root,
     "a whole chain under a root that nobody trusts"},
    {"leaf_signed_by_leaf", Rule::trust, "AX-10", chains::leaf_signed_by_leaf,
     "the issuer is somebody's good leaf (CA:FALSE, no keyCertSign)"},
    {"issuer_not_ca", Rule::trust, "AX-10", chains::issuer_not_ca, "the issuer has CA:FALSE"},
    {"issuer_may_not_sign", Rule::trust, "AX-10", chains::issuer_may_not_sign,
     "the issuer's key usage lacks keyCertSign"},
    {"path_too_long", Rule::trust, "AX-10", chains::path_too_long,
     "one issuer more than the path length allows"},
    {"unknown_critical_extension", Rule::trust, "AX-10", chains::unknown_critical_extension,
     "the leaf has a critical extension that nobody knows"},
    {"expired_intermediate", Rule::validity, "AX-10", chains::expired_intermediate,
     "the issuer's certificate has expired"},

    {"expired_leaf", Rule::validity, "AX-09", chains::expired_leaf, "the leaf expired yesterday"},
    {"future_leaf", Rule::validity, "AX-09", chains::future_leaf, "the leaf is valid from tomorrow"},
    {"other_name", Rule::name, "AX-09", chains::other_name, "the leaf is for other.amazon.com"},
    {"name_in_cn_only", Rule::name, "AX-09", chains::name_in_cn_only,
     "the common name is right, the SAN has another name"},
    {"no_san", Rule::name, "AX-09", chains::no_san, "the common name is right, and there is no SAN"},
    {"wildcard_name", Rule::name, "AX-09", chains::wildcard_name, "the SAN has *.amazon.com"},
    {"name_with_suffix", Rule::name, "AX-09", chains::name_with_suffix,
     "the SAN has echo-api.amazon.com.evil.example"},
    {"name_with_prefix", Rule::name, "AX-09", chains::name_with_prefix,
     "the SAN has evil-echo-api.amazon.com"},
    {"name_in_uri", Rule::name, "AX-09", chains::name_in_uri, "the SAN has the name as a URI"},
    {"name_in_email", Rule::name, "AX-09", chains::name_in_email,
     "the SAN has the name as an e-mail address"},
    {"no_digital_signature", Rule::key_usage, "AX-10", chains::no_digital_signature,
     "the leaf's key usage is keyEncipherment only"},

    {"weak_key", Rule::strength, "AX-12", chains::weak_key, "the leaf's key is RSA with 1024 bits"},
    {"ec_key", Rule::strength, "AX-12", chains::ec_key, "the leaf's key is P-256, the signature ECDSA"},
    {"sha1_signed_leaf", Rule::strength, "AX-12", chains::sha1_signed, "the leaf is signed with SHA-1"},
    {"md5_signed_leaf", Rule::strength, "AX-12", chains::md5_signed, "the leaf is signed with MD5"},

    {"not_a_certificate", Rule::certificate, "AX-10", chains::not_a_certificate,
     "the file looks like PEM and holds nonsense"},
    {"empty_chain", Rule::certificate, "AX-10", chains::empty_file, "the file is empty"},
};

struct AnswerRow {
  std::string_view name;
  ChainAnswer answer;
  std::string_view does;
};

constexpr AnswerRow kAnswers[] = {
    {"chain_not_found", ChainAnswer::not_found, "the chain comes with status 404"},
    {"chain_redirect", ChainAnswer::redirect, "the chain is behind a redirect"},
    {"chain_huge", ChainAnswer::huge, "four megabytes follow the chain"},
    {"chain_slow", ChainAnswer::slow, "the chain comes after 20 seconds"},
    {"chain_drips", ChainAnswer::drips, "the chain comes at ten bytes a second, and does not end"},
    {"chain_endless", ChainAnswer::endless, "the chain is sent again and again, a megabyte a second"},
};

}  // namespace

std::vector<WrongWay> wrong_certificates() {
  std::vector<WrongWay> ways;
  for (const Row& row : kChains)
    ways.emplace_back(way_of(row.name, row.breaks, row.requirement, row.does)).chain = row.chain;
  for (const AnswerRow& row : kAnswers)
    ways.emplace_back(way_of(row.name, Rule::fetch, "AX-07", row.does)).answer = row.answer;
  return ways;
}

}  // namespace couplet::emulator
