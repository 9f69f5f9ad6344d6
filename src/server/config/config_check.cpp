// SPDX-License-Identifier: Apache-2.0
// From Settings to Config: references are resolved, and every cross-check adds its fault instead of stopping.
#include <fmt/format.h>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>
#include <filesystem>
#include <tuple>

#include "server/config/config_events.hpp"
#include "server/config/config_external.hpp"
#include "server/config/config_keys.hpp"
#include "server/config/config_read.hpp"
#include "server/config/config_return_mode.hpp"
#include "server/config/config_texts.hpp"
#include "server/config/config_tokens.hpp"
#include "server/config/config_urls.hpp"
#include "server/config/config_webhooks.hpp"

namespace couplet::server {
namespace {

constexpr std::string_view kAlexaClientPrefix = "amzn1.application-oa2-client.";
constexpr std::string_view kSkillIdPrefix = "amzn1.ask.skill.";

// VSCHAR of RFC 6749 appendix A: printable ASCII.
bool is_vschar(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= 0x20 && c <= 0x7e; });
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (end > 0) words.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

class Checker {
 public:
  Checker(ReadSettings& read, std::string base_dir)
      : read_(read), settings_(read.settings), base_dir_(std::move(base_dir)) {}

  std::unique_ptr<Config> check() {
    auto config = std::make_unique<Config>();
    check_server();
    check_storage();
    check_log();
    read_keys(read_, secret_reader(), *config);
    for (std::size_t i = 0; i < settings_.clients.size(); ++i) add_client(*config, i);
    for (std::size_t i = 0; i < settings_.skills.size(); ++i) add_skill(*config, i);
    for (std::size_t i = 0; i < settings_.clients.size(); ++i)
      config->clients[i].introspect_skills = skill_names(
          *config, fmt::format("clients[{}].introspect_skills", i), settings_.clients[i].introspect_skills);
    check_token_sizes(read_, *config);
    if (settings_.skills.empty()) read_.fault("skills", "there is no skill", "add a [[skills]] table");
    for (std::size_t i = 0; i < settings_.api_keys.size(); ++i) add_api_key(*config, i);
    for (std::size_t i = 0; i < settings_.user_jwts.size(); ++i) add_user_jwt(*config, i);
    if (settings_.api_keys.empty() && settings_.user_jwts.empty())
      read_.warning("api_keys", "nobody can call the linking API", "add [[api_keys]] or [[user_jwts]]");
    check_webhooks(read_, secret_reader(), base_dir_, *config);
    set_amazon(*config);
    config->settings = settings_;
    return config;
  }

 private:
  void check_server() {
    const std::string& public_url = settings_.server.public_url;
    const auto url = boost::urls::parse_uri(public_url);
    const bool loopback_http = url && url->scheme() == "http" && is_loopback(url->host());
    if (!public_url.empty() && (!url || !(url->scheme() == "https" || loopback_http) || url->has_query() ||
                                url->has_fragment() || public_url.ends_with('/')))
      read_.fault(
          "server.public_url",
          "must be https://HOST without path end '/', query or fragment; it is \"" + public_url + "\"",
          "plain http is for a loopback address only");
    if (settings_.server.tls_certificate_file.empty() != settings_.server.tls_private_key_file.empty())
      read_.fault("server.tls_certificate_file", "certificate and private key go together",
                  "set both or neither");
    if (settings_.server.tls_certificate_file.empty() && !is_loopback(settings_.server.listen.host))
      read_.warning("server.listen", "serves plain HTTP on " + settings_.server.listen.host,
                    "set tls_certificate_file, or put a TLS proxy in front");
    for (const std::string& proxy : settings_.server.trusted_proxies)
      if (proxy.contains('*') || proxy == "0.0.0.0/0" || proxy == "::/0")
        read_.fault("server.trusted_proxies", "trusts everybody: \"" + proxy + "\"",
                    "name each proxy's address (TL-09)");
    resolve(settings_.server.tls_certificate_file);
    resolve(settings_.server.tls_private_key_file);
    resolve(settings_.amazon.ca_file);
  }

