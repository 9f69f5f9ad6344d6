// SPDX-License-Identifier: Apache-2.0
#include "emulator/state/model_json.hpp"

#include <initializer_list>
#include <utility>

namespace couplet::emulator {

namespace {

/// Reads members of an object into variables and remembers the first fault.
class Members {
 public:
  explicit Members(const json::object& object) : object_(object) {}

  Members& text(std::string_view name, std::string& into) {
    if (const json::value* value = take(name)) {
      if (const auto* string = value->if_string())
        into = std::string(*string);
      else
        fault(name, "must be a string");
    }
    return *this;
  }
  template <class Tag>
  Members& secret(std::string_view name, Secret<Tag>& into) {
    std::string read;
    text(name, read);
    if (!read.empty()) into = Secret<Tag>(std::move(read));
    return *this;
  }
  Members& flag(std::string_view name, bool& into) {
    if (const json::value* value = take(name)) {
      if (const auto* boolean = value->if_bool())
        into = *boolean;
      else
        fault(name, "must be true or false");
    }
    return *this;
  }
  Members& whole_seconds(std::string_view name, std::chrono::seconds& into) {
    if (const json::value* value = take(name)) {
      if (const auto* number = value->if_int64())
        into = std::chrono::seconds(*number);
      else
        fault(name, "must be a whole number of seconds");
    }
    return *this;
  }
  Members& texts(std::string_view name, std::vector<std::string>& into) {
    const json::value* value = take(name);
    if (!value) return *this;
    std::vector<std::string> read;
    const auto* array = value->if_array();
    for (const json::value& entry : array ? *array : json::array{nullptr}) {
      const auto* string = entry.if_string();
      if (!string) {
        fault(name, "must be an array of strings");
        return *this;
      }
      read.emplace_back(*string);
    }
    into = std::move(read);
    return *this;
  }
  template <class Parse, class Value>
  Members& choice(std::string_view name, Parse parse, Value& into, std::string_view allowed) {
    std::string read;
    if (!object_.contains(name)) return *this;
    text(name, read);
    if (const auto value = parse(read))
      into = *value;
    else
      fault(name, "must be " + std::string(allowed));
    return *this;
  }
  const json::value* take(std::string_view name) {
    const json::value* value = object_.if_contains(name);
    seen_ += value ? 1 : 0;
    return value;
  }
  void fault(std::string_view name, std::string what) {
    if (problem_.empty()) problem_ = std::string(name) + " " + std::move(what);
  }
  /// Empty when all is well. `known` completes the sentence about members that nobody asked for.
  std::string finish(std::string_view known) {
    if (problem_.empty() && seen_ < object_.size())
      problem_ = "there is an unknown member; known are " + std::string(known);
    return std::move(problem_);
  }

