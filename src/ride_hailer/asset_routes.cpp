// SPDX-License-Identifier: Apache-2.0
#include "ride_hailer/asset_routes.hpp"

#include <string>
#include <string_view>

#include "couplet_ride_hailer_web.hpp"

namespace couplet::ride_hailer {
namespace {

struct Asset {
  std::string_view path;
  std::string_view type;
  std::string_view content;
};
constexpr Asset kAssets[] = {
    {"/assets/style.css", "text/css; charset=utf-8", web::style_css},
    {"/assets/finish.js", "text/javascript; charset=utf-8", web::finish_js},
    {"/assets/logo.svg", "image/svg+xml", web::logo_svg},
    {"/assets/voice.svg", "image/svg+xml", web::voice_svg},
};

Task<http::Response> answer(const Asset& asset) {
  co_return http::Response{200,
                           {{"Content-Type", std::string(asset.type)},
                            {"Cache-Control", "public, max-age=300"},
                            {"X-Content-Type-Options", "nosniff"},
                            {"Content-Security-Policy", "default-src 'none'"}},
                           std::string(asset.content)};
}

}  // namespace

void add_asset_routes(http::Router& router) {
  for (const Asset& asset : kAssets)
    router.add("GET", asset.path, [&asset](const http::Request&) { return answer(asset); });
}

}  // namespace couplet::ride_hailer
