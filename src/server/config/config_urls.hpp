// SPDX-License-Identifier: Apache-2.0
// URLs and names in the configuration; part of config_check.cpp.
#pragma once
#include <string>
#include <string_view>

namespace couplet::server {

[[nodiscard]] bool is_loopback(std::string_view host);

/// Why a URI cannot be registered (RU-05), or stand where browsers or we call the provider; empty when it
/// can.
[[nodiscard]] std::string redirect_uri_problem(const std::string& uri);

/// Whether calls of ours may go to loopback and private addresses.
enum class Inside { forbidden, allowed };

/// Why we may not call this URL of the provider's, or empty (WH-08). A name is looked at again for each
/// connection, when it has an address. `permission` is the setting that allows what is inside.
[[nodiscard]] std::string outgoing_url_problem(const std::string& text, Inside inside,
                                               std::string_view permission);

/// Fit to stand in paths, labels and commands: a-z, 0-9 and '-', at most 64.
[[nodiscard]] bool is_slug(std::string_view text);

}  // namespace couplet::server
