// SPDX-License-Identifier: Apache-2.0
#include "emulator/home/workbench_panel.hpp"

#include <algorithm>
#include <array>

#include "couplet_emulator_web.hpp"

namespace couplet::emulator {

namespace {

constexpr std::array kPresets{
    FaultPreset{"Lose the answer to the next enablement",
                R"({"match":{"method":"POST","path":"/v1/users"},"action":{"reset":"after"}})"},
    FaultPreset{
        "Refuse the next enablement with 500",
        R"({"match":{"method":"POST","path":"/v1/users"},"action":{"status":500,"body":"{\"message\":\"Internal service error\"}"}})"},
    FaultPreset{"LWA is down for three calls",
                R"({"match":{"host":"api.amazon.com"},"count":3,"action":{"status":503,"body":"{}"}})"},
    FaultPreset{"LWA takes seven seconds",
                R"({"match":{"host":"api.amazon.com"},"action":{"delay_ms":7000}})"},
    FaultPreset{"Alexa does not hear your next answer",
                R"({"match":{"direction":"out"},"action":{"reset":"after"}})"},
    FaultPreset{"Alexa does not reach you once",
                R"({"match":{"direction":"out"},"action":{"reset":"before"}})"}};

http::Html preset_buttons() {
  http::Html buttons;
  for (std::size_t i = 0; i < kPresets.size(); ++i)
    buttons += http::render(R"(<button class="small" name="preset" value="{{i}}">{{label}}</button>)",
                            {{"i", std::to_string(i)}, {"label", kPresets[i].label}});
  return buttons;
}

http::Html waiting_faults(const World& world, std::string_view user_id) {
  http::Html list;
  for (const Fault& fault : world.faults.faults())
    list += http::render(
        web::fault_html,
        {{"user", user_id}, {"fault", json::serialize(to_json(fault))}, {"id", std::to_string(fault.id)}});
  if (world.faults.faults().empty()) list = http::html_literal("<p class=\"quiet\">Nothing.</p>");
  return list;
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : ", ") + text;
  return all.empty() ? "none" : all;
}

http::Html skill_facts(const World& world) {
  http::Html facts;
  for (const Skill& skill : world.directory.skills()) {
    std::vector<std::string> stages;
    for (const Stage stage : skill.stages) stages.emplace_back(stage_text(stage));
    const AccountLinking& linking = skill.account_linking;
    const bool basic = linking.accessTokenScheme == AccessTokenScheme::HTTP_BASIC;
    facts += http::render(web::skill_facts_html,
                          {{"name", skill.name},
                           {"id", skill.skill_id},
                           {"stages", joined(stages)},
                           {"authorization_url", linking.authorizationUrl.empty() ? std::string("none")
                                                                                  : linking.authorizationUrl},
                           {"token_url", linking.accessTokenUrl},
                           {"scheme", basic ? "HTTP_BASIC" : "REQUEST_BODY_CREDENTIALS"},
                           {"pkce", linking.pkce ? "yes" : "no"},
                           {"redirects", joined(linking.redirectUrls)}});
  }
  return facts;
}

http::Html switch_values(const SwitchRow& row, std::string_view chosen) {
  constexpr std::string_view kValue = R"(<option value="{{value}}"{{selected}}>{{value}}</option>)";
  http::Html options;
  for (const std::string_view value : row.values)
    if (!value.empty())
      options += http::render(
          kValue, {{"value", value}, {"selected", http::html_literal(value == chosen ? " selected" : "")}});
  return options;
}

http::Html switch_table(const Switches& switches) {
  http::Html table;
  for (const SwitchRow& row : kSwitchRows)
    table += http::render(web::switch_html, {{"name", row.name},
                                             {"values", switch_values(row, switches.value_of(row))},
                                             {"decides", row.decides},
                                             {"standing", standing_text(row.standing)},
                                             {"source", row.source}});
  return table;
}

}  // namespace

std::span<const FaultPreset> fault_presets() { return kPresets; }

http::Html workbench_panel(const World& world, std::string_view user_id) {
  const auto changed = std::ranges::count_if(
      kSwitchRows, [&](const SwitchRow& row) { return world.switches.value_of(row) != row.values[0]; });
  return http::render(web::workbench_html, {{"user", user_id},
                                            {"presets", preset_buttons()},
                                            {"faults", waiting_faults(world, user_id)},
                                            {"now", to_iso8601(world.clock.now()).substr(0, 19) + "Z"},
                                            {"skills", skill_facts(world)},
                                            {"switch_count", std::to_string(kSwitchRows.size())},
                                            {"changed_count", std::to_string(changed)},
                                            {"switches", switch_table(world.switches)}});
}

}  // namespace couplet::emulator
