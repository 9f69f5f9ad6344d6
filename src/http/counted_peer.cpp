// SPDX-License-Identifier: Apache-2.0
#include "http/counted_peer.hpp"

#include <algorithm>
#include <boost/asio/ip/address.hpp>

namespace couplet::http {
namespace {

namespace ip = boost::asio::ip;

constexpr std::size_t kNetworkBytes = 8;

std::optional<std::string> counted(const ip::address_v4& address) {
  if (address == ip::address_v4::loopback()) return std::nullopt;
  return address.to_string();
}

std::optional<std::string> counted(const ip::address_v6& address) {
  if (address.is_v4_mapped()) return counted(ip::make_address_v4(ip::v4_mapped, address));
  if (address.is_loopback()) return std::nullopt;
  auto bytes = address.to_bytes();
  std::fill(bytes.begin() + kNetworkBytes, bytes.end(), 0);
  return ip::address_v6(bytes).to_string() + "/64";
}

}  // namespace

std::optional<std::string> counted_peer(std::string_view address) {
  boost::system::error_code error;
  const ip::address parsed = ip::make_address(address, error);
  if (error) return std::string(address);
  return parsed.is_v4() ? counted(parsed.to_v4()) : counted(parsed.to_v6());
}

}  // namespace couplet::http
