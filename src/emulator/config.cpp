// SPDX-License-Identifier: Apache-2.0
#include "emulator/config.hpp"

#include <toml++/toml.h>

#include <charconv>
#include <set>
#include "base/environment.hpp"
#include "emulator/state/api_hosts.hpp"

namespace couplet::emulator {

namespace {

using Faults = std::vector<ConfigFault>;

std::uint32_t line_of(const toml::node& node) { return node.source().begin.line; }

/// Reads one table: each key that was asked for is known, the others are faults.
class TableReader {
 public:
  TableReader(const toml::table& table, std::string path, const std::filesystem::path& folder, Faults& faults)
      : table_(table), path_(std::move(path)), folder_(folder), faults_(faults) {}
  TableReader(const TableReader&) = delete;
  TableReader& operator=(const TableReader&) = delete;
  ~TableReader() = default;

  void text(std::string_view key, std::string& into) { value(key, into, "a string in quotes"); }
  void flag(std::string_view key, bool& into) { value(key, into, "true or false"); }
  template <class Tag>
  void secret(std::string_view key, Secret<Tag>& into) {
    std::string read;
    text(key, read);
    if (!read.starts_with("file:") && !read.starts_with("env:")) {
      into = Secret<Tag>(std::move(read));
      return;
    }
    const auto content = read_secret_reference(read, folder_.string());
    if (!content) return fault(key, "cannot be read", content.error());
    into = Secret<Tag>(std::string(content->reveal()));
  }
  /// Every key that there is, each with a text or a reference to one.
  void named_texts(std::map<std::string, std::string, std::less<>>& into) {
    for (const auto& [key, node] : table_) {
      Secret<struct NamedTextTag> read;
      secret(key.str(), read);
      into.emplace(key.str(), read.reveal());
    }
  }
  void file(std::string_view key, std::filesystem::path& into) {
    std::string read;
    text(key, read);
    if (!read.empty()) into = folder_ / read;
  }
  void whole_seconds(std::string_view key, std::chrono::seconds& into) {
    std::int64_t read = into.count();
    value(key, read, "a whole number of seconds");
    into = std::chrono::seconds(read);
  }
  void texts(std::string_view key, std::vector<std::string>& into) {
    for_each(key, "a string in quotes", [&](const toml::node& entry) {
      const auto text = entry.value_exact<std::string>();
      if (text) into.push_back(*text);
      return text.has_value();
    });
  }
  template <class Parse, class Value>
  void choice(std::string_view key, Parse parse, Value& into, std::string_view allowed) {
    const toml::node* node = take(key);
    if (!node) return;
    const auto text = node->value_exact<std::string>();
    if (const auto parsed = text ? parse(*text) : std::nullopt)
      into = *parsed;
    else
      fault(key, "is not a known value", std::string(allowed));
  }
  /// Every entry of an array; `read` says whether it was of the right kind.
  template <class Read>
  void for_each(std::string_view key, std::string_view kind, Read read) {
    const toml::node* node = take(key);
    if (!node) return;
    const toml::array* array = node->as_array();
    if (!array) return fault(key, "is not an array", "[ … ] with each entry " + std::string(kind));
    for (const toml::node& entry : *array)
      if (!read(entry)) fault(key, "has an entry of the wrong kind", "each entry is " + std::string(kind));
  }
  /// The table under `key`, read by `read(TableReader&)`.
  template <class Read>
  void table(std::string_view key, Read read) {
    const toml::node* node = take(key);
    if (!node) return;
    const toml::table* inner = node->as_table();
    if (!inner) return fault(key, "is not a table", "write it as [" + std::string(key) + "]");
    TableReader reader(*inner, path(key), folder_, faults_);
    read(reader);
    reader.finish();
  }
  /// The tables of [[key]].
  template <class Read>
  void tables(std::string_view key, Read read) {
    std::size_t number = 0;
    for_each(key, "a table, written as [[" + std::string(key) + "]]", [&](const toml::node& entry) {
      const toml::table* inner = entry.as_table();
      if (!inner) return false;
      TableReader reader(*inner, path(key) + "[" + std::to_string(number++) + "]", folder_, faults_);
      read(reader);
      reader.finish();
      return true;
    });
  }
  void require(std::string_view key, std::string_view cure) {
    if (!table_.contains(key)) fault(key, "is missing", std::string(cure));
  }
  void fault(std::string_view key, std::string problem, std::string cure) {
    faults_.push_back({line_at(key), path(key), std::move(problem), std::move(cure)});
  }
  /// What the model says of the finished thing, at the lines where its members stand.
  void add(const std::vector<ModelFault>& model_faults) {
    for (const ModelFault& found : model_faults) fault(found.member, found.problem, found.cure);
  }
  void finish() {
    for (const auto& [key, node] : table_)
      if (!seen_.contains(key.str()))
        faults_.push_back({line_of(node), path(key.str()), "is not a known key", known_keys()});
  }

