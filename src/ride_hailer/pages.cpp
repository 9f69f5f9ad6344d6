// SPDX-License-Identifier: Apache-2.0
#include "ride_hailer/pages.hpp"

#include <utility>

#include "couplet_ride_hailer_web.hpp"

namespace couplet::ride_hailer {
namespace {

using http::Html;
using http::render;

Html notice_html(const std::optional<Notice>& notice) {
  if (!notice) return {};
  Html reference;
  if (!notice->reference.empty())
    reference = render(web::notice_reference_html, {{"reference", notice->reference}});
  const bool good = notice->kind == Notice::Kind::good;
  return render(web::notice_html,
                {{"kind", good ? "good" : "bad"}, {"text", notice->text}, {"reference", reference}});
}

Html ride_html(const Ride& ride, Instant now) {
  const bool by_voice = ride.via == Ride::Via::alexa;
  return render(web::ride_html,
                {{"icon", by_voice ? "/assets/voice.svg" : "/assets/logo.svg"},
                 {"destination", ride.destination.empty() ? "Destination open" : ride.destination},
                 {"via", by_voice ? "Ordered with Alexa" : "Ordered in the app"},
                 {"ordered_at", to_iso8601(ride.ordered_at)},
                 {"when", how_long_ago(ride.ordered_at, now)}});
}

Html rides_html(const std::vector<Ride>& rides, Instant now) {
  if (rides.empty()) return render(web::no_rides_html, {});
  Html items;
  for (const Ride& ride : rides) items += ride_html(ride, now);
  return render(web::rides_html, {{"rides", items}});
}

Html news_html(const std::vector<AlexaNewsItem>& news, Instant now) {
  if (news.empty()) return {};
  Html items;
  for (const AlexaNewsItem& item : news)
    items += render(web::alexa_news_item_html,
                    {{"text", item.text}, {"at", to_iso8601(item.at)}, {"when", how_long_ago(item.at, now)}});
  return render(web::alexa_news_html, {{"items", items}});
}

Html demo_users_html(const std::vector<UserEntry>& users) {
  if (users.empty()) return {};
  Html items;
  for (const UserEntry& user : users)
    items += render(web::demo_user_html, {{"login", user.login}, {"password", user.password.reveal()}});
  return render(web::demo_users_html, {{"users", items}});
}

Html account_html(const PageOwner& owner, MenuEntry current) {
  const auto mark = [current](MenuEntry entry) {
    return entry == current ? http::html_literal(R"( aria-current="page")") : Html{};
  };
  return render(web::account_html, {{"csrf_token", owner.csrf_token},
                                    {"rides_mark", mark(MenuEntry::rides)},
                                    {"alexa_mark", mark(MenuEntry::alexa)}});
}

struct StatusLine {
  std::string_view style;
  std::string_view text;
};
StatusLine status_line(const std::optional<LinkState>& state) {
  if (!state || state->status == LinkState::Status::unknown) return {"unknown", "We cannot tell right now"};
  if (state->status == LinkState::Status::linked) return {"linked", "Linked with Alexa"};
  return {"not-linked", "Not linked with Alexa"};
}

// The button is Couplet's decision (`action`), not ours: it knows who made the link and so who can undo it.
Html alexa_controls(const PageOwner& owner, const std::optional<LinkState>& state,
                    std::string_view manage_url) {
  if (!state) return render(web::alexa_retry_html, {});
  switch (state->action) {
    case LinkState::Action::link: return render(web::alexa_link_html, {{"csrf_token", owner.csrf_token}});
    case LinkState::Action::unlink: return render(web::alexa_unlink_html, {{"csrf_token", owner.csrf_token}});
    case LinkState::Action::manage_in_alexa: break;
  }
  Html link;
  if (!manage_url.empty()) link = render(web::manage_link_html, {{"url", manage_url}});
  return render(web::alexa_manage_html, {{"link", link}});
}

// A scope in words; one that we have no words for is shown as it is, never left out (AZ-14).
std::string scope_in_words(const std::string& scope) {
  if (scope == "rides") return "Order rides for you";
  if (scope == "profile") return "See your name";
  return "Use “" + scope + "”";
}

}  // namespace

Pages::Pages(std::string_view base_url, std::vector<UserEntry> demo_users)
    : https_(base_url.starts_with("https://")), demo_users_(std::move(demo_users)) {}

http::Response Pages::sign_in(int status, const SignIn& form) const {
  std::optional<Notice> notice;
  if (!form.problem.empty()) notice = Notice{Notice::Kind::bad, form.problem, {}};
  const Html content = render(web::sign_in_html, {{"notice", notice_html(notice)},
                                                  {"csrf_token", form.csrf_token},
                                                  {"after", form.after},
                                                  {"login", form.login},
                                                  {"demo_users", demo_users_html(demo_users_)}});
  return frame(status, "Sign in", nullptr, MenuEntry::none, content, FormTargets::own_site);
}

http::Response Pages::home(const PageOwner& owner, const std::vector<Ride>& rides, Instant now) const {
  const Html content = render(web::home_html, {{"name", owner.user.name},
                                               {"notice", notice_html(owner.notice)},
                                               {"csrf_token", owner.csrf_token},
                                               {"rides", rides_html(rides, now)}});
  return frame(200, "Your rides", &owner, MenuEntry::rides, content, FormTargets::own_site);
}

http::Response Pages::alexa(const PageOwner& owner, const std::optional<LinkState>& state,
                            std::string_view manage_url, const std::vector<AlexaNewsItem>& news,
                            Instant now) const {
  const StatusLine line = status_line(state);
  const Html content = render(web::alexa_html, {{"notice", notice_html(owner.notice)},
                                                {"status_class", line.style},
                                                {"status", line.text},
                                                {"controls", alexa_controls(owner, state, manage_url)},
                                                {"news", news_html(news, now)}});
  return frame(200, line.text, &owner, MenuEntry::alexa, content, FormTargets::amazon_too);
}

http::Response Pages::alexa_finish(const PageOwner& owner) const {
  const Html content = render(web::alexa_finish_html, {{"csrf_token", owner.csrf_token}});
  return frame(200, "Almost there", &owner, MenuEntry::alexa, content, FormTargets::own_site);
}

http::Response Pages::alexa_consent(const PageOwner& owner, const AuthorizationAsked& asked,
                                    std::string_view login_challenge) const {
  Html scopes;
  for (const std::string& scope : asked.scopes)
    scopes += render(web::alexa_scope_html, {{"scope", scope_in_words(scope)}});
  const Html content = render(web::alexa_consent_html, {{"name", owner.user.name},
                                                        {"scopes", scopes},
                                                        {"redirect_host", asked.redirect_host},
                                                        {"csrf_token", owner.csrf_token},
                                                        {"login_challenge", login_challenge}});
  return frame(200, "Link with Alexa?", nullptr, MenuEntry::none, content, FormTargets::amazon_too);
}

http::Response Pages::message(int status, std::string_view title, std::string_view text) const {
  const Html content = render(web::message_html, {{"title", title}, {"text", text}});
  return frame(status, title, nullptr, MenuEntry::none, content, FormTargets::own_site);
}

http::Response Pages::frame(int status, std::string_view title, const PageOwner* owner, MenuEntry current,
                            const Html& content, FormTargets targets) const {
  Html account;
  if (owner) account = account_html(*owner, current);
  const Html page = render(web::page_html, {{"title", title}, {"account", account}, {"content", content}});
  http::Response response{
      status, {{"Content-Type", "text/html; charset=utf-8"}, {"Cache-Control", "no-store"}}, page.text()};
  add_security_headers(response, targets, https_);
  return response;
}

std::string how_long_ago(Instant then, Instant now) {
  const auto count = [](auto amount, std::string_view unit) {
    return std::to_string(amount) + " " + std::string(unit) + (amount == 1 ? " ago" : "s ago");
  };
  const auto passed = std::chrono::floor<minutes>(now - then);
  if (passed < minutes{1}) return "just now";
  if (passed < std::chrono::hours{1}) return count(passed.count(), "minute");
  if (passed < std::chrono::days{1})
    return count(std::chrono::floor<std::chrono::hours>(passed).count(), "hour");
  return to_iso8601(then).substr(0, 10);
}

void add_security_headers(http::Response& response, FormTargets targets, bool https) {
  std::string policy =
      "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; base-uri 'none'; "
      "frame-ancestors 'none'; form-action 'self'";
  // Chromium applies form-action to every redirect that follows a POST. Amazon may add hosts of its own on
  // the way (regional sign-in), so on this one page the scheme is allowed, not a list that would break one
  // day.
  if (targets == FormTargets::amazon_too) policy += https ? " https:" : " http: https:";
  response.header("Content-Security-Policy", std::move(policy));
  response.header("Referrer-Policy", "no-referrer");
  response.header("X-Content-Type-Options", "nosniff");
  response.header("X-Frame-Options", "DENY");
  if (https) response.header("Strict-Transport-Security", "max-age=31536000");
}

}  // namespace couplet::ride_hailer
