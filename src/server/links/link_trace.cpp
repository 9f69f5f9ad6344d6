// SPDX-License-Identifier: Apache-2.0
#include "server/links/link_trace.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "server/common/json_shapes.hpp"
#include "storage/sqlite/sqlite_database.hpp"

namespace couplet::server {
namespace {

using Attempts = std::vector<LinkAttempt>;

Task<storage::Result<Attempts>> find_attempts(storage::Store& store, const std::string& asked,
                                              TraceSubject subject) {
  if (subject == TraceSubject::anything) {
    if (const auto attempt_id = AttemptId::from_text(asked)) {
      auto attempt = co_await store.find_attempt(*attempt_id);
      if (!attempt) co_return std::unexpected(attempt.error());
      if (*attempt) co_return Attempts{std::move(**attempt)};
    }
    if (const auto reference = ReferenceCode::from_text(asked)) {
      auto attempts = co_await store.find_attempts_by_reference(*reference);
      if (!attempts || !attempts->empty()) co_return attempts;
    }
  }
  co_return co_await store.find_attempts_of_user(UserId(asked));
}

Task<storage::Result<std::optional<LinkTrace>>> find_link_trace(storage::Store& store, SkillName skill,
                                                                UserId user) {
  auto link = co_await store.find_link(skill, user);
  if (!link) co_return std::unexpected(link.error());
  if (!*link) co_return std::nullopt;
  LinkTrace trace{std::move(**link), {}, {}};
  if (trace.link.grant_id) {
    auto grant = co_await store.find_grant(*trace.link.grant_id);
    if (!grant) co_return std::unexpected(grant.error());
    trace.grant = std::move(*grant);
  }
  auto ids = co_await store.alexa_ids_of(std::move(skill), std::move(user));
  if (!ids) co_return std::unexpected(ids.error());
  if (!ids->empty()) trace.alexa_id = std::move(ids->front());
  co_return trace;
}

// Where the attempts are known, the links of their users; else the user's at every skill.
std::vector<std::pair<SkillName, UserId>> links_to_show(const Attempts& attempts,
                                                        const std::vector<SkillName>& skills,
                                                        const UserId& asked_user) {
  std::vector<std::pair<SkillName, UserId>> out;
  for (const LinkAttempt& attempt : attempts) out.emplace_back(attempt.skill, attempt.user);
  const bool is_user = attempts.empty() || attempts.front().user == asked_user;
  for (const SkillName& skill : skills)
    if (is_user) out.emplace_back(skill, asked_user);
  std::ranges::sort(out);
  out.erase(std::ranges::unique(out).begin(), out.end());
  return out;
}

json::object to_json(const LinkTrace& trace) {
  const AccountLink& link = trace.link;
  const std::string end = end_of(trace);
  return {
      {"skill", link.skill.text()},
      {"user", link.user.text()},
      {"status", enum_text(kLinkStatuses, link.status)},
      {"origin", link.origin ? json::value(enum_text(kGrantOrigins, *link.origin)) : json::value(nullptr)},
      {"attempt_id", link.attempt_id ? json::value(link.attempt_id->text()) : json::value(nullptr)},
      {"alexa_user_id", link.alexa_user_id ? json::value(link.alexa_user_id->text()) : json::value(nullptr)},
      {"changed_at", to_iso8601(link.changed_at)},
      {"checked_at", to_iso8601(link.checked_at)},
      {"evidence", enum_text(kEvidenceSources, link.evidence)},
      {"ended_by", end.empty() ? json::value(nullptr) : json::value(end)}};
}

}  // namespace

Task<storage::Result<Trace>> find_trace(storage::Store& store, std::vector<SkillName> skills,
                                        std::string asked, TraceSubject subject) {
  auto attempts = co_await find_attempts(store, asked, subject);
  if (!attempts) co_return std::unexpected(attempts.error());
  Trace trace;
  for (const auto& [skill, user] : links_to_show(*attempts, skills, UserId(asked))) {
    auto link = co_await find_link_trace(store, skill, user);
    if (!link) co_return std::unexpected(link.error());
    if (*link) trace.links.push_back(std::move(**link));
  }
  for (LinkAttempt& attempt : *attempts) {
    auto hops = co_await store.find_hops(attempt.attempt_id);
    if (!hops) co_return std::unexpected(hops.error());
    trace.attempts.push_back({std::move(attempt), std::move(*hops)});
  }
  co_return trace;
}

Result<Trace, std::string> read_trace(const Config& config, const std::string& asked, TraceSubject subject) {
  auto database = storage::open_sqlite(
      {.path = config.settings.storage.path, .opening = storage::SqliteOpening::as_it_is});
  if (!database) return std::unexpected(database.error().message);
  const auto store = (*database)->open_store();
  std::vector<SkillName> skills;
  for (const Skill& skill : config.skills) skills.push_back(skill.name);
  boost::asio::io_context context{1};
  storage::Result<Trace> found = std::unexpected(storage::StoreError::unavailable);
  boost::asio::co_spawn(context, find_trace(*store, std::move(skills), asked, subject),
                        [&found](std::exception_ptr failure, storage::Result<Trace> trace) {
                          if (!failure) found = std::move(trace);
                        });
  context.run();
  (*database)->close();
  if (!found) return std::unexpected(config.settings.storage.path + ": the database could not be read");
  return std::move(*found);
}

std::string end_of(const LinkTrace& trace) {
  const AccountLink& link = trace.link;
  if (link.status == LinkStatus::LINKED)
    return trace.grant && trace.grant->revoked_at ? "its tokens were revoked here" : "";
  switch (link.evidence) {
    case EvidenceSource::enablement_answer: return "an unlink call of yours, and Amazon confirmed it";
    case EvidenceSource::status_answer: return "Amazon, which was asked and said that it is not linked";
    case EvidenceSource::own_grant: return "its tokens were revoked here";
    case EvidenceSource::unlink_request: return "an unlink call of yours; Amazon has not confirmed it yet";
    case EvidenceSource::event: return "the user, in the Alexa app: Alexa sent a signed SkillDisabled";
  }
  return std::string(enum_text(kEvidenceSources, link.evidence));
}

json::object to_json(const Trace& trace) {
  json::array attempts, links;
  for (const AttemptTrace& each : trace.attempts) attempts.push_back(to_json(each.attempt, each.hops));
  for (const LinkTrace& each : trace.links) links.push_back(to_json(each));
  return {{"attempts", std::move(attempts)}, {"links", std::move(links)}};
}

}  // namespace couplet::server
