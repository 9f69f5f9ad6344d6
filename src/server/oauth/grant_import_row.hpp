// SPDX-License-Identifier: Apache-2.0
// One row of `couplet import grants`: a line of JSON becomes a grant, or a reason why not.
#pragma once
#include <string>
#include <string_view>

#include "base/random.hpp"
#include "base/result.hpp"
#include "domain/grant.hpp"
#include "server/config/config.hpp"

namespace couplet::server {

/// Shape:  { client_id, skill?, user, scope, refresh_token | refresh_token_sha256, issued_at, expires_at? };
/// times are
///         Unix seconds or "2025-03-01T10:00:00Z", the digest is hex or base64url; docs/migrating.md
/// Errors: a sentence for people; it holds nothing of the token
[[nodiscard]] Result<Grant, std::string> read_import_row(std::string_view line, const Config& config,
                                                         Instant now, Random& random);

}  // namespace couplet::server
