// SPDX-License-Identifier: Apache-2.0
#include "emulator/consent_endpoint.hpp"

#include <variant>

#include "couplet_emulator_web.hpp"
#include "emulator/note.hpp"
#include "emulator/page.hpp"

namespace couplet::emulator {

namespace {

constexpr std::string_view kAccountCookie = "emulator_account";

http::Html option(std::string_view value, std::string_view label, bool selected) {
  constexpr std::string_view kOption = R"(<option value="{{value}}">{{label}}</option>)";
  constexpr std::string_view kSelected = R"(<option value="{{value}}" selected>{{label}}</option>)";
  return http::render(selected ? kSelected : kOption, {{"value", value}, {"label", label}});
}

http::Html user_options(const Directory& directory, std::string_view remembered_user) {
  http::Html options;
  for (const AmazonUser& user : directory.users()) {
    const std::string label = user.name + " (" + std::string(region_text(user.region)) +
                              (user.owner ? ", owner" : "") + (user.tester ? ", beta tester" : "") + ")";
    options += option(user.id, label, user.id == remembered_user);
  }
  return options;
}

http::Html error_options() {
  http::Html options;
  for (const AuthorizationErrorRow& row : kAuthorizationErrors)
    options += option(row.error, row.error, false);
  return options;
}

std::string_view pkce_text(const std::optional<CodeChallenge>& challenge) {
  if (!challenge) return "none";
  return challenge->method == ChallengeMethod::S256 ? "S256" : "plain";
}

http::Response error_redirect(const ErrorRedirect& answer) {
  return with_note(http::redirect(302, redirect_with_error(answer)), answer.error_description);
}

http::Response error_row(const AuthorizationRequest& request, const AuthorizationErrorRow& row) {
  return error_redirect({request.redirect_uri, std::string(row.error), std::string(row.error_description),
                         request.oauth_state});
}

}  // namespace

std::string_view path_of(Front front) {
  return front == Front::alexa_app ? "/spa/skill-account-linking-consent" : "/ap/oa";
}

Task<http::Response> ConsentEndpoint::show(const http::Request& request) {
  const CheckedAuthorization checked = check_authorization(front_, request.query, directory_, switches_);
  if (const auto* error = std::get_if<ErrorPage>(&checked))
    co_return with_note(
        message_page(400, place_text(front_), "We're sorry, this link does not work", error->text),
        error->text);
  if (const auto* error = std::get_if<ErrorRedirect>(&checked)) co_return error_redirect(*error);
  co_return page(std::get<AuthorizationRequest>(checked), request.cookie(kAccountCookie).value_or(""));
}

http::Response ConsentEndpoint::page(const AuthorizationRequest& request, std::string_view remembered_user) {
  const Skill* skill = directory_.find_skill(request.skill_id);
  const std::string name = skill ? skill->name : request.client_id;
  const std::string form_token = pending_.add(request);
  return page_response(
      200, http::render(web::consent_html, {{"title", "Link " + name},
                                            {"front", front_ == Front::alexa_app ? "alexa" : "lwa"},
                                            {"place", place_text(front_)},
                                            {"skill", name},
                                            {"action", path_of(front_)},
                                            {"form_token", form_token},
                                            {"users", user_options(directory_, remembered_user)},
                                            {"errors", error_options()},
                                            {"client_id", request.client_id},
                                            {"scope", request.scope},
                                            {"redirect_uri", request.redirect_uri},
                                            {"pkce", pkce_text(request.challenge)}}));
}

Task<http::Response> ConsentEndpoint::decide(const http::Request& request) {
  const auto form = FormParameters::parse(request.body);
  const auto pending = form ? pending_.take(front_, form->get("form_token").value_or("")) : std::nullopt;
  if (!pending)
    co_return message_page(403, place_text(front_), "This page was answered already",
                           "Each consent page can be answered once. Start again from the app.");
  const std::string_view decision = form->get("decision").value_or("");
  if (decision == "allow") co_return allow(*pending, form->get("user").value_or(""));
  const auto* row =
      find_authorization_error(decision == "cancel" ? "access_denied" : form->get("error").value_or(""));
  if (row && (decision == "cancel" || decision == "error")) co_return error_row(*pending, *row);
  co_return message_page(400, place_text(front_), "This answer is not known",
                         "Choose Allow, Cancel, or one of the errors.");
}

http::Response ConsentEndpoint::allow(const AuthorizationRequest& request, std::string_view user_id) {
  const AmazonUser* user = directory_.find_user(user_id);
  if (!user)
    return message_page(400, place_text(front_), "No such Amazon account",
                        "Choose one of the accounts of the list.");
  const AmazonGrant grant{user->id, request.client_id, request.scope};
  const AmazonCode code = tokens_.issue_code({grant, request.redirect_uri, request.challenge});
  http::Response response = http::redirect(302, redirect_with_code(request, code, switches_));
  response.header("Set-Cookie", std::string(kAccountCookie) + "=" + user->id +
                                    "; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax");
  response.header("Cache-Control", "no-store");
  return response;
}

}  // namespace couplet::emulator
