// SPDX-License-Identifier: Apache-2.0
#include "server/launch_page.hpp"

#include "alexa/oauth_state.hpp"
#include "couplet_server_web.hpp"
#include "http/html.hpp"
#include "server/link_page.hpp"

namespace couplet::server {
namespace {

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

http::Response expired_page() {
  return result_page(400, "This link is no longer valid",
                     "Please go back to the app or website and start again.", std::nullopt, std::nullopt);
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
  if (!skill) co_return expired_page();
  switch (arrival_of(request)) {
    case Arrival::from_provider: co_return go_on(*ticket, 302);
    case Arrival::unknown:
      co_return link_page(200,
                          http::render(web::confirm_html, {{"display_name", skill->display_name}}).text(),
                          config_.amazon_pages.lwa_base);
    case Arrival::from_elsewhere: break;
  }
  co_return result_page(
      403, "Please start in " + skill->display_name,
      "For your safety, linking with Alexa has to be started in " + skill->display_name + " itself.",
      back_button(*skill), std::nullopt);
}

Task<http::Response> LaunchPage::handle_post(const http::Request& request) {
  const auto ticket = alexa::open_ticket(request.path_parameter("ticket"), *config_.keys, clock_.now());
  if (!ticket || !is_same_origin_post(request, config_.settings.server.public_url)) co_return expired_page();
  co_return go_on(*ticket, 303);
}

}  // namespace couplet::server
