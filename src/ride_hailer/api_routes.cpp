// SPDX-License-Identifier: Apache-2.0
#include "ride_hailer/api_routes.hpp"

#include <algorithm>
#include <utility>

#include "base/encoding.hpp"
#include "base/form.hpp"

namespace couplet::ride_hailer {
namespace {

constexpr std::string_view kScope = "rides";

http::Response refusal(int status, std::string_view parameters) {
  std::string challenge = "Bearer realm=\"ride-hailer\"";
  if (!parameters.empty()) (challenge += ", ") += parameters;
  http::Response response = http::json_response(status, "{}");
  response.header("WWW-Authenticate", std::move(challenge)).header("Cache-Control", "no-store");
  return response;
}

http::Response nobody_can_tell() {
  http::Response response = http::json_response(503, R"({"error":"temporarily_unavailable"})");
  response.header("Retry-After", "2").header("Cache-Control", "no-store");
  return response;
}

// RFC 6750 2.1
bool is_b64token(std::string_view text) {
  const auto is_token_character = [](unsigned char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           std::string_view("-._~+/").contains(static_cast<char>(c));
  };
  const std::size_t padding = text.find('=');
  const std::string_view body = text.substr(0, padding);
  return !body.empty() && std::ranges::all_of(body, is_token_character) &&
         text.find_first_not_of('=', body.size()) == std::string_view::npos;
}

// The token, or the refusal. A token in the query ends up in logs and histories, so it is not looked at.
Result<AccessToken, http::Response> bearer_token(const http::Request& request) {
  const auto query = FormParameters::parse(request.query);
  const bool in_query = query && query->get("access_token");
  if (in_query || request.headers.count("Authorization") > 1)
    return std::unexpected(refusal(400, "error=\"invalid_request\""));
  const std::string_view header = request.headers.get("Authorization").value_or("");
  constexpr std::string_view kScheme = "bearer ";
  if (ascii_lower(header.substr(0, kScheme.size())) != kScheme) return std::unexpected(refusal(401, ""));
  const std::string_view token = header.substr(kScheme.size());
  if (!is_b64token(token)) return std::unexpected(refusal(400, "error=\"invalid_request\""));
  return AccessToken{std::string(token)};
}

json::object shown(const Ride& ride) {
  return {{"destination", ride.destination},
          {"via", ride.via == Ride::Via::alexa ? "alexa" : "app"},
          {"ordered_at", unix_seconds(ride.ordered_at)}};
}

}  // namespace

void ApiRoutes::add_to(http::Router& router) {
  router.add("GET", "/api/rides", [this](const http::Request& request) { return rides(request); });
}

Task<http::Response> ApiRoutes::rides(const http::Request& request) {
  auto token = bearer_token(request);
  if (!token) co_return std::move(token.error());
  const auto owner = co_await tokens_.owner_of(std::move(*token));
  if (!owner && owner.error() == TokenFault::unavailable) co_return nobody_can_tell();
  if (!owner || !users_.find_by_id(owner->user_id)) co_return refusal(401, "error=\"invalid_token\"");
  if (!owner->may(kScope)) co_return refusal(403, "error=\"insufficient_scope\", scope=\"rides\"");
  json::array list;
  for (const Ride& ride : rides_.of(owner->user_id)) list.emplace_back(shown(ride));
  http::Response response =
      http::json_response(200, json::serialize(json::object{{"rides", std::move(list)}}));
  response.header("Cache-Control", "no-store");
  co_return response;
}

}  // namespace couplet::ride_hailer
