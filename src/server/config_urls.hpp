// SPDX-License-Identifier: Apache-2.0
// URLs in the configuration; part of config_check.cpp.
#pragma once
#include <string>
#include <string_view>

namespace couplet::server {

[[nodiscard]] bool is_loopback(std::string_view host);

/// Why a URI cannot be registered (RU-05), or stand where browsers or we call the provider; empty when it
/// can.
[[nodiscard]] std::string redirect_uri_problem(const std::string& uri);

}  // namespace couplet::server
