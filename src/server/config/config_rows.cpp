// SPDX-License-Identifier: Apache-2.0
#include "server/config/config_rows.hpp"

#include <array>

namespace couplet::server {
namespace {

constexpr Need kRequired = Need::required, kOptional = Need::optional;

const std::array kServer = {
    Row<ServerSettings>{"listen", &ServerSettings::listen, "Address and port; port 0 takes any free one."},
    Row<ServerSettings>{"public_url", &ServerSettings::public_url,
                        "How the world sees this server, without a trailing slash; also the OAuth issuer. "
                        "https, or http on a loopback address.",
                        kRequired},
    Row<ServerSettings>{"tls_certificate_file", &ServerSettings::tls_certificate_file,
                        "PEM chain, leaf first. Empty: plain HTTP, for a proxy in front or loopback."},
    Row<ServerSettings>{"tls_private_key_file", &ServerSettings::tls_private_key_file,
                        "PEM private key of the certificate."},
    Row<ServerSettings>{"io_threads", &ServerSettings::io_threads,
                        "0: one less than the machine has cores, at least one.", kOptional, 0, 256},
    Row<ServerSettings>{
        "trusted_proxies", &ServerSettings::trusted_proxies,
        "Peer addresses whose X-Forwarded-For is believed. Without your proxy's, limits and logs take "
        "everybody for the proxy."},
    Row<ServerSettings>{"stop_grace", &ServerSettings::stop_grace,
                        "How long requests in flight may take after SIGTERM.", kOptional, 0, 300},
    Row<ServerSettings>{"userinfo_scope", &ServerSettings::userinfo_scope,
                        "The scope that /oauth/userinfo demands of a token. Empty: none."},
};
const std::array kOperations = {
    Row<OperationsSettings>{"listen", &OperationsSettings::listen,
                            "Address and port; port 0 takes any free one."},
};
const std::array kStorage = {
    Row<StorageSettings>{"engine", &StorageSettings::engine, "\"sqlite\"."},
    Row<StorageSettings>{"path", &StorageSettings::path,
                         "The database file, relative to this configuration file."},
    Row<StorageSettings>{"keep_attempts", &StorageSettings::keep_attempts,
                         "How long finished link attempts and their traces are kept.", kOptional, 3600},
    Row<StorageSettings>{"keep_webhooks", &StorageSettings::keep_webhooks,
                         "How long webhooks are kept that could not be delivered.", kOptional, 3600},
};
const std::array kKeys = {
    Row<KeySettings>{
        "master", &KeySettings::master,
        "\"ID=file:PATH\" with an ID of 1 to 255; base64url of 32 bytes. The first writes, all read.",
        kRequired},
    Row<KeySettings>{"signing", &KeySettings::signing,
                     "\"file:PATH\" of P-256 private keys as JWK. The first signs, all are published.",
                     kRequired},
    Row<KeySettings>{
        "subject", &KeySettings::subject,
        "Reference to the key of pairwise subjects, base64url of 32 bytes; needed as soon as a "
        "client has `subject = \"pairwise\"`. It must never change: with another key every user is "
        "somebody else to whoever stored a `sub`."},
};
const std::array kLog = {
    Row<LogSettings>{"level", &LogSettings::level, "\"debug\", \"info\", \"warn\", \"error\" or \"off\"."},
};
const std::array kAmazon = {
    Row<AmazonSettings>{"connect_to", &AmazonSettings::connect_to,
                        "HOST:PORT that stands in for every Amazon host, e.g. couplet-emulator; names and "
                        "certificates are checked all the same."},
    Row<AmazonSettings>{"ca_file", &AmazonSettings::ca_file,
                        "PEM of the certificate authority to trust for Amazon's hosts. Empty: the system's."},
    Row<AmazonSettings>{"alexa_app_base", &AmazonSettings::alexa_app_base,
                        "Base of the Alexa app URL, as phones open it."},
    Row<AmazonSettings>{"lwa_base", &AmazonSettings::lwa_base,
                        "Base of the Login with Amazon URL, as browsers open it."},
    Row<AmazonSettings>{"token_url", &AmazonSettings::token_url, "Login with Amazon's token endpoint."},
    Row<AmazonSettings>{"api_hosts", &AmazonSettings::api_hosts,
                        "The only hosts that get an Amazon token, tried in this order where Amazon cannot "
                        "name the user's region."},
    Row<AmazonSettings>{"connect_timeout", &AmazonSettings::connect_timeout, "To set up a connection.",
                        kOptional, 100, 30000},
    Row<AmazonSettings>{"token_timeout", &AmazonSettings::token_timeout, "For one call to Login with Amazon.",
                        kOptional, 500, 60000},
    Row<AmazonSettings>{"enablement_timeout", &AmazonSettings::enablement_timeout,
                        "For one call to the Alexa API, in which Alexa calls us back.", kOptional, 5000,
                        50000},
    Row<AmazonSettings>{"recheck_links_after", &AmazonSettings::recheck_links_after,
                        "Amazon is asked again about a link that nobody has looked at for so long. 0: never.",
                        kOptional, 0, 366 * 24 * 3600},
    Row<AmazonSettings>{"rechecks_per_minute", &AmazonSettings::rechecks_per_minute,
                        "How many links are looked at again in a minute: at least your links, divided by the "
                        "minutes of `recheck_links_after`.",
                        kOptional, 1, 6000},
};
const std::array kLimits = {
    Row<LimitSettings>{"starts_per_user_per_minute", &LimitSettings::starts_per_user_per_minute,
                       "Links one user may start.", kOptional, 1},
    Row<LimitSettings>{
        "authentication_failures_per_minute", &LimitSettings::authentication_failures_per_minute,
        "Wrong client secrets or API keys one address may send. Right ones are never held back.", kOptional,
        1},
    Row<LimitSettings>{"authorizations_per_address_per_minute",
                       &LimitSettings::authorizations_per_address_per_minute,
                       "Requests from one address that /oauth/authorize may refuse; a whole network may "
                       "share one. Good ones are "
                       "never held back.",
                       kOptional, 1},
};
const std::array kClients = {
    Row<ClientSettings>{"client_id", &ClientSettings::client_id, "What Alexa, or the API, calls itself here.",
                        kRequired},
    Row<ClientSettings>{
        "client_secrets", &ClientSettings::client_secrets,
        "One reference, or two while a secret is being replaced: \"file:PATH\" or \"env:NAME\".", kRequired},
    Row<ClientSettings>{
        "redirect_uris", &ClientSettings::redirect_uris,
        "Beside those of the skills that name this client, e.g. Alexa's three; compared byte for byte."},
    Row<ClientSettings>{"scopes", &ClientSettings::scopes, "What the client may ask for."},
    Row<ClientSettings>{"access_token_lifetime", &ClientSettings::access_token_lifetime,
                        "At least 360 seconds: Alexa asks for that.", kOptional, 360, 86400},
    Row<ClientSettings>{"access_token_jitter", &ClientSettings::access_token_jitter,
                        "Taken off the lifetime at random, so that tokens do not expire together.", kOptional,
                        0, 86400},
    Row<ClientSettings>{"authorization_code_lifetime", &ClientSettings::authorization_code_lifetime,
                        "Must outlive one enablement call.", kOptional, 30, 600},
    Row<ClientSettings>{"refresh_policy", &ClientSettings::refresh_policy,
                        "\"stable\": refresh tokens stay as they are. \"overlap\": each refresh gives a "
                        "successor and the last ones stay valid. \"strict\": reuse of an old one ends the "
                        "grant; not for Alexa, which would lose links to it."},
    Row<ClientSettings>{"refresh_generations", &ClientSettings::refresh_generations,
                        "Under \"overlap\": how many refresh tokens of a grant stay valid.", kOptional, 2,
                        16},
    Row<ClientSettings>{
        "refresh_grace", &ClientSettings::refresh_grace,
        "Under \"strict\": how long the token before the newest is answered again, because an "
        "answer may have been lost. 0: never.",
        kOptional, 0, 600},
    Row<ClientSettings>{"refresh_token_idle_lifetime", &ClientSettings::refresh_token_idle_lifetime,
                        "A refresh token unused for so long ends. 0: never. Users then have to link again.",
                        kOptional, 0},
    Row<ClientSettings>{"refresh_token_absolute_lifetime", &ClientSettings::refresh_token_absolute_lifetime,
                        "A refresh token as old as this ends, used or not. 0: never. Users then have to link "
                        "again.",
                        kOptional, 0},
    Row<ClientSettings>{
        "require_pkce", &ClientSettings::require_pkce,
        "True refuses an authorization request without code_challenge. Set it once PKCE is on "
        "in the developer console."},
    Row<ClientSettings>{
        "tolerate_unasked_code_verifier", &ClientSettings::tolerate_unasked_code_verifier,
        "True ignores a code_verifier for a code that had no challenge, instead of refusing it."},
    Row<ClientSettings>{
        "access_token_format", &ClientSettings::access_token_format,
        "\"jwt\": a resource server can check a token by itself. \"opaque\": only introspection "
        "can, so that a revocation holds at once."},
    Row<ClientSettings>{"subject", &ClientSettings::subject,
                        "`sub` of the client's tokens. \"public\": your own user id. \"pairwise\": another "
                        "one for each skill, stable, and telling nothing; introspection adds your user id as "
                        "`username`."},
    Row<ClientSettings>{"may_introspect", &ClientSettings::may_introspect,
                        "True for a resource server's credential."},
    Row<ClientSettings>{
        "introspect_skills", &ClientSettings::introspect_skills,
        "The skills whose tokens it may ask about, by name; others are inactive to it. Empty: "
        "all."},
    Row<ClientSettings>{"enabled", &ClientSettings::enabled, "False refuses the client everything."},
};
const std::array kSkills = {
    Row<SkillSettings>{"name", &SkillSettings::name, "Short name in our paths: a-z, 0-9 and '-'.", kRequired},
    Row<SkillSettings>{"display_name", &SkillSettings::display_name, "Your service's name on our pages.",
                       kRequired},
    Row<SkillSettings>{"skill_id", &SkillSettings::skill_id, "Amazon's id: amzn1.ask.skill. and a UUID.",
                       kRequired},
    Row<SkillSettings>{"stage", &SkillSettings::stage, "\"development\" or \"live\"."},
    Row<SkillSettings>{"asin", &SkillSettings::asin,
                       "Ten letters and digits; lets users manage links made in the Alexa app."},
    Row<SkillSettings>{"alexa_client_id", &SkillSettings::alexa_client_id,
                       "Amazon's pair for you, read from the console: amzn1.application-oa2-client.…",
                       kRequired},
    Row<SkillSettings>{"alexa_client_secret", &SkillSettings::alexa_client_secret,
                       "Its secret, by reference.", kRequired},
    Row<SkillSettings>{
        "client_id", &SkillSettings::client_id,
        "Your pair for Alexa, typed into the console: the client_id of one of [[clients]]. Required, "
        "except where authorization is \"external\": then it is only passed on."},
    Row<SkillSettings>{"redirect_uris", &SkillSettings::redirect_uris,
                       "Your redirect URLs, as registered on the skill; the first is the default.",
                       kRequired},
    Row<SkillSettings>{"scope", &SkillSettings::scope, "Scope of the tokens Alexa gets, space separated."},
    Row<SkillSettings>{
        "audience", &SkillSettings::audience,
        "`aud` of the skill's access tokens. Empty: public_url, /skills/ and the name. Tokens with "
        "the former audience stop working when it changes, until Alexa refreshes them."},
    Row<SkillSettings>{"require", &SkillSettings::require,
                       "Acknowledgements without which no link starts, e.g. \"terms-v3\"."},
    Row<SkillSettings>{
        "login_url", &SkillSettings::login_url,
        "Your page where users sign in and consent when a link starts in the Alexa app; it gets "
        "?login_challenge=… appended. https, or http on a loopback address."},
    Row<SkillSettings>{"app_return_uri", &SkillSettings::app_return_uri,
                       "Where the return page's \"back to the app\" button leads."},
    Row<SkillSettings>{
        "allow_return_mode_page", &SkillSettings::allow_return_mode_page,
        "True lets links be started in return mode \"page\", where the user types on the return page a "
        "number that your app shows. For devices where neither an app nor the starting browser can finish; "
        "SECURITY.md says what it costs."},
    Row<SkillSettings>{
        "authorization", &SkillSettings::authorization,
        "\"couplet\", or \"external\": the authorization server that Alexa calls is your own, and "
        "Couplet asks it for each code."},
    Row<SkillSettings>{
        "external_code_url", &SkillSettings::external_code_url,
        "Where your authorization server gives Couplet a code, see migrating.md. https, or http on "
        "a loopback address. Required where authorization is \"external\"."},
    Row<SkillSettings>{
        "external_code_secret", &SkillSettings::external_code_secret,
        "What those requests are signed with, by reference: \"whsec_\" and base64, as Standard "
        "Webhooks has it. Required where authorization is \"external\"."},
    Row<SkillSettings>{"external_allow_private", &SkillSettings::external_allow_private,
                       "True lets external_code_url lead to a loopback or private address."},
    Row<SkillSettings>{"external_timeout", &SkillSettings::external_timeout,
                       "For one call to external_code_url; up to three are made.", kOptional, 500, 10000},
    Row<SkillSettings>{
        "forward_to", &SkillSettings::forward_to,
        "Your skill's own service: gets the signed requests from Alexa that are no events about "
        "accounts, where both share an endpoint. https, or http on a loopback address."},
    Row<SkillSettings>{"messaging_client_id", &SkillSettings::messaging_client_id,
                       "Of a smart-home skill: the pair for Alexa skill messaging in the console, with which "
                       "AcceptGrant's codes are exchanged. Empty: alexa_client_id."},
    Row<SkillSettings>{"messaging_client_secret", &SkillSettings::messaging_client_secret,
                       "Its secret, by reference."},
    Row<SkillSettings>{
        "default_locale", &SkillSettings::default_locale,
        "Language of texts for users where neither the link's `locale` nor the browser names one."},
    Row<SkillSettings>{
        "messages", &SkillSettings::messages,
        "Your own texts for users, by the names in errors.md: of an error code, or of a text; for "
        "all languages, or in a table of one language's: `messages.de.problem = \"…\"`."},
};
const std::array kApiKeys = {
    Row<ApiKeySettings>{"name", &ApiKeySettings::name, "For the logs.", kRequired},
    Row<ApiKeySettings>{"sha256", &ApiKeySettings::sha256,
                        "SHA-256 of the key, 64 hex digits; the key itself is not kept.", kRequired},
    Row<ApiKeySettings>{"skills", &ApiKeySettings::skills, "The skills it may be used for, by name.",
                        kRequired},
};
const std::array kUserJwts = {
    Row<UserJwtSettings>{"issuer", &UserJwtSettings::issuer, "The `iss` of your users' tokens.", kRequired},
    Row<UserJwtSettings>{"audience", &UserJwtSettings::audience, "The `aud` they must carry.", kRequired},
    Row<UserJwtSettings>{"jwks_file", &UserJwtSettings::jwks_file, "The issuer's public keys as a JWK set.",
                         kRequired},
    Row<UserJwtSettings>{"user_claim", &UserJwtSettings::user_claim, "The claim with the user id."},
    Row<UserJwtSettings>{"skills", &UserJwtSettings::skills, "The skills these users may link, by name.",
                         kRequired},
};
const std::array kWebhooks = {
    Row<WebhookSettings>{
        "name", &WebhookSettings::name,
        "For the logs, the metrics and `couplet webhooks`: a-z, 0-9 and '-'. With another name "
        "it is another target.",
        kRequired},
    Row<WebhookSettings>{"url", &WebhookSettings::url,
                         "Your endpoint: https; with allow_private also http on a loopback address.",
                         kRequired},
    Row<WebhookSettings>{"secrets", &WebhookSettings::secrets,
                         "References to what the calls are signed with: one, or two while a secret is being "
                         "replaced, the new one first. \"whsec_\" and base64, as Standard Webhooks has it.",
                         kRequired},
    Row<WebhookSettings>{"skills", &WebhookSettings::skills,
                         "The skills it is told about, by name. Empty: all."},
    Row<WebhookSettings>{"events", &WebhookSettings::events,
                         "\"link.linked\", \"link.unlinked\", \"link.failed\". Empty: all."},
    Row<WebhookSettings>{"ca_file", &WebhookSettings::ca_file,
                         "PEM of the certificate authority to trust for this target. Empty: the system's."},
    Row<WebhookSettings>{"timeout", &WebhookSettings::timeout,
                         "For one call, from its start to the whole answer.", kOptional, 100, 60000},
    Row<WebhookSettings>{"give_up_after", &WebhookSettings::give_up_after,
                         "How long a webhook is tried; then it waits for `couplet webhooks retry`.",
                         kOptional, 1},
    Row<WebhookSettings>{"connections", &WebhookSettings::connections, "Calls at the same time.", kOptional,
                         1, 64},
    Row<WebhookSettings>{"allow_private", &WebhookSettings::allow_private,
                         "True lets url lead to a loopback or private address."},
};
const std::array kAppleApps = {
    Row<AppleAppSettings>{"app_id", &AppleAppSettings::app_id, "Team id, a dot, bundle id.", kRequired},
    Row<AppleAppSettings>{"paths", &AppleAppSettings::paths, "Paths the app opens."},
};
const std::array kAndroidApps = {
    Row<AndroidAppSettings>{"package", &AndroidAppSettings::package, "Application id.", kRequired},
    Row<AndroidAppSettings>{"sha256_cert_fingerprints", &AndroidAppSettings::sha256_cert_fingerprints,
                            "Upper-case hex pairs with colons; with Play App Signing, Play's key.",
                            kRequired},
};

}  // namespace

std::span<const Row<ServerSettings>> server_rows() { return kServer; }
std::span<const Row<OperationsSettings>> operations_rows() { return kOperations; }
std::span<const Row<StorageSettings>> storage_rows() { return kStorage; }
std::span<const Row<KeySettings>> key_rows() { return kKeys; }
std::span<const Row<LogSettings>> log_rows() { return kLog; }
std::span<const Row<AmazonSettings>> amazon_rows() { return kAmazon; }
std::span<const Row<LimitSettings>> limit_rows() { return kLimits; }
std::span<const Row<ClientSettings>> client_rows() { return kClients; }
std::span<const Row<SkillSettings>> skill_rows() { return kSkills; }
std::span<const Row<ApiKeySettings>> api_key_rows() { return kApiKeys; }
std::span<const Row<UserJwtSettings>> user_jwt_rows() { return kUserJwts; }
std::span<const Row<WebhookSettings>> webhook_rows() { return kWebhooks; }
std::span<const Row<AppleAppSettings>> apple_app_rows() { return kAppleApps; }
std::span<const Row<AndroidAppSettings>> android_app_rows() { return kAndroidApps; }

}  // namespace couplet::server
