// SPDX-License-Identifier: Apache-2.0
#include "server/links/unlink_endpoint.hpp"

#include "server/common/json_shapes.hpp"
#include "server/common/problem.hpp"

namespace couplet::server {
namespace {

// Links that one user may make while an earlier one is being ended; more is no person.
constexpr int kMostLinksInBetween = 5;

http::Response not_linked(bool amazon_knows, const std::optional<alexa::ManageUrls>& urls) {
  json::object body{{"status", "NOT_LINKED"}};
  if (!amazon_knows) body["amazon"] = "pending";
  if (!amazon_knows && urls) body["manage_urls"] = to_json(*urls);
  return http::json_response(200, json::serialize(body)).header("Cache-Control", "no-store");
}

}  // namespace

UnlinkEndpoint::UnlinkEndpoint(const Config& config, const CallerAuthentication& callers,
                               storage::Store& store, Disabler& disabler, const Clock& clock,
                               Metrics& metrics)
    : config_(config),
      callers_(callers),
      store_(store),
      disabler_(disabler),
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
    auto link = co_await store_.find_link(skill.name, target->user);
    if (!link) co_return store_unavailable();
    if (!*link || (*link)->status != LinkStatus::LINKED) co_return not_linked(true, urls);
    if ((*link)->sealed_amazon_tokens.empty())
      co_return link_problem(alexa::find_link_error(alexa::LinkStep::enablement, "manage_in_alexa"), skill,
                             (*link)->attempt_id, urls);
    const Instant now = clock_.now();
    auto owed = co_await store_.unlink_owing(**link, now, now + Disabler::kClaim);
    if (!owed) co_return store_unavailable();
    if (!*owed) continue;  // another link was made meanwhile; it has tokens of its own
    metrics_.unlinked(skill.name, EvidenceSource::unlink_request);
    const Disabler::Outcome outcome = co_await disabler_.tell_amazon(**std::move(owed));
    co_return not_linked(outcome == Disabler::Outcome::settled, urls);
  }
  co_return store_unavailable();
}

}  // namespace couplet::server
