// SPDX-License-Identifier: Apache-2.0
#include "http/public_address.hpp"

#include <gtest/gtest.h>

namespace couplet::http {
namespace {

bool is_public(const char* text) { return is_public_address(boost::asio::ip::make_address(text)); }

// One inside each block, at its first and last address where a neighbour is public.
TEST(WH_08, addresses_that_lead_inside_are_not_public) {
  for (const char* inside : {"0.0.0.0",
                             "0.255.255.255",
                             "10.0.0.1",
                             "10.255.255.255",
                             "100.64.0.0",
                             "100.127.255.255",
                             "127.0.0.1",
                             "127.255.255.254",
                             "169.254.169.254",
                             "172.16.0.0",
                             "172.31.255.255",
                             "192.0.0.8",
                             "192.0.2.1",
                             "192.88.99.1",
                             "192.168.0.1",
                             "198.18.0.1",
                             "198.19.255.255",
                             "198.51.100.7",
                             "203.0.113.9",
                             "224.0.0.1",
                             "239.255.255.255",
                             "240.0.0.1",
                             "255.255.255.255",
                             "::",
                             "::1",
                             "::7f00:1",
                             "::ffff:127.0.0.1",
                             "::ffff:10.1.2.3",
                             "64:ff9b::a9fe:a9fe",
                             "64:ff9b:1::1",
                             "100::1",
                             "2001::1",
                             "2001:1ff:ffff::1",
                             "2001:db8::1",
                             "2002:7f00:1::",
                             "2002:a00:1::1",
                             "3fff::1",
                             "fc00::1",
                             "fdff:ffff::1",
                             "fe80::1",
                             "fec0::1",
                             "ff02::1"})
    EXPECT_FALSE(is_public(inside)) << inside;
}

TEST(WH_08, their_neighbours_are_public) {
  for (const char* outside : {"1.0.0.0",          "9.255.255.255",   "11.0.0.0",
                              "100.63.255.255",   "100.128.0.0",     "126.255.255.255",
                              "128.0.0.1",        "169.253.255.255", "169.255.0.0",
                              "172.15.255.255",   "172.32.0.0",      "192.0.1.1",
                              "192.167.255.255",  "192.169.0.0",     "198.17.255.255",
                              "198.20.0.0",       "223.255.255.255", "::ffff:8.8.8.8",
                              "64:ff9b::808:808", "2001:200::1",     "2001:4860:4860::8888",
                              "2002:808:808::1",  "2600::1",         "3fff:1000::1"})
    EXPECT_TRUE(is_public(outside)) << outside;
}

}  // namespace
}  // namespace couplet::http