  void resolve(std::string& file) const {
    if (!file.empty()) file = (std::filesystem::path(base_dir_) / file).string();
  }

  void check_storage() {
    if (settings_.storage.engine != "sqlite")
      read_.fault("storage.engine", "must be \"sqlite\"; it is \"" + settings_.storage.engine + "\"",
                  "remove the line for the default");
    resolve(settings_.storage.path);
  }

  void check_log() {
    static constexpr std::array kLevels = {"debug", "info", "warn", "error", "off"};
    if (std::ranges::find(kLevels, settings_.log.level) == kLevels.end())
      read_.fault("log.level",
                  "must be debug, info, warn, error or off; it is \"" + settings_.log.level + "\"",
                  "\"info\" is the default");
  }

  std::optional<SecretText> secret(const std::string& setting, std::string_view reference) {
    auto text = read_secret_reference(reference, base_dir_);
    if (!text) {
      read_.fault(setting, text.error(), "name a file or variable that the server's user can read");
      return std::nullopt;
    }
    if (readable_by_others(reference, base_dir_))
      read_.warning(setting, std::string(reference) + " can be read by other users", "chmod 600 it");
    return std::move(*text);
  }

  SecretReader secret_reader() {
    return
        [this](const std::string& setting, std::string_view reference) { return secret(setting, reference); };
  }

  void add_client(Config& config, std::size_t index) {
    const ClientSettings& from = settings_.clients[index];
    const std::string at = fmt::format("clients[{}]", index);
    if (from.client_id.starts_with(kAlexaClientPrefix))
      read_.fault(at + ".client_id",
                  "is the Alexa pair's client id; here belongs the one you typed into the console yourself",
                  "move it to alexa_client_id of the skill");
    else if (!is_vschar(from.client_id) && read_.lines.contains(at + ".client_id"))
      read_.fault(at + ".client_id", "must be printable ASCII", "choose another");
    if (std::ranges::any_of(config.clients,
                            [&](const Client& known) { return known.client_id.text() == from.client_id; }))
      read_.fault(at + ".client_id", "\"" + from.client_id + "\" is there twice", "give each client its own");
    if (from.access_token_lifetime - from.access_token_jitter < seconds{360})
      read_.fault(at + ".access_token_jitter",
                  fmt::format("lifetime {} s less jitter {} s is under the 360 s that Alexa asks for",
                              from.access_token_lifetime.count(), from.access_token_jitter.count()),
                  "make the lifetime longer or the jitter smaller");
    if (from.client_secrets.size() > 2)
      read_.fault(at + ".client_secrets", "more than two secrets",
                  "keep the new one and the one it replaces");
    check_refresh(from, at);
    check_redirect_uris(at, from.redirect_uris);

    Client client{.client_id = ClientId(from.client_id),
                  .client_secret_hashes = {},
                  .redirect_uris = from.redirect_uris,
                  .scopes = from.scopes,
                  .access_token_lifetime = from.access_token_lifetime,
                  .access_token_jitter = from.access_token_jitter,
                  .authorization_code_lifetime = from.authorization_code_lifetime,
                  .refresh_policy =
                      enum_from_text(kRefreshPolicies, from.refresh_policy).value_or(RefreshPolicy::stable),
                  .refresh_generations = static_cast<std::uint32_t>(from.refresh_generations),
                  .refresh_grace = from.refresh_grace,
                  .refresh_token_idle_lifetime = unless_nought(from.refresh_token_idle_lifetime),
                  .refresh_token_absolute_lifetime = unless_nought(from.refresh_token_absolute_lifetime),
                  .may_introspect = from.may_introspect,
                  .enabled = from.enabled,
                  .require_pkce = from.require_pkce,
                  .tolerate_unasked_code_verifier = from.tolerate_unasked_code_verifier};
    for (const std::string& reference : from.client_secrets) {
      const auto text = secret(at + ".client_secrets", reference);
      if (!text) continue;
      if (text->reveal().size() < 16)
        read_.warning(at + ".client_secrets", reference + " is shorter than 16 characters",
                      "`couplet keys client-secret` makes one of 256 bits");
      if (config.keys)
        client.client_secret_hashes.push_back(
            hash_client_secret(*config.keys, client.client_id, ClientSecret(std::string(text->reveal()))));
    }
    check_token_settings(read_, at, from, client);
    config.clients.push_back(std::move(client));
  }

