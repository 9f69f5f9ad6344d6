// SPDX-License-Identifier: Apache-2.0
#include "emulator/home/phone_panel.hpp"

#include "base/crypto.hpp"
#include "couplet_emulator_web.hpp"
#include "emulator/doors/consent_pages.hpp"
#include "emulator/signing/wrong_ways.hpp"

namespace couplet::emulator {

namespace {

http::Html people(const World& world, const AmazonUser& owner) {
  constexpr std::string_view kOther = R"(<a href="/_emulator?user={{id}}">{{name}}</a>)";
  constexpr std::string_view kCurrent =
      R"(<a href="/_emulator?user={{id}}" aria-current="page">{{name}}</a>)";
  http::Html tabs;
  for (const AmazonUser& user : world.directory.users())
    tabs += http::render(user.id == owner.id ? kCurrent : kOther,
                         {{"id", user.id}, {"name", user.name.substr(0, user.name.find(' '))}});
  return tabs;
}

http::Html said_part(const std::optional<LastSaid>& said, const AmazonUser& owner) {
  if (!said || said->user != owner.name) return {};
  http::Html card;
  if (!said->card.empty())
    card = http::render(R"(<p class="card-note">A card appears: {{card}}</p>)", {{"card", said->card}});
  const bool failed = !said->problem.empty();
  return http::render(web::phone_said_html, {{"user", said->user},
                                             {"say", said->say},
                                             {"class", failed ? "failed" : "alexas"},
                                             {"answer", failed ? "Failed: " + said->problem : said->speech},
                                             {"card", card}});
}

std::string expiry_text(Instant expires_at, Instant now) {
  const auto left = std::chrono::duration_cast<std::chrono::minutes>(expires_at - now).count();
  if (expires_at <= now) return "has expired";
  if (left < 1) return "expires within a minute";
  if (left < 120) return "expires in " + std::to_string(left) + " min";
  if (left < 48 * 60) return "expires in " + std::to_string(left / 60) + " h";
  return "expires in " + std::to_string(left / (24 * 60)) + " days";
}

http::Html knows(const Enablement& enablement, Instant now) {
  http::Html tokens;
  if (enablement.tokens)
    tokens =
        http::render(web::phone_tokens_html,
                     {{"access_token", token_fingerprint(enablement.tokens->access_token.reveal())},
                      {"expiry", expiry_text(enablement.tokens->expires_at, now)},
                      {"refresh_token", enablement.tokens->refresh_token.empty()
                                            ? std::string("none")
                                            : token_fingerprint(enablement.tokens->refresh_token.reveal())}});
  return http::render(web::phone_knows_html,
                      {{"stage", stage_text(enablement.stage)},
                       {"linked_at", to_iso8601(enablement.linked_at).substr(0, 19) + "Z"},
                       {"alexa_user_id", enablement.alexa_user_id},
                       {"tokens", tokens}});
}

struct ActionButton {
  std::string_view action;
  std::string_view css_class;
  std::string_view name;
  std::string value;
  std::string label;
};

http::Html button(const AmazonUser& user, const Skill& skill, const ActionButton& wanted) {
  return http::render(web::phone_action_html, {{"action", wanted.action},
                                               {"user", user.id},
                                               {"skill_id", skill.skill_id},
                                               {"class", wanted.css_class},
                                               {"name", wanted.name},
                                               {"value", wanted.value},
                                               {"label", wanted.label}});
}

http::Html voice_buttons(const AmazonUser& user, const Skill& skill) {
  http::Html buttons;
  if (skill.endpoint.empty()) return buttons;
  for (std::size_t i = 0; i < skill.utterances.size(); ++i)
    buttons += button(
        user, skill,
        {"/_emulator/voice", "say", "utterance", std::to_string(i), "“" + skill.utterances[i].say + "”"});
  return buttons;
}

http::Html wrong_form(const AmazonUser& user, const Skill& skill) {
  if (skill.endpoint.empty() || skill.utterances.empty()) return {};
  http::Html ways;
  for (const WrongWay& way : wrong_ways())
    ways += http::render(R"(<option value="{{name}}">{{name}}</option>)", {{"name", way.name}});
  return http::render(web::phone_wrong_html,
                      {{"user", user.id}, {"skill_id", skill.skill_id}, {"ways", ways}});
}

http::Html link_buttons(const AmazonUser& user, const Skill& skill, bool linked) {
  http::Html buttons;
  constexpr std::string_view kAction = "/_emulator/alexa-link";
  if (!skill.account_linking.authorizationUrl.empty())
    buttons += button(user, skill,
                      {kAction, linked ? "small" : "primary whole", "platform", "web",
                       linked ? "Link again" : "Enable and link"});
  for (const PlatformUrl& entry : skill.account_linking.authorizationUrlsByPlatform) {
    const std::string platform(platform_text(entry.platformType));
    buttons +=
        button(user, skill, {kAction, "small", "platform", platform, "Link by the app on " + platform});
  }
  return buttons;
}

std::string status_text(const Enablement* enablement) {
  if (!enablement) return "not enabled";
  if (enablement->tokens) return "enabled and linked";
  const std::string& why = enablement->unlinked_because;
  return "enabled, not linked" + (why.empty() ? "" : ": " + why);
}

http::Html skill_part(const World& world, const AmazonUser& user, const Skill& skill) {
  const Enablement* enablement = world.enablements.find(user.id, skill.skill_id);
  const bool linked = enablement && enablement->tokens;
  http::Html actions = link_buttons(user, skill, linked);
  if (linked)
    actions += button(user, skill, {"/_emulator/refresh", "small", "refresh", "yes", "Refresh now"});
  if (linked && !skill.smart_home.endpoint.empty())
    actions += button(user, skill, {"/_emulator/discover", "small", "discover", "yes", "Discover devices"});
  if (enablement)
    actions += button(user, skill, {"/_emulator/disable", "small", "disable", "yes", "Disable skill"});
  return http::render(web::phone_skill_html,
                      {{"skill", skill.name},
                       {"initial", initial_of(skill.name)},
                       {"class", linked       ? "good"
                                 : enablement ? "bad"
                                              : "none"},
                       {"status", status_text(enablement)},
                       {"knows", enablement ? knows(*enablement, world.clock.now()) : http::Html()},
                       {"voice", voice_buttons(user, skill)},
                       {"wrong", wrong_form(user, skill)},
                       {"actions", actions}});
}

}  // namespace

std::string token_fingerprint(std::string_view token) { return to_hex(sha256(token)).substr(0, 12); }

http::Html phone_panel(const World& world, const AmazonUser& owner) {
  http::Html skills;
  for (const Skill& skill : world.directory.skills()) skills += skill_part(world, owner, skill);
  return http::render(web::phone_html, {{"people", people(world, owner)},
                                        {"initial", initial_of(owner.name)},
                                        {"name", owner.name},
                                        {"detail", detail_of(owner)},
                                        {"said", said_part(world.last_said, owner)},
                                        {"skills", skills}});
}

}  // namespace couplet::emulator
