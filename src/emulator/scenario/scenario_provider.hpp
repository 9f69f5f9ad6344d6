// SPDX-License-Identifier: Apache-2.0
// The provider's side of a scenario: its app and backend, as four HTTP calls of its own choice.
#pragma once
#include <string>

#include "base/json.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "emulator/scenario/scenario.hpp"
#include "http/client.hpp"

namespace couplet::emulator {

/// Thread: the client's.
class ProviderSide {
 public:
  ProviderSide(ScenarioProvider provider, http::Client& client)
      : provider_(std::move(provider)), client_(client) {}

  struct Answer {
    int status = 0;
    json::object body;  // empty when it is no JSON object
    [[nodiscard]] bool good() const { return status >= 200 && status < 300; }
  };
  /// Errors: a sentence: the provider section lacks the call, or no answer came
  Task<Result<Answer, std::string>> start(std::string user, std::string skill);
  Task<Result<Answer, std::string>> finish(std::string user, std::string skill, json::object came_back);
  Task<Result<Answer, std::string>> status(std::string user, std::string skill);
  Task<Result<Answer, std::string>> unlink(std::string user, std::string skill);

 private:
  Task<Result<Answer, std::string>> call(std::string hook, std::string user, std::string skill,
                                         json::object body);
  [[nodiscard]] ProviderHook hook_of(const std::string& name) const;
  [[nodiscard]] http::OutgoingRequest request_of(const ProviderHook& hook, const std::string& user,
                                                 const std::string& skill) const;

  ScenarioProvider provider_;
  http::Client& client_;
};

/// "409 (already_linked: …)", for people.
[[nodiscard]] std::string shown(const ProviderSide::Answer& answer);

}  // namespace couplet::emulator
