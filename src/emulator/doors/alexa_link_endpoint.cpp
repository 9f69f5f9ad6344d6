// SPDX-License-Identifier: Apache-2.0
#include "emulator/doors/alexa_link_endpoint.hpp"

#include "couplet_emulator_web.hpp"
#include "emulator/calls/note.hpp"
#include "emulator/doors/consent_pages.hpp"
#include "emulator/doors/page.hpp"
#include "emulator/doors/token_fragment.hpp"

namespace couplet::emulator {

namespace {

std::optional<Stage> stage_for(const AmazonUser& user, const Skill& skill, std::string_view wished) {
  if (!wished.empty()) return stage_from_text(wished);
  const bool may_develop = user.owner || user.tester;
  if (may_develop && skill.has_stage(Stage::development)) return Stage::development;
  return Stage::live;
}

std::string may_not(const AmazonUser& user, const Skill& skill, Stage stage) {
  if (skill.account_linking.type == LinkingType::IMPLICIT && !skill.smart_home.endpoint.empty())
    return "a smart home skill needs AUTH_CODE";
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

http::Response linked_page(const http::Request& request, const std::string& name, const std::string& user_id,
                           bool by_app) {
  const Outcome outcome{200,     name + " is linked", "Your account is linked with Alexa.", "",
                        user_id, initial_of(name)};
  return result_page(request, outcome,
                     by_app ? "linked; the answer came by the provider's app (source=app)" : "linked");
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
  const std::string place = wish.return_to == "browser"
                                ? "http://" + wish.browser_host
                                : "https://" + std::string(alexa_web_host(user->region));
  const std::string redirect_uri = place + alexa_redirect_path(*skill);
  AlexaLink link = links_.start({user->id, skill->skill_id, *stage, platform, redirect_uri}, *skill);
  url = authorization_request_url(url, link, skill->account_linking);
  return StartedAlexaLink{std::move(url), std::move(link)};
}

Result<AlexaLinkEndpoint::Answered, http::Response> AlexaLinkEndpoint::link_of(
    const http::Request& request, const Result<FormParameters, FormError>& answer, std::string_view vendor_id,
    LinkingType type) {
  const auto refused = [&request](std::string_view why) {
    return std::unexpected(unable(request, 400, "your account", why));
  };
  if (!answer) return refused("the answer cannot be read, or repeats a parameter");
  const auto link = links_.take(answer->get("state").value_or(""));
  if (!link)
    return refused("state is missing, is not one of Alexa's, is older than half an hour, or came before");
  const Skill* skill = directory_.find_skill(link->start.skill_id);
  if (!skill || skill->vendor_id != vendor_id) return refused("the vendor id of the URL is not the skill's");
  if (skill->account_linking.type != type)
    return refused("this is the redirect URL of the other grant; the skill has another type");
  if (const auto error = answer->get("error"))
    return std::unexpected(unable(request, 200, skill->name, "the provider answered " + std::string(*error),
                                  link->start.user_id));
  return Answered{*link, *skill, answer->get("source") == "app"};
}

Task<http::Response> AlexaLinkEndpoint::take_answer(const http::Request& request) {
  const auto query = FormParameters::parse(request.query);
  const auto answered = link_of(request, query, request.path_parameter("vendor"), LinkingType::AUTH_CODE);
  if (!answered) co_return answered.error();
  const AlexaLinkStart& start = answered->link.start;
  const std::string& name = answered->skill.name;
  const auto code = query->get("code");
  if (!code) co_return unable(request, 400, name, "neither code nor error came back", start.user_id);
  LinkOrder order{start.user_id,
                  answered->skill,
                  start.stage,
                  {ProviderCode(std::string(*code)), start.redirect_uri, answered->link.code_verifier},
                  "a link that started in the Alexa app"};
  const auto linked = co_await linker_.link(std::move(order));
  if (!linked) co_return unable(request, 200, name, linked.error().why, start.user_id);
  co_return linked_page(request, name, start.user_id, answered->by_app);
}

Task<http::Response> AlexaLinkEndpoint::show_token_answer(const http::Request&) const {
  co_return page_response(200, http::html_literal(web::alexa_token_html), Scripts::own);
}

Task<http::Response> AlexaLinkEndpoint::show_token_script(const http::Request&) const {
  co_return script(web::alexa_token_js);
}

Task<http::Response> AlexaLinkEndpoint::take_token(const http::Request& request) {
  const auto query = FormParameters::parse(request.query);
  const auto vendor_id = query ? query->get("vendorId").value_or("") : "";
  const auto fragment = FormParameters::parse(request.body);
  const auto answered = link_of(request, fragment, vendor_id, LinkingType::IMPLICIT);
  if (!answered) co_return answered.error();
  const AlexaLinkStart& start = answered->link.start;
  const std::string& name = answered->skill.name;
  auto tokens = read_token_fragment(*fragment, clock_.now(), switches_);
  if (!tokens) co_return unable(request, 400, name, tokens.error(), start.user_id);
  enablements_.link(start.user_id, start.skill_id, start.stage, std::move(*tokens));
  co_return linked_page(request, name, start.user_id, answered->by_app);
}

}  // namespace couplet::emulator
