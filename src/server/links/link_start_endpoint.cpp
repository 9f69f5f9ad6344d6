// SPDX-License-Identifier: Apache-2.0
#include "server/links/link_start_endpoint.hpp"

#include <algorithm>

#include "alexa/oauth_state.hpp"
#include "alexa/texts.hpp"
#include "base/json.hpp"
#include "server/common/problem.hpp"

namespace couplet::server {
namespace {

// The Alexa app below this version does not take the App Link (alexa-protocol 1.4).
constexpr std::string_view kAlexaAppPackage = "com.amazon.dee.app";
constexpr std::int64_t kAlexaAppMinVersionCode = 866607211;
constexpr std::size_t kAcknowledgementsLimit = 16;

struct StartBody {
  Platform platform = Platform::web;
  ReturnMode return_mode = ReturnMode::app;
  std::string redirect_uri;
  std::vector<std::string> acknowledged;
  std::string locale;
};

http::Response invalid(std::string detail) {
  return request_problem({400, "invalid_request", std::move(detail)});
}

// Couplet's own return page finishes browser links; apps come back to a URL of their own where the skill has
// one.
std::string default_redirect_uri(const Skill& skill, ReturnMode mode, const std::string& public_url) {
  if (mode == ReturnMode::app) return skill.redirect_uris.front();
  const std::string page = public_url + "/link/return/" + skill.name.text();
  return std::ranges::find(skill.redirect_uris, page) != skill.redirect_uris.end()
             ? page
             : skill.redirect_uris.front();
}

std::optional<std::vector<std::string>> read_acknowledged(const json::object& body) {
  std::vector<std::string> names;
  const json::value* const value = body.if_contains("acknowledged");
  if (!value) return names;
  const json::array* const list = value->if_array();
  if (!list || list->size() > kAcknowledgementsLimit) return std::nullopt;
  for (const json::value& entry : *list) {
    if (!entry.is_string() || entry.get_string().size() > 64) return std::nullopt;
    names.emplace_back(entry.get_string());
  }
  return names;
}

Result<StartBody, http::Response> read_body(const json::object& body, const Skill& skill,
                                            const std::string& public_url) {
  StartBody start;
  const auto platform = enum_from_text(kPlatforms, find_string(body, "platform").value_or(""));
  if (!platform) return std::unexpected(invalid("platform must be \"ios\", \"android\" or \"web\""));
  start.platform = *platform;
  start.return_mode = *platform == Platform::web ? ReturnMode::browser : ReturnMode::app;
  if (body.contains("return_mode")) {
    const auto mode = enum_from_text(kReturnModes, find_string(body, "return_mode").value_or(""));
    if (!mode) return std::unexpected(invalid("return_mode must be \"app\" or \"browser\""));
    start.return_mode = *mode;
  }
  start.redirect_uri = default_redirect_uri(skill, start.return_mode, public_url);
  if (body.contains("redirect_uri")) start.redirect_uri = find_string(body, "redirect_uri").value_or("");
  if (std::ranges::find(skill.redirect_uris, start.redirect_uri) == skill.redirect_uris.end())
    return std::unexpected(invalid("redirect_uri is not one of the skill's, compared byte for byte"));
  auto acknowledged = read_acknowledged(body);
  if (!acknowledged)
    return std::unexpected(invalid("acknowledged must be an array of at most 16 short strings"));
  start.acknowledged = std::move(*acknowledged);
  if (body.contains("locale")) {
    start.locale = find_string(body, "locale").value_or("");
    if (!alexa::is_locale(start.locale))
      return std::unexpected(invalid("locale must be a language tag, as in \"de\" or \"de-AT\""));
  }
  return start;
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
  auto start = read_body(*body, *target->skill, config_.settings.server.public_url);
  if (!start) co_return start.error();
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
  metrics_.link_started(target->skill->name, started.platform);
  co_return http::json_response(
      201,
      json::serialize(json::object{
          {"attempt_id", started.attempt_id.text()},
          {"state", state.reveal()},
          {"alexa_app_url", alexa::alexa_app_url(config_.amazon_pages, *target->skill, consent, state)},
          {"lwa_url", lwa_url},
          {"launch_url", std::move(launch_url)},
          {"expires_at", to_iso8601(started.expires_at)},
          {"alexa_app",
           {{"android", {{"package", kAlexaAppPackage}, {"min_version_code", kAlexaAppMinVersionCode}}}}}}))
      .header("Cache-Control", "no-store");
}

}  // namespace couplet::server
