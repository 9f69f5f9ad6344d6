// SPDX-License-Identifier: Apache-2.0
#include "ride_hailer/config.hpp"

#include <toml++/toml.h>

#include <charconv>
#include <fstream>
#include <set>
#include <sstream>

#include "base/environment.hpp"

namespace couplet::ride_hailer {
namespace {

using Faults = std::vector<ConfigFault>;

std::optional<std::string> read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  std::ostringstream text;
  text << in.rdbuf();
  return std::move(text).str();
}

// One table of the file. Remembers which keys were asked for, so that a misspelt one does not go unnoticed.
class Section {
 public:
  Section(const toml::table& table, std::string prefix, const std::string& folder, Faults& faults)
      : table_(table), prefix_(std::move(prefix)), folder_(folder), faults_(faults) {}

  std::string text(std::string_view key) {
    auto value = optional_text(key);
    if (value.empty()) fault(key, "is missing");
    return value;
  }

  std::string optional_text(std::string_view key) {
    const toml::node* const node = look_up(key);
    if (!node) return {};
    const auto value = node->value_exact<std::string>();
    if (!value) fault(key, "must be text");
    return value.value_or("");
  }

  // Secrets are not written into the file itself: "file:PATH" or "env:NAME".
  std::string secret(std::string_view key) {
    const auto reference = text(key);
    if (reference.empty()) return {};
    const auto content = read_secret_reference(reference, folder_);
    if (!content) return fault(key, content.error()), std::string{};
    return std::string(content->reveal());
  }

  bool truth(std::string_view key, bool fallback) {
    const toml::node* const node = look_up(key);
    if (!node) return fallback;
    const auto value = node->value_exact<bool>();
    if (!value) fault(key, "must be true or false");
    return value.value_or(fallback);
  }

  std::string url(std::string_view key) {
    auto value = text(key);
    if (value.empty()) return value;
    if (!is_web_url(value) || host_of(value).empty())
      fault(key, "must be an http:// or https:// URL, not '" + value + "'");
    if (value.ends_with('/')) fault(key, "must not end in '/'");
    return value;
  }

  void fault(std::string_view key, std::string_view what) {
    const toml::node* const node = table_.get(key);
    const auto line = node ? node->source().begin.line : table_.source().begin.line;
    std::string message = line > 0 ? "line " + std::to_string(line) + ": " : std::string{};
    faults_.push_back({message + prefix_ + std::string(key) + ": " + std::string(what)});
  }

  const toml::node* look_up(std::string_view key) {
    known_.emplace(key);
    return table_.get(key);
  }

  void refuse_unknown_keys() {
    for (const auto& [key, node] : table_)
      if (!known_.contains(key.str())) fault(key.str(), "is not a setting of Ride Hailer");
  }

