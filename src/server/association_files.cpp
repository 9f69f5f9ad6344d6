// SPDX-License-Identifier: Apache-2.0
#include "server/association_files.hpp"

#include <boost/json/value_from.hpp>

#include "base/json.hpp"

namespace couplet::server {
namespace {

// The lambda lives in the router, and so outlives every call of it.
http::Handler constant_json(std::string text) {
  return [text = std::move(text)](const http::Request&) -> Task<http::Response> {
    co_return http::json_response(200, text).header("Cache-Control", "public, max-age=3600");
  };
}

}  // namespace

std::string apple_app_site_association(const Settings& settings) {
  json::array details, web_credentials;
  for (const AppleAppSettings& app : settings.apple_apps) {
    json::array components;
    for (const std::string& path : app.paths) components.push_back({{"/", path}});
    details.push_back({{"appID", app.app_id},
                       {"paths", json::value_from(app.paths)},
                       {"appIDs", {app.app_id}},
                       {"components", std::move(components)}});
    web_credentials.push_back(json::value(app.app_id));
  }
  return json::serialize(
      json::object{{"applinks", {{"apps", json::array{}}, {"details", std::move(details)}}},
                   {"webcredentials", {{"apps", std::move(web_credentials)}}}});
}

std::string asset_links(const Settings& settings) {
  json::array statements;
  for (const AndroidAppSettings& app : settings.android_apps)
    statements.push_back({{"relation", json::array{"delegate_permission/common.handle_all_urls"}},
                          {"target",
                           {{"namespace", "android_app"},
                            {"package_name", app.package},
                            {"sha256_cert_fingerprints", json::value_from(app.sha256_cert_fingerprints)}}}});
  return json::serialize(statements);
}

void add_association_files(http::Router& router, const Settings& settings) {
  router.add("GET", "/.well-known/apple-app-site-association",
             constant_json(apple_app_site_association(settings)));
  router.add("GET", "/.well-known/assetlinks.json", constant_json(asset_links(settings)));
}

}  // namespace couplet::server
