// SPDX-License-Identifier: Apache-2.0
#include "server/oauth/userinfo_endpoint.hpp"

#include "base/log.hpp"
#include "oauth/bearer_token.hpp"
#include "oauth/userinfo.hpp"

namespace couplet::server {
namespace {

using oauth::OAuthErrorCode;

http::Response refuse(const http::Request& request, const oauth::OAuthError& error,
                      std::string_view scope = {}) {
  log::warn("userinfo.refused", {{"request_id", request.request_id},
                                 {"address", request.peer_address},
                                 {"error", oauth::error_row(error.code).wire_name},
                                 {"cause", error.log_detail},
                                 {"line", error.where.line()}});
  return bearer_refusal(error.code, scope);
}

}  // namespace

UserinfoEndpoint::UserinfoEndpoint(const ActiveTokens& tokens, const Clock& clock, std::string required_scope,
                                   FailureLimits limits)
    : tokens_(tokens), required_scope_(std::move(required_scope)), guesses_(clock, limits) {}

Task<http::Response> UserinfoEndpoint::handle(const http::Request& request) {
  const oauth::AuthorizationHeader header{request.headers.get("Authorization"),
                                          request.headers.count("Authorization")};
  auto access_token = oauth::read_bearer_token(header, request.query, request.body);
  if (!access_token) co_return refuse(request, access_token.error());
  if (!*access_token) co_return bearer_challenge();

  const auto lookup = co_await tokens_.find(std::move(**access_token), request.owner);
  if (!lookup.found) co_return refuse(request, lookup.found.error());
  if (!*lookup.found) co_return refuse_token(request, lookup);
  const oauth::ActiveToken& active = **lookup.found;
  if (!oauth::has_scope(active.claims.scope, required_scope_))
    co_return refuse(request,
                     {OAuthErrorCode::insufficient_scope, "scope_lacks", std::source_location::current()},
                     required_scope_);
  co_return oauth_answer(oauth::userinfo_json(active, tokens_.profile()));
}

// Only tokens that were never ours count: an expired one is no guess. And only bad ones are held back,
// because the skill and whoever sprays tokens at it may come from one address.
http::Response UserinfoEndpoint::refuse_token(const http::Request& request,
                                              const ActiveTokens::Lookup& lookup) {
  if (!lookup.ours) {
    if (const auto wait = guesses_.must_wait("", request.peer_address)) return oauth_too_many_failures(*wait);
    guesses_.record_failure("", request.peer_address);
  }
  return refuse(request, {OAuthErrorCode::invalid_token, lookup.ours ? "token_ended" : "token_unknown",
                          std::source_location::current()});
}

}  // namespace couplet::server
