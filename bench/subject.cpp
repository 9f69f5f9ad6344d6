// SPDX-License-Identifier: Apache-2.0
#include "subject.hpp"

#include <fmt/format.h>

#include <fstream>
#include <sstream>
#include <stdexcept>

#include "base/crypto.hpp"
#include "base/encoding.hpp"
#include "base/form.hpp"
#include "base/json.hpp"
#include "http_text.hpp"
#include "load.hpp"

namespace couplet::bench {
namespace {

constexpr std::string_view kClientId = "alexa";
constexpr std::string_view kClientSecret = "bench-client-secret-bench-client-secret-bench";
constexpr std::string_view kAlexaClientSecret = "bench-alexa-secret-bench-alexa-secret-bench-0";
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
[[clients]]
client_id = "ride-hailer-api"
client_secrets = ["file:client-secret"]
may_introspect = true
[[skills]]
name = "ride-hailer"
display_name = "Ride Hailer"
skill_id = "amzn1.ask.skill.11111111-2222-3333-4444-555555555555"
stage = "development"
alexa_client_id = "amzn1.application-oa2-client.0123456789abcdef0123456789abcdef"
alexa_client_secret = "file:alexa-client-secret"
client_id = "alexa"
redirect_uris = ["http://127.0.0.1:8000/alexa/return"]
scope = "profile rides"
[amazon]
connect_to = "{0}"
ca_file = "{1}"
alexa_app_base = "{2}"
lwa_base = "{2}"
[[api_keys]]
name = "bench"
skills = ["ride-hailer"]
sha256 = "{3}"
)";

void write_file(const std::filesystem::path& path, std::string_view text) {
  std::ofstream file(path);
  file << text;
  file.close();
  std::filesystem::permissions(path,
                               std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  if (!file) throw std::runtime_error("cannot write " + path.string());
}

std::string user_path(const std::string& user) { return "/v1/skills/ride-hailer/users/" + user; }

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::string basic(std::string_view client_id) {
  const std::string credentials = std::string(client_id) + ":" + std::string(kClientSecret);
  return "Authorization: Basic " + to_base64(as_byte_view(credentials)) + "\r\n";
}

// Rows as another server would have left them, for users who are not measured.
void write_grants(const std::filesystem::path& file, std::size_t count) {
  std::ofstream out(file);
  for (std::size_t i = 0; i < count; ++i)
    out << R"({"client_id":"alexa","user":"imported-)" << i << R"(","scope":"rides","refresh_token_sha256":")"
        << to_hex(sha256("imported " + std::to_string(i))) << "\",\"issued_at\":1700000000}\n";
  if (!out) throw std::runtime_error("cannot write " + file.string());
}

}  // namespace

Subject::Subject(const std::filesystem::path& programs, const std::filesystem::path& folder,
                 const Prepared& prepared)
    : folder_(folder),
      api_key_(kApiKey),
      amazon_((programs / "couplet-emulator").string(), folder / "emulator", std::string(kAlexaClientSecret),
              std::string(kClientSecret)) {
  const std::string program = (programs / "couplet").string();
  (void)output_of({program, "keys", "init", "--dir", folder.string()});
  write_file(folder / "client-secret", kClientSecret);
  write_file(folder / "alexa-client-secret", kAlexaClientSecret);
  const std::string config = (folder / "couplet.toml").string();
  write_file(config, fmt::format(kConfig, amazon_.api_address(), amazon_.ca_file(), amazon_.page_url(),
                                 to_hex(sha256(api_key_))));
  if (prepared.grants > 0) {
    write_grants(folder / "grants.ndjson", prepared.grants);
    (void)output_of({program, "import", "grants", (folder / "grants.ndjson").string(), "--config", config});
  }
  codes_ = lines_of(output_of({program, "dev-code", "--config", config, "--skill", std::string(kSkill),
                               "--user", "user-alice", "--count", std::to_string(prepared.codes)}));
  process_ = std::make_unique<ServerProcess>(std::vector<std::string>{program, "serve", "--config", config},
                                             (folder / "couplet.log").string());
  amazon_.set_token_port(process_->port());

  std::string exchange;
  next_exchange(exchange);
  const auto answer = parse_json_object(ask_once(process_->port(), exchange, 200).body);
  if (!answer) throw std::runtime_error("the token endpoint did not answer with JSON");
  refresh_token_ = find_string(*answer, "refresh_token").value_or("");
  access_token_ = find_string(*answer, "access_token").value_or("");
  token_answer_ = ask_once(process_->port(), refresh_request(), 200).body;
  start_answer_ = ask_once(process_->port(), start_request(), 201).body;
  introspect_answer_ = ask_once(process_->port(), introspect_request(), 200).body;
  prepare_links(prepared.links);
}

void Subject::prepare_links(std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const std::string user = "user-" + std::to_string(i);
    const auto started = parse_json_object(ask_once(process_->port(), start_request(user), 201).body);
    if (!started) throw std::runtime_error("the start of a link did not answer with JSON");
    amazon_.make_account(user);
    const std::string page(find_string(*started, "lwa_url").value_or(""));
    finish_requests_.push_back(
        request_text("POST", user_path(user) + "/link", api_headers(), amazon_.allow(user, page)));
  }
}

std::string Subject::token_request(const std::string& form) const {
  return request_text("POST", "/oauth/token", basic(kClientId) + kForm, form);
}

std::string Subject::introspect_request() const {
  return request_text("POST", "/oauth/introspect", basic("ride-hailer-api") + kForm,
                      FormWriter().add("token", access_token_).text());
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

bool Subject::next_finish(std::string& request) {
  if (next_finish_ == finish_requests_.size()) return false;
  request = finish_requests_[next_finish_++];
  return true;
}

std::uintmax_t Subject::database_bytes() const { return std::filesystem::file_size(folder_ / "couplet.db"); }

std::string Subject::api_headers() const { return "Authorization: Bearer " + api_key_ + "\r\n" + kJson; }

std::string Subject::start_request(const std::string& user) const {
  return request_text("POST", user_path(user) + "/link-attempts", api_headers(), R"({"platform":"ios"})");
}

}  // namespace couplet::bench
