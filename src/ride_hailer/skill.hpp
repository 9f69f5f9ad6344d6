// SPDX-License-Identifier: Apache-2.0
// The custom skill "Ride Hailer": "Alexa, ask Ride Hailer for a ride." Takes a skill request, answers a skill
// response.
#pragma once
#include <string>

#include "base/json.hpp"
#include "base/task.hpp"
#include "ride_hailer/rides.hpp"
#include "ride_hailer/token_check.hpp"
#include "ride_hailer/users.hpp"

namespace couplet::ride_hailer {

/// Thread: one.
class Skill {
 public:
  Skill(std::string skill_id, const Users& users, Rides& rides, TokenCheck& tokens);

  /// Absent when the request is not for this skill (or not a skill request at all): answer 400 and do
  /// nothing. Effects: an OrderRideIntent orders a ride for the user whose access token came with it
  Task<std::optional<json::object>> answer(json::object request);

 private:
  [[nodiscard]] bool is_for_this_skill(const json::object& request) const;
  Task<json::object> answer_user(json::object request);
  json::object order(const User& user, const json::object& request);

  std::string skill_id_;
  const Users& users_;
  Rides& rides_;
  TokenCheck& tokens_;
};

}  // namespace couplet::ride_hailer
