// SPDX-License-Identifier: Apache-2.0
#include "emulator/scenario/control_client.hpp"

#include <algorithm>

#include "base/encoding.hpp"
#include "base/form.hpp"

namespace couplet::emulator {

namespace {

constexpr std::chrono::seconds kPatience{120};  // advancing the clock may make many refreshes
constexpr std::size_t kAnswerLimit = 64 * 1024 * 1024;

/// "/spa/x?a=b" of "http://127.0.0.1:8090/spa/x?a=b": the page is reached under the emulator's own URL.
std::string target_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return std::string(url);
  const std::size_t path = url.find('/', scheme + 3);
  return path == std::string_view::npos ? "/" : std::string(url.substr(path));
}

std::string form_token_of(std::string_view page) {
  constexpr std::string_view kBefore = R"(name="form_token" value=")";
  const std::size_t start = page.find(kBefore);
  if (start == std::string_view::npos) return "";
  const std::string_view rest = page.substr(start + kBefore.size());
  return std::string(rest.substr(0, rest.find('"')));
}

std::string url_name(std::string_view name) {
  std::string text = ascii_lower(name);
  std::ranges::replace(text, ' ', '-');
  return text;
}

http::OutgoingRequest request_to(std::string method, std::string url) {
  http::OutgoingRequest request;
  request.method = std::move(method);
  request.url = std::move(url);
  request.deadlines.total = request.deadlines.first_byte = kPatience;
  request.response_limit_bytes = kAnswerLimit;
  return request;
}

}  // namespace

ControlClient::ControlClient(std::string url, http::Client& client) : url_(std::move(url)), client_(client) {
  while (url_.ends_with('/')) url_.pop_back();
}

Task<Result<http::IncomingResponse, std::string>> ControlClient::send(http::OutgoingRequest request) {
  auto response = co_await client_.send(std::move(request));
  if (response) co_return std::move(*response);
  co_return std::unexpected("no answer from the emulator at " + url_ + " (" +
                            std::string(http::transport_error_text(response.error().kind)) + ")");
}

Task<Result<ControlClient::Answer, std::string>> ControlClient::call(std::string method, std::string path,
                                                                     json::object body) {
  http::OutgoingRequest request = request_to(std::move(method), url_ + "/_emulator/api" + path);
  if (!body.empty()) {
    request.headers = {{"Content-Type", "application/json"}};
    request.body = json::serialize(body);
  }
  const auto response = co_await send(std::move(request));
  if (!response) co_return std::unexpected(response.error());
  auto parsed = parse_json_object(response->body);
  Answer answer{response->status, parsed ? std::move(*parsed) : json::object{}};
  if (answer.status >= 200 && answer.status < 300) co_return answer;
  co_return std::unexpected("the emulator answered " + std::to_string(answer.status) + ": " +
                            std::string(find_string(answer.body, "message").value_or("no reason")));
}

Task<Result<json::object, std::string>> ControlClient::decide(std::string page_url, std::string user,
                                                              std::string decision) {
  const std::string page = url_ + target_of(page_url);
  const auto shown = co_await send(request_to("GET", page));
  if (!shown) co_return std::unexpected(shown.error());
  const std::string form_token = form_token_of(shown->body);
  if (shown->status != 200 || form_token.empty())
    co_return std::unexpected("the consent page answered " + std::to_string(shown->status) + ": " +
                              std::string(shown->header("x-emulator-note")));
  FormWriter form;
  form.add("form_token", form_token).add("user", user).add("decision", decision);
  http::OutgoingRequest answer = request_to("POST", page.substr(0, page.find('?')));
  answer.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
  answer.body = form.text();
  const auto decided = co_await send(std::move(answer));
  if (!decided) co_return std::unexpected(decided.error());
  const std::string location(decided->header("location"));
  const auto query =
      FormParameters::parse(location.substr(std::min(location.find('?') + 1, location.size())));
  if (decided->status != 302 || !query)
    co_return std::unexpected("the consent page did not let the person go back: it answered " +
                              std::to_string(decided->status));
  json::object came_back;
  for (const char* name : {"code", "state", "error", "error_description"})
    if (const auto value = query->get(name)) came_back[name] = *value;
  co_return came_back;
}

Task<Result<json::object, std::string>> ControlClient::find_skill(std::string name) {
  const auto answer = co_await call("GET", "/skills", {});
  if (!answer) co_return std::unexpected(answer.error());
  const json::array* skills = find_array(answer->body, "skills");
  std::string known;
  for (const json::value& entry : skills ? *skills : json::array{}) {
    const json::object& skill = entry.get_object();
    const std::string_view id = find_string(skill, "skill_id").value_or("");
    const std::string own = url_name(find_string(skill, "name").value_or(""));
    if (name == id || name == own || (name.empty() && skills->size() == 1)) co_return skill;
    known += (known.empty() ? "" : ", ") + own;
  }
  co_return std::unexpected(name.empty() ? "name the skill: there are " + known
                                         : "there is no skill " + name + "; there are " + known);
}

}  // namespace couplet::emulator
