// SPDX-License-Identifier: Apache-2.0
#include "server/links/launch_page.hpp"

#include "alexa/oauth_state.hpp"
#include "couplet_server_web.hpp"
#include "http/html.hpp"
#include "server/common/link_page.hpp"

namespace couplet::server {
namespace {

using alexa::text;
using alexa::TextKey;

enum class Arrival { from_provider, unknown, from_elsewhere };

Arrival arrival_of(const http::Request& request) {
  const auto site = request.headers.get("sec-fetch-site");
  if (site) {
    if (*site == "same-origin" || *site == "same-site") return Arrival::from_provider;
    return *site == "none" ? Arrival::unknown : Arrival::from_elsewhere;
  }
  // No fetch metadata: an old browser wants a page and is asked; a program that follows redirects is nobody's
  // victim.
  const auto accept = request.headers.get("accept");
  return accept && accept->contains("text/html") ? Arrival::unknown : Arrival::from_provider;
}

http::Response expired_page(const http::Request& request) {
  const alexa::Reader reader = alexa::reader_of(request.headers.get("accept-language"));
  return result_page(reader, {400, TextKey::launch_expired_title, text(TextKey::launch_expired, reader)});
}

http::Response asking_page(const alexa::Reader& reader, const std::string& form_target) {
  return link_page(
      reader, {.title = TextKey::launch_title,
               .content = http::render(web::launch_html, {{"title", text(TextKey::launch_title, reader)},
                                                          {"message", text(TextKey::launch, reader)},
                                                          {"caution", text(TextKey::launch_caution, reader)},
                                                          {"go_on", text(TextKey::launch_go_on, reader)}}),
               .form_target = form_target});
}

// Lax: the cookie has to come along when Amazon sends the browser back to us.
http::Response go_on(const alexa::LaunchTicket& ticket, int status) {
  http::Response response = http::redirect(status, ticket.lwa_url);
  response.header("Set-Cookie",
                  launch_cookie_name(alexa::hash_binding(ticket.binding)) + "=" +
                      std::string(ticket.binding.reveal()) +
                      "; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=" +
                      std::to_string(std::chrono::duration_cast<seconds>(alexa::kStateLifetime).count()));
  response.header("Cache-Control", "no-store").header("Referrer-Policy", "no-referrer");
  return response;
}

}  // namespace

std::string launch_cookie_name(const Digest& browser_binding) {
  return "__Host-couplet-link-" + to_hex(ByteView(browser_binding).first(4));
}

Task<http::Response> LaunchPage::handle_get(const http::Request& request) {
  const auto ticket = alexa::open_ticket(request.path_parameter("ticket"), *config_.keys, clock_.now());
  const Skill* const skill = ticket ? config_.find_skill(ticket->skill) : nullptr;
  if (!skill) co_return expired_page(request);
  const alexa::Reader reader =
      alexa::reader_of(*skill, ticket->locale, request.headers.get("accept-language"));
  switch (arrival_of(request)) {
    case Arrival::from_provider: co_return go_on(*ticket, 302);
    case Arrival::unknown: co_return asking_page(reader, config_.amazon_pages.lwa_base);
    case Arrival::from_elsewhere: break;
  }
  co_return result_page(reader, {403, TextKey::launch_elsewhere_title,
                                 text(TextKey::launch_elsewhere, reader), back_button(reader)});
}

Task<http::Response> LaunchPage::handle_post(const http::Request& request) {
  const auto ticket = alexa::open_ticket(request.path_parameter("ticket"), *config_.keys, clock_.now());
  if (!ticket || !is_same_origin_post(request, config_.settings.server.public_url))
    co_return expired_page(request);
  co_return go_on(*ticket, 303);
}

}  // namespace couplet::server
