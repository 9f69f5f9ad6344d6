// SPDX-License-Identifier: Apache-2.0
#include "oauth/client_authentication.hpp"

#include <algorithm>

#include "base/encoding.hpp"

namespace couplet::oauth {
namespace {

constexpr std::size_t kMaxHeaderBytes = 4096;
constexpr std::size_t kComparedSecrets =
    2;  // always this many, or time would tell which clients exist (CA-14)

// RFC 6749 app. A.1, A.2: client_id and client_secret are printable ASCII.
bool is_vschar_text(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= 0x20 && c <= 0x7e; });
}

// "Basic <base64>" in any letter case, with one or more spaces.
std::optional<std::string_view> basic_parameter(std::string_view header) {
  constexpr std::string_view kScheme = "basic ";
  if (header.size() > kMaxHeaderBytes || ascii_lower(header.substr(0, kScheme.size())) != kScheme)
    return std::nullopt;
  header.remove_prefix(kScheme.size());
  header.remove_prefix(std::min(header.find_first_not_of(' '), header.size()));
  return header;
}

// RFC 6749 2.3.1: both halves are form-encoded before RFC 7617's base64. A raw "a+b" therefore means "a b"
// (CA-04).
Result<ClientCredentials> read_basic(std::string_view header) {
  const auto parameter = basic_parameter(header);
  if (!parameter) return fail(OAuthErrorCode::invalid_client, "authorization_scheme_unsupported");
  const auto decoded = from_base64(*parameter);
  if (!decoded) return fail(OAuthErrorCode::invalid_client, "basic_not_base64");
  const std::string_view pair = as_text(*decoded);
  const std::size_t colon = pair.find(':');
  if (colon == std::string_view::npos) return fail(OAuthErrorCode::invalid_client, "basic_without_colon");
  auto client_id = percent_decode(pair.substr(0, colon), Plus::is_space);
  auto client_secret = percent_decode(pair.substr(colon + 1), Plus::is_space);
  if (!client_id || !client_secret) return fail(OAuthErrorCode::invalid_client, "basic_not_form_encoded");
  return ClientCredentials{std::move(*client_id), ClientSecret(std::move(*client_secret))};
}

Result<ClientCredentials> checked(ClientCredentials credentials) {
  if (credentials.client_id.empty()) return fail(OAuthErrorCode::invalid_client, "client_id_empty");
  if (credentials.client_secret.empty()) return fail(OAuthErrorCode::invalid_client, "client_secret_empty");
  if (!is_vschar_text(credentials.client_id) || !is_vschar_text(credentials.client_secret.reveal()))
    return fail(OAuthErrorCode::invalid_client, "credentials_not_printable");
  return credentials;
}

}  // namespace

Result<ClientCredentials> read_client_credentials(const AuthorizationHeader& header,
                                                  const FormParameters& form) {
  const auto body_id = form.get("client_id");
  const auto body_secret = form.get("client_secret");
  if (header.count > 1) return fail(OAuthErrorCode::invalid_request, "authorization_header_repeated");
  if (!header.value) {
    if (!body_id || !body_secret) return fail(OAuthErrorCode::invalid_client, "credentials_missing");
    return checked({std::string(*body_id), ClientSecret(std::string(*body_secret))});
  }
  if (body_secret) return fail(OAuthErrorCode::invalid_request, "two_authentication_methods");
  auto credentials = read_basic(*header.value);
  if (!credentials) return credentials;
  if (body_id && *body_id != credentials->client_id)
    return fail(OAuthErrorCode::invalid_request, "client_id_differs_from_basic");
  return checked(std::move(*credentials));
}

Result<const Client*> authenticate_client(const ClientCredentials& credentials, const ClientRegistry& clients,
                                          const KeyRing& keys) {
  const Client* const client = clients.find(credentials.client_id);
  const KeyedHash decoy{keys.writing_key_id(), {}};  // no secret hashes to zeros
  const std::size_t known = client ? client->client_secret_hashes.size() : 0;
  bool matched = false;
  for (std::size_t i = 0; i < std::max(known, kComparedSecrets); ++i)
    matched |= keys.matches(MacPurpose::client_secrets, credentials.client_id,
                            as_byte_view(credentials.client_secret.reveal()),
                            i < known ? client->client_secret_hashes[i] : decoy);
  if (!client) return fail(OAuthErrorCode::invalid_client, "client_unknown");
  if (!matched) return fail(OAuthErrorCode::invalid_client, "client_secret_differs");
  if (!client->enabled) return fail(OAuthErrorCode::invalid_client, "client_disabled");
  return client;
}

}  // namespace couplet::oauth
