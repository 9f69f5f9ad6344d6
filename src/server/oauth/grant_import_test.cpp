// SPDX-License-Identifier: Apache-2.0
#include "server/oauth/grant_import.hpp"

#include <gtest/gtest.h>

#include <sstream>

#include "base/json.hpp"
#include "base/testing/run_task.hpp"
#include "oauth/token_format.hpp"
#include "server/common/testing/test_config.hpp"
#include "server/oauth/grant_import_row.hpp"
#include "storage/memory/memory_database.hpp"

namespace couplet::server {
namespace {

const Instant kNow = from_unix_seconds(1'800'000'000);

Config import_config() {
  Config config = testing::test_config();
  config.skills.resize(1);
  return config;
}

class GrantImportTest : public ::testing::Test {
 protected:
  std::string refusal(const std::string& row) {
    const auto grant = read_import_row(row, config, kNow, random);
    return grant ? "" : grant.error();
  }
  static json::object good() {
    return {{"client_id", "alexa"}, {"user", "alice"},         {"scope", "rides"},
            {"refresh_token", "t"}, {"issued_at", 1700000000}, {"expires_at", nullptr}};
  }
  static std::string with(std::string_view member, json::value value) {
    json::object row = good();
    row[member] = std::move(value);
    return json::serialize(row);
  }
  static std::string row(int number, std::string_view more = "") {
    return R"({"client_id":"alexa","user":"user-)" + std::to_string(number) +
           R"(","scope":"rides","issued_at":1700000000,"refresh_token":"old-)" + std::to_string(number) +
           "\"" + std::string(more) + "}\n";
  }
  ImportCounts import(const std::string& rows) {
    refused.clear();
    std::istringstream in(rows);
    const auto counts = import_grants(
        config, *database, in, clock, random,
        {{}, [this](std::uint64_t line, const std::string& reason) { refused.emplace_back(line, reason); }});
    EXPECT_TRUE(counts) << counts.error();
    return counts.value_or(ImportCounts{});
  }
  std::optional<Grant> grant_of(const std::string& token) {
    const auto selector = oauth::imported_refresh_token(sha256(token)).selector;
    return run_task(store->find_grant_by_refresh(selector)).value();
  }

  Config config = import_config();
  FakeClock clock{kNow};
  SeededRandom random{2};
  std::unique_ptr<storage::Database> database = storage::make_memory_database();
  std::unique_ptr<storage::Store> store = database->open_store();
  std::vector<std::pair<std::uint64_t, std::string>> refused;
};

TEST_F(GrantImportTest, SE_01_a_row_becomes_a_grant_that_holds_a_keyed_hash_only) {
  const auto grant = read_import_row(with("expires_at", "2030-01-01T00:00:00Z"), config, kNow, random);
  ASSERT_TRUE(grant) << grant.error();
  EXPECT_EQ(grant->client_id, ClientId("alexa"));
  EXPECT_EQ(grant->skill, SkillName("ride-hailer")) << "the only one of the client";
  EXPECT_EQ(grant->user, UserId("alice"));
  EXPECT_EQ(grant->scope, "rides");
  EXPECT_EQ(grant->created_at, from_unix_seconds(1'700'000'000));
  EXPECT_EQ(grant->expires_at, from_iso8601("2030-01-01T00:00:00Z"));
  EXPECT_EQ(grant->rotation.last_used_at, kNow) << "RT-13: an idle lifetime does not end it on arrival";
  EXPECT_NE(grant->refresh_token_hash.digest, sha256("t"));
  const auto presented = oauth::present_refresh_token(oauth::RefreshToken(std::string("t"))).value();
  EXPECT_EQ(oauth::match(presented, *grant, *config.keys), oauth::TokenMatch::genuine);
}

TEST_F(GrantImportTest, a_hashed_token_is_the_same_grant_in_hex_and_base64url) {
  const auto plain = read_import_row(json::serialize(good()), config, kNow, random);
  for (const std::string& text : {to_hex(sha256("t")), to_base64url(sha256("t"))}) {
    json::object row = good();
    row.erase("refresh_token");
    row["refresh_token_sha256"] = text;
    const auto hashed = read_import_row(json::serialize(row), config, kNow, random);
    ASSERT_TRUE(hashed) << hashed.error();
    EXPECT_EQ(hashed->refresh_selector, plain->refresh_selector);
    EXPECT_EQ(hashed->refresh_token_hash, plain->refresh_token_hash);
  }
}

TEST_F(GrantImportTest, each_bad_row_says_what_is_wrong_and_nothing_of_the_token) {
  const auto ours = oauth::mint_refresh_token(kNow, random, *config.keys);
  const std::pair<std::string, const char*> kRows[] = {
      {"", "JSON"},
      {"[]", "JSON"},
      {R"({"user":"a","user":"b"})", "each member once"},
      {with("colour", 1), "unknown member \"colour\""},
      {with("client_id", 7), "as strings"},
      {with("client_id", "nobody\x1b[2J"), "there is no client \"nobody\\u001b[2J\""},
      {with("skill", "second-skill"), "no skill \"second-skill\""},
      {with("skill", 1), "skill must be a string"},
      {with("user", ""), "user must be"},
      {with("user", "a\nb"), "user must be"},
      {with("scope", nullptr), "as strings"},
      {with("scope", "rides admin"), "the scope \"admin\""},
      {with("refresh_token", nullptr), "one of refresh_token"},
      {with("refresh_token", "secret-t\xc3\xb6ken"), "printable ASCII"},
      {with("refresh_token", json::string(std::string(4097, 's'))), "printable ASCII"},
      {with("refresh_token", json::string(ours.refresh_token.reveal())), "Couplet's own"},
      {with("refresh_token_sha256", "00"), "one of refresh_token"},
      {with("issued_at", "yesterday"), "issued_at must be"},
      {with("issued_at", -1), "issued_at must be"},
      {with("issued_at", 1'800'000'301), "in the future"},
      {with("expires_at", 1'800'000'000), "has expired"},
      {with("expires_at", true), "expires_at must be"},
  };
  EXPECT_EQ(refusal(json::serialize(good())), "");
  for (const auto& [row, says] : kRows) {
    const std::string reason = refusal(row);
    EXPECT_NE(reason.find(says), std::string::npos) << row << ": " << reason;
    EXPECT_EQ(reason.find("secret"), std::string::npos);
  }
}

TEST_F(GrantImportTest, a_skill_must_be_named_where_the_client_has_two) {
  Skill second = config.skills.front();
  second.name = SkillName("second-skill");
  config.skills.push_back(second);
  EXPECT_NE(refusal(json::serialize(good())).find("name one"), std::string::npos);
  EXPECT_EQ(refusal(with("skill", "second-skill")), "");
  config.skills.back().external.emplace();
  EXPECT_NE(refusal(with("skill", "second-skill")), "") << "its tokens are another server's";
}

TEST_F(GrantImportTest, many_batches_are_imported_and_again_change_nothing) {
  std::string rows;
  for (int i = 0; i < 4500; ++i) rows += row(i);
  const ImportCounts first = import(rows);
  EXPECT_EQ(first.rows, 4500U);
  EXPECT_EQ(first.imported, 4500U);
  EXPECT_EQ(first.bytes, rows.size());
  ASSERT_TRUE(grant_of("old-4499"));
  const GrantId id = grant_of("old-0")->grant_id;
  const ImportCounts again = import(rows);
  EXPECT_EQ(again.unchanged, 4500U);
  EXPECT_EQ(again.imported + again.refused, 0U);
  EXPECT_EQ(grant_of("old-0")->grant_id, id);
}

TEST_F(GrantImportTest, refusals_come_with_their_line_in_the_order_of_the_file) {
  const std::string long_line(20'000, 'x');
  const ImportCounts counts =
      import(row(1) + "\n  \r\n" + "nonsense\n" + row(1, R"(,"expires_at":1900000000)") + long_line + "\n" +
             row(2) + R"({"client_id":"alexa")");
  EXPECT_EQ(counts.imported, 2U);
  EXPECT_EQ(counts.refused, 4U);
  ASSERT_EQ(refused.size(), 4U);
  EXPECT_EQ(refused[0].first, 4U);
  EXPECT_EQ(refused[1].first, 5U);
  EXPECT_NE(refused[1].second.find("stored already"), std::string::npos);
  EXPECT_EQ(refused[2], (std::pair<std::uint64_t, std::string>{6, "the line is longer than 16 KiB"}));
  EXPECT_EQ(refused[3].first, 8U) << "the last line has no end";
}

TEST_F(GrantImportTest, a_store_that_takes_nothing_stops_the_import) {
  database->close();
  std::istringstream in(row(1));
  const auto counts = import_grants(config, *database, in, clock, random, {});
  ASSERT_FALSE(counts);
  EXPECT_NE(counts.error().find("up to line 1"), std::string::npos);
}

TEST_F(GrantImportTest, SE_01_an_export_has_every_grant_and_no_secret) {
  std::string rows;
  for (int i = 0; i < 1500; ++i) rows += row(i);
  import(rows);
  ASSERT_TRUE(run_task(store->revoke_grant(grant_of("old-7")->grant_id, kNow)));
  std::ostringstream out;
  EXPECT_EQ(export_grants(*database, out).value(), 1500U);
  std::istringstream lines(out.str());
  int count = 0, revoked = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    const auto grant = parse_json_object(line).value();
    EXPECT_EQ(grant.size(), 9U);
    EXPECT_EQ(find_string(grant, "origin"), "alexa");
    EXPECT_EQ(find_string(grant, "created_at"), "2023-11-14T22:13:20.000Z");
    if (!grant.at("revoked_at").is_null()) ++revoked;
  }
  EXPECT_EQ(count, 1500);
  EXPECT_EQ(revoked, 1);
  EXPECT_EQ(out.str().find("old-"), std::string::npos);
}

}  // namespace
}  // namespace couplet::server
