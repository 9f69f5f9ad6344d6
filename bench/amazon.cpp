// SPDX-License-Identifier: Apache-2.0
#include "amazon.hpp"

#include <fmt/format.h>

#include <fstream>
#include <stdexcept>

#include "base/form.hpp"
#include "base/json.hpp"
#include "http_text.hpp"
#include "load.hpp"

namespace couplet::bench {
namespace {

constexpr std::string_view kConfig = R"(state_dir = "{}"
[listen]
browser = "127.0.0.1:0"
amazon = "127.0.0.1:0"
[[users]]
id = "owner"
name = "Owner"
region = "EU"
owner = true
[[skills]]
skill_id = "amzn1.ask.skill.11111111-2222-3333-4444-555555555555"
name = "Ride Hailer"
stages = ["development"]
alexa_client_id = "amzn1.application-oa2-client.0123456789abcdef0123456789abcdef"
alexa_client_secret = "{}"
vendor_id = "M1EXAMPLEVENDOR"
[skills.account_linking]
authorizationUrl = "http://127.0.0.1:8080/oauth/authorize"
accessTokenUrl = "http://127.0.0.1:8080/oauth/token"
accessTokenScheme = "HTTP_BASIC"
clientId = "alexa"
clientSecret = "{}"
scopes = ["profile", "rides"]
redirectUrls = ["http://127.0.0.1:8000/alexa/return"]
)";
constexpr std::string_view kSkillPath =
    "/_emulator/api/skills/amzn1.ask.skill.11111111-2222-3333-4444-555555555555";

// The text between two others; throws when it is not there.
std::string between(const std::string& text, std::string_view before, std::string_view after) {
  const std::size_t start = text.find(before);
  const std::size_t end = start == std::string::npos ? start : text.find(after, start + before.size());
  if (end == std::string::npos)
    throw std::runtime_error("the emulator's answer has no " + std::string(before) + ": " + text);
  return text.substr(start + before.size(), end - start - before.size());
}

std::string path_of(const std::string& url) { return url.substr(url.find('/', url.find("://") + 3)); }

}  // namespace

Amazon::Amazon(const std::string& program, const std::filesystem::path& folder,
               const std::string& alexa_client_secret, const std::string& client_secret)
    : folder_(folder) {
  std::filesystem::create_directories(folder);
  const std::string config = (folder / "emulator.toml").string();
  std::ofstream(config) << fmt::format(kConfig, folder.string(), alexa_client_secret, client_secret);
  process_ = std::make_unique<ServerProcess>(std::vector<std::string>{program, "serve", "--config", config},
                                             (folder / "emulator.log").string());
}

std::string Amazon::page_url() const { return "http://127.0.0.1:" + std::to_string(process_->port(0)); }
std::string Amazon::api_address() const { return "127.0.0.1:" + std::to_string(process_->port(1)); }

void Amazon::set_token_port(std::uint16_t port) {
  const std::string body = json::serialize(json::object{
      {"account_linking", {{"accessTokenUrl", fmt::format("http://127.0.0.1:{}/oauth/token", port)}}}});
  (void)ask_once(process_->port(), request_text("PUT", std::string(kSkillPath), kJson, body), 200);
}

void Amazon::make_account(const std::string& user) const {
  const std::string body = json::serialize(json::object{{"name", user}, {"region", "EU"}, {"tester", true}});
  (void)ask_once(process_->port(), request_text("PUT", "/_emulator/api/users/" + user, kJson, body), 200);
}

std::string Amazon::allow(const std::string& user, const std::string& page) const {
  const std::string target = path_of(page);
  const WholeAnswer shown = ask_once(process_->port(), request_text("GET", target), 200);
  const std::string form_token = between(shown.body, R"(name="form_token" value=")", "\"");
  const std::string form =
      FormWriter().add("form_token", form_token).add("user", user).add("decision", "allow").text();
  const WholeAnswer decided =
      ask_once(process_->port(), request_text("POST", target.substr(0, target.find('?')), kForm, form), 302);
  const auto query = FormParameters::parse(between(decided.head, "?", "\r\n"));
  if (!query) throw std::runtime_error("the emulator redirects with a bad query");
  json::object came_back;
  for (const char* name : {"code", "state"}) came_back[name] = query->get(name).value_or("");
  return json::serialize(came_back);
}

}  // namespace couplet::bench
