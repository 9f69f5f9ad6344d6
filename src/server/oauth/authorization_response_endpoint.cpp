// SPDX-License-Identifier: Apache-2.0
#include "server/oauth/authorization_response_endpoint.hpp"

#include "base/json.hpp"
#include "base/log.hpp"
#include "server/common/problem.hpp"
#include "server/oauth/authorization_request_endpoint.hpp"
#include "server/oauth/requested_skill.hpp"

namespace couplet::server {
namespace {

// The app may pass on the whole URL or its query. A '?' after the first '=' is part of a value.
std::string_view query_of(std::string_view text) {
  text = text.substr(0, text.find('#'));
  const std::size_t mark = text.find('?');
  if (mark != std::string_view::npos && mark < text.find('=')) return text.substr(mark + 1);
  return text;
}

http::Response another_skills() {
  return request_problem(
      {403, "forbidden_client", "the client_id or redirect_uri of that request is not this skill's"});
}

}  // namespace

AuthorizationResponseEndpoint::AuthorizationResponseEndpoint(const Config& config,
                                                             const CallerAuthentication& callers,
                                                             const oauth::ClientRegistry& clients,
                                                             storage::GrantStore& grants, const Clock& clock,
                                                             Random& random)
    : config_(config),
      callers_(callers),
      clients_(clients),
      grants_(grants),
      clock_(clock),
      random_(random) {}

Task<http::Response> AuthorizationResponseEndpoint::handle(const http::Request& request) {
  const auto caller = callers_.authenticate(request);
  if (!caller) co_return caller.error();
  auto target = callers_.find_target(*caller, request);
  if (!target) co_return target.error();
  const auto body = parse_json_object(request.body);
  const auto sent = body ? find_string(*body, "authorization_request") : std::nullopt;
  const auto decision = body ? find_string(*body, "decision") : std::nullopt;
  if (!sent || (decision != "accept" && decision != "deny"))
    co_return request_problem(
        {400, "invalid_request",
         "the body must be one JSON object with \"authorization_request\" and \"decision\": "
         "\"accept\" or \"deny\""});

  auto asked = oauth::parse_authorization_request(query_of(*sent), clients_);
  if (!asked && !asked.error().redirect_back)
    co_return request_problem(
        {400, "invalid_authorization_request",
         "not a request that may be answered with a redirect: " + asked.error().error.log_detail});
  const ClientId& client_id = asked ? asked->client_id : asked.error().client_id;
  const std::string& redirect_uri = asked ? asked->redirect_uri : asked.error().redirect_back->redirect_uri;
  if (client_id != target->skill->client_id || !may_redirect_to(config_, *target->skill, redirect_uri))
    co_return another_skills();
  if (!asked) co_return refuse(*asked.error().redirect_back, asked.error().error.code);
  auto scope = scope_at(config_, *target->skill, *asked);
  if (!scope) co_return refuse(way_back(*asked), scope.error().code);
  asked->scope = std::move(*scope);
  if (*decision == "deny") co_return refuse(way_back(*asked), oauth::OAuthErrorCode::access_denied);
  co_return co_await accept(std::move(*target), std::move(*asked));
}

Task<http::Response> AuthorizationResponseEndpoint::accept(Target target, oauth::AuthorizationRequest asked) {
  const Instant now = clock_.now();
  const auto minted = oauth::mint_authorization_code(now, random_, *config_.keys);
  auto record = oauth::approved_code(asked, target.skill->name, target.user, minted,
                                     *clients_.find(asked.client_id.text()), now);
  const auto stored = co_await grants_.insert_code(std::move(record));
  if (!stored) co_return store_unavailable();
  log::info("authorization.accepted", {{"client_id", asked.client_id.text()},
                                       {"skill", target.skill->name.text()},
                                       {"user", target.user.text()}});
  co_return redirect_answer(oauth::success_redirect(
      way_back(asked), minted.code, config_.settings.server.public_url, oauth::AnsweredBy::app));
}

http::Response AuthorizationResponseEndpoint::refuse(const oauth::RedirectBack& to,
                                                     oauth::OAuthErrorCode code) const {
  return redirect_answer(
      oauth::error_redirect(to, code, config_.settings.server.public_url, oauth::AnsweredBy::app));
}

}  // namespace couplet::server
