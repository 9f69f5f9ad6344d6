// SPDX-License-Identifier: Apache-2.0
#include "server/config/config_skills.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "oauth/issuer_profile.hpp"
#include "server/config/config_clients.hpp"
#include "server/config/config_events.hpp"
#include "server/config/config_external.hpp"
#include "server/config/config_return_mode.hpp"
#include "server/config/config_texts.hpp"
#include "server/config/config_urls.hpp"

namespace couplet::server {
namespace {

constexpr std::string_view kSkillIdPrefix = "amzn1.ask.skill.";

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (end > 0) words.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

void check_skill_names(ReadSettings& read, const SkillSettings& from, const std::string& at,
                       const Config& config) {
  const auto given = [&](const char* key) { return read.lines.contains(at + "." + key); };
  if (given("name") && !is_slug(from.name))
    read.fault(at + ".name", "must be a-z, 0-9 and '-'; it is \"" + from.name + "\"",
               "for example \"ride-hailer\"");
  if (config.find_skill(SkillName(from.name)))
    read.fault(at + ".name", "\"" + from.name + "\" is there twice", "give each skill its own");
  if (given("skill_id") && (!from.skill_id.starts_with(kSkillIdPrefix) || from.skill_id.size() > 255))
    read.fault(at + ".skill_id", "must start with amzn1.ask.skill.; it is \"" + from.skill_id + "\"",
               "copy it from the developer console");
  if (!enum_from_text(kSkillStages, from.stage))
    read.fault(at + ".stage", "must be \"development\" or \"live\"; it is \"" + from.stage + "\"",
               "\"development\" until the skill is published");
  const bool asin_good =
      from.asin.empty() || (from.asin.size() == 10 && std::ranges::all_of(from.asin, [](char c) {
                              return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
                            }));
  if (!asin_good)
    read.fault(at + ".asin", "must be ten capital letters and digits; it is \"" + from.asin + "\"",
               "leave it out until the skill is published");
}

void check_skill_pairs(ReadSettings& read, const SkillSettings& from, const std::string& at,
                       const Config& config) {
  if (read.lines.contains(at + ".alexa_client_id") &&
      (!from.alexa_client_id.starts_with(kAlexaClientPrefix) || from.alexa_client_id.size() > 100))
    read.fault(
        at + ".alexa_client_id", "is not one of Amazon's: they start with " + std::string(kAlexaClientPrefix),
        "copy the Alexa Client Id from the console; what you typed there yourself belongs into client_id");
  const bool known = std::ranges::any_of(
      config.clients, [&](const Client& client) { return client.client_id.text() == from.client_id; });
  if (from.authorization == "external") return;  // the client is the other server's
  if (!read.lines.contains(at + ".client_id"))
    read.fault(at + ".client_id", "is missing", "name one of [[clients]]: what you typed into the console");
  else if (!known)
    read.fault(at + ".client_id", "no [[clients]] table has the client_id \"" + from.client_id + "\"",
               "add one, or name one that is there");
}

// Alexa redeems our code with the skill's redirect URI, for the skill's scope: the client has to know both.
void join_client(Config& config, const Skill& skill) {
  const auto client = std::ranges::find(config.clients, skill.client_id, &Client::client_id);
  if (client == config.clients.end()) return;
  const auto add = [](std::vector<std::string>& to, const std::string& value) {
    if (std::ranges::find(to, value) == to.end()) to.push_back(value);
  };
  for (const std::string& uri : skill.redirect_uris) add(client->redirect_uris, uri);
  for (const std::string& scope : split(skill.scope)) add(client->scopes, scope);
}

}  // namespace

void add_skill(ReadSettings& read, std::size_t index, const SecretReader& secret, Config& config) {
  const SkillSettings& from = read.settings.skills[index];
  const std::string at = fmt::format("skills[{}]", index);
  check_skill_names(read, from, at, config);
  check_skill_pairs(read, from, at, config);
  check_redirect_uris(read, at, from.redirect_uris);
  if (!from.login_url.empty())
    if (const std::string problem = redirect_uri_problem(from.login_url); !problem.empty())
      read.fault(at + ".login_url", "\"" + from.login_url + "\" " + problem,
                 "name the page of your website where users sign in");
  if (from.redirect_uris.empty() && read.lines.contains(at + ".redirect_uris"))
    read.fault(at + ".redirect_uris", "is empty", "name at least one");

  Skill skill;
  skill.name = SkillName(from.name);
  skill.display_name = from.display_name;
  skill.skill_id = SkillId(from.skill_id);
  skill.stage = enum_from_text(kSkillStages, from.stage).value_or(SkillStage::development);
  skill.asin = from.asin;
  skill.alexa_client_id = from.alexa_client_id;
  if (!from.alexa_client_secret.empty())
    if (const auto text = secret(at + ".alexa_client_secret", from.alexa_client_secret))
      skill.alexa_client_secret = AlexaClientSecret(std::string(text->reveal()));
  skill.client_id = ClientId(from.client_id);
  skill.redirect_uris = from.redirect_uris;
  skill.scope = from.scope;
  skill.audience = from.audience.empty()
                       ? oauth::default_audience(read.settings.server.public_url, skill.name)
                       : from.audience;
  skill.require = from.require;
  skill.login_url = from.login_url;
  skill.app_return_uri = from.app_return_uri;
  check_texts(read, at, from, skill);
  check_return_mode(read, at, from, read.settings.server.public_url, skill);
  check_external(read, at, from, secret, skill);
  check_event_settings(read, at, from, secret, skill);
  join_client(config, skill);
  config.skills.push_back(std::move(skill));
}

void check_shared_clients(ReadSettings& read, const Config& config) {
  for (std::size_t i = 0; i < config.clients.size(); ++i) {
    std::vector<std::string_view> names;
    for (const Skill& skill : config.skills)
      if (skill.client_id == config.clients[i].client_id && !skill.external)
        names.push_back(skill.name.text());
    if (names.size() < 2) continue;
    read.warning(
        fmt::format("clients[{}].client_id", i),
        fmt::format("\"{}\" is shared by the skills {}: whoever has its secret can redeem the codes of all "
                    "of them, and a link from the Alexa app that fits several is refused",
                    config.clients[i].client_id.text(), fmt::join(names, ", ")),
        "give each skill a client of its own");
  }
}

std::vector<SkillName> skill_names(ReadSettings& read, const Config& config, const std::string& setting,
                                   const std::vector<std::string>& names) {
  std::vector<SkillName> out;
  for (const std::string& name : names) {
    if (!config.find_skill(SkillName(name)))
      read.fault(setting, "there is no skill \"" + name + "\"", "name one of [[skills]]");
    out.emplace_back(name);
  }
  return out;
}

}  // namespace couplet::server
