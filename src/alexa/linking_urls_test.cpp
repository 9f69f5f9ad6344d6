// SPDX-License-Identifier: Apache-2.0
#include "alexa/linking_urls.hpp"

#include <gtest/gtest.h>

#include "base/form.hpp"

namespace couplet::alexa {
namespace {

using Parameters = std::vector<std::pair<std::string, std::string>>;

Skill live_skill() {
  Skill skill;
  skill.alexa_client_id = "amzn1.application-oa2-client.0123abcd";
  skill.stage = SkillStage::live;
  skill.asin = "B0RIDE0001";
  return skill;
}

const ConsentRequest kConsent{"https://link.example.org/cb?a=b",
                              "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"};
const OAuthState kState(std::string("opaque-STATE_1"));

Parameters query_of(const std::string& url) {
  return FormParameters::parse(url.substr(url.find('?') + 1)).value().all();
}

TEST(LK_01, alexa_app_url_has_exactly_the_guides_parameters) {
  const std::string url = alexa_app_url({}, live_skill(), kConsent, kState);
  EXPECT_TRUE(url.starts_with("https://alexa.amazon.com/spa/skill-account-linking-consent?"));
  EXPECT_EQ(query_of(url), (Parameters{{"fragment", "skill-account-linking-consent"},
                                       {"client_id", "amzn1.application-oa2-client.0123abcd"},
                                       {"scope", "alexa::skills:account_linking"},
                                       {"skill_stage", "live"},
                                       {"response_type", "code"},
                                       {"redirect_uri", kConsent.redirect_uri},
                                       {"state", "opaque-STATE_1"},
                                       {"code_challenge", kConsent.code_challenge},
                                       {"code_challenge_method", "S256"}}));
  EXPECT_NE(url.find("redirect_uri=https%3A%2F%2Flink.example.org%2Fcb%3Fa%3Db"), std::string::npos)
      << "percent-encoded";
}

TEST(LK_02, lwa_url_has_exactly_the_guides_parameters) {
  const std::string url = lwa_url({}, live_skill(), kConsent, kState);
  EXPECT_TRUE(url.starts_with("https://www.amazon.com/ap/oa?"));
  EXPECT_EQ(query_of(url), (Parameters{{"client_id", "amzn1.application-oa2-client.0123abcd"},
                                       {"scope", "alexa::skills:account_linking"},
                                       {"response_type", "code"},
                                       {"redirect_uri", kConsent.redirect_uri},
                                       {"state", "opaque-STATE_1"},
                                       {"code_challenge", kConsent.code_challenge},
                                       {"code_challenge_method", "S256"}}));
}

TEST(LK_03, stage_and_base_come_from_the_configuration) {
  Skill skill = live_skill();
  skill.stage = SkillStage::development;
  EXPECT_NE(alexa_app_url({}, skill, kConsent, kState).find("skill_stage=development"), std::string::npos);
  EXPECT_TRUE(lwa_url({"http://a", "http://127.0.0.1:8090"}, skill, kConsent, kState)
                  .starts_with("http://127.0.0.1:8090/ap/oa?"));
}

TEST(UL_04, manage_urls_lead_to_the_skills_page) {
  const auto urls = manage_urls({}, live_skill());
  ASSERT_TRUE(urls);
  EXPECT_EQ(urls->ios, "https://alexa.amazon.com/spa/index.html#skills/dp/B0RIDE0001");
  EXPECT_EQ(urls->android, urls->ios);
  EXPECT_EQ(urls->web, "https://www.amazon.com/dp/B0RIDE0001");
  EXPECT_FALSE(manage_urls({}, Skill{})) << "no ASIN, no page";
}

}  // namespace
}  // namespace couplet::alexa