  void check_refresh(const ClientSettings& from, const std::string& at) {
    const auto policy = enum_from_text(kRefreshPolicies, from.refresh_policy);
    if (!policy)
      read_.fault(at + ".refresh_policy",
                  "must be \"stable\", \"overlap\" or \"strict\"; it is \"" + from.refresh_policy + "\"",
                  "\"stable\" for Alexa");
    const auto is_this_client = [&](const SkillSettings& skill) { return skill.client_id == from.client_id; };
    if (policy == RefreshPolicy::strict && std::ranges::any_of(settings_.skills, is_this_client))
      read_.warning(at + ".refresh_policy",
                    "is \"strict\" for a client that a skill names: Alexa loses links to reuse detection",
                    "take \"stable\" or \"overlap\" for Alexa");
  }

  static std::optional<seconds> unless_nought(seconds lifetime) {
    return lifetime == seconds{0} ? std::nullopt : std::optional(lifetime);
  }

  void check_redirect_uris(const std::string& at, const std::vector<std::string>& uris) {
    for (const std::string& uri : uris)
      if (const std::string problem = redirect_uri_problem(uri); !problem.empty())
        read_.fault(at + ".redirect_uris", "\"" + uri + "\" " + problem,
                    "register exactly what the phone or browser opens");
  }

  void check_skill_names(const SkillSettings& from, const std::string& at, const Config& config) {
    const auto given = [&](const char* key) { return read_.lines.contains(at + "." + key); };
    if (given("name") && !is_slug(from.name))
      read_.fault(at + ".name", "must be a-z, 0-9 and '-'; it is \"" + from.name + "\"",
                  "for example \"ride-hailer\"");
    if (config.find_skill(SkillName(from.name)))
      read_.fault(at + ".name", "\"" + from.name + "\" is there twice", "give each skill its own");
    if (given("skill_id") && (!from.skill_id.starts_with(kSkillIdPrefix) || from.skill_id.size() > 255))
      read_.fault(at + ".skill_id", "must start with amzn1.ask.skill.; it is \"" + from.skill_id + "\"",
                  "copy it from the developer console");
    if (!enum_from_text(kSkillStages, from.stage))
      read_.fault(at + ".stage", "must be \"development\" or \"live\"; it is \"" + from.stage + "\"",
                  "\"development\" until the skill is published");
    const bool asin_good =
        from.asin.empty() || (from.asin.size() == 10 && std::ranges::all_of(from.asin, [](char c) {
                                return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
                              }));
    if (!asin_good)
      read_.fault(at + ".asin", "must be ten capital letters and digits; it is \"" + from.asin + "\"",
                  "leave it out until the skill is published");
  }

  void check_skill_pairs(const SkillSettings& from, const std::string& at, const Config& config) {
    if (read_.lines.contains(at + ".alexa_client_id") &&
        (!from.alexa_client_id.starts_with(kAlexaClientPrefix) || from.alexa_client_id.size() > 100))
      read_.fault(
          at + ".alexa_client_id",
          "is not one of Amazon's: they start with " + std::string(kAlexaClientPrefix),
          "copy the Alexa Client Id from the console; what you typed there yourself belongs into client_id");
    const bool known = std::ranges::any_of(
        config.clients, [&](const Client& client) { return client.client_id.text() == from.client_id; });
    if (from.authorization == "external") return;  // the client is the other server's
    if (!read_.lines.contains(at + ".client_id"))
      read_.fault(at + ".client_id", "is missing",
                  "name one of [[clients]]: what you typed into the console");
    else if (!known)
      read_.fault(at + ".client_id", "no [[clients]] table has the client_id \"" + from.client_id + "\"",
                  "add one, or name one that is there");
  }

