// SPDX-License-Identifier: Apache-2.0
#include "base/octets.hpp"

#include <gtest/gtest.h>

namespace couplet {
namespace {

OctetWriter written() {
  OctetWriter out;
  out.u8(7);
  out.instant(from_unix_seconds(1'800'000'000));
  out.text(std::string(300, 'x'));
  out.text("");
  return out;
}

TEST(octets, come_back_in_the_order_they_were_written) {
  const OctetWriter out = written();
  OctetReader in(out.bytes());
  EXPECT_EQ(in.u8(), 7);
  EXPECT_EQ(in.instant(), from_unix_seconds(1'800'000'000));
  EXPECT_EQ(in.text(), std::string(300, 'x'));
  EXPECT_FALSE(in.complete());
  EXPECT_EQ(in.text(), "");
  EXPECT_TRUE(in.complete());
}

TEST(octets, of_any_shorter_length_are_not_complete) {
  const OctetWriter out = written();
  for (std::size_t size = 0; size < out.bytes().size(); ++size) {
    OctetReader in(ByteView(out.bytes()).first(size));
    in.u8();
    in.instant();
    in.text();
    in.text();
    EXPECT_FALSE(in.complete()) << size;
  }
}

}  // namespace
}  // namespace couplet
