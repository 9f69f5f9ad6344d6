// SPDX-License-Identifier: Apache-2.0
#include "subject.hpp"

#include <fstream>
#include <sstream>
#include <stdexcept>

#include "base/crypto.hpp"
#include "base/encoding.hpp"
#include "base/form.hpp"
#include "base/json.hpp"
#include "load.hpp"

namespace couplet::bench {
namespace {

constexpr std::string_view kClientId = "alexa";
constexpr std::string_view kClientSecret = "bench-client-secret-bench-client-secret-bench";
constexpr std::string_view kApiKey = "cpk_bench-key-bench-key-bench-key-bench-key-0";
constexpr std::string_view kSkill = "ride-hailer";
constexpr std::string_view kRedirectUri = "http://127.0.0.1:8000/alexa/return";

// One I/O thread, as the floors have; limits that a benchmark cannot reach; the rest as it comes.
constexpr std::string_view kConfig = R"([server]
listen = "127.0.0.1:0"
public_url = "http://127.0.0.1:8080"
io_threads = 1
[operations]
listen = "127.0.0.1:0"
[storage]
path = "couplet.db"
[keys]
master = ["1=file:master-1.key"]
signing = ["file:signing-1.jwk"]
[limits]
starts_per_user_per_minute = 1000000000
[[clients]]
client_id = "alexa"
client_secrets = ["file:client-secret"]
scopes = ["profile", "rides"]
authorization_code_lifetime = 600
[[skills]]
name = "ride-hailer"
display_name = "Ride Hailer"
skill_id = "amzn1.ask.skill.11111111-2222-3333-4444-555555555555"
stage = "development"
alexa_client_id = "amzn1.application-oa2-client.0123456789abcdef0123456789abcdef"
alexa_client_secret = "file:client-secret"
client_id = "alexa"
redirect_uris = ["http://127.0.0.1:8000/alexa/return"]
scope = "profile rides"
[[api_keys]]
name = "bench"
skills = ["ride-hailer"]
)";

void write_file(const std::filesystem::path& path, std::string_view text) {
  std::ofstream file(path);
  file << text;
  file.close();
  std::filesystem::permissions(path,
                               std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  if (!file) throw std::runtime_error("cannot write " + path.string());
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::string post(const std::string& path, const std::string& headers, const std::string& body) {
  return "POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n" + headers +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

}  // namespace

Subject::Subject(const std::string& program, const std::filesystem::path& folder, std::size_t codes)
    : api_key_(kApiKey) {
  std::filesystem::create_directories(folder);
  (void)output_of({program, "keys", "init", "--dir", folder.string()});
  write_file(folder / "client-secret", kClientSecret);
  const std::string config = (folder / "couplet.toml").string();
  write_file(config, std::string(kConfig) + "sha256 = \"" + to_hex(sha256(api_key_)) + "\"\n");
  codes_ = lines_of(output_of({program, "dev-code", "--config", config, "--skill", std::string(kSkill),
                               "--user", "user-alice", "--count", std::to_string(codes)}));
  process_ = std::make_unique<ServerProcess>(std::vector<std::string>{program, "serve", "--config", config},
                                             (folder / "couplet.log").string());

  std::string exchange;
  next_exchange(exchange);
  const auto answer = parse_json_object(ask_once(process_->port(), exchange, 200));
  if (!answer) throw std::runtime_error("the token endpoint did not answer with JSON");
  refresh_token_ = find_string(*answer, "refresh_token").value_or("");
  token_answer_ = ask_once(process_->port(), refresh_request(), 200);
  start_answer_ = ask_once(process_->port(), start_request(), 201);
}

std::string Subject::token_request(const std::string& form) const {
  const std::string credentials = std::string(kClientId) + ":" + std::string(kClientSecret);
  return post("/oauth/token",
              "Authorization: Basic " + to_base64(as_byte_view(credentials)) +
                  "\r\nContent-Type: application/x-www-form-urlencoded\r\n",
              form);
}

std::string Subject::refresh_request() const {
  return token_request(
      FormWriter().add("grant_type", "refresh_token").add("refresh_token", refresh_token_).text());
}

bool Subject::next_exchange(std::string& request) {
  if (next_code_ == codes_.size()) return false;
  request = token_request(FormWriter()
                              .add("grant_type", "authorization_code")
                              .add("code", codes_[next_code_++])
                              .add("redirect_uri", kRedirectUri)
                              .text());
  return true;
}

std::string Subject::start_request() const {
  return post("/v1/skills/ride-hailer/users/user-alice/link-attempts",
              "Authorization: Bearer " + api_key_ + "\r\nContent-Type: application/json\r\n",
              R"({"platform":"ios"})");
}

}  // namespace couplet::bench