  void add_skill(Config& config, std::size_t index) {
    const SkillSettings& from = settings_.skills[index];
    const std::string at = fmt::format("skills[{}]", index);
    check_skill_names(from, at, config);
    check_skill_pairs(from, at, config);
    check_redirect_uris(at, from.redirect_uris);
    if (!from.login_url.empty())
      if (const std::string problem = redirect_uri_problem(from.login_url); !problem.empty())
        read_.fault(at + ".login_url", "\"" + from.login_url + "\" " + problem,
                    "name the page of your website where users sign in");
    if (from.redirect_uris.empty() && read_.lines.contains(at + ".redirect_uris"))
      read_.fault(at + ".redirect_uris", "is empty", "name at least one");

    Skill skill;
    skill.name = SkillName(from.name);
    skill.display_name = from.display_name;
    skill.skill_id = SkillId(from.skill_id);
    skill.stage = enum_from_text(kSkillStages, from.stage).value_or(SkillStage::development);
    skill.asin = from.asin;
    skill.alexa_client_id = from.alexa_client_id;
    if (!from.alexa_client_secret.empty())
      if (const auto text = secret(at + ".alexa_client_secret", from.alexa_client_secret))
        skill.alexa_client_secret = AlexaClientSecret(std::string(text->reveal()));
    skill.client_id = ClientId(from.client_id);
    skill.redirect_uris = from.redirect_uris;
    skill.scope = from.scope;
    skill.audience = from.audience.empty() ? oauth::default_audience(settings_.server.public_url, skill.name)
                                           : from.audience;
    skill.require = from.require;
    skill.login_url = from.login_url;
    skill.app_return_uri = from.app_return_uri;
    check_texts(read_, at, from, skill);
    check_return_mode(read_, at, from, settings_.server.public_url, skill);
    check_external(read_, at, from, secret_reader(), skill);
    check_event_settings(read_, at, from, secret_reader(), skill);
    join_client(config, skill);
    config.skills.push_back(std::move(skill));
  }

  // Alexa redeems our code with the skill's redirect URI, for the skill's scope: the client has to know both.
  void join_client(Config& config, const Skill& skill) {
    const auto client = std::ranges::find(config.clients, skill.client_id, &Client::client_id);
    if (client == config.clients.end()) return;
    const auto add = [](std::vector<std::string>& to, const std::string& value) {
      if (std::ranges::find(to, value) == to.end()) to.push_back(value);
    };
    for (const std::string& uri : skill.redirect_uris) add(client->redirect_uris, uri);
    for (const std::string& scope : split(skill.scope)) add(client->scopes, scope);
  }

  std::vector<SkillName> skill_names(const Config& config, const std::string& setting,
                                     const std::vector<std::string>& names) {
    std::vector<SkillName> out;
    for (const std::string& name : names) {
      if (!config.find_skill(SkillName(name)))
        read_.fault(setting, "there is no skill \"" + name + "\"", "name one of [[skills]]");
      out.emplace_back(name);
    }
    return out;
  }

  void add_api_key(Config& config, std::size_t index) {
    const ApiKeySettings& from = settings_.api_keys[index];
    const std::string at = fmt::format("api_keys[{}]", index);
    ApiKey key{from.name, {}, skill_names(config, at + ".skills", from.skills)};
    const auto digest = from_hex(from.sha256);
    if (digest && digest->size() == key.sha256.size())
      std::ranges::copy(*digest, key.sha256.begin());
    else if (read_.lines.contains(at + ".sha256"))
      read_.fault(at + ".sha256", "is not 64 hex digits", "`couplet api-key new` prints the table to paste");
    config.api_keys.push_back(std::move(key));
  }

