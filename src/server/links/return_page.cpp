// SPDX-License-Identifier: Apache-2.0
#include "server/links/return_page.hpp"

#include "base/form.hpp"
#include "base/log.hpp"
#include "couplet_server_web.hpp"
#include "domain/reference_code.hpp"
#include "http/html.hpp"
#include "server/common/link_page.hpp"
#include "server/links/confirmation.hpp"
#include "server/links/launch_page.hpp"
#include "server/links/link_outcome.hpp"

namespace couplet::server {
namespace {

using alexa::text;
using alexa::TextKey;

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

// What somebody else brings says nothing about the attempt, and must not wake the operator (LW-05).
bool is_of_the_attempt(const http::Request& request, const alexa::StartedLink& started) {
  return started.return_mode != ReturnMode::browser || is_starting_browser(request, started);
}

// Return mode `page`, as long as the skill allows it.
bool is_confirmed_here(const Skill& skill, const alexa::StartedLink& started) {
  return started.return_mode == ReturnMode::page && skill.allow_return_mode_page;
}

alexa::Reader reader_of(const http::Request& request, const Skill& skill,
                        const alexa::StartedLink* started = nullptr) {
  // In mode `page` somebody else than who started may be reading: they get their own language.
  const bool is_starter = started && started->return_mode != ReturnMode::page;
  return alexa::reader_of(skill, is_starter ? started->locale : "", request.headers.get("accept-language"));
}

http::Response finishing_page(const alexa::Reader& reader, const FormParameters& form) {
  return link_page(
      reader, {.title = TextKey::almost_title,
               .content = http::render(web::finishing_html, {{"title", text(TextKey::almost_title, reader)},
                                                             {"message", text(TextKey::almost, reader)},
                                                             {"finish", text(TextKey::finish, reader)},
                                                             {"busy", text(TextKey::busy, reader)},
                                                             {"fields", returned_fields(form)}}),
               .has_script = true});
}

// The tap that brings the answer back into the app; it is worth nothing to anybody but the user who started
// (LK-06).
http::Response back_to_app_page(const alexa::Reader& reader, const FormParameters& form) {
  auto button = back_button(reader);
  FormWriter query;
  for (const auto& [name, value] : form.all())
    if (name == "code" || name == "state") query.add(name, value);
  if (button) button->url = with_query(button->url, query.text());
  return result_page(reader,
                     {200, TextKey::one_more_step_title, text(TextKey::one_more_step, reader), button});
}

const alexa::LinkErrorRow& wrong_browser() {
  return alexa::find_link_error(alexa::LinkStep::authorization, "wrong_return_mode");
}

http::Response other_browser_page(const alexa::Reader& reader) {
  return result_page(
      reader, {403, TextKey::other_browser_title, text(TextKey::other_browser, reader), back_button(reader)});
}

}  // namespace

ReturnPage::ReturnPage(const Config& config, LinkEngine& engine, storage::ConfirmationStore& confirmations,
                       const Clock& clock, Metrics& metrics)
    : config_(config), engine_(engine), confirmations_(confirmations), clock_(clock), metrics_(metrics) {}

http::Response ReturnPage::unknown_skill(const http::Request& request) {
  const alexa::Reader reader = alexa::reader_of(request.headers.get("accept-language"));
  return result_page(reader, {400, TextKey::incomplete_title, text(TextKey::incomplete, reader)});
}

Task<http::Response> ReturnPage::handle_get(const http::Request& request) {
  const Skill* const skill = config_.find_skill(SkillName(request.path_parameter("skill")));
  if (!skill) co_return unknown_skill(request);
  const auto form = FormParameters::parse(request.query);
  if (!form)
    co_return explain(
        request, *skill,
        {&alexa::find_link_error(alexa::LinkStep::authorization, "invalid_state"), std::nullopt});

  const Returned returned = read_returned(parameters_of(*form), *skill, *config_.keys, clock_.now());
  if (const auto* error = std::get_if<ReturnedError>(&returned)) {
    // So that the reference on the page leads to a trace; a "no" may still become a "yes" when the user goes
    // back, and would then find the oauth_state spent.
    const bool has_reference = error->row->message != TextKey::none;
    if (has_reference && error->started && is_starting_browser(request, *error->started))
      co_await engine_.record_refusal(*error->started, *error->row);
    co_return explain(request, *skill, *error);
  }
  const alexa::StartedLink& started = std::get<ReturnedCode>(returned).started;
  const alexa::Reader reader = reader_of(request, *skill, &started);
  if (started.return_mode == ReturnMode::app) co_return back_to_app_page(reader, *form);
  if (is_confirmed_here(*skill, started))
    co_return confirmation_page(200, reader, started, *form, TextKey::none);
  if (is_starting_browser(request, started)) co_return finishing_page(reader, *form);
  log_refusal(request, *skill, wrong_browser(), &started);
  co_return other_browser_page(reader);
}

Task<http::Response> ReturnPage::handle_post(const http::Request& request) {
  const Skill* const skill = config_.find_skill(SkillName(request.path_parameter("skill")));
  const auto form = FormParameters::parse(request.body);
  if (!skill || !form) co_return unknown_skill(request);
  Returned returned = read_returned(parameters_of(*form), *skill, *config_.keys, clock_.now());
  if (const auto* error = std::get_if<ReturnedError>(&returned)) co_return explain(request, *skill, *error);
  auto& answer = std::get<ReturnedCode>(returned);
  const alexa::Reader reader = reader_of(request, *skill, &answer.started);
  const bool by_number = is_confirmed_here(*skill, answer.started);
  if (!is_same_origin_post(request, config_.settings.server.public_url) ||
      !(by_number || is_starting_browser(request, answer.started))) {
    log_refusal(request, *skill, wrong_browser(), &answer.started);
    co_return other_browser_page(reader);
  }
  if (by_number)
    if (auto refusal = co_await refuse_unconfirmed(request, *skill, answer.started, *form))
      co_return std::move(*refusal);

  const AttemptId attempt_id = answer.started.attempt_id;
  const std::string cookie = by_number ? "" : launch_cookie_name(answer.started.browser_binding);
  auto attempt = co_await engine_.finish(*skill, std::move(answer.started), std::move(answer.code));
  const alexa::LinkErrorRow* const row = failure_row(attempt);
  http::Response page = row ? result_page(reader, {row->http_status, TextKey::not_linked_title,
                                                   alexa::user_message(*row, reader), back_button(reader),
                                                   ReferenceCode::of(attempt_id).text()})
                            : result_page(reader, {200, TextKey::linked_title, text(TextKey::linked, reader),
                                                   back_button(reader)});
  if (!cookie.empty())
    page.header("Set-Cookie", cookie + "=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0");
  co_return page;
}

// Absent when the number that was typed is the one that the app shows (LK-06).
Task<std::optional<http::Response>> ReturnPage::refuse_unconfirmed(const http::Request& request,
                                                                   const Skill& skill,
                                                                   const alexa::StartedLink& started,
                                                                   const FormParameters& form) {
  const alexa::Reader reader = reader_of(request, skill, &started);
  const std::string typed(form.get(kConfirmationField).value_or(""));
  const auto& row = alexa::find_link_error(alexa::LinkStep::authorization, "wrong_confirmation_number");
  switch (co_await confirm(confirmations_, *config_.keys, started, typed, clock_.now())) {
    case Confirmation::right: co_return std::nullopt;
    case Confirmation::missing:
      co_return confirmation_page(400, reader, started, form, TextKey::confirm_missing);
    case Confirmation::wrong:
      log::info("link.wrong_number", {{"trace_id", started.attempt_id.text()}, {"skill", skill.name.text()}});
      co_return confirmation_page(403, reader, started, form, TextKey::confirm_wrong);
    case Confirmation::too_many: co_await engine_.record_refusal(started, row); [[fallthrough]];
    case Confirmation::over: co_return explain(request, skill, {&row, started});
    case Confirmation::store_unavailable: break;
  }
  co_return result_page(reader, {503, TextKey::not_linked_title, text(TextKey::momentary, reader),
                                 back_button(reader), ReferenceCode::of(started.attempt_id).text()});
}

// The user's own refusal is no error: they know (LK-11).
http::Response ReturnPage::explain(const http::Request& request, const Skill& skill,
                                   const ReturnedError& error) {
  const alexa::StartedLink* const started = error.started ? &*error.started : nullptr;
  log_refusal(request, skill, *error.row, started);
  if (!started || is_of_the_attempt(request, *started)) metrics_.link_failed(skill.name, *error.row);
  const alexa::Reader reader = reader_of(request, skill, started);
  const std::string message = alexa::user_message(*error.row, reader);
  if (message.empty())
    return result_page(
        reader, {200, TextKey::not_linked_title, text(TextKey::declined, reader), back_button(reader)});
  return result_page(reader, {error.row->http_status, TextKey::not_linked_title, message, back_button(reader),
                              started ? ReferenceCode::of(started->attempt_id).text() : ""});
}

}  // namespace couplet::server
