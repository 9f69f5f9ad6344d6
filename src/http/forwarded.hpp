// SPDX-License-Identifier: Apache-2.0
// Who really sent a request when proxies stand in between.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "http/message.hpp"

namespace couplet::http {

/// The right-most address of X-Forwarded-For that is not a trusted proxy's, but only when `peer` is one;
/// `peer` otherwise, and when the header is not a list of addresses (HT-17). Lifetime: a view into `peer` or
/// the headers.
[[nodiscard]] std::string_view client_address(std::string_view peer, const HeaderView& headers,
                                              const std::vector<std::string>& trusted_proxies);

}  // namespace couplet::http
