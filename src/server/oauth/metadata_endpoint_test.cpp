// SPDX-License-Identifier: Apache-2.0
#include "server/oauth/metadata_endpoint.hpp"

#include <gtest/gtest.h>

#include "base/testing/run_task.hpp"
#include "oauth/metadata.hpp"
#include "server/oauth/jwks_endpoint.hpp"

namespace couplet::server {
namespace {

http::Request get(const http::HeaderView::Pairs& headers) {
  return {.method = "GET",
          .path = "/",
          .query = "",
          .headers = http::HeaderView(headers),
          .body = "",
          .peer_address = "192.0.2.1",
          .request_id = "request-1",
          .tls = true,
          .path_parameters = {}};
}

std::string header(const http::Response& response, std::string_view name) {
  for (const auto& [known, value] : response.headers)
    if (known == name) return value;
  return "";
}

TEST(MD_04, the_host_header_does_not_reach_the_document) {
  const MetadataEndpoint endpoint(oauth::metadata_json(oauth::server_metadata("https://couplet.example")));
  const http::HeaderView::Pairs headers{{"Host", "evil.example"}, {"X-Forwarded-Host", "evil.example"}};
  const http::Request request = get(headers);
  const http::Response response = run_task(endpoint.handle(request));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(header(response, "Content-Type"), "application/json");
  EXPECT_EQ(response.body, oauth::metadata_json(oauth::server_metadata("https://couplet.example")));
  EXPECT_EQ(response.body.find("evil"), std::string::npos);
}

TEST(jwks, is_served_as_json_that_may_be_kept_for_a_while) {
  const JwksEndpoint endpoint(R"({"keys":[]})");
  const http::HeaderView::Pairs headers;
  const http::Request request = get(headers);
  const http::Response response = run_task(endpoint.handle(request));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(header(response, "Content-Type"), "application/json");
  EXPECT_EQ(header(response, "Cache-Control"), "public, max-age=300");
  EXPECT_EQ(response.body, R"({"keys":[]})");
}

}  // namespace
}  // namespace couplet::server