 private:
  const toml::node* take(std::string_view key) {
    seen_.emplace(key);
    return table_.get(key);
  }
  template <class Value>
  void value(std::string_view key, Value& into, std::string_view kind) {
    const toml::node* node = take(key);
    if (!node) return;
    if (auto read = node->value_exact<Value>())
      into = std::move(*read);
    else
      fault(key, "is of the wrong kind", "write " + std::string(kind));
  }
  /// Of the key, or of the table where it is missing; "a.b" steps into a.
  std::uint32_t line_at(std::string_view key) const {
    const auto node = table_.at_path(key);
    if (node) return line_of(*node.node());
    const auto outer = table_.at_path(key.substr(0, key.find('.')));
    return outer ? line_of(*outer.node()) : line_of(table_);
  }
  std::string path(std::string_view key) const {
    return path_.empty() ? std::string(key) : path_ + "." + std::string(key);
  }
  std::string known_keys() const {
    std::string text = "known here: ";
    for (const std::string& key : seen_) text += (text.ends_with(": ") ? "" : ", ") + key;
    return text;
  }

  const toml::table& table_;
  std::string path_;
  const std::filesystem::path& folder_;
  Faults& faults_;
  std::set<std::string, std::less<>> seen_;
};

std::optional<ListenAddress> parse_address(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  std::uint16_t port = 0;
  const std::string_view digits = text.substr(colon + 1);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return ListenAddress{std::string(text.substr(0, colon)), port};
}

std::optional<AccessTokenScheme> parse_scheme(std::string_view text) {
  if (text == "HTTP_BASIC") return AccessTokenScheme::HTTP_BASIC;
  if (text == "REQUEST_BODY_CREDENTIALS") return AccessTokenScheme::REQUEST_BODY_CREDENTIALS;
  return std::nullopt;
}

void read_listen(TableReader& table, Config& config) {
  constexpr std::string_view kAllowed = R"(ADDRESS:PORT, as in "127.0.0.1:8090"; port 0 means any)";
  table.choice("browser", parse_address, config.browser, kAllowed);
  table.choice("amazon", parse_address, config.amazon, kAllowed);
}

void read_user(TableReader& table, Config& config) {
  AmazonUser user;
  table.text("id", user.id);
  table.text("name", user.name);
  table.text("email", user.email);
  table.choice("region", region_from_text, user.region, "NA, EU or FE");
  table.flag("owner", user.owner);
  table.flag("tester", user.tester);
  table.add(faults_of(user));
  for (const AmazonUser& other : config.users)
    if (other.id == user.id) table.fault("id", "is given to two accounts", "each account has its own id");
  config.users.push_back(std::move(user));
}

void read_account_linking(TableReader& table, AccountLinking& linking) {
  table.choice("type", linking_type_from_text, linking.type, "AUTH_CODE or IMPLICIT");
  table.text("authorizationUrl", linking.authorizationUrl);
  table.tables("authorizationUrlsByPlatform", [&](TableReader& entry) {
    PlatformUrl read;
    entry.choice("platformType", platform_from_text, read.platformType, "iOS or Android");
    entry.text("platformAuthorizationUrl", read.platformAuthorizationUrl);
    linking.authorizationUrlsByPlatform.push_back(std::move(read));
  });
  table.flag("pkce", linking.pkce);
  table.text("accessTokenUrl", linking.accessTokenUrl);
  table.choice("accessTokenScheme", parse_scheme, linking.accessTokenScheme,
               "HTTP_BASIC or REQUEST_BODY_CREDENTIALS");
  table.text("clientId", linking.clientId);
  table.secret("clientSecret", linking.clientSecret);
  table.texts("scopes", linking.scopes);
  table.texts("domains", linking.domains);
  table.texts("redirectUrls", linking.redirectUrls);
  table.whole_seconds("defaultTokenExpirationInSeconds", linking.defaultTokenExpirationInSeconds);
}

void read_events(TableReader& table, SkillEvents& events) {
  table.text("endpoint", events.endpoint);
  table.for_each("subscriptions", "one of " + std::string(kSubscriptionNames), [&](const toml::node& entry) {
    const auto kind = event_kind_from_text(entry.value_or(std::string_view()));
    if (kind) events.subscriptions.push_back(*kind);
    return kind.has_value();
  });
  table.table("regions", [&](TableReader& regions) {
    for (const Region region : kRegions) {
      std::string endpoint;
      regions.text(region_text(region), endpoint);
      if (!endpoint.empty()) events.regions.emplace(region_text(region), std::move(endpoint));
    }
  });
}

void read_skill(TableReader& table, Config& config) {
  Skill skill;
  table.text("skill_id", skill.skill_id);
  table.text("name", skill.name);
  table.for_each("stages", "\"development\" or \"live\"", [&](const toml::node& entry) {
    const auto stage = stage_from_text(entry.value_or(std::string_view()));
    if (stage) skill.stages.push_back(*stage);
    return stage.has_value();
  });
  table.text("alexa_client_id", skill.alexa_client_id);
  table.secret("alexa_client_secret", skill.alexa_client_secret);
  table.flag("linking_consent", skill.linking_consent);
  table.text("vendor_id", skill.vendor_id);
  table.text("asin", skill.asin);
  table.text("endpoint", skill.endpoint);
  table.tables("utterances", [&](TableReader& utterance) {
    Utterance read;
    utterance.text("say", read.say);
    utterance.text("intent", read.intent);
    utterance.require("say", R"(what is said, as in "Alexa, ask Ride Hailer for a ride")");
    skill.utterances.push_back(std::move(read));
  });
  table.table("smart_home", [&](TableReader& home) {
    home.text("endpoint", skill.smart_home.endpoint);
    home.flag("send_alexa_events", skill.smart_home.send_alexa_events);
  });
  table.table("events", [&](TableReader& events) { read_events(events, skill.events); });
  table.require("account_linking", "the skill's account linking page as [skills.account_linking]");
  table.table("account_linking",
              [&](TableReader& linking) { read_account_linking(linking, skill.account_linking); });
  table.add(faults_of(skill));
  for (const Skill& other : config.skills) {
    if (other.skill_id == skill.skill_id)
      table.fault("skill_id", "is given to two skills", "each skill has its own id");
    if (other.alexa_client_id == skill.alexa_client_id)
      table.fault("alexa_client_id", "is given to two skills", "each skill has its own pair");
  }
  config.skills.push_back(std::move(skill));
}

void read_refresh(TableReader& table, RefreshPlan& plan) {
  table.flag("schedule", plan.scheduled);
  table.whole_seconds("lead", plan.lead);
  if (plan.lead < seconds(0) || plan.lead > std::chrono::days(1))
    table.fault("lead", "is out of range", "0 to 86400 seconds before the access token expires");
  table.for_each("mode", "one of " + std::string(kRefreshModes), [&](const toml::node& entry) {
    return add_mode(plan.manner, entry.value_or(std::string_view()));
  });
}

void read_scenarios(TableReader& table, ScenarioLibrary& library) {
  std::filesystem::path folder;
  table.file("folder", folder);
  if (!folder.empty()) {
    auto read = read_scenario_folder(folder);
    if (read)
      library.scenarios = std::move(*read);
    else
      table.fault("folder", "cannot be read", read.error());
  }
  table.table("variables", [&](TableReader& variables) { variables.named_texts(library.variables); });
}

Config read_all(const toml::table& root, const std::filesystem::path& folder, Faults& faults) {
  Config config;
  TableReader table(root, "", folder, faults);
  table.file("state_dir", config.state_dir);
  table.require("state_dir", "a folder for the emulator's certificate authority, as in \".demo/emulator\"");
  table.table("listen", [&](TableReader& listen) { read_listen(listen, config); });
  table.table("token_client", [&](TableReader& client) {
    client.file("ca_file", config.token_client.ca_file);
    client.texts("connect_to", config.token_client.connect_to);
  });
  table.table("refresh", [&](TableReader& refresh) { read_refresh(refresh, config.refresh); });
  table.table("scenarios", [&](TableReader& scenarios) { read_scenarios(scenarios, config.scenarios); });
  table.require("users", "at least one Amazon account as [[users]]");
  table.tables("users", [&](TableReader& user) { read_user(user, config); });
  table.tables("developers", [&](TableReader& developer) {
    Developer read;
    developer.secret("token", read.token);
    developer.text("vendor_id", read.vendor_id);
    if (read.token.empty())
      developer.fault("token", "is empty", "the token that the configuration API wants");
    config.developers.push_back(std::move(read));
  });
  table.require("skills", "at least one skill as [[skills]]");
  table.tables("skills", [&](TableReader& skill) { read_skill(skill, config); });
  table.finish();
  return config;
}

}  // namespace

Result<Config, std::vector<ConfigFault>> read_config(std::string_view toml_text,
                                                     const std::filesystem::path& folder) {
  Faults faults;
  try {
    const toml::table root = toml::parse(toml_text);
    Config config = read_all(root, folder, faults);
    if (faults.empty()) return config;
  } catch (const toml::parse_error& error) {
    faults.push_back({error.source().begin.line, "", std::string(error.description()),
                      "see https://toml.io for the syntax"});
  }
  return std::unexpected(std::move(faults));
}

std::string fault_text(std::string_view file, const ConfigFault& fault) {
  std::string text(file);
  if (fault.line > 0) text += ":" + std::to_string(fault.line);
  return text + ": " + (fault.key.empty() ? "" : fault.key + " ") + fault.problem + "; " + fault.cure;
}

}  // namespace couplet::emulator
