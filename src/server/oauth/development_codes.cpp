// SPDX-License-Identifier: Apache-2.0
#include "server/oauth/development_codes.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "oauth/token_format.hpp"
#include "storage/sqlite/sqlite_database.hpp"

namespace couplet::server {
namespace {

constexpr std::size_t kAtOnce = 256;  // what one transaction of the writer takes

// What is wrong with the request, or nothing.
std::string refusal(const DevelopmentCodes& wanted, const Skill* skill) {
  if (!skill) return "there is no skill \"" + wanted.skill + "\" in the configuration";
  if (skill->stage != SkillStage::development)
    return "the skill is live; codes for scripts are for skills at stage development";
  if (skill->external) return "the skill's codes come from its external authorization server";
  const auto& uris = skill->redirect_uris;
  const bool known =
      wanted.redirect_uri.empty() || std::ranges::find(uris, wanted.redirect_uri) != uris.end();
  return known ? "" : "that redirect URI is not one of the skill's";
}

bool insert_all(storage::Database& database, const std::vector<AuthorizationCodeRecord>& records) {
  boost::asio::io_context context{1};
  const auto store = database.open_store();
  bool good = true;
  for (std::size_t at = 0; at < records.size() && good; at += kAtOnce) {
    for (std::size_t i = at; i < std::min(at + kAtOnce, records.size()); ++i)
      boost::asio::co_spawn(context, store->insert_code(records[i]),
                            [&good](std::exception_ptr failure, const storage::Result<void>& inserted) {
                              good = good && !failure && inserted;
                            });
    context.run();
    context.restart();
  }
  return good;
}

}  // namespace

Result<SecretText, std::string> mint_development_codes(const Config& config, const DevelopmentCodes& wanted,
                                                       const Clock& clock, Random& random) {
  const Skill* const skill = config.find_skill(SkillName(wanted.skill));
  if (std::string problem = refusal(wanted, skill); !problem.empty())
    return std::unexpected(std::move(problem));
  auto database = storage::open_sqlite({.path = config.settings.storage.path});
  if (!database) return std::unexpected(database.error().message);

  AuthorizationCodeRecord record;
  record.client_id = skill->client_id;
  record.skill = skill->name;
  record.user = UserId(wanted.user);
  record.scope = skill->scope;
  record.redirect_uri = wanted.redirect_uri.empty() ? skill->redirect_uris.front() : wanted.redirect_uri;
  record.expires_at = clock.now() + config.find_client(skill->client_id)->authorization_code_lifetime;
  std::vector<AuthorizationCodeRecord> records;
  std::string codes;
  for (std::size_t i = 0; i < wanted.count; ++i) {
    const auto minted = oauth::mint_authorization_code(clock.now(), random, *config.keys);
    record.selector = minted.selector;
    record.code_hash = minted.code_hash;
    records.push_back(record);
    codes += std::string(minted.code.reveal()) + "\n";
  }
  const bool good = insert_all(**database, records);
  (*database)->close();
  if (!good) return std::unexpected("the store did not take the codes");
  return SecretText(std::move(codes));
}

}  // namespace couplet::server
