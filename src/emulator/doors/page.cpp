// SPDX-License-Identifier: Apache-2.0
#include "emulator/doors/page.hpp"

#include <utility>

#include "couplet_emulator_web.hpp"

namespace couplet::emulator {

http::Response page_response(int status, const http::Html& page, Scripts scripts) {
  const std::string own = scripts == Scripts::own ? "; script-src 'self'; connect-src 'self'" : "";
  http::Response response{status, {}, page.text()};
  response.header("Content-Type", "text/html; charset=utf-8")
      .header("Cache-Control", "no-store")
      .header("Content-Security-Policy",
              "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'" + own)
      .header("X-Content-Type-Options", "nosniff")
      .header("Referrer-Policy", "no-referrer");
  return response;
}

http::Response message_page(int status, std::string_view place, std::string_view title,
                            std::string_view text) {
  return page_response(status,
                       http::render(web::message_html, {{"place", place}, {"title", title}, {"text", text}}));
}

std::string_view place_text(Front front) {
  return front == Front::alexa_app ? "Alexa app" : "Login with Amazon";
}

http::Response style_sheet() { return style_sheet(web::emulator_css); }

namespace {

http::Response part_of_page(std::string_view content, std::string type) {
  http::Response response{200, {}, std::string(content)};
  response.header("Content-Type", std::move(type))
      .header("Cache-Control", "no-cache")
      .header("X-Content-Type-Options", "nosniff");
  return response;
}

}  // namespace

http::Response style_sheet(std::string_view css) { return part_of_page(css, "text/css; charset=utf-8"); }

http::Response script(std::string_view js) { return part_of_page(js, "text/javascript; charset=utf-8"); }

}  // namespace couplet::emulator
