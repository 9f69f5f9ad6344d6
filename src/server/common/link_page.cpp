// SPDX-License-Identifier: Apache-2.0
#include "server/common/link_page.hpp"

#include "couplet_server_web.hpp"
#include "http/html.hpp"

namespace couplet::server {
namespace {

http::Handler asset(std::string_view content, const char* content_type) {
  return [content, content_type](const http::Request&) -> Task<http::Response> {
    http::Response response;
    response.header("Content-Type", content_type).header("Cache-Control", "public, max-age=3600");
    response.body = content;
    co_return response;
  };
}

}  // namespace

http::Response link_page(const alexa::Reader& reader, const LinkPage& page) {
  http::Response response;
  response.status = page.status;
  response.header("Content-Type", "text/html; charset=utf-8")
      .header("Cache-Control", "no-store")
      .header("Referrer-Policy", "no-referrer")  // the URL may carry a code (BR-03)
      .header("X-Frame-Options", "DENY")
      .header("Content-Security-Policy",
              "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; base-uri 'none'; "
              "frame-ancestors 'none'; "
              "form-action 'self'" +
                  (page.form_target.empty() ? "" : " " + page.form_target));
  response.body =
      http::render(web::page_html,
                   {{"lang", reader.language()},
                    {"title", alexa::text(page.title, reader)},
                    {"script", page.has_script ? http::html_literal(web::script_html) : http::Html()},
                    {"content", page.content}})
          .text();
  return response;
}

http::Response result_page(const alexa::Reader& reader, const ResultPage& page) {
  http::Html action, detail;
  if (page.button)
    action = http::render(web::action_html, {{"url", page.button->url}, {"label", page.button->label}});
  if (!page.reference.empty())
    detail = http::render(web::detail_html, {{"reference", alexa::reference_text(reader, page.reference)}});
  return link_page(reader,
                   {.status = page.status,
                    .title = page.title,
                    .content = http::render(web::result_html, {{"title", alexa::text(page.title, reader)},
                                                               {"message", page.message},
                                                               {"action", action},
                                                               {"detail", detail}})});
}

std::optional<PageButton> back_button(const alexa::Reader& reader) {
  if (reader.skill().app_return_uri.empty()) return std::nullopt;
  return PageButton{reader.skill().app_return_uri, alexa::text(alexa::TextKey::back, reader)};
}

bool is_same_origin_post(const http::Request& request, const std::string& public_url) {
  const auto site = request.headers.get("sec-fetch-site");
  if (site && *site != "same-origin") return false;
  const auto origin = request.headers.get("origin");
  // A form on a page with Referrer-Policy: no-referrer sends "null"; Sec-Fetch-Site has then said where it
  // comes from.
  return !origin || *origin == public_url || (*origin == "null" && site);
}

void add_link_assets(http::Router& router) {
  router.add("GET", "/link/assets/link.css", asset(web::link_css, "text/css; charset=utf-8"));
  router.add("GET", "/link/assets/link.js", asset(web::link_js, "text/javascript; charset=utf-8"));
  router.add("GET", "/link/assets/link.svg", asset(web::link_svg, "image/svg+xml"));
}

}  // namespace couplet::server
