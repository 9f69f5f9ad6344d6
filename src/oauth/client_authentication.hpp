// SPDX-License-Identifier: Apache-2.0
// Who is calling /oauth/token or /oauth/introspect: HTTP Basic or credentials in the body, never both.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/form.hpp"
#include "oauth/client_registry.hpp"
#include "oauth/error.hpp"

namespace couplet::oauth {

/// The Authorization header as it came; a second one makes the request ambiguous.
struct AuthorizationHeader {
  std::optional<std::string_view> value;
  std::size_t count = 0;
};

/// What the caller claims. Nothing has been checked against a stored hash yet.
struct ClientCredentials {
  std::string client_id;
  ClientSecret client_secret;
};

/// Spec:    RFC 6749 2.3.1, app. B; RFC 7617 2; requirements CA-01..04, CA-06..11
/// Errors:  invalid_client (none, or broken ones); invalid_request (two methods, two headers, two client_ids)
[[nodiscard]] Result<ClientCredentials> read_client_credentials(const AuthorizationHeader& header,
                                                                const FormParameters& form);

/// The client when the secret is one of its secrets. Unknown client, disabled client and wrong secret are one
/// error and cost the same. Spec:    RFC 6749 5.2, 10.10; requirements CA-05, CA-12, CA-14
[[nodiscard]] Result<const Client*> authenticate_client(const ClientCredentials& credentials,
                                                        const ClientRegistry& clients, const KeyRing& keys);

}  // namespace couplet::oauth
