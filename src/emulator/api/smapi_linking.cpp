// SPDX-License-Identifier: Apache-2.0
#include "emulator/api/smapi_linking.hpp"

#include <algorithm>

#include "base/crypto.hpp"
#include "base/encoding.hpp"

namespace couplet::emulator {

namespace {

constexpr std::size_t kMostEntries = 15;

std::string_view scheme_text(AccessTokenScheme scheme) {
  return scheme == AccessTokenScheme::HTTP_BASIC ? "HTTP_BASIC" : "REQUEST_BODY_CREDENTIALS";
}

json::array array_of(const std::vector<std::string>& texts) {
  json::array array;
  for (const std::string& text : texts) array.emplace_back(text);
  return array;
}

/// Reads the members of the request and collects what is wrong with them.
class LinkingReader {
 public:
  explicit LinkingReader(const json::object& object) : object_(object) {}

  void text(std::string_view name, std::string& into) {
    const json::value* value = take(name);
    if (!value) return;
    const auto* text = value->if_string();
    if (!text) return wrong(name, "must be a string");
    into = *text;
  }
  void flag(std::string_view name, bool& into) {
    const json::value* value = take(name);
    if (!value) return;
    if (!value->is_bool()) return wrong(name, "must be true or false");
    into = value->get_bool();
  }
  void texts(std::string_view name, std::vector<std::string>& into) {
    const json::value* value = take(name);
    if (!value) return;
    const auto* array = value->if_array();
    if (!array || std::ranges::any_of(*array, [](const json::value& entry) { return !entry.is_string(); }))
      return wrong(name, "must be an array of strings");
    for (const json::value& entry : *array) into.emplace_back(entry.get_string());
  }
  /// One of the names; its place in the list.
  std::size_t choice(std::string_view name, std::initializer_list<std::string_view> names,
                     std::size_t otherwise) {
    const json::value* value = take(name);
    if (!value) return otherwise;
    const auto* text = value->if_string();
    const auto found = text ? std::ranges::find(names, std::string_view(*text)) : names.end();
    if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
    std::string list;
    for (const std::string_view allowed : names) list += (list.empty() ? "" : ", ") + std::string(allowed);
    wrong(name, "must be one of " + list);
    return otherwise;
  }
  void whole_seconds(std::string_view name, std::chrono::seconds& into) {
    const json::value* value = take(name);
    if (!value) return;
    if (!value->is_int64()) return wrong(name, "must be a whole number");
    into = std::chrono::seconds(value->get_int64());
  }
  void platforms(std::vector<PlatformUrl>& into) {
    constexpr std::string_view kName = "authorizationUrlsByPlatform";
    const json::value* value = take(kName);
    if (!value) return;
    for (const json::value& entry : value->is_array() ? value->get_array() : json::array{nullptr}) {
      const auto* object = entry.if_object();
      const auto platform =
          object ? platform_from_text(find_string(*object, "platformType").value_or("")) : std::nullopt;
      const auto url = object ? find_string(*object, "platformAuthorizationUrl") : std::nullopt;
      if (!platform || !url)
        return wrong(kName, "must hold {platformType: iOS or Android, platformAuthorizationUrl}");
      into.push_back({*platform, std::string(*url)});
    }
  }
  void require(bool there, std::string_view name) {
    if (!there) violations_.push_back({"MISSING_REQUIRED_PROPERTY", std::string(name) + " is missing"});
  }
  void limit(const std::vector<std::string>& entries, std::string_view name) {
    if (entries.size() > kMostEntries) wrong(name, "must not have more than 15 entries");
  }
  void wrong(std::string_view name, std::string_view what) {
    violations_.push_back({"INVALID_PROPERTY_VALUE", std::string(name) + " " + std::string(what)});
  }
  std::vector<SmapiViolation> finish() {
    for (const auto& member : object_)
      if (std::ranges::find(seen_, std::string_view(member.key())) == seen_.end())
        violations_.push_back({"UNEXPECTED_PROPERTY", std::string(member.key()) + " is not known here"});
    return std::move(violations_);
  }

 private:
  const json::value* take(std::string_view name) {
    seen_.push_back(name);
    return object_.if_contains(name);
  }

