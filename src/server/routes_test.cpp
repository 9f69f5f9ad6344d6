// SPDX-License-Identifier: Apache-2.0
#include "server/routes.hpp"

#include <gtest/gtest.h>
#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <fstream>

#include "server/application.hpp"
#include "server/common/testing/test_config.hpp"
#include "storage/memory/memory_database.hpp"

namespace couplet::server {
namespace {

// "GET /path" for each method of each path. Reads the layout of the file, not all of YAML: paths are indented
// by two spaces, methods by four.
std::vector<std::string> described_routes() {
  std::ifstream file(COUPLET_SOURCE_DIR "/docs/openapi.yaml");
  std::vector<std::string> routes;
  std::string line, path;
  while (std::getline(file, line)) {
    if (line == "components:") break;
    if (line.starts_with("  /")) path = line.substr(2, line.find(':') - 2);
    for (const char* method : {"get", "post", "put", "delete"})
      if (line.starts_with("    " + std::string(method) + ":")) {
        std::string upper(method);
        std::ranges::transform(upper, upper.begin(), [](char c) { return static_cast<char>(c - 'a' + 'A'); });
        routes.push_back(upper + " " + path);
      }
  }
  std::ranges::sort(routes);
  return routes;
}

TEST(OpenApi, describes_exactly_the_routes_that_are_there) {
  const Config config = testing::test_config();
  const auto database = storage::make_memory_database();
  const oauth::ClientRegistry clients(config.clients);
  const SystemClock clock;
  SystemRandom random;
  Metrics metrics;
  boost::asio::io_context context;
  amazon::ChainCache chains(TrustStore::load("").value(), clock);
  const Application application(config, *database, clients, chains, clock, random, metrics, context);
  EXPECT_EQ(application.router().routes(), described_routes());
}

}  // namespace
}  // namespace couplet::server
