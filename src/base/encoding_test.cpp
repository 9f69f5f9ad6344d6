// SPDX-License-Identifier: Apache-2.0
#include "base/encoding.hpp"

#include <gtest/gtest.h>

namespace couplet {
namespace {

TEST(encoding, base64_has_the_vectors_of_rfc_4648_section_10) {
  const std::pair<std::string_view, std::string_view> vectors[] = {{"", ""},
                                                                   {"f", "Zg=="},
                                                                   {"fo", "Zm8="},
                                                                   {"foo", "Zm9v"},
                                                                   {"foob", "Zm9vYg=="},
                                                                   {"fooba", "Zm9vYmE="},
                                                                   {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, encoded] : vectors) {
    EXPECT_EQ(to_base64(as_byte_view(plain)), encoded);
    const auto decoded = from_base64(encoded);
    ASSERT_TRUE(decoded) << encoded;
    EXPECT_EQ(as_text(*decoded), plain);
  }
}

TEST(encoding, base64_is_strict) {
  for (const std::string_view wrong : {"Zg", "Zg=", "Zh==", "Zm 9v", "Zm9v\n", "Zg===", "====", "Zm-v"})
    EXPECT_FALSE(from_base64(wrong)) << wrong;
}

TEST(encoding, base64url_round_trips_every_byte) {
  Bytes bytes;
  for (int i = 0; i < 256; ++i) bytes.push_back(static_cast<std::byte>(i));
  const std::string text = to_base64url(bytes);
  EXPECT_EQ(text.find_first_of("+/="), std::string::npos);
  EXPECT_EQ(from_base64url(text), bytes);
}

TEST(encoding, base64url_has_one_text_for_one_value) {
  // "Zh" has stray bits below the last byte: accepting it would give one token two spellings.
  for (const std::string_view wrong : {"Zh", "Z", "Zg==", "Zm+v", "Zm/v", "Zm9 "})
    EXPECT_FALSE(from_base64url(wrong)) << wrong;
  EXPECT_FALSE(from_base64url(std::string_view("Zm9v\0", 5)));
  EXPECT_TRUE(from_base64url("Zg"));
}

TEST(encoding, hex_reads_both_cases_and_nothing_else) {
  EXPECT_EQ(to_hex(as_byte_view("\x01\xfe")), "01fe");
  EXPECT_EQ(as_text(from_hex("01Fe").value()), "\x01\xfe");
  for (const std::string_view wrong : {"0", "0g", "0x", " 0"}) EXPECT_FALSE(from_hex(wrong)) << wrong;
}

TEST(encoding, percent_encoding_keeps_unreserved_characters_only) {
  EXPECT_EQ(percent_encode("aZ09-._~"), "aZ09-._~");
  EXPECT_EQ(percent_encode("a b+c/%&=\xc3\xa4"), "a%20b%2Bc%2F%25%26%3D%C3%A4");
}

TEST(encoding, percent_decoding_refuses_broken_escapes) {
  for (const std::string_view wrong : {"%", "%4", "%zz", "a%4g", "%%41"})
    EXPECT_FALSE(percent_decode(wrong, Plus::is_space)) << wrong;
  EXPECT_EQ(percent_decode("a+b%2b%2B", Plus::is_space), "a b++");
  EXPECT_EQ(percent_decode("a+b", Plus::is_plus), "a+b");
  EXPECT_EQ(percent_decode("%00", Plus::is_plus), std::string(1, '\0'));
}

TEST(encoding, utf8_refuses_overlong_surrogate_and_cut_off_forms) {
  for (const std::string_view good : {"", "a", "\xc3\xa4", "\xe2\x82\xac", "\xf0\x9f\x98\x80"})
    EXPECT_TRUE(is_utf8(good));
  for (const std::string_view bad : {"\x80", "\xc3", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80",
                                     "\xf4\x90\x80\x80", "\xf0\x80\x80\x80", "\xff", "a\xe2\x82"})
    EXPECT_FALSE(is_utf8(bad)) << to_hex(as_byte_view(bad));
}

}  // namespace
}  // namespace couplet
