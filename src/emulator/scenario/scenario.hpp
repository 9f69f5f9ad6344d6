// SPDX-License-Identifier: Apache-2.0
// A scenario file as data: who the provider is, and what happens, step by step. The grammar is in
// docs/emulator.md, the reader in scenario_reader.hpp.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/json.hpp"
#include "http/message.hpp"

namespace couplet::emulator {

/// One call of the provider's side. {user} and {skill} in the URL are filled in.
struct ProviderHook {
  std::string method;
  std::string url;
};

/// How a link is started and finished at the provider: a backend in any language.
struct ScenarioProvider {
  std::string url;      // of a linking API in Couplet's manner; the hooks below win over it
  std::string api_key;  // sent as a bearer token
  std::string skill;    // its name in the linking API's paths; empty: the name of the step
  http::Headers headers;
  std::map<std::string, ProviderHook> hooks;  // start, finish, status, unlink
};

/// One call of the control interface.
struct CallStep {
  std::string method;
  std::string path;
  json::object body;
};
/// "user anna is user-alice"
struct NameStep {
  std::string user;
  std::string provider_user;
};
struct LinkStep {
  std::string user;
  std::string skill;
  std::string door;      // "alexa_app_url", "lwa_url": the member of the provider's answer to start
  std::string decision;  // "allow", "cancel"
  bool fails = false;    // the provider must not say that it worked
};
struct UnlinkStep {  // in the provider's app
  std::string user;
  std::string skill;
};
struct DisableStep {  // in the Alexa app
  std::string user;
  std::string skill;
};
struct SayStep {
  std::string user;
  std::string skill;
  std::string say;
};
struct RefreshStep {
  std::string user;
  std::string skill;
  json::object order;  // mode, count
};
struct MarkStep {};  // the journal counts from here

enum class LinkState {
  linked,
  not_linked,  // not enabled, or dropped
  dropped,     // enabled, and Alexa has dropped the tokens
};
struct ExpectLink {
  std::string user;
  std::string skill;
  LinkState state = LinkState::linked;
  bool by_provider = false;  // what the provider says, not Alexa
};
struct ExpectRefresh {
  std::string result;  // of every call of the last refresh
};
struct ExpectSpeech {
  std::string text;
  bool contains = false;
};
struct ExpectVoice {
  bool linked = true;  // the last request carried a token
};
struct ExpectJournal {
  std::string direction;  // empty: both
  std::string method;
  std::string path;  // a prefix, with or without the host before it
  std::optional<std::int64_t> status;
  std::optional<std::int64_t> times;  // absent: at least once
  bool at_least = false;
};

using ScenarioAction =
    std::variant<CallStep, NameStep, LinkStep, UnlinkStep, DisableStep, SayStep, RefreshStep, MarkStep,
                 ExpectLink, ExpectRefresh, ExpectSpeech, ExpectVoice, ExpectJournal>;

struct ScenarioStep {
  std::size_t line = 0;
  std::string text;  // as it was written
  ScenarioAction action;
};

struct Scenario {
  std::string title;
  ScenarioProvider provider;
  std::string skill;  // of steps that name none; empty: the emulator's only one
  std::vector<ScenarioStep> steps;
};

}  // namespace couplet::emulator
