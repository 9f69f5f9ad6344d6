// SPDX-License-Identifier: Apache-2.0
#include "server/link_status_endpoint.hpp"

#include "base/form.hpp"
#include "server/problem.hpp"

namespace couplet::server {
namespace {

// Links that one user may make while an earlier one is being ended; more is no person.
constexpr int kMostLinksInBetween = 5;

}  // namespace

LinkStatusEndpoint::LinkStatusEndpoint(const Config& config, const CallerAuthentication& callers,
                                       storage::GrantStore& grants, storage::LinkStore& links,
                                       storage::EventStore& events, AmazonSession& session,
                                       const Clock& clock, Metrics& metrics)
    : config_(config),
      callers_(callers),
      grants_(grants),
      links_(links),
      events_(events),
      session_(session),
      clock_(clock),
      metrics_(metrics) {}

Task<http::Response> LinkStatusEndpoint::handle(const http::Request& request) {
  const auto caller = callers_.authenticate(request);
  if (!caller) co_return caller.error();
  const auto target = callers_.find_target(*caller, request);
  if (!target) co_return target.error();
  const auto query = FormParameters::parse(request.query);
  if (!query)
    co_return request_problem({400, "invalid_request", "the query is broken or repeats a parameter"});

  auto looked = co_await look(*target->skill, target->user, query->get("fresh") == "true");
  if (!looked) co_return store_unavailable();
  const auto view = co_await with_events(*target->skill, target->user, *std::move(looked));
  if (!view) co_return store_unavailable();
  co_return http::json_response(200, json::serialize(to_json(*view, *target->skill, config_.amazon_pages)))
      .header("Cache-Control", "no-store");
}

Task<storage::Result<LinkView>> LinkStatusEndpoint::look(const Skill& skill, const UserId& user, bool fresh) {
  auto link = co_await links_.find_link(skill.name, user);
  if (!link) co_return std::unexpected(link.error());
  if (!*link || (*link)->status != LinkStatus::LINKED)
    co_return LinkView{LinkView::Status::NOT_LINKED, std::move(*link), {}};
  // Both sides have to agree (EN-11): a grant that was revoked here is no link, whatever Amazon says.
  const auto revoked = co_await revoked_at(**link);
  if (!revoked) co_return std::unexpected(revoked.error());
  if (*revoked) co_return LinkView{LinkView::Status::NOT_LINKED, std::move(*link), *revoked};
  if (fresh && co_await can_ask_amazon(**link)) co_return co_await ask_amazon(skill, std::move(**link));
  co_return LinkView{LinkView::Status::LINKED, std::move(*link), {}};
}

Task<storage::Result<LinkView>> LinkStatusEndpoint::with_events(const Skill& skill, const UserId& user,
                                                                LinkView view) {
  auto ids = co_await events_.alexa_ids_of(skill.name, user);
  if (!ids) co_return std::unexpected(ids.error());
  if (!ids->empty()) view.alexa_id = std::move(ids->front());
  co_return view;
}

// With the tokens of the link, or those that AcceptGrant brought (alexa-protocol 1.8).
Task<bool> LinkStatusEndpoint::can_ask_amazon(const AccountLink& link) {
  if (!link.sealed_amazon_tokens.empty()) co_return true;
  co_return co_await session_.has_messaging_tokens(link);
}

Task<storage::Result<std::optional<Instant>>> LinkStatusEndpoint::revoked_at(const AccountLink& link) {
  if (!link.grant_id) co_return std::nullopt;
  auto grant = co_await grants_.find_grant(*link.grant_id);
  if (!grant) co_return std::unexpected(grant.error());
  co_return *grant ? (*grant)->revoked_at : std::nullopt;
}

Task<storage::Result<LinkView>> LinkStatusEndpoint::ask_amazon(const Skill& skill, AccountLink link) {
  const bool own_tokens = !link.sealed_amazon_tokens.empty();
  auto seen =
      own_tokens ? co_await session_.status(skill, link) : co_await session_.status_as_messenger(skill, link);
  // Of tokens for messages, a refusal may have other reasons than the end of the link.
  const bool gone = seen ? !seen->enabled : own_tokens && seen.error().code == "unauthorized";
  if (!seen && !gone) co_return LinkView{LinkView::Status::UNKNOWN, std::move(link), {}};
  const Instant now = clock_.now();
  if (gone) co_return co_await end_link(skill, std::move(link), now);
  auto recorded = co_await links_.record_check(link.skill, link.user, EvidenceSource::status_answer, now);
  if (!recorded) co_return std::unexpected(recorded.error());
  link.evidence = EvidenceSource::status_answer;
  link.checked_at = now;
  co_return LinkView{LinkView::Status::LINKED, std::move(link), {}};
}

// What Amazon said is about the link that was asked for: one that was made meanwhile is left alone, and told.
Task<storage::Result<LinkView>> LinkStatusEndpoint::end_link(const Skill& skill, AccountLink link,
                                                             Instant now) {
  auto ended = co_await links_.unlink(link, EvidenceSource::status_answer, now);
  if (!ended) co_return std::unexpected(ended.error());
  if (!*ended) co_return co_await look(skill, link.user, false);
  metrics_.unlinked(link.skill, EvidenceSource::status_answer);
  link.status = LinkStatus::NOT_LINKED;
  link.evidence = EvidenceSource::status_answer;
  link.checked_at = now;
  co_return LinkView{LinkView::Status::NOT_LINKED, std::move(link), {}};
}

UnlinkEndpoint::UnlinkEndpoint(const Config& config, const CallerAuthentication& callers,
                               storage::LinkStore& links, AmazonSession& session, const Clock& clock,
                               Metrics& metrics)
    : config_(config),
      callers_(callers),
      links_(links),
      session_(session),
      clock_(clock),
      metrics_(metrics) {}

Task<http::Response> UnlinkEndpoint::handle(const http::Request& request) {
  const auto caller = callers_.authenticate(request);
  if (!caller) co_return caller.error();
  const auto target = callers_.find_target(*caller, request);
  if (!target) co_return target.error();
  const Skill& skill = *target->skill;
  const auto urls = alexa::manage_urls(config_.amazon_pages, skill);

  for (int round = 0; round < kMostLinksInBetween; ++round) {
    auto link = co_await links_.find_link(skill.name, target->user);
    if (!link) co_return store_unavailable();
    if (!*link || (*link)->status != LinkStatus::LINKED) break;
    const std::optional<AttemptId> trace_id = (*link)->attempt_id;
    if ((*link)->sealed_amazon_tokens.empty())
      co_return link_problem(alexa::find_link_error(alexa::LinkStep::enablement, "manage_in_alexa"), skill,
                             trace_id, urls);
    auto disabled = co_await session_.disable(skill, **link);
    if (!disabled)
      co_return link_problem(alexa::find_link_error(alexa::LinkStep::enablement, disabled.error().code),
                             skill, trace_id, urls);
    auto ended = co_await links_.unlink(**link, EvidenceSource::enablement_answer, clock_.now());
    if (!ended) co_return store_unavailable();
    if (!*ended) continue;  // another link was made meanwhile; it has tokens of its own
    metrics_.unlinked(skill.name, EvidenceSource::enablement_answer);
    break;
  }
  co_return http::json_response(200, R"({"status":"NOT_LINKED"})").header("Cache-Control", "no-store");
}

LinkTraceEndpoint::LinkTraceEndpoint(const CallerAuthentication& callers, storage::LinkStore& links)
    : callers_(callers), links_(links) {}

Task<http::Response> LinkTraceEndpoint::handle(const http::Request& request) {
  const auto caller = callers_.authenticate(request);
  if (!caller) co_return caller.error();
  const http::Response unknown =
      request_problem({404, "unknown_attempt",
                       "no attempt of that id is stored; attempts are stored when they are finished"});
  const auto attempt_id = AttemptId::from_text(request.path_parameter("attempt_id"));
  if (!attempt_id) co_return unknown;
  auto attempt = co_await links_.find_attempt(*attempt_id);
  if (!attempt) co_return store_unavailable();
  const bool visible = *attempt &&
                       std::ranges::find(caller->skills, (*attempt)->skill) != caller->skills.end() &&
                       (!caller->user || *caller->user == (*attempt)->user);
  if (!visible) co_return unknown;
  auto hops = co_await links_.find_hops(*attempt_id);
  if (!hops) co_return store_unavailable();
  co_return http::json_response(200, json::serialize(to_json(**attempt, *hops)))
      .header("Cache-Control", "no-store");
}

}  // namespace couplet::server
