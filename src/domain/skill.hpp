// SPDX-License-Identifier: Apache-2.0
// One Alexa skill and its two credential pairs, as the configuration names them. Constant after start.
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/secret.hpp"
#include "base/webhook_signature.hpp"
#include "domain/enum_text.hpp"
#include "domain/ids.hpp"

namespace couplet {

using AlexaClientSecret = Secret<struct AlexaClientSecretTag>;

enum class SkillStage { development, live };
inline constexpr EnumTable<SkillStage, 2> kSkillStages{
    {{SkillStage::development, "development"}, {SkillStage::live, "live"}}};

/// Where the authorization server is the provider's own: Couplet asks it for each code, and never sees a
/// token of it.
struct ExternalAuthorization {
  std::string code_url;                         // https; http on a loopback address
  std::shared_ptr<const WebhookSigner> signer;  // of the requests
  bool allow_private = false;                   // the URL may lead to a loopback or private address
  milliseconds timeout{3000};                   // of one call
};

struct Skill {
  SkillName name;
  std::string display_name;  // on pages: "Ride Hailer"
  SkillId skill_id;
  SkillStage stage = SkillStage::development;
  std::string asin;             // 10 alphanumerics; empty when the skill is not published yet
  std::string alexa_client_id;  // Amazon's pair for us, from the skill's console page
  AlexaClientSecret alexa_client_secret;
  ClientId client_id;  // our pair for Alexa, typed into the console; may be empty if external
  std::vector<std::string> redirect_uris;  // the first is the default
  std::string scope;                       // of the codes minted for Alexa; space separated
  std::string audience;                    // `aud` of the skill's access tokens (AT-10)
  std::vector<std::string> require;        // acknowledgements without which no link starts
  std::string login_url;       // the provider's login for links that start in the Alexa app; may be empty
  std::string app_return_uri;  // where the return page's "back to the app" button leads; may be empty
  std::string forward_to;      // where signed requests that are no events of ours go; may be empty
  std::string messaging_client_id;  // the pair with which AcceptGrant's codes are exchanged
  AlexaClientSecret messaging_client_secret;
  std::optional<ExternalAuthorization> external;  // absent: our own authorization server
  bool allow_return_mode_page = false;            // confirmed by a number that the app shows
  std::string language = "en";  // of users of whom nothing else is known; the first part of a language tag
  std::map<std::string, std::string> messages;  // our own texts: "invalid_grant", "de.invalid_grant", …
};

}  // namespace couplet
