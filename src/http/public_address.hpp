// SPDX-License-Identifier: Apache-2.0
// Which addresses belong to the internet, and which lead into somebody's own network or machine.
#pragma once
#include <boost/asio/ip/address.hpp>

namespace couplet::http {

/// True for globally reachable unicast. False for loopback, private, link-local, shared, documentation,
/// multicast and reserved addresses, also where an IPv6 address wraps such an IPv4 one. Spec: RFC 6890 and
/// its registries; IPv6 by what is given out (2000::/3), not by what is forbidden
[[nodiscard]] bool is_public_address(const boost::asio::ip::address& address);

}  // namespace couplet::http