  const json::object& object_;
  std::vector<std::string_view> seen_;
  std::vector<SmapiViolation> violations_;
};

void read_all(LinkingReader& reader, const json::object& request, AccountLinking& linking) {
  reader.require(request.contains("type"), "type");
  linking.type = reader.choice("type", {"AUTH_CODE", "IMPLICIT"}, 0) == 0 ? LinkingType::AUTH_CODE
                                                                          : LinkingType::IMPLICIT;
  reader.text("authorizationUrl", linking.authorizationUrl);
  reader.platforms(linking.authorizationUrlsByPlatform);
  reader.text("accessTokenUrl", linking.accessTokenUrl);
  linking.accessTokenScheme =
      reader.choice("accessTokenScheme", {"HTTP_BASIC", "REQUEST_BODY_CREDENTIALS"}, 0) == 0
          ? AccessTokenScheme::HTTP_BASIC
          : AccessTokenScheme::REQUEST_BODY_CREDENTIALS;
  reader.text("clientId", linking.clientId);
  std::string secret;
  reader.text("clientSecret", secret);
  if (!secret.empty()) linking.clientSecret = ProviderClientSecret(std::move(secret));
  reader.texts("scopes", linking.scopes);
  reader.texts("domains", linking.domains);
  reader.texts("redirectUrls", linking.redirectUrls);
  reader.whole_seconds("defaultTokenExpirationInSeconds", linking.defaultTokenExpirationInSeconds);
  reader.text("reciprocalAccessTokenUrl", linking.reciprocalAccessTokenUrl);
  reader.flag("skipOnEnablement", linking.skipOnEnablement);
  linking.voiceForwardAccountLinking =
      reader.choice("voiceForwardAccountLinking", {"DISABLED", "ENABLED"}, 0) == 1;
}

/// What one member alone does not tell.
void check_together(LinkingReader& reader, const json::object& request, const AccountLinking& linking) {
  reader.require(!linking.authorizationUrl.empty(), "authorizationUrl");
  reader.require(!linking.clientId.empty(), "clientId");
  reader.limit(linking.scopes, "scopes");
  reader.limit(linking.domains, "domains");
  if (!linking.reciprocalAccessTokenUrl.empty() && !is_callable_url(linking.reciprocalAccessTokenUrl))
    reader.wrong("reciprocalAccessTokenUrl", "must be an https URL");
  if (linking.type == LinkingType::IMPLICIT) {
    if (request.contains("defaultTokenExpirationInSeconds"))
      reader.wrong("defaultTokenExpirationInSeconds", "is for AUTH_CODE only");
    return;
  }
  reader.require(!linking.accessTokenUrl.empty(), "accessTokenUrl");
  reader.require(request.contains("accessTokenScheme"), "accessTokenScheme");
  reader.require(!linking.clientSecret.empty(), "clientSecret");
}

}  // namespace

Result<Skill, std::vector<SmapiViolation>> with_written_linking(const json::object& body, Skill skill) {
  const json::object* request = find_object(body, "accountLinkingRequest");
  if (!request)
    return std::unexpected(std::vector<SmapiViolation>{
        {"MISSING_REQUIRED_PROPERTY", "accountLinkingRequest is missing, or no object"}});
  AccountLinking written;
  written.clientSecret = skill.account_linking.clientSecret;
  written.pkce = skill.account_linking.pkce;  // a console switch whose name in SMAPI is not known
  LinkingReader reader(*request);
  read_all(reader, *request, written);
  check_together(reader, *request, written);
  skill.account_linking = std::move(written);
  auto violations = reader.finish();
  if (violations.empty())
    for (const ModelFault& fault : faults_of(skill))
      violations.push_back({"INVALID_PROPERTY_VALUE", fault.member.substr(fault.member.find('.') + 1) + " " +
                                                          fault.problem + "; " + fault.cure});
  if (!violations.empty()) return std::unexpected(std::move(violations));
  return skill;
}

json::object linking_resource(const AccountLinking& linking) {
  const bool by_code = linking.type == LinkingType::AUTH_CODE;
  json::array platforms;
  for (const PlatformUrl& entry : linking.authorizationUrlsByPlatform)
    platforms.push_back(json::object{{"platformType", platform_text(entry.platformType)},
                                     {"platformAuthorizationUrl", entry.platformAuthorizationUrl}});
  json::object resource{{"type", by_code ? "AUTH_CODE" : "IMPLICIT"}};
  if (!linking.authorizationUrl.empty()) resource["authorizationUrl"] = linking.authorizationUrl;
  if (by_code) {
    resource["accessTokenUrl"] = linking.accessTokenUrl;
    resource["accessTokenScheme"] = scheme_text(linking.accessTokenScheme);
    resource["defaultTokenExpirationInSeconds"] = linking.defaultTokenExpirationInSeconds.count();
  }
  resource["clientId"] = linking.clientId;
  resource["scopes"] = array_of(linking.scopes);
  resource["domains"] = array_of(linking.domains);
  resource["redirectUrls"] = array_of(linking.redirectUrls);
  resource["authorizationUrlsByPlatform"] = std::move(platforms);
  if (!linking.reciprocalAccessTokenUrl.empty())
    resource["reciprocalAccessTokenUrl"] = linking.reciprocalAccessTokenUrl;
  resource["skipOnEnablement"] = linking.skipOnEnablement;
  resource["voiceForwardAccountLinking"] = linking.voiceForwardAccountLinking ? "ENABLED" : "DISABLED";
  return resource;
}

std::string entity_tag(const AccountLinking& linking) {
  const std::string whole =
      json::serialize(linking_resource(linking)) + "\n" + std::string(linking.clientSecret.reveal());
  return "\"" + to_hex(sha256(whole)).substr(0, 32) + "\"";
}

}  // namespace couplet::emulator
