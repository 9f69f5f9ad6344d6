// SPDX-License-Identifier: Apache-2.0
#include "emulator/world/snapshot.hpp"

#include <utility>
#include <vector>

#include "emulator/state/model_json.hpp"

namespace couplet::emulator {

namespace {

constexpr std::int64_t kVersion = 1;

json::object skill_json(const Skill& skill) {
  json::object object = to_json(skill);
  object["alexa_client_secret"] = skill.alexa_client_secret.reveal();
  if (auto* linking = object["account_linking"].if_object())
    (*linking)["clientSecret"] = skill.account_linking.clientSecret.reveal();
  return object;
}

json::object clock_json(const AdjustableClock& clock) {
  return {
      {"now_ms", clock.now().time_since_epoch().count()}, {"rate", clock.rate()}, {"frozen", clock.frozen()}};
}

json::array faults_json(const FaultBook& book) {
  json::array faults;
  for (const Fault& fault : book.faults()) {
    json::object object = to_json(fault);
    object.erase("id");
    faults.push_back(json::object{{"fault", std::move(object)}, {"drawn", fault.drawn}});
  }
  return faults;
}

/// What is read, before anything is changed.
struct Loaded {
  std::vector<AmazonUser> users;
  std::vector<Skill> skills;
  Switches switches;
  RefreshPlan plan;
  std::vector<Fault> faults;
};

std::string read_users(const json::array* entries, std::vector<AmazonUser>& users) {
  for (const json::value& entry : entries ? *entries : json::array{nullptr}) {
    const auto* object = entry.if_object();
    if (!object) return "users is an array of accounts";
    AmazonUser start;
    start.id = find_string(*object, "id").value_or("");
    auto user = user_from_json(*object, std::move(start));
    if (!user) return "one of users: " + user.error();
    users.push_back(std::move(*user));
  }
  return "";
}

std::string read_skills(const json::array* entries, std::vector<Skill>& skills) {
  for (const json::value& entry : entries ? *entries : json::array{nullptr}) {
    const auto* object = entry.if_object();
    if (!object) return "skills is an array of skills";
    Skill start;
    start.skill_id = find_string(*object, "skill_id").value_or("");
    auto skill = skill_from_json(*object, std::move(start));
    if (!skill) return "one of skills: " + skill.error();
    skills.push_back(std::move(*skill));
  }
  return "";
}

std::string read_faults(const json::array* entries, std::vector<Fault>& faults) {
  for (const json::value& entry : entries ? *entries : json::array{nullptr}) {
    const auto* object = entry.if_object();
    const json::object* written = object ? find_object(*object, "fault") : nullptr;
    const auto drawn = object ? find_integer(*object, "drawn") : std::nullopt;
    if (!written || !drawn || *drawn < 0) return "faults is an array of {fault, drawn}";
    auto fault = fault_from_json(*written);
    if (!fault) return "one of faults: " + fault.error();
    skip_draws(*fault, static_cast<std::uint64_t>(*drawn));
    faults.push_back(std::move(*fault));
  }
  return "";
}

std::string read_settings(const json::object& snapshot, Loaded& loaded) {
  const json::object* switches = find_object(snapshot, "switches");
  const json::object* plan = find_object(snapshot, "refresh");
  if (!switches || !plan) return "a snapshot has switches and refresh";
  const auto read_switches = switches_from_json(*switches, Switches{});
  if (!read_switches) return read_switches.error();
  const auto read_plan = plan_from_json(*plan, RefreshPlan{});
  if (!read_plan) return read_plan.error();
  loaded.switches = *read_switches;
  loaded.plan = *read_plan;
  return "";
}

Result<Loaded, std::string> read(const json::object& snapshot) {
  if (find_integer(snapshot, "version") != kVersion)
    return std::unexpected("a snapshot has \"version\": 1; take one with GET");
  Loaded loaded;
  std::string problem = read_users(find_array(snapshot, "users"), loaded.users);
  if (problem.empty()) problem = read_skills(find_array(snapshot, "skills"), loaded.skills);
  if (problem.empty()) problem = read_faults(find_array(snapshot, "faults"), loaded.faults);
  if (problem.empty()) problem = read_settings(snapshot, loaded);
  const json::object* clock = find_object(snapshot, "clock");
  if (problem.empty() && (!clock || !find_integer(*clock, "now_ms") || !find_bool(*clock, "frozen")))
    problem = "clock has now_ms, rate and frozen";
  if (!problem.empty()) return std::unexpected(std::move(problem));
  return loaded;
}

void set_clock(AdjustableClock& clock, const json::object& object) {
  const json::value* rate = object.if_contains("rate");
  clock.reset();
  if (rate && rate->is_number() && rate->to_number<double>() > 0) clock.set_rate(rate->to_number<double>());
  clock.set(Instant{milliseconds(*find_integer(object, "now_ms"))});
  clock.freeze(*find_bool(object, "frozen"));
}

}  // namespace

json::object snapshot_of(const World& world) {
  json::array users;
  json::array skills;
  for (const AmazonUser& user : world.directory.users()) users.push_back(to_json(user));
  for (const Skill& skill : world.directory.skills()) skills.push_back(skill_json(skill));
  return {{"version", kVersion},
          {"clock", clock_json(world.clock)},
          {"switches", to_json(world.switches)},
          {"refresh", to_json(world.refresh_plan)},
          {"users", std::move(users)},
          {"skills", std::move(skills)},
          {"enablements", world.enablements.to_json()},
          {"tokens", world.tokens.to_json()},
          {"faults", faults_json(world.faults)}};
}

Result<void, std::string> load_snapshot(World& world, const json::object& snapshot) {
  auto loaded = read(snapshot);
  if (!loaded) return std::unexpected(loaded.error());
  const json::object* enablements = find_object(snapshot, "enablements");
  const json::object* tokens = find_object(snapshot, "tokens");
  if (!enablements || !tokens) return std::unexpected("a snapshot has enablements and tokens");
  Enablements trial(world.enablements);  // both are good before either is taken
  if (auto good = trial.restore(*enablements); !good) return good;
  if (auto good = world.tokens.restore(*tokens); !good) return good;
  (void)world.enablements.restore(*enablements);
  world.directory.replace(std::move(loaded->users), std::move(loaded->skills));
  world.switches = loaded->switches;
  world.refresh_plan = loaded->plan;
  world.faults.replace(std::move(loaded->faults));
  world.pending.clear();
  set_clock(world.clock, *find_object(snapshot, "clock"));
  return {};
}

}  // namespace couplet::emulator
