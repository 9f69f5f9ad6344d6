// SPDX-License-Identifier: Apache-2.0
#include "emulator/api/enablement_request.hpp"

#include "base/encoding.hpp"
#include "base/json.hpp"

namespace couplet::emulator {

namespace {

std::unexpected<ApiRefusal> missing(std::string_view name, std::string note = "") {
  if (note.empty()) note = std::string(name) + " is missing, empty, or no string";
  return std::unexpected(ApiRefusal{400, "Missing required field: " + std::string(name), std::move(note)});
}

std::unexpected<ApiRefusal> invalid(std::string_view name, std::string note) {
  return std::unexpected(ApiRefusal{400, "Invalid value for field: " + std::string(name), std::move(note)});
}

}  // namespace

Result<EnablementRequest, ApiRefusal> read_enablement_request(std::string_view content_type,
                                                              std::string_view body_text,
                                                              const Switches& switches) {
  const std::string type = ascii_lower(content_type.substr(0, content_type.find_first_of("; ")));
  if (type != "application/json")
    return std::unexpected(ApiRefusal{400, "Invalid request body", "Content-Type is not application/json"});
  const auto body = parse_json_object(body_text);
  if (!body) return std::unexpected(ApiRefusal{400, "Invalid request body", "the body is not a JSON object"});
  const auto stage_name = find_string(*body, "stage");
  if (!stage_name || stage_name->empty()) return missing("stage");
  const auto stage = stage_from_text(*stage_name);
  if (!stage) return invalid("stage", "stage is development or live");
  const bool lenient = switches.has({"accountLinkingRequest", "accepted"});
  const json::object* link = find_object(*body, "accountLinkRequest");
  if (!link && lenient) link = find_object(*body, "accountLinkingRequest");
  if (!link)
    return missing("accountLinkRequest",
                   body->contains("accountLinkingRequest")
                       ? "the member is called accountLinkRequest, not accountLinkingRequest"
                       : "accountLinkRequest is missing, or no object");
  const auto redirect_uri = find_string(*link, "redirectUri");
  if (!redirect_uri || redirect_uri->empty()) return missing("redirectUri");
  const auto auth_code = find_string(*link, "authCode");
  if (!auth_code || auth_code->empty()) return missing("authCode");
  auto link_type = find_string(*link, "type");
  if (!link_type && lenient) link_type = find_string(*link, "Type");
  if (!link_type || link_type->empty()) return missing("type");
  if (*link_type != "AUTH_CODE") return invalid("type", "type is AUTH_CODE");
  return EnablementRequest{*stage, std::string(*redirect_uri), ProviderCode(std::string(*auth_code))};
}

}  // namespace couplet::emulator
