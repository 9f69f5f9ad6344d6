// SPDX-License-Identifier: Apache-2.0
#include "emulator/api/lwa_error.hpp"

#include <algorithm>
#include <array>

#include "base/crypto.hpp"
#include "base/json.hpp"
#include "emulator/calls/note.hpp"

namespace couplet::emulator {

namespace {

struct LwaErrorRow {
  LwaError id;
  std::string_view error;
  int status;
  std::string_view error_description;
};

constexpr std::array kRows{
    LwaErrorRow{LwaError::invalid_request, "invalid_request", 400,
                "The request is missing a required parameter : "},
    LwaErrorRow{LwaError::invalid_code, "invalid_grant", 400,
                "The request has an invalid grant parameter : code"},
    LwaErrorRow{LwaError::invalid_refresh_token, "invalid_grant", 400,
                "The request has an invalid grant parameter : refresh_token. User may have revoked or didn't "
                "grant the permission."},
    LwaErrorRow{LwaError::invalid_client, "invalid_client", 401, "Client authentication failed"},
    LwaErrorRow{LwaError::unauthorized_client, "unauthorized_client", 400,
                "Not authorized for requested operation"},
    LwaErrorRow{LwaError::unsupported_grant_type, "unsupported_grant_type", 400,
                "The authorization grant type is not supported by the authorization server"}};

/// Opaque, padded and some 190 characters, as captured.
std::string error_index(std::string_view request_id) {
  std::string text;
  for (const char part : {'1', '2', '3', '4'})
    text += to_base64url(sha256(std::string("error index ") + part + std::string(request_id)));
  return text + "==";
}

}  // namespace

http::Response lwa_error(const LwaErrorContext& context, LwaError error, std::string_view note,
                         std::string_view parameter) {
  const LwaErrorRow& row = *std::ranges::find(kRows, error, &LwaErrorRow::id);
  json::object body;
  const bool with_request_id = context.switches.has({"error_members", "with_request_id"});
  if (with_request_id) body["error_index"] = error_index(context.request_id);
  body["error_description"] = std::string(row.error_description) + std::string(parameter);
  body["error"] = row.error;
  if (with_request_id) body["request_id"] = context.request_id;
  const bool flat_400 = context.switches.has({"invalid_client_status", "400"});
  http::Response response = http::json_response(flat_400 ? 400 : row.status, json::serialize(body));
  response.header("Cache-Control", "no-store").header("Pragma", "no-cache");
  return with_note(std::move(response), note);
}

}  // namespace couplet::emulator
