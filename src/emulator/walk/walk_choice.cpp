// SPDX-License-Identifier: Apache-2.0
// Which skill and which Amazon account of the emulator a walk is about.
#include <algorithm>

#include "base/encoding.hpp"
#include "emulator/walk/walk_steps.hpp"

namespace couplet::emulator {

namespace {

/// "Ride Hailer" → "ride-hailer"
std::string path_name(std::string_view name) {
  std::string text = ascii_lower(name);
  std::ranges::replace(text, ' ', '-');
  return text;
}

}  // namespace

Task<std::string> WalkSteps::look_up_emulator() {
  const WalkAnswer skills =
      co_await calls_.get("walk → emulator", options_.emulator_url + "/_emulator/api/skills");
  if (skills.status != 200) co_return "the emulator's skill list " + answered(skills);
  const WalkAnswer users =
      co_await calls_.get("walk → emulator", options_.emulator_url + "/_emulator/api/users");
  if (users.status != 200) co_return "the emulator's account list " + answered(users);
  std::string problem = choose_skill(skills.json_body());
  if (problem.empty()) problem = choose_account(users.json_body());
  co_return problem;
}

std::string WalkSteps::choose_skill(const json::object& answer) {
  const json::array* skills = find_array(answer, "skills");
  if (!skills || skills->empty()) return "the emulator has no skill";
  for (const json::value& entry : *skills) {
    const auto* skill = entry.if_object();
    if (!skill) continue;
    const bool named = path_name(find_string(*skill, "name").value_or("")) == options_.skill;
    if (named || skills->size() == 1 || find_string(*skill, "skill_id") == options_.skill) skill_ = *skill;
  }
  return skill_.empty() ? "the emulator has no skill called " + options_.skill : "";
}

std::string WalkSteps::choose_account(const json::object& answer) {
  const json::array* users = find_array(answer, "users");
  for (const json::value& entry : users ? *users : json::array{}) {
    const auto* user = entry.if_object();
    if (!user || !amazon_user_.empty()) continue;
    const std::string id(find_string(*user, "id").value_or(""));
    const bool insider =
        find_bool(*user, "owner").value_or(false) || find_bool(*user, "tester").value_or(false);
    const bool here = options_.region.empty() || find_string(*user, "region") == options_.region;
    if (options_.amazon_user.empty() ? insider && here : id == options_.amazon_user) amazon_user_ = id;
  }
  if (!amazon_user_.empty()) return "";
  return options_.amazon_user.empty()
             ? "the emulator has no owner or beta tester" +
                   std::string(options_.region.empty() ? "" : " in " + options_.region)
             : "the emulator has no account " + options_.amazon_user;
}

}  // namespace couplet::emulator