 private:
  const json::object& object_;
  std::size_t seen_ = 0;
  std::string problem_;
};

std::optional<AccessTokenScheme> scheme_from_text(std::string_view text) {
  if (text == "HTTP_BASIC") return AccessTokenScheme::HTTP_BASIC;
  if (text == "REQUEST_BODY_CREDENTIALS") return AccessTokenScheme::REQUEST_BODY_CREDENTIALS;
  return std::nullopt;
}

json::array array_of(const std::vector<std::string>& texts) {
  json::array array;
  for (const std::string& text : texts) array.emplace_back(text);
  return array;
}

json::object to_json(const SkillEvents& events) {
  json::array subscriptions;
  for (const SkillEventKind kind : events.subscriptions) subscriptions.emplace_back(subscription_text(kind));
  json::object regions;
  for (const auto& [region, endpoint] : events.regions) regions[region] = endpoint;
  return {{"endpoint", events.endpoint},
          {"subscriptions", std::move(subscriptions)},
          {"regions", std::move(regions)}};
}

json::object to_json(const AccountLinking& linking) {
  json::array platforms;
  for (const PlatformUrl& entry : linking.authorizationUrlsByPlatform)
    platforms.emplace_back(json::object{{"platformType", platform_text(entry.platformType)},
                                        {"platformAuthorizationUrl", entry.platformAuthorizationUrl}});
  return {{"authorizationUrl", linking.authorizationUrl},
          {"authorizationUrlsByPlatform", std::move(platforms)},
          {"type", linking.type == LinkingType::AUTH_CODE ? "AUTH_CODE" : "IMPLICIT"},
          {"pkce", linking.pkce},
          {"accessTokenUrl", linking.accessTokenUrl},
          {"accessTokenScheme", linking.accessTokenScheme == AccessTokenScheme::HTTP_BASIC
                                    ? "HTTP_BASIC"
                                    : "REQUEST_BODY_CREDENTIALS"},
          {"clientId", linking.clientId},
          {"scopes", array_of(linking.scopes)},
          {"domains", array_of(linking.domains)},
          {"redirectUrls", array_of(linking.redirectUrls)},
          {"reciprocalAccessTokenUrl", linking.reciprocalAccessTokenUrl},
          {"skipOnEnablement", linking.skipOnEnablement},
          {"voiceForwardAccountLinking", linking.voiceForwardAccountLinking},
          {"defaultTokenExpirationInSeconds", linking.defaultTokenExpirationInSeconds.count()}};
}

std::string read_platforms(const json::value& value, std::vector<PlatformUrl>& platforms) {
  const auto* array = value.if_array();
  if (!array) return "authorizationUrlsByPlatform must be an array";
  platforms.clear();
  for (const json::value& entry : *array) {
    const auto* object = entry.if_object();
    const auto name = object ? find_string(*object, "platformType") : std::nullopt;
    const auto url = object ? find_string(*object, "platformAuthorizationUrl") : std::nullopt;
    const auto platform = platform_from_text(name.value_or(""));
    if (!platform || !url)
      return "each of authorizationUrlsByPlatform needs platformType (iOS or Android) and "
             "platformAuthorizationUrl";
    platforms.push_back({*platform, std::string(*url)});
  }
  return "";
}

std::string read_linking(const json::value& value, AccountLinking& linking) {
  linking.removed = value.is_null();  // as DELETE of the configuration API leaves it
  if (linking.removed) return "";
  const auto* object = value.if_object();
  if (!object) return "account_linking must be an object, or null";
  Members members(*object);
  if (const json::value* platforms = members.take("authorizationUrlsByPlatform")) {
    std::string problem = read_platforms(*platforms, linking.authorizationUrlsByPlatform);
    if (!problem.empty()) return problem;
  }
  members.choice("type", linking_type_from_text, linking.type, "AUTH_CODE or IMPLICIT")
      .texts("domains", linking.domains)
      .text("reciprocalAccessTokenUrl", linking.reciprocalAccessTokenUrl)
      .flag("skipOnEnablement", linking.skipOnEnablement)
      .flag("voiceForwardAccountLinking", linking.voiceForwardAccountLinking);
  members.text("authorizationUrl", linking.authorizationUrl)
      .flag("pkce", linking.pkce)
      .text("accessTokenUrl", linking.accessTokenUrl)
      .choice("accessTokenScheme", scheme_from_text, linking.accessTokenScheme,
              "HTTP_BASIC or REQUEST_BODY_CREDENTIALS")
      .text("clientId", linking.clientId)
      .secret("clientSecret", linking.clientSecret)
      .texts("scopes", linking.scopes)
      .texts("redirectUrls", linking.redirectUrls)
      .whole_seconds("defaultTokenExpirationInSeconds", linking.defaultTokenExpirationInSeconds);
  return members.finish(
      "type, authorizationUrl, authorizationUrlsByPlatform, pkce, accessTokenUrl, accessTokenScheme, "
      "clientId, clientSecret, scopes, domains, redirectUrls, defaultTokenExpirationInSeconds, "
      "reciprocalAccessTokenUrl, skipOnEnablement, voiceForwardAccountLinking");
}

std::string read_smart_home(const json::value& value, SmartHomeSettings& settings) {
  const auto* object = value.if_object();
  if (!object) return "smart_home must be an object";
  Members members(*object);
  members.text("endpoint", settings.endpoint).flag("send_alexa_events", settings.send_alexa_events);
  return members.finish("endpoint, send_alexa_events");
}

std::string read_event_regions(const json::value& value, SkillEvents& events) {
  const auto* object = value.if_object();
  for (const auto& [region, endpoint] : object ? *object : json::object{{"", nullptr}})
    if (!region_from_text(region) || !endpoint.is_string())
      return "events.regions takes NA, EU and FE, each with a URL";
  events.regions.clear();
  for (const auto& [region, endpoint] : *object)
    events.regions[std::string(region)] = std::string(endpoint.get_string());
  return "";
}

std::string read_events(const json::value& value, SkillEvents& events) {
  const auto* object = value.if_object();
  if (!object) return "events must be an object";
  Members members(*object);
  std::vector<std::string> names;
  for (const SkillEventKind kind : events.subscriptions) names.emplace_back(subscription_text(kind));
  members.text("endpoint", events.endpoint).texts("subscriptions", names);
  events.subscriptions.clear();
  for (const std::string& name : names) {
    const auto kind = event_kind_from_text(name);
    if (!kind) return "events.subscriptions takes " + std::string(kSubscriptionNames);
    events.subscriptions.push_back(*kind);
  }
  if (const json::value* regions = members.take("regions"))
    if (std::string problem = read_event_regions(*regions, events); !problem.empty()) return problem;
  return members.finish("endpoint, subscriptions, regions");
}

std::string read_stages(const json::value& value, std::vector<Stage>& stages) {
  const auto* array = value.if_array();
  if (!array) return "stages must be an array";
  stages.clear();
  for (const json::value& entry : *array) {
    const auto* text = entry.if_string();
    const auto stage = text ? stage_from_text(*text) : std::nullopt;
    if (!stage) return "stages takes development and live";
    stages.push_back(*stage);
  }
  return "";
}

std::string read_utterances(const json::value& value, std::vector<Utterance>& utterances) {
  const auto* array = value.if_array();
  if (!array) return "utterances must be an array";
  utterances.clear();
  for (const json::value& entry : *array) {
    const auto* object = entry.if_object();
    const auto say = object ? find_string(*object, "say") : std::nullopt;
    if (!say) return "each of utterances needs say, and intent unless it opens the skill";
    utterances.push_back({std::string(*say), std::string(find_string(*object, "intent").value_or(""))});
  }
  return "";
}

template <class Thing>
Result<Thing, std::string> checked(Thing thing) {
  const auto faults = faults_of(thing);
  if (faults.empty()) return thing;
  const ModelFault& first = faults.front();
  return std::unexpected(first.member + " " + first.problem + ": " + first.cure);
}

}  // namespace

json::object to_json(const AmazonUser& user) {
  return {{"id", user.id},
          {"name", user.name},
          {"email", user.email},
          {"region", region_text(user.region)},
          {"owner", user.owner},
          {"tester", user.tester},
          {"amazon_user_id", user.amazon_user_id()}};
}

json::object to_json(const Skill& skill) {
  json::array stages;
  for (const Stage stage : skill.stages) stages.emplace_back(stage_text(stage));
  json::array utterances;
  for (const Utterance& utterance : skill.utterances)
    utterances.emplace_back(json::object{{"say", utterance.say}, {"intent", utterance.intent}});
  return {{"skill_id", skill.skill_id},
          {"name", skill.name},
          {"stages", std::move(stages)},
          {"alexa_client_id", skill.alexa_client_id},
          {"linking_consent", skill.linking_consent},
          {"vendor_id", skill.vendor_id},
          {"asin", skill.asin},
          {"endpoint", skill.endpoint},
          {"utterances", std::move(utterances)},
          {"account_linking", skill.account_linking.removed ? json::value(nullptr)
                                                            : json::value(to_json(skill.account_linking))},
          {"events", to_json(skill.events)},
          {"smart_home", json::object{{"endpoint", skill.smart_home.endpoint},
                                      {"send_alexa_events", skill.smart_home.send_alexa_events}}}};
}

Result<AmazonUser, std::string> user_from_json(const json::object& object, AmazonUser known) {
  std::string ignored;  // what GET shows may be sent back
  Members members(object);
  members.text("id", ignored).text("amazon_user_id", ignored);
  members.text("name", known.name)
      .text("email", known.email)
      .flag("owner", known.owner)
      .flag("tester", known.tester);
  members.choice("region", region_from_text, known.region, "NA, EU or FE");
  std::string problem = members.finish("name, email, region, owner, tester");
  if (!problem.empty()) return std::unexpected(std::move(problem));
  return checked(std::move(known));
}

Result<Skill, std::string> skill_from_json(const json::object& object, Skill known) {
  std::string ignored;
  Members members(object);
  members.text("skill_id", ignored)
      .text("name", known.name)
      .text("alexa_client_id", known.alexa_client_id)
      .secret("alexa_client_secret", known.alexa_client_secret)
      .flag("linking_consent", known.linking_consent)
      .text("vendor_id", known.vendor_id)
      .text("asin", known.asin)
      .text("endpoint", known.endpoint);
  std::string problem;
  if (const json::value* stages = members.take("stages")) problem = read_stages(*stages, known.stages);
  if (const json::value* utterances = members.take("utterances"); utterances && problem.empty())
    problem = read_utterances(*utterances, known.utterances);
  if (const json::value* linking = members.take("account_linking"); linking && problem.empty())
    problem = read_linking(*linking, known.account_linking);
  if (const json::value* events = members.take("events"); events && problem.empty())
    problem = read_events(*events, known.events);
  if (const json::value* home = members.take("smart_home"); home && problem.empty())
    problem = read_smart_home(*home, known.smart_home);
  if (problem.empty())
    problem = members.finish(
        "name, stages, alexa_client_id, alexa_client_secret, linking_consent, vendor_id, asin, "
        "endpoint, utterances, account_linking, events, smart_home");
  if (!problem.empty()) return std::unexpected(std::move(problem));
  return checked(std::move(known));
}

}  // namespace couplet::emulator
