// SPDX-License-Identifier: Apache-2.0
// The two URLs of step 4 and the pages where a user manages a skill (alexa-protocol 1.3, 1.8).
#pragma once
#include <optional>
#include <string>

#include "alexa/oauth_state.hpp"
#include "domain/skill.hpp"

namespace couplet::alexa {

/// Where browsers and phones find Amazon; the defaults are the real thing.
struct AmazonPages {
  std::string alexa_app_base = "https://alexa.amazon.com";
  std::string lwa_base = "https://www.amazon.com";
};

struct ConsentRequest {
  std::string redirect_uri;
  std::string code_challenge;
};

/// Alexa app URL: a Universal Link or App Link with `fragment` and `skill_stage` (LK-01).
[[nodiscard]] std::string alexa_app_url(const AmazonPages& pages, const Skill& skill,
                                        const ConsentRequest& request, const OAuthState& state);
/// LWA fallback URL (LK-02).
[[nodiscard]] std::string lwa_url(const AmazonPages& pages, const Skill& skill, const ConsentRequest& request,
                                  const OAuthState& state);

struct ManageUrls {
  std::string ios, android, web;
};
/// Where a link made in the Alexa app is managed; absent while the skill has no ASIN (UL-04).
[[nodiscard]] std::optional<ManageUrls> manage_urls(const AmazonPages& pages, const Skill& skill);

}  // namespace couplet::alexa
