// SPDX-License-Identifier: Apache-2.0
#include "server/association_files.hpp"

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

#include <algorithm>

#include "base/json.hpp"
#include "base/testing/run_task.hpp"

namespace couplet::server {
namespace {

Settings with_apps() {
  Settings settings;
  settings.apple_apps.push_back({.app_id = "TEAM123456.org.example.ride"});
  settings.android_apps.push_back({.package = "org.example.ride", .sha256_cert_fingerprints = {"AB:CD"}});
  return settings;
}

TEST(LK_17, apples_file_has_the_form_of_today_and_of_ios_12) {
  const json::value file = json::parse(apple_app_site_association(with_apps()));
  const json::value& details = file.at_pointer("/applinks/details/0");
  EXPECT_EQ(details.at("appID"), "TEAM123456.org.example.ride");
  EXPECT_EQ(details.at_pointer("/paths/0"), "/link/return/*");
  EXPECT_EQ(details.at_pointer("/appIDs/0"), "TEAM123456.org.example.ride");
  EXPECT_EQ(details.at_pointer("/components/0"), (json::object{{"/", "/link/return/*"}}));
  EXPECT_EQ(file.at_pointer("/webcredentials/apps/0"), "TEAM123456.org.example.ride");
}

TEST(LK_17, androids_file_names_package_and_certificate) {
  const json::value file = json::parse(asset_links(with_apps()));
  EXPECT_EQ(file.at_pointer("/0/relation/0"), "delegate_permission/common.handle_all_urls");
  EXPECT_EQ(file.at_pointer("/0/target/namespace"), "android_app");
  EXPECT_EQ(file.at_pointer("/0/target/package_name"), "org.example.ride");
  EXPECT_EQ(file.at_pointer("/0/target/sha256_cert_fingerprints/0"), "AB:CD");
}

TEST(LK_17, both_are_json_at_their_paths_without_a_redirect) {
  http::Router router;
  add_association_files(router, with_apps());
  for (const char* path : {"/.well-known/apple-app-site-association", "/.well-known/assetlinks.json"}) {
    const http::HeaderView::Pairs headers;
    http::Request request{.method = "GET",
                          .path = path,
                          .query = "",
                          .headers = http::HeaderView(headers),
                          .body = "",
                          .peer_address = "192.0.2.1",
                          .request_id = "request-1",
                          .tls = true,
                          .path_parameters = {}};
    const http::Response response = run_task(router.dispatch(request));
    EXPECT_EQ(response.status, 200) << path;
    const auto type =
        std::ranges::find(response.headers, "Content-Type", [](const auto& h) { return h.first; });
    ASSERT_NE(type, response.headers.end()) << path;
    EXPECT_EQ(type->second, "application/json") << path;
  }
}

}  // namespace
}  // namespace couplet::server
