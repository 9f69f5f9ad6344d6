// SPDX-License-Identifier: Apache-2.0
// What exists at the emulated Amazon before anybody links anything: accounts and skills, as the configuration
// or the control interface put them there.
#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.hpp"
#include "emulator/state/skill_settings.hpp"

namespace couplet::emulator {

using AlexaClientSecret = Secret<struct AlexaClientSecretTag>;        // Amazon's, for the provider's backend
using ProviderClientSecret = Secret<struct ProviderClientSecretTag>;  // the provider's, for Alexa
using AmazonCode = Secret<struct AmazonCodeTag>;
using AmazonAccessToken = Secret<struct AmazonAccessTokenTag>;
using AmazonRefreshToken = Secret<struct AmazonRefreshTokenTag>;
using ProviderCode = Secret<struct ProviderCodeTag>;
using ProviderAccessToken = Secret<struct ProviderAccessTokenTag>;
using ProviderRefreshToken = Secret<struct ProviderRefreshTokenTag>;

inline constexpr std::string_view kLinkingScope = "alexa::skills:account_linking";

/// Where an Amazon account is registered; decides which API host serves it.
enum class Region { na, eu, fe };
[[nodiscard]] std::string_view region_text(Region region);  // "NA", "EU", "FE"
[[nodiscard]] std::optional<Region> region_from_text(std::string_view text);
[[nodiscard]] std::string_view api_host(Region region);  // "api.eu.amazonalexa.com"

enum class Stage { development, live };
[[nodiscard]] std::string_view stage_text(Stage stage);
[[nodiscard]] std::optional<Stage> stage_from_text(std::string_view text);

struct AmazonUser {
  std::string id;  // short, for configuration and URLs: "alice"
  std::string name;
  std::string email;
  Region region = Region::na;
  bool owner = false;   // of the developer account: may use skills in development
  bool tester = false;  // invited to the beta test: may too

  /// LWA's name for the account, the same for every skill.
  [[nodiscard]] std::string amazon_user_id() const;
};

enum class AccessTokenScheme { HTTP_BASIC, REQUEST_BODY_CREDENTIALS };

enum class PlatformType { iOS, Android };
[[nodiscard]] std::string_view platform_text(PlatformType platform);
[[nodiscard]] std::optional<PlatformType> platform_from_text(std::string_view text);

/// Opens the provider's app instead of its login page.
struct PlatformUrl {
  PlatformType platformType = PlatformType::iOS;
  std::string platformAuthorizationUrl;
};

enum class LinkingType {
  AUTH_CODE,
  IMPLICIT,  // custom skills whose links start in the Alexa app only
};
[[nodiscard]] std::optional<LinkingType> linking_type_from_text(std::string_view text);

/// The skill's account linking page in the developer console; members are spelled as in SMAPI.
struct AccountLinking {
  bool removed = false;  // by DELETE: the skill has no account linking, whatever stands below
  LinkingType type = LinkingType::AUTH_CODE;
  std::string authorizationUrl;  // empty: links start in the provider's app only
  std::vector<PlatformUrl> authorizationUrlsByPlatform;
  bool pkce = false;  // the console's switch; its name in SMAPI is not known
  std::string accessTokenUrl;
  AccessTokenScheme accessTokenScheme = AccessTokenScheme::HTTP_BASIC;
  std::string clientId;
  ProviderClientSecret clientSecret;
  std::vector<std::string> scopes;
  std::vector<std::string> domains;
  std::vector<std::string> redirectUrls;
  std::chrono::seconds defaultTokenExpirationInSeconds{3600};
  std::string reciprocalAccessTokenUrl;
  bool skipOnEnablement = false;
  bool voiceForwardAccountLinking = false;
};

using DeveloperToken = Secret<struct DeveloperTokenTag>;

/// Who may use the configuration API.
struct Developer {
  DeveloperToken token;
  std::string vendor_id;  // whose skills; empty: all
};

/// Something a person can say to the skill.
struct Utterance {
  std::string say;     // "Alexa, ask Ride Hailer for a ride"
  std::string intent;  // "OrderRideIntent"; empty: LaunchRequest
};

struct Skill {
  std::string skill_id;
  std::string name;
  std::vector<Stage> stages;
  std::string alexa_client_id;
  AlexaClientSecret alexa_client_secret;
  bool linking_consent = true;  // false: this client may not ask for linking consent (unauthorized_client)
  std::string vendor_id;
  std::string asin;
  std::string endpoint;  // where voice requests are posted; empty: the skill has no voice
  std::vector<Utterance> utterances;
  AccountLinking account_linking;
  SkillEvents events;
  SmartHomeSettings smart_home;

  [[nodiscard]] bool has_stage(Stage stage) const;
  [[nodiscard]] bool has_redirect_url(std::string_view url) const;
  /// Where a link that starts in the Alexa app opens the provider: its app, or without a platform its login
  /// page. Empty when the skill has no such URL.
  [[nodiscard]] std::string authorization_url(std::optional<PlatformType> platform) const;
};

/// A value that cannot stand, with the way out.
struct ModelFault {
  std::string member;  // "skill_id", "account_linking.accessTokenUrl"
  std::string problem;
  std::string cure;
};
[[nodiscard]] std::vector<ModelFault> faults_of(const AmazonUser& user);
[[nodiscard]] std::vector<ModelFault> faults_of(const Skill& skill);

/// https, or http to this machine.
[[nodiscard]] bool is_callable_url(std::string_view url);

}  // namespace couplet::emulator
