// SPDX-License-Identifier: Apache-2.0
// What the bearer of an access token may know about the user it is for: the same name that the token has.
#pragma once
#include <string>
#include <string_view>

#include "oauth/introspection.hpp"

namespace couplet::oauth {

/// {"sub":…,"scope":…}; no `username`, whoever holds the token is not the provider.
[[nodiscard]] std::string userinfo_json(const ActiveToken& active, const IssuerProfile& profile);

/// True when `wanted` is empty or one of the space-separated tokens of `scope`.
[[nodiscard]] bool has_scope(std::string_view scope, std::string_view wanted);

}  // namespace couplet::oauth
