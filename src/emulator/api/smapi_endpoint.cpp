// SPDX-License-Identifier: Apache-2.0
#include "emulator/api/smapi_endpoint.hpp"

#include <algorithm>

#include "base/encoding.hpp"
#include "base/json.hpp"
#include "emulator/api/smapi_linking.hpp"
#include "emulator/calls/note.hpp"

namespace couplet::emulator {

namespace {

/// 401, 404, 412: {"code", "message"}
http::Response refusal(int status, std::string_view code, std::string_view message, std::string_view note) {
  const json::object body{{"code", code}, {"message", message}};
  return with_note(http::json_response(status, json::serialize(body)), note);
}

/// 400, 403: {"message", "violations"}
http::Response violations(int status, std::string_view message, const std::vector<SmapiViolation>& found) {
  json::array list;
  std::string note;
  for (const SmapiViolation& violation : found) {
    list.push_back(json::object{{"code", violation.code}, {"message", violation.message}});
    note += (note.empty() ? "" : "; ") + violation.message;
  }
  const json::object body{{"message", message}, {"violations", std::move(list)}};
  return with_note(http::json_response(status, json::serialize(body)), note);
}

http::Response not_found(std::string_view note) {
  return refusal(404, "RESOURCE_NOT_FOUND", "The resource could not be found", note);
}

/// Quotes or not: both are seen.
bool matches(std::string_view if_match, const AccountLinking& linking) {
  if (linking.removed) return false;
  const std::string tag = entity_tag(linking);
  return if_match == "*" || if_match == tag || if_match == std::string_view(tag).substr(1, tag.size() - 2);
}

}  // namespace

const Developer* SmapiEndpoint::developer_of(const http::Request& request) const {
  std::string_view token = request.headers.get("Authorization").value_or("");
  if (ascii_lower(token.substr(0, 7)) == "bearer ") token.remove_prefix(7);
  const DeveloperToken given{std::string(token)};
  const auto found = std::ranges::find_if(developers_, [&](const Developer& developer) {
    return !token.empty() && constant_time_equal(developer.token, given);
  });
  return found == developers_.end() ? nullptr : &*found;
}

Result<Skill, http::Response> SmapiEndpoint::skill_of(const http::Request& request) const {
  const Developer* developer = developer_of(request);
  if (!developer)
    return std::unexpected(refusal(401, "UNAUTHORIZED",
                                   "The auth token is invalid/expired or doesn't have access",
                                   "send the token of one of [[developers]]")
                               .header("WWW-Authenticate", "Bearer"));
  const Skill* skill = directory_.find_skill(request.path_parameter("skill"));
  if (!skill) return std::unexpected(not_found("no skill has this id"));
  if (!developer->vendor_id.empty() && developer->vendor_id != skill->vendor_id)
    return std::unexpected(violations(403, "The operation being requested is not allowed",
                                      {{"FORBIDDEN", "the skill belongs to another vendor"}}));
  const auto stage = stage_from_text(request.path_parameter("stage"));
  if (!stage || !skill->has_stage(*stage)) return std::unexpected(not_found("the skill has no such stage"));
  return *skill;
}

Result<Skill, http::Response> SmapiEndpoint::writable_skill_of(const http::Request& request) const {
  auto skill = skill_of(request);
  if (!skill) return skill;
  if (request.path_parameter("stage") != "development")
    return std::unexpected(violations(403, "The operation being requested is not allowed",
                                      {{"FORBIDDEN", "only the stage development can be written"}}));
  return skill;
}

Task<http::Response> SmapiEndpoint::get(const http::Request& request) const {
  const auto skill = skill_of(request);
  if (!skill) co_return skill.error();
  const AccountLinking& linking = skill->account_linking;
  if (linking.removed) co_return not_found("the skill has no account linking");
  json::object resource = linking_resource(linking);
  if (switches_.has({"smapi_body", "wrapped"}))
    resource = json::object{{"accountLinkingResponse", std::move(resource)}};
  co_return http::json_response(200, json::serialize(resource)).header("ETag", entity_tag(linking));
}

Task<http::Response> SmapiEndpoint::put(const http::Request& request) {
  const auto skill = writable_skill_of(request);
  if (!skill) co_return skill.error();
  const auto if_match = request.headers.get("If-Match");
  if (if_match && !matches(*if_match, skill->account_linking))
    co_return refusal(412, "PRECONDITION_FAILED", "The ETag does not match",
                      "the resource was changed meanwhile");
  const auto body = parse_json_object(request.body);
  if (!body)
    co_return violations(400, "Request is not valid.",
                         {{"INVALID_REQUEST_BODY", "the body is not a JSON object"}});
  auto written = with_written_linking(*body, *skill);
  if (!written) co_return violations(400, "Request is not valid.", written.error());
  const std::string tag = entity_tag(written->account_linking);
  directory_.put(std::move(*written));
  co_return http::Response{204, {{"ETag", tag}}, ""};
}

Task<http::Response> SmapiEndpoint::remove(const http::Request& request) {
  auto skill = writable_skill_of(request);
  if (!skill) co_return skill.error();
  if (skill->account_linking.removed) co_return not_found("the skill has no account linking");
  skill->account_linking.removed = true;
  directory_.put(std::move(*skill));
  co_return http::Response{204, {}, ""};
}

}  // namespace couplet::emulator
