// SPDX-License-Identifier: Apache-2.0
#include "emulator/lwa_error.hpp"

#include <algorithm>
#include <array>

#include "base/json.hpp"
#include "emulator/note.hpp"

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
                "grant the "
                "permission."},
    // The Alexa pages say 400; every capture says 401.
    LwaErrorRow{LwaError::invalid_client, "invalid_client", 401, "Client authentication failed"},
    LwaErrorRow{LwaError::unauthorized_client, "unauthorized_client", 400,
                "Not authorized for requested operation"},
    LwaErrorRow{LwaError::unsupported_grant_type, "unsupported_grant_type", 400,
                "The authorization grant type is not supported by the authorization server"}};

}  // namespace

http::Response lwa_error(LwaError error, std::string_view note, std::string_view parameter) {
  const LwaErrorRow& row = *std::ranges::find(kRows, error, &LwaErrorRow::id);
  const json::object body{{"error", row.error},
                          {"error_description", std::string(row.error_description) + std::string(parameter)}};
  http::Response response = http::json_response(row.status, json::serialize(body));
  response.header("Cache-Control", "no-store").header("Pragma", "no-cache");
  return with_note(std::move(response), note);
}

}  // namespace couplet::emulator
