// SPDX-License-Identifier: Apache-2.0
#include "emulator/state/model.hpp"

#include <algorithm>
#include <array>

#include "base/crypto.hpp"
#include "base/encoding.hpp"

namespace couplet::emulator {

namespace {

struct RegionRow {
  Region region;
  std::string_view text;
  std::string_view host;
};
constexpr std::array kRegions{RegionRow{Region::na, "NA", "api.amazonalexa.com"},
                              RegionRow{Region::eu, "EU", "api.eu.amazonalexa.com"},
                              RegionRow{Region::fe, "FE", "api.fe.amazonalexa.com"}};

// LWA caps the client id at 100 bytes, Alexa the skill id at 255.
constexpr std::size_t kClientIdLimit = 100;
constexpr std::size_t kSkillIdLimit = 255;
constexpr std::size_t kScopeLimit = 15;

bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  });
}

/// Schemes of an app's own (com.example.app:/done) are allowed: a phone app may register one.
bool is_redirect_url(std::string_view url) {
  const bool plain =
      std::ranges::all_of(url, [](char c) { return c > ' ' && c < '\x7f' && c != '"' && c != '\\'; });
  const std::string lower = ascii_lower(url);
  const bool script = lower.starts_with("javascript:") || lower.starts_with("data:");
  return plain && !script && url.contains(":/") && !url.contains('#');
}

}  // namespace

std::string_view region_text(Region region) {
  return std::ranges::find(kRegions, region, &RegionRow::region)->text;
}

std::optional<Region> region_from_text(std::string_view text) {
  const auto row = std::ranges::find(kRegions, text, &RegionRow::text);
  return row == kRegions.end() ? std::nullopt : std::optional(row->region);
}

std::string_view api_host(Region region) {
  return std::ranges::find(kRegions, region, &RegionRow::region)->host;
}

std::string_view stage_text(Stage stage) { return stage == Stage::development ? "development" : "live"; }

std::optional<Stage> stage_from_text(std::string_view text) {
  if (text == "development") return Stage::development;
  if (text == "live") return Stage::live;
  return std::nullopt;
}

std::string_view platform_text(PlatformType platform) {
  return platform == PlatformType::iOS ? "iOS" : "Android";
}

std::optional<PlatformType> platform_from_text(std::string_view text) {
  if (text == "iOS") return PlatformType::iOS;
  if (text == "Android") return PlatformType::Android;
  return std::nullopt;
}

std::string AmazonUser::amazon_user_id() const {
  return "amzn1.account." + to_hex(sha256("emulated amazon account " + id)).substr(0, 28);
}

std::optional<LinkingType> linking_type_from_text(std::string_view text) {
  if (text == "AUTH_CODE") return LinkingType::AUTH_CODE;
  if (text == "IMPLICIT") return LinkingType::IMPLICIT;
  return std::nullopt;
}

bool Skill::has_stage(Stage stage) const { return std::ranges::find(stages, stage) != stages.end(); }

bool Skill::has_redirect_url(std::string_view url) const {
  const AccountLinking& linking = account_linking;
  return !linking.removed && linking.type == LinkingType::AUTH_CODE &&
         std::ranges::find(linking.redirectUrls, url) != linking.redirectUrls.end();
}

std::string Skill::authorization_url(std::optional<PlatformType> platform) const {
  if (!platform) return account_linking.authorizationUrl;
  const auto& urls = account_linking.authorizationUrlsByPlatform;
  const auto found = std::ranges::find(urls, *platform, &PlatformUrl::platformType);
  return found == urls.end() ? "" : found->platformAuthorizationUrl;
}

std::vector<ModelFault> faults_of(const AmazonUser& user) {
  std::vector<ModelFault> faults;
  if (!is_id(user.id)) faults.push_back({"id", "is not a short id", "use 1 to 64 of A-Z a-z 0-9 - _ ."});
  if (user.name.empty()) faults.push_back({"name", "is empty", "give the name that the pages show"});
  return faults;
}

