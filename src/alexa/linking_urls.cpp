// SPDX-License-Identifier: Apache-2.0
#include "alexa/linking_urls.hpp"

#include "base/form.hpp"

namespace couplet::alexa {
namespace {

constexpr std::string_view kConsentPage = "skill-account-linking-consent";
constexpr std::string_view kScope = "alexa::skills:account_linking";

}  // namespace

std::string alexa_app_url(const AmazonPages& pages, const Skill& skill, const ConsentRequest& request,
                          const OAuthState& state) {
  FormWriter query;
  query.add("fragment", kConsentPage)
      .add("client_id", skill.alexa_client_id)
      .add("scope", kScope)
      .add("skill_stage", enum_text(kSkillStages, skill.stage))
      .add("response_type", "code")
      .add("redirect_uri", request.redirect_uri)
      .add("state", state.reveal())
      .add("code_challenge", request.code_challenge)
      .add("code_challenge_method", "S256");
  return pages.alexa_app_base + "/spa/" + std::string(kConsentPage) + "?" + query.text();
}

std::string lwa_url(const AmazonPages& pages, const Skill& skill, const ConsentRequest& request,
                    const OAuthState& state) {
  FormWriter query;
  query.add("client_id", skill.alexa_client_id)
      .add("scope", kScope)
      .add("response_type", "code")
      .add("redirect_uri", request.redirect_uri)
      .add("state", state.reveal())
      .add("code_challenge", request.code_challenge)
      .add("code_challenge_method", "S256");
  return pages.lwa_base + "/ap/oa?" + query.text();
}

std::optional<ManageUrls> manage_urls(const AmazonPages& pages, const Skill& skill) {
  if (skill.asin.empty()) return std::nullopt;
  const std::string in_alexa_app = pages.alexa_app_base + "/spa/index.html#skills/dp/" + skill.asin;
  return ManageUrls{in_alexa_app, in_alexa_app, pages.lwa_base + "/dp/" + skill.asin};
}

}  // namespace couplet::alexa