 private:
  const toml::table& table_;
  std::string prefix_;
  const std::string& folder_;
  Faults& faults_;
  std::set<std::string, std::less<>> known_;
};

void read_listen(Section& top, Config& config) {
  const std::string listen = top.text("listen");
  const std::size_t colon = listen.rfind(':');
  if (listen.empty()) return;
  if (colon == std::string::npos || colon == 0)
    return top.fault("listen", "must be address:port, not '" + listen + "'");
  const char* const end = listen.data() + listen.size();
  const auto [stop, error] = std::from_chars(listen.data() + colon + 1, end, config.listen_port);
  if (error != std::errc{} || stop != end)
    return top.fault("listen", "must end in a port from 0 to 65535, not '" + listen + "'");
  config.listen_address = listen.substr(0, colon);
}

void read_session_key(Section& top, Config& config) {
  config.session_key = SessionKey{top.secret("session_key")};
  const auto size = config.session_key.reveal().size();
  if (size > 0 && size < 32)
    top.fault("session_key", "must have at least 32 characters: openssl rand -base64 32");
}

void read_couplet(Section section, Config& config) {
  config.couplet.url = section.url("url");
  config.couplet.api_key = ApiKey{section.secret("api_key")};
  config.couplet.skill = section.text("skill");
  config.couplet.introspection_client_id = section.text("introspection_client_id");
  config.couplet.introspection_client_secret =
      IntrospectionSecret{section.secret("introspection_client_secret")};
  config.couplet_ca_file = section.optional_text("ca_file");
  if (section.look_up("webhook_secret")) {
    config.webhook_secret = CallSecret{section.secret("webhook_secret")};
    if (!config.webhook_secret.empty() && !WebhookCheck::with(config.webhook_secret))
      section.fault("webhook_secret", "must be whsec_ and base64: couplet keys webhook-secret");
  }
  section.refuse_unknown_keys();
}

void read_alexa(Section section, Config& config) {
  config.skill_id = section.text("skill_id");
  if (!config.skill_id.empty() && !config.skill_id.starts_with("amzn1.ask.skill."))
    section.fault("skill_id", "must start with amzn1.ask.skill. as on the skill's console page");
  section.refuse_unknown_keys();
}

void read_authorization(Section section, Config& config) {
  OwnAuthorizationSettings settings;
  settings.code_secret = CallSecret{section.secret("code_secret")};
  if (!settings.code_secret.empty() && !WebhookCheck::with(settings.code_secret))
    section.fault("code_secret", "must be whsec_ and base64: couplet keys webhook-secret");
  settings.client_id = section.text("client_id");
  settings.client_secret = AlexaClientSecret{section.secret("client_secret")};
  section.refuse_unknown_keys();
  config.authorization = std::move(settings);
}

void read_tokens(Section section, Config& config) {
  using enum TokenSettings::Validation;
  const std::string validation = section.optional_text("validation");
  if (!validation.empty() && validation != "introspection" && validation != "jwks")
    section.fault("validation", "must be introspection or jwks, not '" + validation + "'");
  config.tokens.validation = validation == "jwks" ? jwks : introspection;
  config.tokens.issuer = section.optional_text("issuer");
  if (config.tokens.issuer.empty()) config.tokens.issuer = config.couplet.url;
  config.tokens.audience = section.optional_text("audience");
  if (config.tokens.validation == jwks && config.tokens.audience.empty())
    section.fault("audience", "is missing: without it a token for another service would do");
  section.refuse_unknown_keys();
}

void read_users(Section& top, const std::string& folder, Faults& faults, Config& config) {
  const toml::node* const node = top.look_up("users");
  const toml::array* const users = node ? node->as_array() : nullptr;
  if (!users || users->empty()) return top.fault("users", "needs at least one [[users]] table");
  std::set<std::string> ids, logins;
  for (const toml::node& entry : *users) {
    const toml::table* const table = entry.as_table();
    if (!table) return top.fault("users", "must be [[users]] tables");
    Section section(*table, "users.", folder, faults);
    UserEntry user{section.text("id"), section.text("name"), section.text("login"),
                   Password{section.text("password")}};
    if (!ids.insert(user.id).second) section.fault("id", "is taken by another user");
    if (!logins.insert(user.login).second) section.fault("login", "is taken by another user");
    section.refuse_unknown_keys();
    config.users.push_back(std::move(user));
  }
}

const toml::table& sub_table(Section& top, std::string_view key) {
  static const toml::table kEmpty;
  const toml::node* const node = top.look_up(key);
  return node && node->is_table() ? *node->as_table() : kEmpty;
}

Config read_all(const toml::table& file, const std::string& folder, Faults& faults) {
  Config config;
  Section top(file, "", folder, faults);
  read_listen(top, config);
  config.base_url = top.url("base_url");
  read_session_key(top, config);
  config.development = top.truth("development", false);
  read_couplet(Section(sub_table(top, "couplet"), "couplet.", folder, faults), config);
  read_alexa(Section(sub_table(top, "alexa"), "alexa.", folder, faults), config);
  if (top.look_up("authorization"))
    read_authorization(Section(sub_table(top, "authorization"), "authorization.", folder, faults), config);
  read_tokens(Section(sub_table(top, "tokens"), "tokens.", folder, faults), config);
  read_users(top, folder, faults, config);
  top.refuse_unknown_keys();
  return config;
}

}  // namespace

Result<Config, std::vector<ConfigFault>> load_config(const std::string& file) {
  const auto text = read_file(file);
  if (!text) return std::unexpected(Faults{{"cannot read " + file}});
  const std::size_t slash = file.rfind('/');
  return parse_config(*text, slash == std::string::npos ? "." : file.substr(0, slash));
}

Result<Config, std::vector<ConfigFault>> parse_config(std::string_view toml_text, const std::string& folder) {
  Faults faults;
  try {
    const toml::table file = toml::parse(toml_text);
    Config config = read_all(file, folder, faults);
    if (faults.empty()) return config;
  } catch (const toml::parse_error& error) {
    faults.push_back(
        {"line " + std::to_string(error.source().begin.line) + ": " + std::string(error.description())});
  }
  return std::unexpected(std::move(faults));
}

bool is_https(std::string_view url) { return url.starts_with("https://"); }

std::string host_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  const std::string_view rest = url.substr(scheme + 3);
  return std::string(rest.substr(0, rest.find_first_of(":/?#")));
}

}  // namespace couplet::ride_hailer
