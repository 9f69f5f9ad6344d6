// SPDX-License-Identifier: Apache-2.0
#include "base/x509_chain.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "base/testing/test_certificates.hpp"

namespace couplet {
namespace {

using couplet::testing::CertificateRecipe;
using couplet::testing::ChainRecipe;
using couplet::testing::KeyKind;
using couplet::testing::TemporaryPem;
using couplet::testing::TestCertificate;
using couplet::testing::TestChain;

constexpr std::string_view kName = "echo-api.amazon.com";
const Instant kNow = from_unix_seconds(1'800'000'000);

TrustStore trust(const TestCertificate& root) {
  const TemporaryPem file(root.pem());
  return TrustStore::load(file.path()).value();
}

Result<SigningCertificate, ChainFault> verify(const std::string& pem, const TestCertificate& root,
                                              Instant now = kNow) {
  return SigningCertificate::verify(pem, trust(root), kName, now);
}

// A chain with one thing changed.
Result<SigningCertificate, ChainFault> with(const std::function<void(ChainRecipe&)>& change) {
  ChainRecipe recipe(kNow);
  change(recipe);
  const TestChain chain(recipe);
  return verify(chain.pem(), chain.root);
}

TEST(AX_09, a_chain_as_amazon_serves_it_is_good) {
  const TestChain chain{ChainRecipe(kNow)};
  const auto verified = verify(chain.pem(), chain.root);
  ASSERT_TRUE(verified);
  EXPECT_TRUE(verified->valid_at(kNow));
  EXPECT_TRUE(verify(chain.pem() + chain.root.pem(), chain.root)) << "the root may be there too";
}

TEST(AX_02, the_signature_covers_every_octet) {
  const TestChain chain{ChainRecipe(kNow)};
  const auto verified = verify(chain.pem(), chain.root);
  const std::string body = R"({"version":"1.0"})";
  const Bytes signature = chain.leaf.sign(body);
  EXPECT_TRUE(verified->has_signed(as_byte_view(body), signature));
  for (const std::string_view other :
       {R"({"version":"1.0"} )", R"({"version": "1.0"})", R"({"version":"1.1"})", ""})
    EXPECT_FALSE(verified->has_signed(as_byte_view(other), signature)) << other;
  for (std::size_t bit = 0; bit < signature.size() * 8; bit += 61) {
    Bytes flipped = signature;
    flipped[bit / 8] ^= std::byte{1} << (bit % 8);
    EXPECT_FALSE(verified->has_signed(as_byte_view(body), flipped)) << bit;
  }
  EXPECT_FALSE(verified->has_signed(as_byte_view(body), {}));
}

TEST(AX_02, another_digest_or_another_key_is_not_the_signature) {
  const TestChain chain{ChainRecipe(kNow)};
  const auto verified = verify(chain.pem(), chain.root);
  const std::string body = "body";
  EXPECT_FALSE(verified->has_signed(as_byte_view(body), chain.leaf.sign(body, "SHA1")));
  EXPECT_FALSE(verified->has_signed(as_byte_view(body), chain.leaf.sign(body, "SHA512")));
  EXPECT_FALSE(verified->has_signed(as_byte_view(body), chain.intermediate.sign(body)));
}

struct NameRow {
  std::string name;
  std::string subject_alt_name;
  bool good = false;
};
class AX_09_names : public ::testing::TestWithParam<NameRow> {};

TEST_P(AX_09_names, of_the_leaf) {
  const auto verified =
      with([](ChainRecipe& recipe) { recipe.leaf.subject_alt_name = GetParam().subject_alt_name; });
  if (GetParam().good)
    EXPECT_TRUE(verified);
  else
    EXPECT_EQ(verified.error(), ChainFault::wrong_name);
}

INSTANTIATE_TEST_SUITE_P(
    names, AX_09_names,
    ::testing::Values(NameRow{"exact", "DNS:echo-api.amazon.com", true},
                      NameRow{"in_other_case", "DNS:Echo-API.amazon.com", true},
                      NameRow{"among_others", "DNS:a.example,DNS:echo-api.amazon.com", true},
                      NameRow{"in_the_common_name_only", ""}, NameRow{"pattern", "DNS:*.amazon.com"},
                      NameRow{"other", "DNS:other.amazon.com"},
                      NameRow{"prefix", "DNS:evil-echo-api.amazon.com"},
                      NameRow{"subdomain", "DNS:a.echo-api.amazon.com"},
                      NameRow{"suffix", "DNS:echo-api.amazon.com.evil.example"},
                      NameRow{"trailing_dot", "DNS:echo-api.amazon.com."},
                      NameRow{"uri", "URI:echo-api.amazon.com"},
                      NameRow{"email", "email:echo-api.amazon.com"}),
    [](const auto& row) { return row.param.name; });

TEST(AX_09, the_leaf_is_valid_now) {
  EXPECT_EQ(with([](ChainRecipe& recipe) { recipe.leaf.not_after = kNow - seconds{1}; }).error(),
            ChainFault::not_valid_now);
  EXPECT_EQ(with([](ChainRecipe& recipe) { recipe.leaf.not_before = kNow + seconds{1}; }).error(),
            ChainFault::not_valid_now);
}

TEST(AX_10, the_intermediate_is_valid_now) {
  EXPECT_EQ(with([](ChainRecipe& recipe) { recipe.intermediate.not_after = kNow - seconds{1}; }).error(),
            ChainFault::not_valid_now);
}

TEST(AX_11, the_end_of_any_certificate_ends_the_chain) {
  ChainRecipe recipe(kNow);
  recipe.intermediate.not_after = kNow + minutes{5};
  const TestChain chain(recipe);
  const auto verified = verify(chain.pem(), chain.root);
  EXPECT_TRUE(verified->valid_at(kNow + minutes{5}));
  EXPECT_FALSE(verified->valid_at(kNow + minutes{5} + seconds{1}));
  EXPECT_FALSE(verified->valid_at(kNow - std::chrono::days{31})) << "before the leaf's time";
}

TEST(AX_10, issuers_may_stand_in_any_order_behind_the_leaf) {
  ChainRecipe recipe(kNow);
  recipe.intermediate.basic_constraints = "critical,CA:TRUE";
  const TestChain chain(recipe);
  CertificateRecipe second = recipe.intermediate;
  second.common_name = "Second Intermediate";
  second.key_number = 4;
  const auto lower = TestCertificate::issue(second, &chain.intermediate);
  const auto leaf = TestCertificate::issue(recipe.leaf, &lower);
  EXPECT_TRUE(verify(leaf.pem() + lower.pem() + chain.intermediate.pem(), chain.root));
  EXPECT_TRUE(verify(leaf.pem() + chain.intermediate.pem() + lower.pem(), chain.root));
  EXPECT_FALSE(verify(chain.intermediate.pem() + lower.pem() + leaf.pem(), chain.root))
      << "Amazon's own verifiers take the first certificate for the one that signs";
}

TEST(AX_10, a_chain_that_leads_nowhere_is_refused) {
  const TestChain chain{ChainRecipe(kNow)};
  EXPECT_EQ(verify(chain.leaf.pem(), chain.root).error(), ChainFault::untrusted) << "missing link";
  const auto self_signed = TestCertificate::issue(ChainRecipe(kNow).leaf);
  EXPECT_EQ(verify(self_signed.pem(), chain.root).error(), ChainFault::untrusted);
  EXPECT_EQ(verify(self_signed.pem() + chain.intermediate.pem(), chain.root).error(), ChainFault::untrusted);
}

TEST(AX_10, a_whole_chain_under_a_foreign_root_is_refused) {
  const TestChain chain{ChainRecipe(kNow)};
  ChainRecipe recipe(kNow);
  recipe.root.key_number = 5;
  const TestChain foreign(recipe);
  EXPECT_EQ(verify(foreign.pem() + foreign.root.pem(), chain.root).error(), ChainFault::untrusted);
  recipe.root.common_name = "Somebody's Root";
  const TestChain named(recipe);
  EXPECT_EQ(verify(named.pem() + named.root.pem(), chain.root).error(), ChainFault::untrusted);
}

TEST(AX_10, an_issuer_with_the_right_name_and_another_key_is_refused) {
  ChainRecipe recipe(kNow);
  const TestChain chain(recipe);
  recipe.intermediate.key_number = 6;
  const auto impostor = TestCertificate::issue(recipe.intermediate, &chain.root);
  EXPECT_EQ(verify(chain.leaf.pem() + impostor.pem(), chain.root).error(), ChainFault::untrusted);
}

TEST(AX_10, what_is_no_authority_cannot_issue) {
  const auto untrusted = [](const std::function<void(ChainRecipe&)>& change) {
    const auto verified = with(change);
    return !verified && verified.error() == ChainFault::untrusted;
  };
  EXPECT_TRUE(
      untrusted([](ChainRecipe& recipe) { recipe.intermediate.basic_constraints = "critical,CA:FALSE"; }));
  EXPECT_TRUE(untrusted([](ChainRecipe& recipe) { recipe.intermediate.basic_constraints = ""; }));
  EXPECT_TRUE(
      untrusted([](ChainRecipe& recipe) { recipe.intermediate.key_usage = "critical,digitalSignature"; }));
  EXPECT_TRUE(untrusted([](ChainRecipe& recipe) {  // somebody's good leaf
    const std::string name = recipe.intermediate.common_name;
    recipe.intermediate = recipe.leaf;
    recipe.intermediate.common_name = name;
    recipe.intermediate.key_number = 2;
  }));
}

TEST(AX_10, the_path_length_is_kept) {
  const TestChain chain{ChainRecipe(kNow)};  // pathlen:0
  ChainRecipe recipe(kNow);
  recipe.intermediate.common_name = "One Too Many";
  recipe.intermediate.key_number = 4;
  const auto lower = TestCertificate::issue(recipe.intermediate, &chain.intermediate);
  const auto leaf = TestCertificate::issue(recipe.leaf, &lower);
  EXPECT_EQ(verify(leaf.pem() + lower.pem() + chain.intermediate.pem(), chain.root).error(),
            ChainFault::untrusted);
}

TEST(AX_10, the_leaf_may_sign_and_is_no_authority) {
  for (const char* const usage : {"critical,keyEncipherment", ""})
    EXPECT_EQ(with([&](ChainRecipe& recipe) { recipe.leaf.key_usage = usage; }).error(),
              ChainFault::wrong_usage)
        << usage;
  EXPECT_EQ(with([](ChainRecipe& recipe) { recipe.leaf.basic_constraints = "critical,CA:TRUE"; }).error(),
            ChainFault::wrong_usage);
}

TEST(AX_12, weak_keys_and_digests_are_refused) {
  EXPECT_EQ(with([](ChainRecipe& recipe) { recipe.leaf.key_kind = KeyKind::rsa_1024; }).error(),
            ChainFault::weak);
  EXPECT_EQ(with([](ChainRecipe& recipe) { recipe.intermediate.key_kind = KeyKind::rsa_1024; }).error(),
            ChainFault::weak);
  for (const char* const digest : {"SHA1", "MD5"}) {
    EXPECT_EQ(with([&](ChainRecipe& recipe) { recipe.leaf.digest = digest; }).error(), ChainFault::weak)
        << digest;
    EXPECT_EQ(with([&](ChainRecipe& recipe) { recipe.intermediate.digest = digest; }).error(),
              ChainFault::weak)
        << digest;
  }
}

TEST(AX_12, the_key_is_rsa) {
  EXPECT_EQ(with([](ChainRecipe& recipe) { recipe.leaf.key_kind = KeyKind::ec_p256; }).error(),
            ChainFault::not_rsa);
}

TEST(AX_10, a_file_without_certificates_is_refused) {
  const TestChain chain{ChainRecipe(kNow)};
  const std::string pem = chain.pem();
  const std::string nonsense = "-----BEGIN CERTIFICATE-----\nbm9uc2Vuc2U=\n-----END CERTIFICATE-----\n";
  for (const std::string& text :
       {std::string(), std::string("<html>"), nonsense, pem + nonsense, pem.substr(0, 300)})
    EXPECT_EQ(verify(text, chain.root).error(), ChainFault::malformed) << text;
  std::string many = pem;
  for (int i = 0; i < 9; ++i) many += chain.intermediate.pem();
  EXPECT_EQ(verify(many, chain.root).error(), ChainFault::malformed);
}

TEST(trust_store, a_file_that_is_not_there_is_named) {
  const auto store = TrustStore::load("/nowhere/ca.pem");
  ASSERT_FALSE(store);
  EXPECT_NE(store.error().find("/nowhere/ca.pem"), std::string::npos);
}

TEST(trust_store, the_systems_authorities_do_not_know_ours) {
  const TestChain chain{ChainRecipe(kNow)};
  const auto system = TrustStore::load("");
  ASSERT_TRUE(system);
  EXPECT_EQ(SigningCertificate::verify(chain.pem(), *system, kName, kNow).error(), ChainFault::untrusted);
}

}  // namespace
}  // namespace couplet
