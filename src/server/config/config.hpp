// SPDX-License-Identifier: Apache-2.0
// The configuration: plain values with their defaults, read and checked once, then constant.
// Each setting is one row in config_rows.cpp; the loader, its errors and docs/configuration.md come from the
// rows.
#pragma once
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "alexa/linking_urls.hpp"
#include "amazon/amazon_client.hpp"
#include "base/environment.hpp"
#include "base/jws.hpp"
#include "base/key_ring.hpp"
#include "base/log.hpp"
#include "base/result.hpp"
#include "base/webhook_signature.hpp"
#include "domain/client.hpp"
#include "domain/link_news.hpp"
#include "domain/skill.hpp"
#include "oauth/subject.hpp"

namespace couplet::server {

struct ListenAddress {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;
};

struct ServerSettings {
  ListenAddress listen{"127.0.0.1", 8080};
  std::string public_url;  // also the OAuth issuer
  std::string tls_certificate_file;
  std::string tls_private_key_file;
  std::int64_t io_threads = 0;  // 0: cores less one, at least one
  std::vector<std::string> trusted_proxies;
  seconds stop_grace{10};
  std::string userinfo_scope;
};

struct OperationsSettings {
  ListenAddress listen{"127.0.0.1", 9090};
};

struct StorageSettings {
  std::string engine = "sqlite";
  std::string path = "couplet.db";
  seconds keep_attempts{30 * 24 * 3600};
  seconds keep_webhooks{30 * 24 * 3600};
};

struct KeySettings {
  std::vector<std::string> master;   // "ID=file:PATH", first writes
  std::vector<std::string> signing;  // "file:PATH", first signs
  std::string subject;               // reference; of pairwise subjects
};

struct LogSettings {
  std::string level = "info";
};

struct AmazonSettings {
  std::string connect_to;  // "HOST:PORT" that stands in for every Amazon host
  std::string ca_file;
  std::string alexa_app_base = "https://alexa.amazon.com";
  std::string lwa_base = "https://www.amazon.com";
  std::string token_url = "https://api.amazon.com/auth/o2/token";
  std::vector<std::string> api_hosts = {"api.amazonalexa.com", "api.eu.amazonalexa.com",
                                        "api.fe.amazonalexa.com"};
  milliseconds connect_timeout{2000};
  milliseconds token_timeout{8000};
  milliseconds enablement_timeout{12000};
  seconds recheck_links_after{30 * 24 * 3600};
  std::int64_t rechecks_per_minute = 60;
};

struct LimitSettings {
  std::int64_t starts_per_user_per_minute = 20;
  std::int64_t authentication_failures_per_minute = 60;
  std::int64_t authorizations_per_address_per_minute = 300;
};

struct ClientSettings {
  std::string client_id;
  std::vector<std::string> client_secrets;  // references
  std::vector<std::string> redirect_uris;   // beside those of the skills that name this client
  std::vector<std::string> scopes;
  seconds access_token_lifetime{3600};
  seconds access_token_jitter{300};
  seconds authorization_code_lifetime{300};
  std::string refresh_policy = "stable";
  std::int64_t refresh_generations = 4;
  seconds refresh_grace{60};
  seconds refresh_token_idle_lifetime{0};      // 0: none
  seconds refresh_token_absolute_lifetime{0};  // 0: none
  bool require_pkce = false;
  bool tolerate_unasked_code_verifier = false;
  std::string access_token_format = "jwt";
  std::string subject = "public";
  bool may_introspect = false;
  std::vector<std::string> introspect_skills;
  bool enabled = true;
};

struct SkillSettings {
  std::string name;
  std::string display_name;
  std::string skill_id;
  std::string stage = "development";
  std::string asin;
  std::string alexa_client_id;
  std::string alexa_client_secret;  // reference
  std::string client_id;
  std::vector<std::string> redirect_uris;
  std::string scope = "profile";
  std::string audience;
  std::vector<std::string> require;
  std::string login_url;
  std::string app_return_uri;
  std::string forward_to;
  std::string messaging_client_id;
  std::string messaging_client_secret;  // reference
  std::string default_locale = "en";
  bool allow_return_mode_page = false;
  std::string authorization = "couplet";
  std::string external_code_url;
  std::string external_code_secret;  // reference
  bool external_allow_private = false;
  milliseconds external_timeout{3000};
  std::map<std::string, std::string> messages;
};

struct ApiKeySettings {
  std::string name;
  std::string sha256;  // hex, of the whole key
  std::vector<std::string> skills;
};

struct UserJwtSettings {
  std::string issuer;
  std::string audience;
  std::string jwks_file;
  std::string user_claim = "sub";
  std::vector<std::string> skills;
};

struct WebhookSettings {
  std::string name;
  std::string url;
  std::vector<std::string> secrets;  // references, the new one first
  std::vector<std::string> skills;
  std::vector<std::string> events;
  std::string ca_file;
  milliseconds timeout{10000};
  seconds give_up_after{3 * 24 * 3600};
  std::int64_t connections = 4;
  bool allow_private = false;
};

struct AppleAppSettings {
  std::string app_id;  // TEAMID.bundle
  std::vector<std::string> paths = {"/link/return/*"};
};

struct AndroidAppSettings {
  std::string package;
  std::vector<std::string> sha256_cert_fingerprints;
};

struct Settings {
  ServerSettings server;
  OperationsSettings operations;
  StorageSettings storage;
  KeySettings keys;
  LogSettings log;
  AmazonSettings amazon;
  LimitSettings limits;
  std::vector<ClientSettings> clients;
  std::vector<SkillSettings> skills;
  std::vector<ApiKeySettings> api_keys;
  std::vector<UserJwtSettings> user_jwts;
  std::vector<WebhookSettings> webhooks;
  std::vector<AppleAppSettings> apple_apps;
  std::vector<AndroidAppSettings> android_apps;
};

struct ApiKey {
  std::string name;
  Digest sha256{};
  std::vector<SkillName> skills;
};

struct UserJwtIssuer {
  std::string issuer;
  std::string audience;
  std::string jwks;  // JSON text; each I/O thread parses its own
  std::string user_claim;
  std::vector<SkillName> skills;
};

/// Where news of links go.
struct WebhookTarget {
  std::string name;  // for the logs, the metrics and the command line
  std::string url;
  std::vector<std::shared_ptr<const WebhookSigner>> signers;  // each signs every call
  std::vector<SkillName> skills;                              // empty: all
  std::vector<LinkNewsType> events;                           // empty: all
  std::string ca_file;                                        // empty: the system's
  milliseconds timeout{10000};
  seconds give_up_after{3 * 24 * 3600};
  std::size_t connections = 4;
  bool allow_private = false;
};

/// Settings with every reference resolved and every cross-check passed.
struct Config {
  Settings settings;
  std::shared_ptr<const KeyRing> keys;
  std::vector<PrivateJwk> signing_keys;          // the first signs
  std::optional<oauth::SubjectKey> subject_key;  // there when a client has pairwise subjects
  std::vector<Client> clients;
  std::vector<Skill> skills;
  std::vector<ApiKey> api_keys;
  std::vector<UserJwtIssuer> user_jwts;
  std::vector<WebhookTarget> webhooks;
  alexa::AmazonPages amazon_pages;
  amazon::AmazonHosts amazon_hosts;
  amazon::AmazonDeadlines amazon_deadlines;

  [[nodiscard]] const Skill* find_skill(const SkillName& name) const;
  [[nodiscard]] const Client* find_client(const ClientId& client_id) const;
  [[nodiscard]] bool public_url_is_https() const {
    return settings.server.public_url.starts_with("https://");
  }
};

/// One thing wrong with a configuration, or worth a warning.
struct ConfigFault {
  enum class Weight { error, warning };
  Weight weight = Weight::error;
  int line = 0;         // 0: not at one line
  std::string setting;  // "skills[0].stage"
  std::string message;  // what was given, what is allowed
  std::string cure;
};
[[nodiscard]] std::string to_text(const ConfigFault& fault, const std::string& file);

struct LoadedConfig {
  std::unique_ptr<const Config> config;  // null when there is an error among the faults
  std::vector<ConfigFault> faults;       // every one, not only the first
};

/// Reads the file, takes COUPLET_<TABLE>_<KEY> from the environment over it, resolves and checks.
[[nodiscard]] LoadedConfig load_config(const std::string& file);

/// docs/configuration.md, from the rows.
[[nodiscard]] std::string describe_settings();
/// docs/errors.md, from the rows of alexa/error_table.
[[nodiscard]] std::string describe_errors();

}  // namespace couplet::server
