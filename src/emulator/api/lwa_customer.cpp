// SPDX-License-Identifier: Apache-2.0
#include "emulator/api/lwa_customer.hpp"

#include "base/encoding.hpp"
#include "base/form.hpp"
#include "base/json.hpp"
#include "emulator/calls/note.hpp"

namespace couplet::emulator {

namespace {

/// From the query, the x-amz-access-token header or, where it is allowed, as a bearer token.
std::string token_of(const http::Request& request) {
  const auto query = FormParameters::parse(request.query);
  if (query && query->get("access_token")) return std::string(*query->get("access_token"));
  if (const auto header = request.headers.get("x-amz-access-token")) return std::string(*header);
  const auto authorization = request.headers.get("Authorization").value_or("");
  return ascii_lower(authorization.substr(0, 7)) == "bearer " ? std::string(authorization.substr(7)) : "";
}

http::Response refuse(int status, std::string_view error, std::string_view description,
                      std::string_view note) {
  const json::object body{{"error", error}, {"error_description", description}};
  return with_note(http::json_response(status, json::serialize(body)), note);
}

http::Response invalid_token(const Switches& switches) {
  return refuse(switches.has({"bad_token_status", "401"}) ? 401 : 400, "invalid_token",
                "The request has an invalid parameter : access_token",
                "the access token is unknown, expired or revoked");
}

std::string app_id_of(const Skill& skill) {
  return "amzn1.application." + to_hex(sha256("application " + skill.alexa_client_id)).substr(0, 32);
}

}  // namespace

Task<http::Response> LwaCustomer::token_info(const http::Request& request) {
  const TokenStanding standing = tokens_.access_token(token_of(request));
  if (standing.condition != TokenCondition::good) co_return invalid_token(switches_);
  const AmazonUser* user = directory_.find_user(standing.grant.user_id);
  const Skill* skill = directory_.find_skill_of_client(standing.grant.alexa_client_id);
  if (!user || !skill) co_return invalid_token(switches_);
  const auto left = std::chrono::duration_cast<seconds>(standing.expires_at - clock_.now());
  const json::object body{{"iss", "https://www.amazon.com"},
                          {"aud", skill->alexa_client_id},
                          {"app_id", app_id_of(*skill)},
                          {"user_id", user->amazon_user_id()},
                          {"exp", left.count()},
                          {"iat", unix_seconds(standing.issued_at)}};
  co_return http::json_response(200, json::serialize(body));
}

Task<http::Response> LwaCustomer::profile(const http::Request& request) {
  const TokenStanding standing = tokens_.access_token(token_of(request));
  if (standing.condition != TokenCondition::good) co_return invalid_token(switches_);
  const AmazonUser* user = directory_.find_user(standing.grant.user_id);
  if (!user) co_return invalid_token(switches_);
  const bool whole = standing.grant.covers("profile");
  if (!whole && !standing.grant.covers("profile:user_id"))
    co_return refuse(switches_.has({"insufficient_scope_status", "403"}) ? 403 : 401, "insufficient_scope",
                     "The access token does not cover the customer profile",
                     "the token's scope is " + standing.grant.scope);
  json::object body{{"user_id", user->amazon_user_id()}};
  if (whole) {
    body["name"] = user->name;
    body["email"] = user->email;
  }
  co_return http::json_response(200, json::serialize(body));
}

}  // namespace couplet::emulator
