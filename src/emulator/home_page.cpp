// SPDX-License-Identifier: Apache-2.0
#include "emulator/home_page.hpp"

#include <algorithm>
#include <ranges>

#include "base/form.hpp"
#include "couplet_emulator_web.hpp"
#include "emulator/page.hpp"
#include "emulator/same_site.hpp"

namespace couplet::emulator {

namespace {

constexpr std::size_t kShownCalls = 60;

http::Html said_box(const std::optional<LastSaid>& said) {
  if (!said) return {};
  constexpr std::string_view kBox =
      R"(<section class="said" aria-label="Voice"><p class="quiet">{{user}}: “{{say}}”</p>
<p class="speech">{{speech}}</p><p class="quiet">{{card}}</p></section>)";
  const std::string speech =
      said->problem.empty() ? "Alexa: “" + said->speech + "”" : "Failed: " + said->problem;
  const std::string card = said->card.empty() ? "" : "A card appears in the Alexa app: " + said->card;
  return http::render(kBox, {{"user", said->user}, {"say", said->say}, {"speech", speech}, {"card", card}});
}

http::Html link_line(const AmazonUser& user, const Skill& skill, const Enablement* enablement) {
  if (!enablement)
    return http::render("<p>{{skill}}: <span class=\"quiet\">not enabled</span></p>",
                        {{"skill", skill.name}});
  constexpr std::string_view kLine =
      R"(<p>{{skill}}: <span class="{{class}}">{{status}}</span> <span class="quiet">({{stage}})</span></p>
<form method="post" action="/_emulator/disable"><input type="hidden" name="user" value="{{user}}"><input type="hidden" name="skill_id" value="{{skill_id}}"><button>Disable {{skill}}</button></form>)";
  return http::render(kLine, {{"skill", skill.name},
                              {"class", enablement->tokens ? "good" : "bad"},
                              {"status", enablement->tokens ? "enabled and linked" : "enabled, not linked"},
                              {"stage", stage_text(enablement->stage)},
                              {"user", user.id},
                              {"skill_id", skill.skill_id}});
}

http::Html voice_buttons(const AmazonUser& user, const Skill& skill) {
  constexpr std::string_view kButton =
      R"(<form method="post" action="/_emulator/voice"><input type="hidden" name="user" value="{{user}}"><input type="hidden" name="skill_id" value="{{skill_id}}"><button class="primary" name="utterance" value="{{number}}">“{{say}}”</button></form>)";
  http::Html buttons;
  if (skill.endpoint.empty()) return buttons;
  for (std::size_t i = 0; i < skill.utterances.size(); ++i)
    buttons += http::render(kButton, {{"user", user.id},
                                      {"skill_id", skill.skill_id},
                                      {"number", std::to_string(i)},
                                      {"say", skill.utterances[i].say}});
  return buttons;
}

http::Html accounts(const World& world) {
  constexpr std::string_view kAccount =
      R"(<article class="account"><h3>{{name}}</h3><p class="quiet">{{email}} · {{region}}{{role}}</p>{{skills}}</article>)";
  http::Html html;
  for (const AmazonUser& user : world.directory.users()) {
    http::Html skills;
    for (const Skill& skill : world.directory.skills()) {
      skills += link_line(user, skill, world.enablements.find(user.id, skill.skill_id));
      skills += voice_buttons(user, skill);
    }
    const std::string role =
        std::string(user.owner ? " · owner" : "") + (user.tester ? " · beta tester" : "");
    html += http::render(kAccount, {{"name", user.name},
                                    {"email", user.email},
                                    {"region", region_text(user.region)},
                                    {"role", role},
                                    {"skills", skills}});
  }
  return html;
}

http::Html skills(const World& world) {
  constexpr std::string_view kRow =
      "<tr><td>{{name}}<br><span "
      "class=\"quiet\">{{id}}</span></td><td>{{stages}}</td><td>{{url}}</td><td>{{scheme}}</"
      "td><td>{{redirects}}</td></tr>";
  http::Html html;
  for (const Skill& skill : world.directory.skills()) {
    std::string stages;
    for (const Stage stage : skill.stages)
      stages += (stages.empty() ? "" : ", ") + std::string(stage_text(stage));
    std::string redirects;
    for (const std::string& url : skill.account_linking.redirectUrls)
      redirects += (redirects.empty() ? "" : ", ") + url;
    const bool basic = skill.account_linking.accessTokenScheme == AccessTokenScheme::HTTP_BASIC;
    html += http::render(kRow, {{"name", skill.name},
                                {"id", skill.skill_id},
                                {"stages", stages},
                                {"url", skill.account_linking.accessTokenUrl},
                                {"scheme", basic ? "HTTP_BASIC" : "REQUEST_BODY_CREDENTIALS"},
                                {"redirects", redirects}});
  }
  return html;
}

