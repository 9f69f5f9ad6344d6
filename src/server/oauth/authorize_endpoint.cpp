// SPDX-License-Identifier: Apache-2.0
#include "server/oauth/authorize_endpoint.hpp"

#include "base/form.hpp"
#include "base/log.hpp"
#include "oauth/login_challenge.hpp"
#include "server/common/link_page.hpp"
#include "server/oauth/requested_skill.hpp"

namespace couplet::server {
namespace {

using alexa::text;
using alexa::TextKey;

// 303, so that the browser goes on with a GET (AZ-21); the URLs carry state, code or challenge (BR-03).
http::Response send_on(std::string url) {
  http::Response response = http::redirect(303, std::move(url));
  response.header("Cache-Control", "no-store").header("Referrer-Policy", "no-referrer");
  return response;
}

// Says nothing of what was sent: not even escaped text of a stranger belongs on our page (RU-08).
http::Response error_page(const http::Request& request) {
  const alexa::Reader reader = alexa::reader_of(request.headers.get("accept-language"));
  return result_page(reader, {400, TextKey::refused_title, text(TextKey::refused, reader), std::nullopt,
                              std::string(request.request_id)});
}

http::Response too_many(const http::Request& request) {
  log::warn("authorization.too_many",
            {{"request_id", request.request_id}, {"address", request.peer_address}});
  const alexa::Reader reader = alexa::reader_of(request.headers.get("accept-language"));
  http::Response response =
      result_page(reader, {429, TextKey::too_many_title, text(TextKey::too_many, reader)});
  response.header("Retry-After", "60");
  response.outcome = "too_many_failures";
  return response;
}

}  // namespace

AuthorizeEndpoint::AuthorizeEndpoint(const Config& config, const oauth::ClientRegistry& clients,
                                     const Clock& clock, Random& random)
    : config_(config),
      clients_(clients),
      clock_(clock),
      random_(random),
      refusals_(clock, config.settings.limits.authorizations_per_address_per_minute) {}

Task<http::Response> AuthorizeEndpoint::handle(const http::Request& request) {
  auto asked = oauth::parse_authorization_request(request.query, clients_);
  if (!asked) co_return refuse(request, asked.error());
  const auto found = find_requested_skill(config_, *asked);
  if (!found) co_return refuse(request, {found.error(), asked->client_id, way_back(*asked)});
  const Skill* const skill = *found;
  asked->scope = scope_at(config_, *skill, *asked).value();  // it fits
  const Instant now = clock_.now();
  const oauth::LoginChallenge challenge{.id = CodeSelector::make(now, random_),
                                        .skill = skill->name,
                                        .request = std::move(*asked),
                                        .expires_at = now + oauth::kLoginChallengeLifetime};
  FormWriter query;
  query.add("login_challenge", oauth::seal_challenge(challenge, *config_.keys, random_));
  log::info("authorization.started", {{"request_id", request.request_id},
                                      {"client_id", challenge.request.client_id.text()},
                                      {"skill", skill->name.text()}});
  co_return send_on(with_query(skill->login_url, query.text()));
}

http::Response AuthorizeEndpoint::refuse(const http::Request& request,
                                         const oauth::AuthorizationRefusal& refusal) {
  // Good requests are not counted: they cost a seal and store nothing, and one address may stand for
  // everybody who comes through a proxy.
  if (!refusals_.allow(std::string(request.peer_address))) return too_many(request);
  log::warn("authorization.refused", {{"request_id", request.request_id},
                                      {"address", request.peer_address},
                                      {"client_id", refusal.client_id.text()},
                                      {"error", oauth::error_row(refusal.error.code).wire_name},
                                      {"cause", refusal.error.log_detail}});
  http::Response response = refusal.redirect_back
                                ? send_on(oauth::error_redirect(*refusal.redirect_back, refusal.error.code,
                                                                config_.settings.server.public_url))
                                : error_page(request);
  response.outcome = oauth::error_row(refusal.error.code).wire_name;
  return response;
}

}  // namespace couplet::server
