// SPDX-License-Identifier: Apache-2.0
#include "emulator/doors/consent_endpoint.hpp"

#include <utility>
#include <variant>

#include "base/encoding.hpp"
#include "emulator/calls/note.hpp"
#include "emulator/doors/consent_pages.hpp"
#include "emulator/doors/page.hpp"

namespace couplet::emulator {

namespace {

constexpr std::string_view kAccountCookie = "emulator_account";

http::Response remembering(http::Response response, std::string_view user_id) {
  response.header("Set-Cookie", std::string(kAccountCookie) + "=" + std::string(user_id) +
                                    "; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax");
  return response;
}

http::Response unknown_account(Front front) {
  return message_page(400, place_text(front), "No such Amazon account",
                      "Choose one of the accounts of the list.");
}

/// "a-person", and with a number where somebody has that already.
std::string new_user_id(std::string_view name, const Directory& directory) {
  std::string base;
  for (const char c : ascii_lower(name.substr(0, 40))) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (plain) base += c;
    if (!plain && !base.empty() && base.back() != '-') base += '-';
  }
  while (base.ends_with('-')) base.pop_back();
  if (base.empty()) base = "customer";
  std::string id = base;
  for (int number = 2; directory.find_user(id); ++number) id = base + "-" + std::to_string(number);
  return id;
}

std::size_t code_length(const Switches& switches) {
  if (switches.has({"amazon_code_length", "18"})) return 18;
  return switches.has({"amazon_code_length", "128"}) ? 128 : kAmazonCodeLength;
}

}  // namespace

Task<http::Response> ConsentEndpoint::show(const http::Request& request) {
  CheckedAuthorization checked = check_authorization(front_, request.query, directory_, switches_);
  if (const auto* error = std::get_if<ErrorPage>(&checked))
    co_return with_note(
        message_page(400, place_text(front_), "We're sorry, this link does not work", error->text),
        error->text);
  if (const auto* error = std::get_if<ErrorRedirect>(&checked))
    co_return with_note(http::redirect(302, redirect_with_error(*error)), error->error_description);
  auto& asked = std::get<AuthorizationRequest>(checked);
  const AmazonUser* user = signed_in(request);
  if (front_ == Front::lwa && !user) co_return sign_in(std::move(asked));
  co_return consent(std::move(asked), user);
}

/// Who was chosen last in this browser, or the only one there is.
const AmazonUser* ConsentEndpoint::signed_in(const http::Request& request) const {
  const AmazonUser* known = directory_.find_user(request.cookie(kAccountCookie).value_or(""));
  return !known && directory_.users().size() == 1 ? &directory_.users().front() : known;
}

http::Response ConsentEndpoint::consent(AuthorizationRequest request, const AmazonUser* user) {
  const std::string form_token = pending_.add(request);
  return consent_page({request, directory_, form_token}, user);
}

http::Response ConsentEndpoint::sign_in(AuthorizationRequest request, std::string_view problem) {
  const std::string form_token = pending_.add(request);
  return sign_in_page({request, directory_, form_token}, problem);
}

Task<http::Response> ConsentEndpoint::decide(const http::Request& request) {
  const auto form = FormParameters::parse(request.body);
  auto pending = form ? pending_.take(front_, form->get("form_token").value_or("")) : std::nullopt;
  if (!pending)
    co_return message_page(403, place_text(front_), "This page was answered already",
                           "Each consent page can be answered once. Start again from the app.");
  const std::string_view decision = form->get("decision").value_or("");
  if (decision == "allow") co_return allow(*pending, *form);
  if (decision == "sign_in" || decision == "another" || decision == "create")
    co_return decide_who(std::move(*pending), *form, decision);
  const auto* row =
      find_authorization_error(decision == "cancel" ? "access_denied" : form->get("error").value_or(""));
  if (!row || (decision != "cancel" && decision != "error"))
    co_return message_page(400, place_text(front_), "This answer is not known",
                           "Choose Allow, Cancel, or one of the errors.");
  const ErrorRedirect error{pending->redirect_uri, std::string(row->error),
                            std::string(row->error_description), pending->oauth_state};
  co_return with_note(back_to(redirect_with_error(error), *form), row->error_description);
}

http::Response ConsentEndpoint::decide_who(AuthorizationRequest request, const FormParameters& form,
                                           std::string_view decision) {
  if (decision == "another") return sign_in(std::move(request));
  if (decision == "create") return create_account(std::move(request), form);
  const AmazonUser* user = directory_.find_user(form.get("user").value_or(""));
  if (!user) return unknown_account(front_);
  return remembering(consent(std::move(request), user), user->id);
}

http::Response ConsentEndpoint::create_account(AuthorizationRequest request, const FormParameters& form) {
  AmazonUser user;
  user.name = form.get("name").value_or("");
  user.email = form.get("email").value_or("");
  user.region = region_from_text(form.get("region").value_or("")).value_or(Region::na);
  user.tester = form.get("tester") == "yes";
  user.id = new_user_id(user.name, directory_);
  const auto faults = faults_of(user);
  if (!faults.empty())
    return sign_in(std::move(request), faults.front().member + " " + faults.front().problem + ".");
  const std::string id = user.id;
  directory_.put(std::move(user));
  return with_note(remembering(consent(std::move(request), directory_.find_user(id)), id),
                   "a new Amazon account: " + id);
}

http::Response ConsentEndpoint::allow(const AuthorizationRequest& request, const FormParameters& form) {
  const AmazonUser* user = directory_.find_user(form.get("user").value_or(""));
  if (!user) return unknown_account(front_);
  const AmazonGrant grant{user->id, request.client_id, request.scope};
  const AmazonCode code =
      tokens_.issue_code({grant, request.redirect_uri, request.challenge}, code_length(switches_));
  http::Response response =
      remembering(back_to(redirect_with_code(request, code, switches_), form), user->id);
  if (response.status == 302) response.header("Cache-Control", "no-store");
  return response;
}

http::Response ConsentEndpoint::back_to(std::string url, const FormParameters& form) const {
  if (form.get("return") == "app") return open_app_page(front_, url);
  return http::redirect(302, std::move(url));
}

}  // namespace couplet::emulator
