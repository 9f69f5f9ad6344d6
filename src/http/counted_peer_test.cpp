// SPDX-License-Identifier: Apache-2.0
#include "http/counted_peer.hpp"

#include <gtest/gtest.h>

namespace couplet::http {
namespace {

TEST(AX_08, an_ipv4_address_counts_by_itself) {
  EXPECT_EQ(counted_peer("192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(counted_peer("::ffff:192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(counted_peer("127.0.0.2"), "127.0.0.2");
}

TEST(AX_08, ipv6_addresses_of_one_subscriber_count_together) {
  EXPECT_EQ(counted_peer("2001:db8:1:2::7"), "2001:db8:1:2::/64");
  EXPECT_EQ(counted_peer("2001:db8:1:2:ffff:ffff:ffff:ffff"), "2001:db8:1:2::/64");
  EXPECT_EQ(counted_peer("2001:db8:1:3::7"), "2001:db8:1:3::/64");
  EXPECT_EQ(counted_peer("fe80::1%1"), "fe80::/64") << "whatever the interface";
}

TEST(AX_08, this_machine_stands_for_everybody) {
  for (const char* const own : {"127.0.0.1", "::1", "::ffff:127.0.0.1"})
    EXPECT_EQ(counted_peer(own), std::nullopt) << own;
}

TEST(AX_08, what_is_no_address_counts_by_its_text) { EXPECT_EQ(counted_peer("unknown"), "unknown"); }

}  // namespace
}  // namespace couplet::http