http::Html faults(const World& world) {
  if (world.faults.faults().empty()) return http::html_literal("<p class=\"quiet\">None.</p>");
  http::Html html;
  for (const Fault& fault : world.faults.faults())
    html += http::render("<p>{{fault}}</p>", {{"fault", json::serialize(to_json(fault))}});
  return html;
}

std::string fields_text(const ShownFields& fields) {
  std::string text;
  for (const auto& [name, value] : fields) text += (text.empty() ? "" : "  ") + name + "=" + value;
  return text;
}

http::Html journal_row(const JournalEntry& entry) {
  constexpr std::string_view kRow =
      "<tr class=\"call\"><td>{{seq}}</td><td>{{time}}</td><td>{{direction}}</td><td>{{method}} "
      "{{host}}{{path}}</td>"
      "<td class=\"{{class}}\">{{status}}</td><td>{{ms}}</td><td>{{note}}</td></tr>"
      "<tr class=\"said-there\"><td></td><td colspan=\"6\"><details><summary>What was said</summary>"
      "<p>{{request}}</p><p>→ {{response}}</p></details></td></tr>";
  const bool good = entry.status && *entry.status < 400;
  return http::render(kRow, {{"seq", std::to_string(entry.seq)},
                             {"time", to_iso8601(entry.at).substr(11, 12)},
                             {"direction", direction_text(entry.direction)},
                             {"method", entry.method},
                             {"host", entry.host},
                             {"path", entry.path},
                             {"class", good ? "good" : "bad"},
                             {"status", entry.status    ? std::to_string(*entry.status)
                                        : entry.elapsed ? "no answer"
                                                        : "open"},
                             {"ms", entry.elapsed ? std::to_string(entry.elapsed->count()) : ""},
                             {"request", fields_text(entry.request)},
                             {"response", fields_text(entry.response)},
                             {"note", entry.note}});
}

http::Html journal(const World& world) {
  const std::uint64_t last = world.journal.last_seq();
  http::Html rows;
  const auto entries = world.journal.since(last > kShownCalls ? last - kShownCalls : 0);
  for (const JournalEntry* entry : entries | std::views::reverse) rows += journal_row(*entry);
  return rows;
}

http::Response refused() {
  return message_page(403, "The Amazon side", "Not from here",
                      "This came from another site's page and was ignored.");
}

}  // namespace

Task<http::Response> HomePage::show(const http::Request&) {
  co_return page_response(200, http::render(web::home_html, {{"said", said_box(world_.last_said)},
                                                             {"accounts", accounts(world_)},
                                                             {"skills", skills(world_)},
                                                             {"faults", faults(world_)},
                                                             {"journal", journal(world_)},
                                                             {"now", to_iso8601(world_.clock.now())}}));
}

Task<http::Response> HomePage::say(const http::Request& request) {
  if (is_from_another_site(request)) co_return refused();
  const auto form = FormParameters::parse(request.body);
  const std::string user_id(form ? form->get("user").value_or("") : "");
  const std::string skill_id(form ? form->get("skill_id").value_or("") : "");
  const std::string number(form ? form->get("utterance").value_or("") : "");
  const AmazonUser* user = world_.directory.find_user(user_id);
  const Skill* skill = world_.directory.find_skill(skill_id);
  if (!user || !skill) co_return message_page(404, "The Amazon side", "Unknown", "No such account or skill.");
  for (std::size_t i = 0; i < skill->utterances.size(); ++i) {
    if (number != std::to_string(i)) continue;
    LastSaid said{user->name, skill->utterances[i].say, "", "", ""};
    VoiceRequest voice_request{user_id, skill_id, skill->utterances[i].intent, {}};
    const auto answer = co_await voice_.say(std::move(voice_request));
    if (answer) {
      said.speech = answer->speech;
      said.card = answer->card;
    } else {
      said.problem = answer.error();
    }
    world_.last_said = std::move(said);
    co_return http::redirect(303, "/_emulator");
  }
  co_return message_page(404, "The Amazon side", "Unknown", "The skill does not have this utterance.");
}

Task<http::Response> HomePage::disable(const http::Request& request) {
  if (is_from_another_site(request)) co_return refused();
  const auto form = FormParameters::parse(request.body);
  const Skill* skill = form ? world_.directory.find_skill(form->get("skill_id").value_or("")) : nullptr;
  if (skill) enablement_.disable_for(form->get("user").value_or(""), *skill);
  co_return http::redirect(303, "/_emulator");
}

}  // namespace couplet::emulator
