// SPDX-License-Identifier: Apache-2.0
#include "base/key_ring.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace couplet {
namespace {

KeyRing::Key master(std::uint8_t id, char fill) { return {id, MasterKey(std::string(32, fill))}; }

class Ring : public ::testing::Test {
 protected:
  SeededRandom random{1};
  KeyRing old_ring{{master(1, 'a')}};
  KeyRing rotated{{master(2, 'b'), master(1, 'a')}};
  KeyRing new_ring{{master(2, 'b')}};
};

TEST_F(Ring, SE_04_old_records_stay_readable_while_their_key_is_in_the_ring) {
  const Bytes box = old_ring.seal(SealPurpose::amazon_tokens, as_byte_view("secret"), "row", random);
  const auto plain = rotated.open(SealPurpose::amazon_tokens, box, "row");
  ASSERT_TRUE(plain);
  EXPECT_EQ(as_text(*plain), "secret");
  EXPECT_FALSE(new_ring.open(SealPurpose::amazon_tokens, box, "row"));
}

TEST_F(Ring, SE_04_the_first_key_writes) {
  EXPECT_EQ(rotated.writing_key_id(), 2);
  const Bytes box = rotated.seal(SealPurpose::amazon_tokens, as_byte_view("secret"), "row", random);
  EXPECT_TRUE(new_ring.open(SealPurpose::amazon_tokens, box, "row"));
  EXPECT_FALSE(old_ring.open(SealPurpose::amazon_tokens, box, "row"));
  EXPECT_EQ(rotated.hash(MacPurpose::issued_tokens, "d", {}).key_id, 2);
}

TEST_F(Ring, SE_03_a_box_is_bound_to_its_purpose_and_row) {
  const Bytes box = old_ring.seal(SealPurpose::amazon_tokens, as_byte_view("secret"), "row", random);
  EXPECT_FALSE(old_ring.open(SealPurpose::oauth_state, box, "row"));
  EXPECT_FALSE(old_ring.open(SealPurpose::amazon_tokens, box, "another row"));
  EXPECT_FALSE(old_ring.open(SealPurpose::amazon_tokens, {}, "row"));
}

TEST_F(Ring, a_hash_matches_its_data_domain_and_purpose_only) {
  const KeyedHash hash = old_ring.hash(MacPurpose::issued_tokens, "cc_", as_byte_view("data"));
  EXPECT_TRUE(rotated.matches(MacPurpose::issued_tokens, "cc_", as_byte_view("data"), hash));
  EXPECT_FALSE(rotated.matches(MacPurpose::issued_tokens, "cc_", as_byte_view("dat"), hash));
  EXPECT_FALSE(rotated.matches(MacPurpose::issued_tokens, "cr_", as_byte_view("data"), hash));
  EXPECT_FALSE(rotated.matches(MacPurpose::client_secrets, "cc_", as_byte_view("data"), hash));
  EXPECT_FALSE(new_ring.matches(MacPurpose::issued_tokens, "cc_", as_byte_view("data"), hash));
}

TEST_F(Ring, domain_and_data_do_not_run_into_each_other) {
  EXPECT_NE(old_ring.hash(MacPurpose::issued_tokens, "ab", as_byte_view("c")),
            old_ring.hash(MacPurpose::issued_tokens, "a", as_byte_view("bc")));
}

TEST_F(Ring, a_missing_key_derives_nothing) {
  EXPECT_TRUE(rotated.derive(MacPurpose::pkce_verifier, "d", {}, 1));
  EXPECT_FALSE(new_ring.derive(MacPurpose::pkce_verifier, "d", {}, 1));
}

TEST_F(Ring, LG_04_a_fingerprint_is_short_stable_and_keyed) {
  const std::string fingerprint = old_ring.fingerprint("token");
  EXPECT_EQ(fingerprint.size(), 12U);
  EXPECT_EQ(fingerprint, old_ring.fingerprint("token"));
  EXPECT_NE(fingerprint, old_ring.fingerprint("other"));
  EXPECT_NE(fingerprint, new_ring.fingerprint("token"));
  EXPECT_NE(fingerprint, to_hex(sha256("token")).substr(0, 12));
}

TEST(KeyRing, refuses_an_empty_ring_equal_ids_and_short_keys) {
  EXPECT_THROW(KeyRing({}), std::invalid_argument);
  EXPECT_THROW(KeyRing({master(1, 'a'), master(1, 'b')}), std::invalid_argument);
  EXPECT_THROW(KeyRing({{1, MasterKey("short")}}), std::invalid_argument);
}

}  // namespace
}  // namespace couplet
