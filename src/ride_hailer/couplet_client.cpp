// SPDX-License-Identifier: Apache-2.0
#include "ride_hailer/couplet_client.hpp"

#include <algorithm>
#include <utility>

#include "base/encoding.hpp"
#include "base/form.hpp"
#include "base/log.hpp"

namespace couplet::ride_hailer {
namespace {

using std::chrono::milliseconds;

constexpr http::Deadlines kQuick{
    .connect = milliseconds{1000}, .first_byte = milliseconds{5000}, .total = milliseconds{6000}};
// Couplet talks to Amazon inside these calls, and Amazon calls Couplet's token endpoint inside one of its
// own.
constexpr http::Deadlines kPatient{
    .connect = milliseconds{1000}, .first_byte = milliseconds{28000}, .total = milliseconds{30000}};
// Alexa waits 8 s for the skill's answer.
constexpr http::Deadlines kInTheSkill{
    .connect = milliseconds{1000}, .first_byte = milliseconds{2500}, .total = milliseconds{3000}};

CoupletError unavailable(std::string_view where, std::string_view cause) {
  log::warn("couplet.unavailable", {{"call", where}, {"cause", cause}});
  return CoupletError{.kind = CoupletError::Kind::unavailable,
                      .code = {},
                      .user_message = {},
                      .retryable = true,
                      .trace_id = {},
                      .manage_urls = {}};
}

std::string text_of(const json::object& body, std::string_view path) {
  return std::string(find_string(body, path).value_or(""));
}

// A link target from outside: kept only when a browser may be sent there.
std::string url_of(const json::object& body, std::string_view path) {
  const auto url = find_string(body, path);
  return url && is_web_url(*url) ? std::string(*url) : std::string{};
}

ManageUrls manage_urls_of(const json::object& body) {
  return {url_of(body, "manage_urls.ios"), url_of(body, "manage_urls.android"),
          url_of(body, "manage_urls.web")};
}

// application/problem+json (RFC 9457) with Couplet's members.
CoupletError problem_of(const json::object& body) {
  CoupletError error{.kind = CoupletError::Kind::refused,
                     .code = text_of(body, "code"),
                     .user_message = {},
                     .retryable = find_bool(body, "retryable").value_or(false),
                     .trace_id = text_of(body, "trace_id"),
                     .reference = text_of(body, "reference"),
                     .manage_urls = manage_urls_of(body)};
  if (const auto message = find_string(body, "user_message")) error.user_message = std::string(*message);
  return error;
}

std::optional<LinkState::Status> status_of(const json::object& body) {
  const auto status = find_string(body, "status");
  if (status == "LINKED") return LinkState::Status::linked;
  if (status == "NOT_LINKED") return LinkState::Status::not_linked;
  if (status == "UNKNOWN") return LinkState::Status::unknown;
  return std::nullopt;
}

std::optional<LinkState::Action> action_of(const json::object& body) {
  const auto action = find_string(body, "action");
  if (action == "link") return LinkState::Action::link;
  if (action == "unlink") return LinkState::Action::unlink;
  if (action == "manage_in_alexa") return LinkState::Action::manage_in_alexa;
  return std::nullopt;
}

// RFC 6749 2.3.1: both halves are form-encoded before they are joined.
std::string basic_credentials(std::string_view id, std::string_view secret) {
  return "Basic " + to_base64(as_byte_view(percent_encode(id) + ":" + percent_encode(secret)));
}

}  // namespace

CoupletClient::CoupletClient(CoupletAccess access, http::Client& client)
    : access_(std::move(access)), client_(client) {}

Task<CoupletResult<StartedLink>> CoupletClient::start_link(std::string user, StartRequest how) {
  Call call = api_call("POST", user, "link-attempts");
  json::object body{{"platform", how.platform}, {"return_mode", how.return_mode}};
  if (!how.redirect_uri.empty()) body["redirect_uri"] = how.redirect_uri;
  call.body = json::serialize(body);
  auto answer = co_await send(std::move(call));
  if (!answer) co_return std::unexpected(std::move(answer.error()));
  StartedLink started{url_of(*answer, "launch_url"), url_of(*answer, "alexa_app_url"),
                      url_of(*answer, "lwa_url")};
  if (started.launch_url.empty() && started.alexa_app_url.empty())
    co_return std::unexpected(unavailable("start", "no URL in the answer"));
  co_return started;
}

Task<CoupletResult<void>> CoupletClient::finish_link(std::string user, AmazonAnswer answer) {
  Call call = api_call("POST", user, "link");
  call.deadlines = kPatient;
  json::object body{{"state", answer.state}};
  if (answer.error.empty()) {
    body["code"] = answer.code;
  } else {
    body["error"] = answer.error;
    if (!answer.error_description.empty()) body["error_description"] = answer.error_description;
  }
  call.body = json::serialize(body);
  const auto finished = co_await send(std::move(call));
  if (!finished) co_return std::unexpected(finished.error());
  if (status_of(*finished) != LinkState::Status::linked)
    co_return std::unexpected(unavailable("finish", "200 without LINKED"));
  co_return CoupletResult<void>{};
}

Task<CoupletResult<LinkState>> CoupletClient::link_state(std::string user) {
  auto answer = co_await send(api_call("GET", user, "link"));
  if (!answer) co_return std::unexpected(std::move(answer.error()));
  const auto status = status_of(*answer);
  const auto action = action_of(*answer);
  if (!status || !action) co_return std::unexpected(unavailable("status", "unknown status or action"));
  co_return LinkState{*status, *action, manage_urls_of(*answer)};
}

Task<CoupletResult<void>> CoupletClient::unlink(std::string user) {
  Call call = api_call("DELETE", user, "link");
  call.deadlines = kPatient;
  const auto answer = co_await send(std::move(call));
  if (!answer) co_return std::unexpected(answer.error());
  if (status_of(*answer) != LinkState::Status::not_linked)
    co_return std::unexpected(unavailable("unlink", "200 without NOT_LINKED"));
  co_return CoupletResult<void>{};
}

Task<CoupletResult<AuthorizationAsked>> CoupletClient::authorization_request(std::string login_challenge) {
  const auto answer = co_await send(authorization_call("GET", login_challenge, ""));
  if (!answer) co_return std::unexpected(answer.error());
  const json::array* const scopes = find_array(*answer, "scope");
  if (!scopes) co_return std::unexpected(unavailable("authorization request", "no scope member"));
  AuthorizationAsked asked{.scopes = {}, .redirect_host = text_of(*answer, "redirect_host")};
  for (const json::value& scope : *scopes)
    if (scope.is_string()) asked.scopes.emplace_back(scope.get_string());
  co_return asked;
}

Task<CoupletResult<std::string>> CoupletClient::accept_authorization(std::string login_challenge,
                                                                     std::string user) {
  Call call = authorization_call("POST", login_challenge, "/accept");
  call.body = json::serialize(json::object{{"user", user}});
  return answer_authorization(std::move(call));
}

Task<CoupletResult<std::string>> CoupletClient::deny_authorization(std::string login_challenge) {
  return answer_authorization(authorization_call("POST", login_challenge, "/deny"));
}

Task<CoupletResult<std::string>> CoupletClient::answer_authorization(Call call) {
  const auto answer = co_await send(std::move(call));
  if (!answer) co_return std::unexpected(answer.error());
  std::string redirect_to = url_of(*answer, "redirect_to");
  if (redirect_to.empty()) co_return std::unexpected(unavailable("authorization", "no URL in the answer"));
  co_return redirect_to;
}

Task<CoupletResult<TokenInfo>> CoupletClient::introspect(AccessToken token) {
  Call call{.method = "POST",
            .path = "/oauth/introspect",
            .body = FormWriter{}.add("token", token.reveal()).text(),
            .content_type = "application/x-www-form-urlencoded",
            .authorization = basic_credentials(access_.introspection_client_id,
                                               access_.introspection_client_secret.reveal()),
            .deadlines = kInTheSkill};
  const auto answer = co_await send(std::move(call));
  if (!answer) co_return std::unexpected(answer.error());
  const auto active = find_bool(*answer, "active");
  const auto subject = find_string(*answer, "sub");
  if (!active || (*active && !subject))
    co_return std::unexpected(unavailable("introspect", "no active or sub member"));
  if (!*active) co_return TokenInfo{};
  // With pairwise subjects our own id of the user is in `username` (RFC 7662 2.2).
  co_return TokenInfo{.active = true,
                      .user_id = std::string(find_string(*answer, "username").value_or(*subject)),
                      .scope = text_of(*answer, "scope"),
                      .audience = text_of(*answer, "aud")};
}

Task<CoupletResult<json::object>> CoupletClient::send(Call call) {
  const std::string where = call.method + " " + (call.logged_path.empty() ? call.path : call.logged_path);
  http::OutgoingRequest request{
      .method = std::move(call.method),
      .url = access_.url + call.path,
      .headers = {{"Authorization", std::move(call.authorization)}, {"Accept", "application/json"}},
      .body = std::move(call.body),
      .deadlines = call.deadlines};
  if (!request.body.empty()) request.headers.emplace_back("Content-Type", std::move(call.content_type));
  const auto response = co_await client_.send(std::move(request));
  if (!response)
    co_return std::unexpected(unavailable(where, http::transport_error_text(response.error().kind)));
  auto body = parse_json_object(response->body);
  if (!body)
    co_return std::unexpected(
        unavailable(where, "not a JSON object, status " + std::to_string(response->status)));
  if (response->status == 200 || response->status == 201) co_return std::move(*body);
  // An error without a code is not Couplet's problem body: a proxy in between, or a fault of ours such as a
  // wrong key.
  if (!find_string(*body, "code"))
    co_return std::unexpected(unavailable(where, "status " + std::to_string(response->status)));
  CoupletError problem = problem_of(*body);
  log::info("couplet.refused", {{"call", where},
                                {"status", response->status},
                                {"code", problem.code},
                                {"trace_id", problem.trace_id}});
  co_return std::unexpected(std::move(problem));
}

CoupletClient::Call CoupletClient::api_call(std::string_view method, std::string_view user,
                                            std::string_view last_segment) const {
  std::string path = "/v1/skills/" + percent_encode(access_.skill) + "/users/" + percent_encode(user) + "/";
  path += last_segment;
  return {.method = std::string(method),
          .path = std::move(path),
          .body = {},
          .content_type = "application/json",
          .authorization = "Bearer " + std::string(access_.api_key.reveal()),
          .deadlines = kQuick};
}

CoupletClient::Call CoupletClient::authorization_call(std::string_view method,
                                                      std::string_view login_challenge,
                                                      std::string_view last_segment) const {
  const std::string area = "/v1/authorization-requests/";
  std::string path = area + percent_encode(login_challenge);
  path += last_segment;
  return {.method = std::string(method),
          .path = std::move(path),
          .body = {},
          .content_type = "application/json",
          .authorization = "Bearer " + std::string(access_.api_key.reveal()),
          .deadlines = kQuick,
          .logged_path = area + "…" + std::string(last_segment)};
}

bool is_web_url(std::string_view url) {
  const bool web = url.starts_with("https://") || url.starts_with("http://");
  return web && url.size() <= 8000 && std::ranges::all_of(url, [](unsigned char c) {
           return c > 0x20 && c < 0x7f && c != '"' && c != '<' && c != '>';
         });
}

}  // namespace couplet::ride_hailer
