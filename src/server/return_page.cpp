// SPDX-License-Identifier: Apache-2.0
#include "server/return_page.hpp"

#include "base/form.hpp"
#include "couplet_server_web.hpp"
#include "http/html.hpp"
#include "server/launch_page.hpp"
#include "server/link_outcome.hpp"
#include "server/link_page.hpp"

namespace couplet::server {
namespace {

ReturnedParameters parameters_of(const FormParameters& form) {
  return {form.get("code"), form.get("error"), form.get("error_description"), form.get("state")};
}

// The proof of return mode `browser`: the cookie that the launch link set here, by its hash in oauth_state
// (LK-06).
bool is_starting_browser(const http::Request& request, const alexa::StartedLink& started) {
  if (started.return_mode != ReturnMode::browser) return false;
  const auto cookie = request.cookie(launch_cookie_name(started.browser_binding));
  return cookie && constant_time_equal(alexa::hash_binding(alexa::BrowserBinding(std::string(*cookie))),
                                       started.browser_binding);
}

http::Response finishing_page(const FormParameters& form) {
  http::Html fields;
  for (const auto& [name, value] : form.all())
    if (name == "code" || name == "state")
      fields += http::render(web::hidden_field_html, {{"name", name}, {"value", value}});
  return link_page(200, http::render(web::finishing_html, {{"fields", fields}}).text());
}

// The tap that brings the answer back into the app; it is worth nothing to anybody but the user who started
// (LK-06).
http::Response back_to_app_page(const Skill& skill, const FormParameters& form) {
  auto button = back_button(skill);
  FormWriter query;
  for (const auto& [name, value] : form.all())
    if (name == "code" || name == "state") query.add(name, value);
  if (button) button->url = with_query(button->url, query.text());
  return result_page(200, "One more step",
                     "Go back to " + skill.display_name + " to finish linking with Alexa.", button,
                     std::nullopt);
}

http::Response other_browser_page(const Skill& skill) {
  return result_page(403, "Please finish where you started",
                     "This link was started in another browser or app. Nothing was linked. Go back to " +
                         skill.display_name + " and start again there.",
                     back_button(skill), std::nullopt);
}

}  // namespace

ReturnPage::ReturnPage(const Config& config, LinkEngine& engine, const Clock& clock, Metrics& metrics)
    : config_(config), engine_(engine), clock_(clock), metrics_(metrics) {}

http::Response ReturnPage::unknown_skill() const {
  return result_page(400, "This link is not complete",
                     "Please go back to the app or website and start again.", std::nullopt, std::nullopt);
}

Task<http::Response> ReturnPage::handle_get(const http::Request& request) {
  const Skill* const skill = config_.find_skill(SkillName(request.path_parameter("skill")));
  if (!skill) co_return unknown_skill();
  const auto form = FormParameters::parse(request.query);
  if (!form)
    co_return explain(
        *skill, {&alexa::find_link_error(alexa::LinkStep::authorization, "invalid_state"), std::nullopt});

  const Returned returned = read_returned(parameters_of(*form), *skill, *config_.keys, clock_.now());
  if (const auto* error = std::get_if<ReturnedError>(&returned)) co_return explain(*skill, *error);
  const alexa::StartedLink& started = std::get<ReturnedCode>(returned).started;
  if (started.return_mode == ReturnMode::app) co_return back_to_app_page(*skill, *form);
  if (!is_starting_browser(request, started)) co_return other_browser_page(*skill);
  co_return finishing_page(*form);
}

Task<http::Response> ReturnPage::handle_post(const http::Request& request) {
  const Skill* const skill = config_.find_skill(SkillName(request.path_parameter("skill")));
  const auto form = FormParameters::parse(request.body);
  if (!skill || !form) co_return unknown_skill();
  Returned returned = read_returned(parameters_of(*form), *skill, *config_.keys, clock_.now());
  if (const auto* error = std::get_if<ReturnedError>(&returned)) co_return explain(*skill, *error);
  auto& answer = std::get<ReturnedCode>(returned);
  if (!is_same_origin_post(request, config_.settings.server.public_url) ||
      !is_starting_browser(request, answer.started))
    co_return other_browser_page(*skill);

  const AttemptId attempt_id = answer.started.attempt_id;
  const std::string cookie = launch_cookie_name(answer.started.browser_binding);
  auto attempt = co_await engine_.finish(*skill, std::move(answer.started), std::move(answer.code));
  const alexa::LinkErrorRow* const row = failure_row(attempt);
  http::Response page =
      row ? result_page(row->http_status, "Not linked", alexa::user_message(*row, *skill),
                        back_button(*skill), attempt_id)
          : result_page(200, "Linked with Alexa",
                        "Your " + skill->display_name + " account and Alexa now work together.",
                        back_button(*skill), std::nullopt);
  page.header("Set-Cookie", cookie + "=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0");
  co_return page;
}

// The user's own refusal is no error: they know (LK-11).
http::Response ReturnPage::explain(const Skill& skill, const ReturnedError& error) {
  metrics_.link_failed(skill.name, *error.row);
  const std::string message = alexa::user_message(*error.row, skill);
  if (message.empty())
    return result_page(200, "Not linked", "You chose not to link " + skill.display_name + " with Alexa.",
                       back_button(skill), std::nullopt);
  return result_page(error.row->http_status, "Not linked", message, back_button(skill), std::nullopt);
}

}  // namespace couplet::server
