// SPDX-License-Identifier: Apache-2.0
#include "emulator/doors/alexa_link_endpoint.hpp"

#include "base/form.hpp"
#include "couplet_emulator_web.hpp"
#include "emulator/calls/note.hpp"
#include "emulator/doors/consent_pages.hpp"
#include "emulator/doors/page.hpp"

namespace couplet::emulator {

namespace {

std::optional<Stage> stage_for(const AmazonUser& user, const Skill& skill, std::string_view wished) {
  if (!wished.empty()) return stage_from_text(wished);
  const bool may_develop = user.owner || user.tester;
  if (may_develop && skill.has_stage(Stage::development)) return Stage::development;
  return Stage::live;
}

std::string may_not(const AmazonUser& user, const Skill& skill, Stage stage) {
  if (skill.account_linking.type != LinkingType::AUTH_CODE)
    return "the skill's grant is IMPLICIT, which this emulator does not play; use AUTH_CODE";
  if (!skill.has_stage(stage)) return "the skill has no stage " + std::string(stage_text(stage));
  if (stage == Stage::development && !user.owner && !user.tester)
    return "a skill in development is for its owner and its beta testers";
  return "";
}

struct Outcome {
  int status = 200;
  std::string title;
  std::string_view text;
  std::string_view log;  // what Alexa's own log view says
  std::string user_id;   // whose phone to go back to; empty: not known
  std::string initial = "?";
};

/// By the browser port one gets back to the phone; at Amazon's own names there is none.
http::Response result_page(const http::Request& request, const Outcome& outcome, std::string_view note) {
  http::Html back;
  http::Html log;
  if (!outcome.log.empty()) log = http::render(R"(<p class="quiet">{{log}}</p>)", {{"log", outcome.log}});
  if (!request.tls)
    back = http::render(
        R"(<p><a class="button whole" href="/_emulator?user={{user}}">Back to the phone</a></p>)",
        {{"user", outcome.user_id}});
  return with_note(
      page_response(outcome.status, http::render(web::alexa_result_html, {{"title", outcome.title},
                                                                          {"initial", outcome.initial},
                                                                          {"text", outcome.text},
                                                                          {"log", log},
                                                                          {"back", back}})),
      note);
}

/// Alexa has one text for every failure; the cause is for the developer.
http::Response unable(const http::Request& request, int status, std::string_view what, std::string_view why,
                      const std::string& user_id = "") {
  return result_page(
      request,
      {status, "We were unable to link " + std::string(what), "Please try again later.",
       "For developers: see RFC 6749, section 4.1.2.1, and the journal.", user_id, initial_of(what)},
      why);
}

}  // namespace

Result<StartedAlexaLink, std::string> AlexaLinkEndpoint::start(const AlexaLinkWish& wish) {
  const AmazonUser* user = directory_.find_user(wish.user_id);
  const Skill* skill = directory_.find_skill(wish.skill_id);
  if (!user) return std::unexpected("no Amazon account has the id " + wish.user_id);
  if (!skill) return std::unexpected("no skill has the id " + wish.skill_id);
  const auto platform = platform_from_text(wish.platform);
  if (!platform && !wish.platform.empty() && wish.platform != "web")
    return std::unexpected("platform is web, iOS or Android");
  if (!wish.return_to.empty() && wish.return_to != "amazon" && wish.return_to != "browser")
    return std::unexpected("return_to is amazon or browser");
  const auto stage = stage_for(*user, *skill, wish.stage);
  if (!stage) return std::unexpected("stage is development or live");
  std::string refusal = may_not(*user, *skill, *stage);
  if (!refusal.empty()) return std::unexpected(std::move(refusal));
  // Without a URL for its app, a platform opens the login page.
  std::string url = skill->authorization_url(platform);
  if (url.empty()) url = skill->authorization_url(std::nullopt);
  if (url.empty()) return std::unexpected("the skill has no authorizationUrl for this");
  const std::string redirect_uri = wish.return_to == "browser"
                                       ? "http://" + wish.browser_host + "/api/skill/link/" + skill->vendor_id
                                       : alexa_redirect_url(user->region, skill->vendor_id);
  AlexaLink link = links_.start({user->id, skill->skill_id, *stage, platform, redirect_uri}, *skill);
  url = authorization_request_url(url, link, skill->account_linking);
  return StartedAlexaLink{std::move(url), std::move(link)};
}

Task<http::Response> AlexaLinkEndpoint::take_answer(const http::Request& request) {
  const auto query = FormParameters::parse(request.query);
  if (!query)
    co_return unable(request, 400, "your account", "the query cannot be read, or repeats a parameter");
  const auto link = links_.take(query->get("state").value_or(""));
  if (!link)
    co_return unable(request, 400, "your account",
                     "state is missing, is not one of Alexa's, is older than half an hour, or came before");
  const Skill* skill = directory_.find_skill(link->start.skill_id);
  if (!skill || skill->vendor_id != request.path_parameter("vendor"))
    co_return unable(request, 400, "your account", "the vendor id of the path is not the skill's");
  const std::string name = skill->name;
  if (const auto error = query->get("error"))
    co_return unable(request, 200, name, "the provider answered " + std::string(*error), link->start.user_id);
  const auto code = query->get("code");
  if (!code) co_return unable(request, 400, name, "neither code nor error came back", link->start.user_id);
  LinkOrder order{link->start.user_id,
                  *skill,
                  link->start.stage,
                  {ProviderCode(std::string(*code)), link->start.redirect_uri, link->code_verifier},
                  "a link that started in the Alexa app"};
  const auto linked = co_await linker_.link(std::move(order));
  if (!linked) co_return unable(request, 200, name, linked.error().why, link->start.user_id);
  const bool by_app = query->get("source") == "app";
  const Outcome outcome{200, name + " is linked", "Your account is linked with Alexa.",
                        "",  link->start.user_id, initial_of(name)};
  co_return result_page(request, outcome,
                        by_app ? "linked; the answer came by the provider's app (source=app)" : "linked");
}

}  // namespace couplet::emulator
