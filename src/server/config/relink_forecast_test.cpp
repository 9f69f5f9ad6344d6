// SPDX-License-Identifier: Apache-2.0
#include "server/config/relink_forecast.hpp"

#include <gtest/gtest.h>

#include "base/testing/run_task.hpp"
#include "storage/conformance/samples.hpp"
#include "storage/conformance/temporary_folder.hpp"
#include "storage/sqlite/sqlite_database.hpp"

namespace couplet::server {
namespace {

class RelinkForecast : public ::testing::Test {
 protected:
  RelinkForecast() {
    config.settings.storage.path = folder.file("couplet.db");
    config.clients.resize(2);
    config.clients[0].client_id = ClientId("alexa");
    config.clients[0].redirect_uris = {"https://h/cb"};
    config.clients[1].client_id = ClientId("api");  // holds no grants, and gets no line
  }
  void store_grant() {
    storage::Samples samples;
    const auto database = std::move(*storage::open_sqlite({.path = config.settings.storage.path}));
    const auto store = database->open_store();
    const auto code = samples.code();
    Grant grant = samples.grant();
    grant.rotation = {};
    grant.expires_at.reset();
    EXPECT_TRUE(run_task(store->insert_code(code)));
    EXPECT_TRUE(run_task(store->spend_code(code.selector, grant, storage::kStart)));
  }
  Client& alexa() { return config.clients[0]; }

  storage::TemporaryFolder folder;
  Config config;
};

TEST_F(RelinkForecast, RT_13_without_lifetimes_nobody_ever_has_to_relink) {
  store_grant();
  EXPECT_EQ(relink_forecast(config),
            "earliest forced relink, client alexa: never; refresh tokens do not expire\n");
}

TEST_F(RelinkForecast, RT_13_with_a_lifetime_the_oldest_link_names_the_date) {
  store_grant();
  alexa().refresh_token_absolute_lifetime = std::chrono::days{90};
  alexa().refresh_token_idle_lifetime = std::chrono::days{30};
  EXPECT_EQ(relink_forecast(config),
            "earliest forced relink, client alexa: " + to_iso8601(storage::kStart + std::chrono::days{30}) +
                "; 90.0 days after linking, or 30.0 days after the last use\n");
}

TEST_F(RelinkForecast, RT_13_without_a_database_the_limits_are_named_and_none_is_made) {
  alexa().refresh_token_absolute_lifetime = std::chrono::days{90};
  const std::string forecast = relink_forecast(config);
  EXPECT_NE(forecast.find("90.0 days after linking; nobody is linked yet"), std::string::npos) << forecast;
  EXPECT_FALSE(std::filesystem::exists(config.settings.storage.path));
}

}  // namespace
}  // namespace couplet::server
