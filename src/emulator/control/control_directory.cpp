// SPDX-License-Identifier: Apache-2.0
// The part of /_emulator/api about accounts, their links, and skills.
#include "emulator/control/control_api.hpp"
#include "emulator/state/model_json.hpp"

namespace couplet::emulator {

namespace {

json::object to_json(const Enablement& enablement) {
  json::object link{{"skill_id", enablement.skill_id},
                    {"stage", stage_text(enablement.stage)},
                    {"alexa_user_id", enablement.alexa_user_id},
                    {"status", "ENABLED"},
                    {"account_link", enablement.tokens ? "LINKED" : "NOT_LINKED"},
                    {"linked_at", to_iso8601(enablement.linked_at)}};
  if (!enablement.unlinked_because.empty()) {
    link["unlinked_because"] = enablement.unlinked_because;
    link["unlinked_at"] = to_iso8601(enablement.unlinked_at);
  }
  if (enablement.tokens) {
    link["access_token"] = masked(enablement.tokens->access_token.reveal());
    link["refresh_token"] = masked(enablement.tokens->refresh_token.reveal());
    link["access_token_expires_at"] = to_iso8601(enablement.tokens->expires_at);
  }
  return link;
}

}  // namespace

void ControlApi::add_directory_routes(http::Router& router) {
  add(router, "GET", "/_emulator/api/users", &ControlApi::list_users);
  add(router, "PUT", "/_emulator/api/users/{user}", &ControlApi::put_user);
  add(router, "GET", "/_emulator/api/users/{user}/links", &ControlApi::list_links);
  add(router, "DELETE", "/_emulator/api/users/{user}/links/{skill}", &ControlApi::disable_link);
  add(router, "POST", "/_emulator/api/alexa-link", &ControlApi::start_alexa_link);
  add(router, "GET", "/_emulator/api/skills", &ControlApi::list_skills);
  add(router, "GET", "/_emulator/api/skills/{skill}", &ControlApi::show_skill);
  add(router, "PUT", "/_emulator/api/skills/{skill}", &ControlApi::put_skill);
}

http::Response ControlApi::list_users(const http::Request&) {
  json::array users;
  for (const AmazonUser& user : world_.directory.users()) users.push_back(to_json(user));
  return control_answer(json::object{{"users", std::move(users)}});
}

http::Response ControlApi::put_user(const http::Request& request) {
  const auto body = parse_json_object(request.body);
  if (!body) return control_refusal(400, "the body must be a JSON object");
  const AmazonUser* known = world_.directory.find_user(request.path_parameter("user"));
  AmazonUser start = known ? *known : AmazonUser{};
  start.id = request.path_parameter("user");
  auto user = user_from_json(*body, std::move(start));
  if (!user) return control_refusal(400, user.error());
  const json::object shown = to_json(*user);
  world_.directory.put(std::move(*user));
  return control_answer(shown);
}

http::Response ControlApi::list_links(const http::Request& request) {
  const std::string& user = request.path_parameter("user");
  if (!world_.directory.find_user(user)) return control_refusal(404, "no Amazon account has this id");
  json::array links;
  for (const Enablement* enablement : world_.enablements.of_user(user)) links.push_back(to_json(*enablement));
  return control_answer(json::object{{"links", std::move(links)}});
}

http::Response ControlApi::disable_link(const http::Request& request) {
  const Skill* skill = world_.directory.find_skill(request.path_parameter("skill"));
  if (!skill || !enablement_.disable_for(request.path_parameter("user"), *skill))
    return control_refusal(404, "this account does not have this skill enabled");
  return {204, {}, ""};
}

http::Response ControlApi::start_alexa_link(const http::Request& request) {
  const auto body = parse_json_object(request.body);
  if (!body) return control_refusal(400, "the body must be a JSON object");
  const auto text = [&](std::string_view name) { return std::string(find_string(*body, name).value_or("")); };
  const auto started =
      alexa_link_.start({text("user"), text("skill_id"), text("platform"), text("stage"), text("return_to"),
                         std::string(request.headers.get("Host").value_or(""))});
  if (!started) return control_refusal(400, started.error());
  const json::object shown{{"url", started->url},
                           {"redirect_uri", started->link.start.redirect_uri},
                           {"pkce", !started->link.code_verifier.empty()}};
  return http::json_response(201, json::serialize(shown));
}

http::Response ControlApi::list_skills(const http::Request&) {
  json::array skills;
  for (const Skill& skill : world_.directory.skills()) skills.push_back(to_json(skill));
  return control_answer(json::object{{"skills", std::move(skills)}});
}

http::Response ControlApi::show_skill(const http::Request& request) {
  const Skill* skill = world_.directory.find_skill(request.path_parameter("skill"));
  if (!skill) return control_refusal(404, "no skill has this id");
  return control_answer(to_json(*skill));
}

http::Response ControlApi::put_skill(const http::Request& request) {
  const auto body = parse_json_object(request.body);
  if (!body) return control_refusal(400, "the body must be a JSON object");
  const Skill* known = world_.directory.find_skill(request.path_parameter("skill"));
  Skill start = known ? *known : Skill{};
  start.skill_id = request.path_parameter("skill");
  auto skill = skill_from_json(*body, std::move(start));
  if (!skill) return control_refusal(400, skill.error());
  const Skill* owner = world_.directory.find_skill_of_client(skill->alexa_client_id);
  if (owner && owner->skill_id != skill->skill_id)
    return control_refusal(400, "alexa_client_id belongs to another skill: each skill has its own pair");
  const json::object shown = to_json(*skill);
  world_.directory.put(std::move(*skill));
  return control_answer(shown);
}

}  // namespace couplet::emulator
