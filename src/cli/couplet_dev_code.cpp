// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <iostream>

#include "cli/couplet_verbs.hpp"
#include "oauth/token_format.hpp"
#include "storage/sqlite/sqlite_database.hpp"

namespace couplet::cli {
namespace {

AuthorizationCodeRecord record_for(const oauth::MintedAuthorizationCode& minted, const Skill& skill,
                                   const server::Config& config, const DevCodeOptions& options, Instant now) {
  AuthorizationCodeRecord record;
  record.selector = minted.selector;
  record.code_hash = minted.code_hash;
  record.client_id = skill.client_id;
  record.skill = skill.name;
  record.user = UserId(options.user);
  record.scope = skill.scope;
  record.redirect_uri = options.redirect_uri.empty() ? skill.redirect_uris.front() : options.redirect_uri;
  record.expires_at = now + config.find_client(skill.client_id)->authorization_code_lifetime;
  return record;
}

bool insert_all(storage::Database& database, const std::vector<AuthorizationCodeRecord>& records) {
  boost::asio::io_context context;
  const auto store = database.open_store();
  bool good = true;
  constexpr std::size_t kAtOnce = 256;
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

int dev_code(const std::string& config_file, const DevCodeOptions& options) {
  const auto config = load_or_explain(config_file);
  if (!config) return 1;
  const Skill* const skill = config->find_skill(SkillName(options.skill));
  const auto complain = [](const std::string& text) { return std::cerr << "couplet: " << text << "\n", 2; };
  if (!skill) return complain("there is no skill \"" + options.skill + "\" in " + config_file);
  if (skill->stage != SkillStage::development)
    return complain("the skill is live; codes for scripts are for skills at stage development");
  const auto& uris = skill->redirect_uris;
  if (!options.redirect_uri.empty() && std::ranges::find(uris, options.redirect_uri) == uris.end())
    return complain("that redirect URI is not one of the skill's");
  auto database = storage::open_sqlite({.path = config->settings.storage.path});
  if (!database) return complain(database.error().message);

  const SystemClock clock;
  SystemRandom random;
  std::vector<AuthorizationCodeRecord> records;
  std::string codes;
  for (int i = 0; i < options.count; ++i) {
    const auto minted = oauth::mint_authorization_code(clock.now(), random, *config->keys);
    records.push_back(record_for(minted, *skill, *config, options, clock.now()));
    codes += std::string(minted.code.reveal()) + "\n";
  }
  const bool good = insert_all(**database, records);
  (*database)->close();
  if (!good) return complain("the store did not take the codes");
  std::cout << codes << std::flush;
  return 0;
}

}  // namespace couplet::cli
