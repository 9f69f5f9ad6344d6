// SPDX-License-Identifier: Apache-2.0
#include "emulator/signing/certificate_authority.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace couplet::emulator {
namespace {

namespace fs = std::filesystem;

class CertificateAuthority : public ::testing::Test {
 protected:
  void SetUp() override {
    dir = fs::path(::testing::TempDir()) /
          ("couplet-ca-" + std::to_string(unix_seconds(SystemClock().now())) + "-" +
           ::testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(dir);
  }
  void TearDown() override { fs::remove_all(dir); }
  static std::string text(const fs::path& file) {
    std::ifstream stream(file);
    std::ostringstream content;
    content << stream.rdbuf();
    return content.str();
  }
  fs::path dir;
  SystemRandom random;
  const Instant now = SystemClock().now();
};

TEST_F(CertificateAuthority, keys_are_for_the_owner_only) {
  const auto files = prepare_certificates(dir, now, random);
  ASSERT_TRUE(files) << files.error();
  for (const fs::path& key : {files->private_key, dir / "ca.key"})
    EXPECT_EQ(fs::status(key).permissions(), fs::perms::owner_read | fs::perms::owner_write) << key;
  EXPECT_TRUE(text(files->chain).starts_with("-----BEGIN CERTIFICATE-----"));
}

TEST_F(CertificateAuthority, is_reused) {
  const auto first = prepare_certificates(dir, now, random);
  ASSERT_TRUE(first);
  const std::string ca = text(first->ca_certificate);
  const std::string leaf = text(first->chain);
  ASSERT_TRUE(prepare_certificates(dir, now, random));
  EXPECT_EQ(text(first->ca_certificate), ca);
  EXPECT_EQ(text(first->chain), leaf);
}

TEST_F(CertificateAuthority, a_leaf_near_its_end_is_renewed_and_the_root_stays) {
  const auto first = prepare_certificates(dir, now, random);
  ASSERT_TRUE(first);
  const std::string ca = text(first->ca_certificate);
  const std::string leaf = text(first->chain);
  ASSERT_TRUE(prepare_certificates(dir, now + std::chrono::days(380), random));
  EXPECT_EQ(text(first->ca_certificate), ca);
  EXPECT_NE(text(first->chain), leaf);
}

TEST_F(CertificateAuthority, a_damaged_leaf_is_made_anew) {
  const auto files = prepare_certificates(dir, now, random);
  ASSERT_TRUE(files);
  std::ofstream(files->private_key) << "nonsense";
  ASSERT_TRUE(prepare_certificates(dir, now, random));
  EXPECT_TRUE(text(files->private_key).starts_with("-----BEGIN"));
}

TEST_F(CertificateAuthority, an_authority_that_verifiers_on_node_forge_cannot_read_is_made_anew) {
  ASSERT_TRUE(prepare_certificates(dir, now, random));
  const PrivateKey key = PrivateKey::generate(KeyKind::p_256);
  const CertificateTerms terms{
      .common_name = "old", .not_before = now, .not_after = now + std::chrono::days(3650), .extensions = {}};
  std::ofstream(dir / "ca.key") << key.to_pem();
  std::ofstream(dir / "ca.pem") << Certificate::issue(terms, key, nullptr, random).to_pem();
  ASSERT_TRUE(prepare_certificates(dir, now, random));
  const auto authority = read_authority(dir);
  ASSERT_TRUE(authority);
  EXPECT_TRUE(authority->key.is_rsa());
}

TEST_F(CertificateAuthority, a_folder_that_cannot_be_made_is_named) {
  fs::create_directories(dir);
  std::ofstream(dir / "file") << "x";
  const auto files = prepare_certificates(dir / "file" / "state", now, random);
  ASSERT_FALSE(files);
  EXPECT_NE(files.error().find("file/state"), std::string::npos);
}

}  // namespace
}  // namespace couplet::emulator
