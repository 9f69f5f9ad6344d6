// SPDX-License-Identifier: Apache-2.0
#include "server/links/link_start_endpoint.hpp"

#include <algorithm>

#include "alexa/confirmation_number.hpp"
#include "alexa/oauth_state.hpp"
#include "alexa/texts.hpp"
#include "base/json.hpp"
#include "server/common/problem.hpp"
#include "server/links/link_start_body.hpp"

namespace couplet::server {
namespace {

// The Alexa app below this version does not take the App Link (alexa-protocol 1.4).
constexpr std::string_view kAlexaAppPackage = "com.amazon.dee.app";
constexpr std::int64_t kAlexaAppMinVersionCode = 866607211;
http::Response invalid(std::string detail) {
  return request_problem({400, "invalid_request", std::move(detail)});
}

// LK-16: what the provider demands is asked before the URL is handed out.
std::optional<http::Response> missing_acknowledgement(const Skill& skill,
                                                      const std::vector<std::string>& acknowledged) {
  std::string missing;
  for (const std::string& wanted : skill.require)
    if (std::ranges::find(acknowledged, wanted) == acknowledged.end())
      missing += (missing.empty() ? "" : ", ") + wanted;
  if (missing.empty()) return std::nullopt;
  return request_problem({400, "missing_acknowledgement", "acknowledged lacks: " + missing});
}

}  // namespace

LinkStartEndpoint::LinkStartEndpoint(const Config& config, const CallerAuthentication& callers,
                                     const Clock& clock, Random& random, Metrics& metrics)
    : config_(config),
      callers_(callers),
      clock_(clock),
      random_(random),
      metrics_(metrics),
      limiter_(clock, config.settings.limits.starts_per_user_per_minute) {}

Task<http::Response> LinkStartEndpoint::handle(const http::Request& request) {
  const auto caller = callers_.authenticate(request);
  if (!caller) co_return caller.error();
  const auto target = callers_.find_target(*caller, request);
  if (!target) co_return target.error();
  const auto body = parse_json_object(request.body);
  if (!body) co_return invalid("the body must be one JSON object without repeated members");
  auto start = read_start_body(*body, *target->skill, config_.settings.server.public_url);
  if (!start) co_return invalid(start.error());
  if (start->return_mode == ReturnMode::page && caller->user)
    co_return invalid(
        "return_mode \"page\" needs an API key: what is shown of the account is not the user's to say");
  if (auto missing = missing_acknowledgement(*target->skill, start->acknowledged))
    co_return std::move(*missing);
  if (!limiter_.allow(target->skill->name.text() + '/' + target->user.text()))
    co_return request_problem(
        {429, "too_many_starts", "this user started too many links within a minute", true})
        .header("Retry-After", "60");

  const Instant now = clock_.now();
  const alexa::BrowserBinding binding(to_base64url(random_.bytes<32>()));
  alexa::StartedLink started{
      .attempt_id = AttemptId::make(now, random_),
      .skill = target->skill->name,
      .user = target->user,
      .platform = start->platform,
      .return_mode = start->return_mode,
      .redirect_uri = start->redirect_uri,
      .acknowledged = std::move(start->acknowledged),
      .browser_binding = start->return_mode == ReturnMode::browser ? hash_binding(binding) : Digest{},
      .expires_at = now + alexa::kStateLifetime,
      .locale = start->locale,
      .masked_account = start->return_mode == ReturnMode::page ? start->masked_account : "",
      .key_id = config_.keys->writing_key_id()};
  const auto state = alexa::seal_state(started, *config_.keys, random_);
  const auto verifier = alexa::amazon_code_verifier(*config_.keys, started.attempt_id, started.key_id);
  const alexa::ConsentRequest consent{started.redirect_uri, alexa::amazon_code_challenge(*verifier)};
  const std::string lwa_url = alexa::lwa_url(config_.amazon_pages, *target->skill, consent, state);
  json::value launch_url = nullptr;
  if (started.return_mode == ReturnMode::browser)
    launch_url =
        config_.settings.server.public_url + "/link/launch/" +
        alexa::seal_ticket({binding, target->skill->name, lwa_url, started.expires_at, started.locale},
                           *config_.keys, random_);
  json::value number = nullptr;
  if (started.return_mode == ReturnMode::page)
    number = alexa::confirmation_number(*config_.keys, started.attempt_id, started.key_id)->reveal();
  metrics_.link_started(target->skill->name, started.platform);
  co_return http::json_response(
      201,
      json::serialize(json::object{
          {"attempt_id", started.attempt_id.text()},
          {"state", state.reveal()},
          {"alexa_app_url", alexa::alexa_app_url(config_.amazon_pages, *target->skill, consent, state)},
          {"lwa_url", lwa_url},
          {"launch_url", std::move(launch_url)},
          {"confirmation_number", std::move(number)},
          {"expires_at", to_iso8601(started.expires_at)},
          {"alexa_app",
           {{"android", {{"package", kAlexaAppPackage}, {"min_version_code", kAlexaAppMinVersionCode}}}}}}))
      .header("Cache-Control", "no-store");
}

}  // namespace couplet::server