  void add_user_jwt(Config& config, std::size_t index) {
    const UserJwtSettings& from = settings_.user_jwts[index];
    const std::string at = fmt::format("user_jwts[{}]", index);
    UserJwtIssuer issuer{
        from.issuer, from.audience, {}, from.user_claim, skill_names(config, at + ".skills", from.skills)};
    if (!from.jwks_file.empty()) {
      const auto text = read_secret_reference("file:" + from.jwks_file, base_dir_);
      const auto set = text ? JwkSet::from_json(text->reveal())
                            : Result<JwkSet, KeyError>(std::unexpected(KeyError::malformed));
      if (!text)
        read_.fault(at + ".jwks_file", text.error(), "save the issuer's JWK set there");
      else if (!set || set->size() == 0)
        read_.fault(at + ".jwks_file", "has no ES256 or RS256 public key", "save the issuer's JWK set there");
      else
        issuer.jwks = std::string(text->reveal());
    }
    config.user_jwts.push_back(std::move(issuer));
  }

  void set_amazon(Config& config) {
    const AmazonSettings& from = settings_.amazon;
    config.amazon_pages = {from.alexa_app_base, from.lwa_base};
    config.amazon_hosts = {from.token_url, from.api_hosts};
    config.amazon_deadlines.token = {from.connect_timeout, from.token_timeout, from.token_timeout};
    config.amazon_deadlines.enablement = {from.connect_timeout, from.enablement_timeout,
                                          from.enablement_timeout};
    const auto token_url = boost::urls::parse_uri(from.token_url);
    if (!token_url || token_url->scheme() != "https")
      read_.fault("amazon.token_url", "must be https; it is \"" + from.token_url + "\"",
                  "remove the line for the real Amazon");
    if (from.api_hosts.empty())
      read_.fault("amazon.api_hosts", "is empty", "remove the line for Amazon's three regions");
    if (!from.connect_to.empty() && from.ca_file.empty())
      read_.fault("amazon.ca_file", "connect_to needs the stand-in's certificate authority",
                  "couplet-emulator writes its own to ca.pem");
  }

  ReadSettings& read_;
  Settings& settings_;
  std::string base_dir_;
};

}  // namespace

const Skill* Config::find_skill(const SkillName& name) const {
  const auto found = std::ranges::find(skills, name, &Skill::name);
  return found == skills.end() ? nullptr : &*found;
}

const Client* Config::find_client(const ClientId& client_id) const {
  const auto found = std::ranges::find(clients, client_id, &Client::client_id);
  return found == clients.end() ? nullptr : &*found;
}

LoadedConfig load_config(const std::string& file) {
  ReadSettings read = read_settings(file);
  if (!read.faults.empty() && read.faults.front().setting.empty())
    return {nullptr, std::move(read.faults)};  // not even TOML
  std::string base_dir = std::filesystem::path(file).parent_path().string();
  if (base_dir.empty()) base_dir = ".";
  auto config = Checker(read, base_dir).check();
  std::ranges::sort(read.faults, {}, [](const ConfigFault& fault) {
    return std::tie(fault.line, fault.setting, fault.message);
  });
  const bool broken = std::ranges::any_of(
      read.faults, [](const ConfigFault& fault) { return fault.weight == ConfigFault::Weight::error; });
  return {broken ? nullptr : std::move(config), std::move(read.faults)};
}

std::string to_text(const ConfigFault& fault, const std::string& file) {
  const std::string_view weight = fault.weight == ConfigFault::Weight::error ? "error" : "warning";
  const std::string where = fault.line > 0 ? fmt::format("{}:{}", file, fault.line) : file;
  const std::string subject = fault.setting.empty() ? "" : fault.setting + " ";
  return fmt::format("{}: {}: {}{}\n    {}", where, weight, subject, fault.message, fault.cure);
}

}  // namespace couplet::server
