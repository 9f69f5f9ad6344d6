// SPDX-License-Identifier: Apache-2.0
#include "emulator/scenario/scenario_provider.hpp"

#include <algorithm>
#include <array>

#include "base/form.hpp"

namespace couplet::emulator {

namespace {

constexpr std::chrono::seconds kPatience{30};
constexpr std::size_t kAnswerLimit = 1024 * 1024;

/// A linking API in Couplet's manner.
struct HookRow {
  std::string_view name;
  std::string_view method;
  std::string_view path;
};
constexpr std::array kLinkingApi{HookRow{"start", "POST", "/v1/skills/{skill}/users/{user}/link-attempts"},
                                 HookRow{"finish", "POST", "/v1/skills/{skill}/users/{user}/link"},
                                 HookRow{"status", "GET", "/v1/skills/{skill}/users/{user}/link?fresh=true"},
                                 HookRow{"unlink", "DELETE", "/v1/skills/{skill}/users/{user}/link"}};

std::string percent_encoded(const std::string& text) {
  FormWriter form;
  form.add("x", text);
  std::string encoded = form.text().substr(2);
  for (std::size_t plus = encoded.find('+'); plus != std::string::npos; plus = encoded.find('+', plus))
    encoded.replace(plus, 1, "%20");
  return encoded;
}

std::string filled(std::string url, std::string_view name, const std::string& value) {
  for (std::size_t at = url.find(name); at != std::string::npos; at = url.find(name, at + value.size()))
    url.replace(at, name.size(), value);
  return url;
}

}  // namespace

Task<Result<ProviderSide::Answer, std::string>> ProviderSide::start(std::string user, std::string skill) {
  return call("start", std::move(user), std::move(skill), {{"platform", "android"}, {"return_mode", "app"}});
}

Task<Result<ProviderSide::Answer, std::string>> ProviderSide::finish(std::string user, std::string skill,
                                                                     json::object came_back) {
  return call("finish", std::move(user), std::move(skill), std::move(came_back));
}

Task<Result<ProviderSide::Answer, std::string>> ProviderSide::status(std::string user, std::string skill) {
  return call("status", std::move(user), std::move(skill), {});
}

Task<Result<ProviderSide::Answer, std::string>> ProviderSide::unlink(std::string user, std::string skill) {
  return call("unlink", std::move(user), std::move(skill), {});
}

Task<Result<ProviderSide::Answer, std::string>> ProviderSide::call(std::string hook, std::string user,
                                                                   std::string skill, json::object body) {
  const ProviderHook target = hook_of(hook);
  if (target.url.empty())
    co_return std::unexpected("the provider has no " + hook + ": write provider url …, or provider hook " +
                              hook + " METHOD URL");
  http::OutgoingRequest request = request_of(target, user, skill);
  if (target.method != "GET" && !body.empty()) {
    request.headers.emplace_back("Content-Type", "application/json");
    request.body = json::serialize(body);
  }
  const auto response = co_await client_.send(std::move(request));
  if (!response)
    co_return std::unexpected("no answer from the provider's " + hook + " (" +
                              std::string(http::transport_error_text(response.error().kind)) + ": " +
                              response.error().log_detail + ")");
  auto parsed = parse_json_object(response->body);
  co_return Answer{response->status, parsed ? std::move(*parsed) : json::object{}};
}

ProviderHook ProviderSide::hook_of(const std::string& name) const {
  if (const auto own = provider_.hooks.find(name); own != provider_.hooks.end()) return own->second;
  if (provider_.url.empty()) return {};
  const auto row = std::ranges::find(kLinkingApi, name, &HookRow::name);
  const bool slash = provider_.url.ends_with('/');
  return {std::string(row->method),
          provider_.url.substr(0, provider_.url.size() - (slash ? 1 : 0)) + std::string(row->path)};
}

http::OutgoingRequest ProviderSide::request_of(const ProviderHook& hook, const std::string& user,
                                               const std::string& skill) const {
  http::OutgoingRequest request;
  request.method = hook.method;
  request.url = filled(filled(hook.url, "{user}", percent_encoded(user)), "{skill}",
                       percent_encoded(provider_.skill.empty() ? skill : provider_.skill));
  request.headers = provider_.headers;
  if (!provider_.api_key.empty())
    request.headers.emplace_back("Authorization", "Bearer " + provider_.api_key);
  request.deadlines.total = request.deadlines.first_byte = kPatience;
  request.response_limit_bytes = kAnswerLimit;
  return request;
}

std::string shown(const ProviderSide::Answer& answer) {
  std::string details;
  for (const char* member : {"code", "step", "detail", "message", "error"})
    if (const auto text = find_string(answer.body, member))
      details += (details.empty() ? "" : ", ") + std::string(*text);
  return std::to_string(answer.status) + (details.empty() ? "" : " (" + details + ")");
}

}  // namespace couplet::emulator
