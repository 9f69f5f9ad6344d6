// SPDX-License-Identifier: Apache-2.0
#include "http/public_address.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace couplet::http {
namespace {

namespace ip = boost::asio::ip;

struct V4Block {
  std::uint32_t base;
  int prefix_bits;
};
constexpr std::uint32_t v4(std::uint32_t a, std::uint32_t b, std::uint32_t c = 0) {
  return a << 24 | b << 16 | c << 8;
}
constexpr std::array kNotPublic = {
    V4Block{v4(0, 0), 8},                                      // this network
    V4Block{v4(10, 0), 8},                                     // private
    V4Block{v4(100, 64), 10},                                  // shared, behind carriers
    V4Block{v4(127, 0), 8},                                    // loopback
    V4Block{v4(169, 254), 16},                                 // link-local; cloud metadata
    V4Block{v4(172, 16), 12},                                  // private
    V4Block{v4(192, 0, 0), 24},                                // protocol assignments
    V4Block{v4(192, 0, 2), 24},                                // documentation
    V4Block{v4(192, 88, 99), 24},  V4Block{v4(192, 168), 16},  // private
    V4Block{v4(198, 18), 15},                                  // benchmarks
    V4Block{v4(198, 51, 100), 24},                             // documentation
    V4Block{v4(203, 0, 113), 24},                              // documentation
    V4Block{v4(224, 0), 3},                                    // multicast, reserved, broadcast
};

bool is_public_v4(std::uint32_t address) {
  return std::ranges::none_of(kNotPublic, [address](const V4Block& block) {
    return (address ^ block.base) >> (32 - block.prefix_bits) == 0;
  });
}

using V6Bytes = ip::address_v6::bytes_type;

std::uint32_t v4_at(const V6Bytes& bytes, std::size_t at) {
  std::uint32_t address = 0;
  for (std::size_t i = 0; i < 4; ++i) address = address << 8 | bytes[at + i];
  return address;
}

bool starts_with(const V6Bytes& bytes, std::initializer_list<std::uint8_t> prefix) {
  return std::equal(prefix.begin(), prefix.end(), bytes.begin());
}

bool is_public_v6(const V6Bytes& bytes) {
  if (starts_with(bytes, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff})) return is_public_v4(v4_at(bytes, 12));
  if (starts_with(bytes, {0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0}))  // NAT64
    return is_public_v4(v4_at(bytes, 12));
  if (starts_with(bytes, {0x20, 0x02})) return is_public_v4(v4_at(bytes, 2));  // 6to4
  if (starts_with(bytes, {0x20, 0x01}) && bytes[2] < 2) return false;          // 2001::/23: Teredo and kin
  if (starts_with(bytes, {0x20, 0x01, 0x0d, 0xb8})) return false;              // documentation
  if (starts_with(bytes, {0x3f, 0xff}) && bytes[2] < 0x10) return false;       // documentation
  return (bytes[0] & 0xe0) == 0x20;
}

}  // namespace

bool is_public_address(const ip::address& address) {
  if (address.is_v4()) return is_public_v4(address.to_v4().to_uint());
  return is_public_v6(address.to_v6().to_bytes());
}

}  // namespace couplet::http
