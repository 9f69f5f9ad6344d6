// SPDX-License-Identifier: Apache-2.0
// From Settings to Config: references are resolved, and every cross-check adds its fault instead of stopping.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <tuple>

#include "server/config/config_amazon.hpp"
#include "server/config/config_callers.hpp"
#include "server/config/config_clients.hpp"
#include "server/config/config_keys.hpp"
#include "server/config/config_server.hpp"
#include "server/config/config_skills.hpp"
#include "server/config/config_tokens.hpp"
#include "server/config/config_webhooks.hpp"

namespace couplet::server {
namespace {

// What cannot be read is a fault of the setting that names it.
SecretReader secret_reader(ReadSettings& read, const std::string& base_dir) {
  return
      [&read, base_dir](const std::string& setting, std::string_view reference) -> std::optional<SecretText> {
        auto text = read_secret_reference(reference, base_dir);
        if (!text) {
          read.fault(setting, text.error(), "name a file or variable that the server's user can read");
          return std::nullopt;
        }
        if (readable_by_others(reference, base_dir))
          read.warning(setting, std::string(reference) + " can be read by other users", "chmod 600 it");
        return std::move(*text);
      };
}

void check_callers(ReadSettings& read, const std::string& base_dir, Config& config) {
  const Settings& settings = read.settings;
  for (std::size_t i = 0; i < settings.api_keys.size(); ++i) add_api_key(read, i, config);
  for (std::size_t i = 0; i < settings.user_jwts.size(); ++i) add_user_jwt(read, i, base_dir, config);
  if (settings.api_keys.empty() && settings.user_jwts.empty())
    read.warning("api_keys", "nobody can call the linking API", "add [[api_keys]] or [[user_jwts]]");
}

// In this order: skills name clients, and the rest names skills.
std::unique_ptr<Config> check(ReadSettings& read, const std::string& base_dir) {
  auto config = std::make_unique<Config>();
  const Settings& settings = read.settings;
  const SecretReader secret = secret_reader(read, base_dir);
  check_server(read, base_dir);
  check_storage(read, base_dir);
  check_log(read);
  read_keys(read, secret, *config);
  for (std::size_t i = 0; i < settings.clients.size(); ++i) add_client(read, i, secret, *config);
  for (std::size_t i = 0; i < settings.skills.size(); ++i) add_skill(read, i, secret, *config);
  check_shared_clients(read, *config);
  for (std::size_t i = 0; i < settings.clients.size(); ++i)
    config->clients[i].introspect_skills =
        skill_names(read, *config, fmt::format("clients[{}].introspect_skills", i),
                    settings.clients[i].introspect_skills);
  check_token_sizes(read, *config);
  if (settings.skills.empty()) read.fault("skills", "there is no skill", "add a [[skills]] table");
  check_callers(read, base_dir, *config);
  check_webhooks(read, secret, base_dir, *config);
  set_amazon(read, base_dir, *config);
  config->settings = settings;
  return config;
}

}  // namespace

const Skill* Config::find_skill(const SkillName& name) const {
  const auto found = std::ranges::find(skills, name, &Skill::name);
  return found == skills.end() ? nullptr : &*found;
}

const Client* Config::find_client(const ClientId& client_id) const {
  const auto found = std::ranges::find(clients, client_id, &Client::client_id);
  return found == clients.end() ? nullptr : &*found;
}

LoadedConfig load_config(const std::string& file) {
  ReadSettings read = read_settings(file);
  if (!read.faults.empty() && read.faults.front().setting.empty())
    return {nullptr, std::move(read.faults)};  // not even TOML
  std::string base_dir = std::filesystem::path(file).parent_path().string();
  if (base_dir.empty()) base_dir = ".";
  auto config = check(read, base_dir);
  std::ranges::sort(read.faults, {}, [](const ConfigFault& fault) {
    return std::tie(fault.line, fault.setting, fault.message);
  });
  const bool broken = std::ranges::any_of(
      read.faults, [](const ConfigFault& fault) { return fault.weight == ConfigFault::Weight::error; });
  return {broken ? nullptr : std::move(config), std::move(read.faults)};
}

std::string to_text(const ConfigFault& fault, const std::string& file) {
  const std::string_view weight = fault.weight == ConfigFault::Weight::error ? "error" : "warning";
  const std::string where = fault.line > 0 ? fmt::format("{}:{}", file, fault.line) : file;
  const std::string subject = fault.setting.empty() ? "" : fault.setting + " ";
  return fmt::format("{}: {}: {}{}\n    {}", where, weight, subject, fault.message, fault.cure);
}

}  // namespace couplet::server
