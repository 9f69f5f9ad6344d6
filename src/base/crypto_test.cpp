// SPDX-License-Identifier: Apache-2.0
#include "base/crypto.hpp"

#include <gtest/gtest.h>

namespace couplet {
namespace {

TEST(crypto, sha256_has_the_vector_of_fips_180) {
  EXPECT_EQ(to_hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(to_hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(crypto, hmac_has_the_vectors_of_rfc_4231) {
  const HmacKey first(Bytes(20, std::byte{0x0b}));
  EXPECT_EQ(to_hex(first("Hi There")), "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  const HmacKey second(as_byte_view("Jefe"));
  EXPECT_EQ(to_hex(second("what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(second("x"), second("x"));  // a key is not used up
}

TEST(crypto, hkdf_gives_one_key_a_purpose) {
  const Bytes master(32, std::byte{7});
  EXPECT_EQ(derive_key(master, "a"), derive_key(master, "a"));
  EXPECT_NE(derive_key(master, "a"), derive_key(master, "b"));
  EXPECT_NE(derive_key(master, "a"), derive_key(Bytes(32, std::byte{8}), "a"));
  // RFC 5869's extract and expand, done here with HMAC: PRK = HMAC(0…, master), OKM = HMAC(PRK, info ‖ 1).
  const Digest prk = HmacKey(Bytes(32, std::byte{0}))(master);
  EXPECT_EQ(derive_key(master, "a"), HmacKey(prk)(std::string_view("a\x01")));
}

TEST(crypto, constant_time_equal_compares_everything) {
  EXPECT_TRUE(constant_time_equal(as_byte_view("abc"), as_byte_view("abc")));
  EXPECT_FALSE(constant_time_equal(as_byte_view("abc"), as_byte_view("abd")));
  EXPECT_FALSE(constant_time_equal(as_byte_view("abc"), as_byte_view("ab")));
}

class Aead : public ::testing::Test {
 protected:
  SeededRandom random{1};
  AeadKey key{sha256("key")};
  Bytes box = key.seal(as_byte_view("plain"), as_byte_view("row-1"), random);
};

TEST_F(Aead, opens_what_was_sealed) {
  const auto plain = key.open(box, as_byte_view("row-1"));
  ASSERT_TRUE(plain);
  EXPECT_EQ(as_text(*plain), "plain");
  EXPECT_NE(key.seal(as_byte_view("plain"), as_byte_view("row-1"), random), box);  // a fresh nonce each time
}

TEST_F(Aead, SE_03_refuses_another_row_another_key_and_any_changed_bit) {
  EXPECT_FALSE(key.open(box, as_byte_view("row-2")));
  EXPECT_FALSE(AeadKey(sha256("other")).open(box, as_byte_view("row-1")));
  for (std::size_t i = 0; i < box.size(); ++i) {
    Bytes changed = box;
    changed[i] ^= std::byte{1};
    EXPECT_FALSE(key.open(changed, as_byte_view("row-1"))) << i;
  }
  for (std::size_t size = 0; size < box.size(); ++size)
    EXPECT_FALSE(key.open(ByteView(box).first(size), as_byte_view("row-1"))) << size;
}

TEST_F(Aead, seals_the_empty_text) {
  const auto plain = key.open(key.seal({}, {}, random), {});
  ASSERT_TRUE(plain);
  EXPECT_TRUE(plain->empty());
}

}  // namespace
}  // namespace couplet
