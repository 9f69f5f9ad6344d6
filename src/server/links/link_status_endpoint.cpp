// SPDX-License-Identifier: Apache-2.0
#include "server/links/link_status_endpoint.hpp"

#include "base/form.hpp"
#include "server/common/problem.hpp"

namespace couplet::server {

LinkStatusEndpoint::LinkStatusEndpoint(const Config& config, const CallerAuthentication& callers,
                                       storage::GrantStore& grants, storage::LinkStore& links,
                                       storage::EventStore& events, LinkCheck& check)
    : config_(config), callers_(callers), grants_(grants), links_(links), events_(events), check_(check) {}

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
  const auto revoked = co_await grant_revoked_at(grants_, **link);
  if (!revoked) co_return std::unexpected(revoked.error());
  if (*revoked) co_return LinkView{LinkView::Status::NOT_LINKED, std::move(*link), *revoked};
  if (fresh && co_await check_.can_ask(**link)) {
    auto asked = co_await check_.ask(skill, **link);
    if (!asked) co_return std::unexpected(asked.error());
    if (!*asked) co_return co_await look(skill, user, false);  // another link was made meanwhile
    co_return **std::move(asked);
  }
  co_return LinkView{LinkView::Status::LINKED, std::move(*link), {}};
}

Task<storage::Result<LinkView>> LinkStatusEndpoint::with_events(const Skill& skill, const UserId& user,
                                                                LinkView view) {
  auto ids = co_await events_.alexa_ids_of(skill.name, user);
  if (!ids) co_return std::unexpected(ids.error());
  if (!ids->empty()) view.alexa_id = std::move(ids->front());
  co_return view;
}

Task<storage::Result<std::optional<Instant>>> grant_revoked_at(storage::GrantStore& grants,
                                                               const AccountLink& link) {
  if (!link.grant_id) co_return std::nullopt;
  auto grant = co_await grants.find_grant(*link.grant_id);
  if (!grant) co_return std::unexpected(grant.error());
  co_return *grant ? (*grant)->revoked_at : std::nullopt;
}

LinkTraceEndpoint::LinkTraceEndpoint(const CallerAuthentication& callers, storage::LinkStore& links)
    : callers_(callers), links_(links) {}

Task<http::Response> LinkTraceEndpoint::handle(const http::Request& request) {
  const auto caller = callers_.authenticate(request);
  if (!caller) co_return caller.error();
  auto attempts = co_await find(std::string(request.path_parameter("attempt_id")));
  if (!attempts) co_return store_unavailable();
  std::erase_if(*attempts, [&](const LinkAttempt& attempt) {
    return std::ranges::find(caller->skills, attempt.skill) == caller->skills.end() ||
           (caller->user && *caller->user != attempt.user);
  });
  if (attempts->empty())
    co_return request_problem(
        {404, "unknown_attempt",
         "no attempt with that id or reference code is stored; attempts are stored when "
         "they are finished"});
  if (attempts->size() > 1) co_return ambiguous(*attempts);
  const LinkAttempt& attempt = attempts->front();
  auto hops = co_await links_.find_hops(attempt.attempt_id);
  if (!hops) co_return store_unavailable();
  co_return http::json_response(200, json::serialize(to_json(attempt, *hops)))
      .header("Cache-Control", "no-store");
}

Task<storage::Result<std::vector<LinkAttempt>>> LinkTraceEndpoint::find(std::string asked) {
  if (const auto reference = ReferenceCode::from_text(asked))
    co_return co_await links_.find_attempts_by_reference(*reference);
  std::vector<LinkAttempt> found;
  const auto attempt_id = AttemptId::from_text(asked);
  if (!attempt_id) co_return found;
  auto attempt = co_await links_.find_attempt(*attempt_id);
  if (!attempt) co_return std::unexpected(attempt.error());
  if (*attempt) found.push_back(std::move(**attempt));
  co_return found;
}

// Rare, and never to be answered with the wrong one.
http::Response LinkTraceEndpoint::ambiguous(const std::vector<LinkAttempt>& attempts) {
  std::string detail = "several attempts have this reference code; ask for one of them by its id:";
  for (const LinkAttempt& attempt : attempts) detail += " " + attempt.attempt_id.text();
  return request_problem({409, "ambiguous_reference", std::move(detail)});
}

}  // namespace couplet::server