std::vector<ModelFault> faults_of(const Skill& skill) {
  std::vector<ModelFault> faults;
  const auto check = [&faults](bool good, std::string member, std::string problem, std::string cure) {
    if (!good) faults.push_back({std::move(member), std::move(problem), std::move(cure)});
  };
  const AccountLinking& linking = skill.account_linking;
  const bool good_skill_id =
      skill.skill_id.starts_with("amzn1.ask.skill.") &&
      is_id(std::string_view(skill.skill_id).substr(std::min<std::size_t>(16, skill.skill_id.size())));
  check(good_skill_id && skill.skill_id.size() <= kSkillIdLimit, "skill_id", "is not a skill id",
        "amzn1.ask.skill. and a UUID, as the developer console shows it");
  check(!skill.name.empty(), "name", "is empty", "give the name that the pages show");
  check(!skill.stages.empty(), "stages", "is empty", R"(stages = ["development"], ["live"], or both)");
  check(!skill.alexa_client_id.empty() && skill.alexa_client_id.size() <= kClientIdLimit, "alexa_client_id",
        "is empty or over 100 bytes", "amzn1.application-oa2-client. and 32 hex digits");
  check(!skill.alexa_client_secret.empty(), "alexa_client_secret", "is empty",
        "any text; the same as the backend under test has");
  check(skill.endpoint.empty() || is_callable_url(skill.endpoint), "endpoint",
        "is not a URL that can be called", "https://…, or http:// with 127.0.0.1 or localhost");
  const SkillEvents& events = skill.events;
  check(events.endpoint.empty() || is_callable_url(events.endpoint), "events.endpoint",
        "is not a URL that can be called", "https://…, or http:// with 127.0.0.1 or localhost");
  check(std::ranges::all_of(events.regions, is_callable_url, &decltype(events.regions)::value_type::second),
        "events.regions", "has an entry that is not a URL that can be called",
        "https://…, or http:// with 127.0.0.1 or localhost");
  check(events.regions.empty() || !events.endpoint.empty(), "events.regions", "stands without an endpoint",
        "give events.endpoint as well: the regions that are not named use it");
  check(events.endpoint.empty() == events.subscriptions.empty(), "events",
        "has an endpoint without subscriptions, or the other way round", "give both, or neither");
  check(skill.smart_home.endpoint.empty() || is_callable_url(skill.smart_home.endpoint),
        "smart_home.endpoint", "is not a URL that can be called",
        "https://…, or http:// with 127.0.0.1 or localhost");
  check(!skill.smart_home.send_alexa_events || skill.smart_home.wants_grant(), "smart_home.send_alexa_events",
        "has no endpoint to send AcceptGrant to", "give smart_home.endpoint as well");
  if (linking.removed) return faults;
  check(linking.authorizationUrl.empty() || is_callable_url(linking.authorizationUrl),
        "account_linking.authorizationUrl", "is not a URL that a browser can open",
        "https://…, or http:// with 127.0.0.1 or localhost");
  check(std::ranges::all_of(linking.authorizationUrlsByPlatform, is_redirect_url,
                            &PlatformUrl::platformAuthorizationUrl),
        "account_linking.authorizationUrlsByPlatform", "has an entry that is no absolute URL",
        "the Universal Link or App Link that opens your app");
  check(linking.authorizationUrl.empty() || is_id(skill.vendor_id), "vendor_id", "is missing",
        "your developer account's id, as in M1EXAMPLEVENDOR: Alexa's redirect URLs end with it");
  const bool by_code = linking.type == LinkingType::AUTH_CODE;
  check(!by_code || is_callable_url(linking.accessTokenUrl), "account_linking.accessTokenUrl",
        "is not a URL that can be called", "https://…, or http:// with 127.0.0.1 or localhost");
  check(!linking.clientId.empty(), "account_linking.clientId", "is empty",
        "the client id your authorization server gave to Alexa");
  check(!by_code || !linking.clientSecret.empty(), "account_linking.clientSecret", "is empty",
        "the client secret your authorization server gave to Alexa");
  check(linking.clientId.empty() || linking.clientId != skill.alexa_client_id, "account_linking.clientId",
        "is the Alexa client id",
        "your own pair belongs here; the Alexa pair is alexa_client_id and alexa_client_secret");
  check(linking.accessTokenScheme != AccessTokenScheme::HTTP_BASIC || !linking.clientId.contains(':'),
        "account_linking.clientId", "holds a colon, which HTTP Basic cannot carry",
        "use REQUEST_BODY_CREDENTIALS, or another client id");
  check(linking.scopes.size() <= kScopeLimit, "account_linking.scopes", "has more than 15 entries",
        "Amazon allows 15");
  check(linking.domains.size() <= kScopeLimit, "account_linking.domains", "has more than 15 entries",
        "Amazon allows 15");
  check(!linking.redirectUrls.empty() || !linking.authorizationUrl.empty(), "account_linking.redirectUrls",
        "is empty", "the redirect URLs of your app; their presence switches on linking from the app");
  check(std::ranges::all_of(linking.redirectUrls, is_redirect_url), "account_linking.redirectUrls",
        "has an entry that is no absolute URL", "absolute, without a fragment, percent-encoded");
  check(linking.defaultTokenExpirationInSeconds.count() >= 360,
        "account_linking.defaultTokenExpirationInSeconds", "is under 360",
        "Alexa wants access tokens that live at least 360 seconds");
  return faults;
}

bool is_callable_url(std::string_view url) {
  const bool plain = std::ranges::all_of(url, [](char c) { return c > ' ' && c < '\x7f'; });
  if (!plain) return false;
  if (url.starts_with("https://")) return url.size() > 8 && url[8] != '/';
  if (!url.starts_with("http://")) return false;
  const std::string_view rest = url.substr(7);
  const std::string_view host = rest.substr(0, rest.find_first_of(":/?"));
  return host == "127.0.0.1" || host == "localhost";
}

}  // namespace couplet::emulator
