// SPDX-License-Identifier: Apache-2.0
#include "emulator/doors/consent_pages.hpp"

#include <algorithm>
#include <ranges>

#include "couplet_emulator_web.hpp"
#include "emulator/doors/page.hpp"

namespace couplet::emulator {

namespace {

struct ScopeText {
  std::string_view scope;
  std::string_view text;
};
constexpr std::array kScopeTexts{
    ScopeText{"alexa::skills:account_linking", "enable the skill, and link your account there with Alexa"},
    ScopeText{"profile", "show your name and email address"},
    ScopeText{"profile:user_id", "show which Amazon customer you are"},
    ScopeText{"postal_code", "show your postal code"}};

std::string_view front_class(Front front) { return front == Front::alexa_app ? "alexa" : "lwa"; }

http::Html option(std::string_view value, std::string_view label, bool selected) {
  constexpr std::string_view kOption = R"(<option value="{{value}}">{{label}}</option>)";
  constexpr std::string_view kSelected = R"(<option value="{{value}}" selected>{{label}}</option>)";
  return http::render(selected ? kSelected : kOption, {{"value", value}, {"label", label}});
}

constexpr std::size_t kShownAccounts = 200;  // whoever has more posts the form from a program

http::Html user_options(const Directory& directory, const AmazonUser* selected) {
  http::Html options;
  for (const AmazonUser& user : directory.users() | std::views::take(kShownAccounts))
    options += option(user.id, user.name + " (" + detail_of(user) + ")", selected && user.id == selected->id);
  return options;
}

http::Html error_options() {
  http::Html options;
  for (const AuthorizationErrorRow& row : kAuthorizationErrors)
    options += option(row.error, row.error, false);
  return options;
}

http::Html what_is_asked(std::string_view scope) {
  http::Html list;
  for (const auto word : std::views::split(scope, ' ')) {
    const auto known = std::ranges::find(kScopeTexts, std::string_view(word), &ScopeText::scope);
    if (known != kScopeTexts.end()) list += http::render("<li>{{text}}</li>", {{"text", known->text}});
  }
  return list;
}

/// On a phone the Alexa app has its account; at LWA somebody has signed in a moment ago.
http::Html account_part(const ConsentView& view, const AmazonUser* user) {
  if (view.request.front == Front::alexa_app || !user)
    return http::render(web::consent_account_choice_html, {{"users", user_options(view.directory, user)}});
  return http::render(web::consent_account_html, {{"user", user->id},
                                                  {"initial", initial_of(user->name)},
                                                  {"name", user->name},
                                                  {"detail", detail_of(*user)}});
}

std::string_view pkce_text(const std::optional<CodeChallenge>& challenge) {
  if (!challenge) return "none";
  return challenge->method == ChallengeMethod::S256 ? "S256" : "plain";
}

std::string skill_name(const ConsentView& view) {
  const Skill* skill = view.directory.find_skill(view.request.skill_id);
  return skill ? skill->name : view.request.client_id;
}

http::Html account_tiles(const Directory& directory) {
  http::Html tiles;
  for (const AmazonUser& user : directory.users() | std::views::take(kShownAccounts)) {
    const bool first = &user == &directory.users().front();
    tiles +=
        http::render(web::sign_in_account_html, {{"user", user.id},
                                                 {"checked", http::html_literal(first ? " checked" : "")},
                                                 {"initial", initial_of(user.name)},
                                                 {"name", user.name},
                                                 {"detail", detail_of(user)}});
  }
  return tiles;
}

}  // namespace

std::string_view path_of(Front front) {
  return front == Front::alexa_app ? "/spa/skill-account-linking-consent" : "/ap/oa";
}

std::string initial_of(std::string_view name) {
  std::size_t end = name.empty() ? 0 : 1;
  while (end < name.size() && (static_cast<unsigned char>(name[end]) & 0xC0) == 0x80) ++end;
  return std::string(name.substr(0, end));
}

std::string detail_of(const AmazonUser& user) {
  std::string detail = user.email.empty() ? "" : user.email + " · ";
  detail += region_text(user.region);
  if (user.owner) detail += " · owner";
  if (user.tester) detail += " · beta tester";
  return detail;
}

http::Response consent_page(const ConsentView& view, const AmazonUser* user) {
  const AuthorizationRequest& request = view.request;
  const std::string name = skill_name(view);
  return page_response(200, http::render(web::consent_html, {{"title", "Link " + name},
                                                             {"front", front_class(request.front)},
                                                             {"place", place_text(request.front)},
                                                             {"initial", initial_of(name)},
                                                             {"skill", name},
                                                             {"what", what_is_asked(request.scope)},
                                                             {"action", path_of(request.front)},
                                                             {"form_token", view.form_token},
                                                             {"account", account_part(view, user)},
                                                             {"errors", error_options()},
                                                             {"client_id", request.client_id},
                                                             {"scope", request.scope},
                                                             {"redirect_uri", request.redirect_uri},
                                                             {"pkce", pkce_text(request.challenge)}}));
}

http::Response sign_in_page(const ConsentView& view, std::string_view problem) {
  http::Html shown;
  if (!problem.empty()) shown = http::render(R"(<p class="bad" role="alert">{{p}}</p>)", {{"p", problem}});
  return page_response(
      problem.empty() ? 200 : 400,
      http::render(web::sign_in_html, {{"skill", skill_name(view)},
                                       {"action", path_of(view.request.front)},
                                       {"form_token", view.form_token},
                                       {"accounts", account_tiles(view.directory)},
                                       {"create_open", http::html_literal(problem.empty() ? "" : " open")},
                                       {"problem", shown}}));
}

http::Response open_app_page(Front front, std::string_view url) {
  return page_response(200, http::render(web::open_app_html, {{"front", front_class(front)},
                                                              {"place", place_text(front)},
                                                              {"url", url},
                                                              {"shown_url", url.substr(0, url.find('?'))}}));
}

}  // namespace couplet::emulator
