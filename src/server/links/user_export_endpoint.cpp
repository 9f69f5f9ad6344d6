// SPDX-License-Identifier: Apache-2.0
#include "server/links/user_export_endpoint.hpp"

#include "server/common/json_shapes.hpp"
#include "server/common/problem.hpp"

namespace couplet::server {
namespace {

json::value time_or_null(const std::optional<Instant>& at) {
  return at ? json::value(to_iso8601(*at)) : json::value(nullptr);
}

template <class T>
json::value text_or_null(const std::optional<T>& value) {
  return value ? json::value(value->text()) : json::value(nullptr);
}

json::object link_json(const AccountLink& link) {
  return {
      {"status", enum_text(kLinkStatuses, link.status)},
      {"origin", link.origin ? json::value(enum_text(kGrantOrigins, *link.origin)) : json::value(nullptr)},
      {"attempt_id", text_or_null(link.attempt_id)},
      {"grant_id", text_or_null(link.grant_id)},
      {"alexa_user_id", text_or_null(link.alexa_user_id)},
      {"api_host", link.api_host},
      {"holds_amazon_tokens", !link.sealed_amazon_tokens.empty()},
      {"evidence", enum_text(kEvidenceSources, link.evidence)},
      {"checked_at", to_iso8601(link.checked_at)},
      {"changed_at", to_iso8601(link.changed_at)}};
}

json::object attempt_json(const storage::AttemptTrace& stored) {
  json::object attempt = to_json(stored.attempt, stored.hops);
  attempt["redirect_uri"] = stored.attempt.redirect_uri;
  attempt["alexa_user_id"] = text_or_null(stored.attempt.alexa_user_id);
  attempt["holds_amazon_tokens"] = !stored.attempt.sealed_amazon_tokens.empty();
  return attempt;
}

json::object grant_json(const Grant& grant) {
  return {{"grant_id", grant.grant_id.text()},
          {"client_id", grant.client_id.text()},
          {"scope", grant.scope},
          {"origin", enum_text(kGrantOrigins, grant.origin)},
          {"attempt_id", text_or_null(grant.attempt_id)},
          {"created_at", to_iso8601(grant.created_at)},
          {"last_used_at", time_or_null(grant.rotation.last_used_at)},
          {"expires_at", time_or_null(grant.expires_at)},
          {"revoked_at", time_or_null(grant.revoked_at)}};
}

json::object alexa_id_json(const AlexaIdRecord& record) {
  return {{"alexa_user_id", record.alexa_user_id.text()},
          {"grant_id", text_or_null(record.grant_id)},
          {"linked_at", time_or_null(record.linked_at)},
          {"told_at", time_or_null(record.told_at)},
          {"disabled_at", time_or_null(record.disabled_at)}};
}

json::object event_json(const storage::StoredEvent& stored) {
  const SkillEvent& event = stored.event;
  return {{"request_id", event.request_id},
          {"type", enum_text(kSkillEventTypes, event.type)},
          {"alexa_user_id", event.alexa_user_id.text()},
          {"outcome", enum_text(kEventOutcomes, stored.outcome)},
          {"detail", event.detail},
          {"created_at", to_iso8601(event.created_at)},
          {"received_at", to_iso8601(event.received_at)}};
}

template <class T>
json::array list_of(const std::vector<T>& values, json::object (*to_json)(const T&)) {
  json::array list;
  for (const T& value : values) list.push_back(to_json(value));
  return list;
}

json::object skill_json(const SkillName& skill, const storage::UserRecords& records) {
  return {{"skill", skill.text()},
          {"link", records.link ? json::value(link_json(*records.link)) : json::value(nullptr)},
          {"attempts", list_of(records.attempts, attempt_json)},
          {"grants", list_of(records.grants, grant_json)},
          {"alexa_ids", list_of(records.alexa_ids, alexa_id_json)},
          {"events", list_of(records.events, event_json)}};
}

bool is_empty(const storage::UserRecords& records) {
  return !records.link && records.attempts.empty() && records.grants.empty() && records.alexa_ids.empty() &&
         records.events.empty();
}

}  // namespace

UserExportEndpoint::UserExportEndpoint(const CallerAuthentication& callers, storage::UserStore& users,
                                       const Clock& clock)
    : callers_(callers), users_(users), clock_(clock) {}

Task<http::Response> UserExportEndpoint::handle(const http::Request& request) {
  const auto caller = callers_.authenticate(request);
  if (!caller) co_return caller.error();
  const auto user = CallerAuthentication::find_user(*caller, request.path_parameter("user"));
  if (!user) co_return user.error();

  json::array skills;
  for (const SkillName& skill : caller->skills) {
    const auto records = co_await users_.find_user(skill, *user);
    if (!records) co_return store_unavailable();
    if (!is_empty(*records)) skills.push_back(skill_json(skill, *records));
  }
  co_return http::json_response(200, json::serialize(json::object{{"user", user->text()},
                                                                  {"exported_at", to_iso8601(clock_.now())},
                                                                  {"skills", std::move(skills)}}))
      .header("Cache-Control", "no-store");
}

}  // namespace couplet::server
