// SPDX-License-Identifier: Apache-2.0
#include "server/links/user_erasure_endpoint.hpp"

#include "alexa/amazon_tokens.hpp"
#include "base/log.hpp"
#include "server/common/json_shapes.hpp"
#include "server/common/problem.hpp"
#include "server/links/account_turn.hpp"

namespace couplet::server {
namespace {

constexpr seconds kWaitForTurn{20};

/// Amazon may have made the link of this attempt, or be making it.
bool may_have_enabled(const LinkAttempt& attempt) {
  return !is_finished(attempt.status) && attempt.enablement_tries > 0 && !attempt.api_host.empty();
}

}  // namespace

UserErasureEndpoint::UserErasureEndpoint(const Config& config, const CallerAuthentication& callers,
                                         storage::Store& store, Disabler& disabler, Pauses& pauses,
                                         const Clock& clock, Random& random, Metrics& metrics)
    : config_(config),
      callers_(callers),
      store_(store),
      disabler_(disabler),
      pauses_(pauses),
      clock_(clock),
      random_(random),
      metrics_(metrics) {}

Task<http::Response> UserErasureEndpoint::handle(const http::Request& request) {
  const auto caller = callers_.authenticate(request);
  if (!caller) co_return caller.error();
  const auto user = CallerAuthentication::find_user(*caller, request.path_parameter("user"));
  if (!user) co_return user.error();

  json::array skills;
  for (const SkillName& name : caller->skills) {
    const Skill* const skill = config_.find_skill(name);
    if (!skill) continue;
    auto erasure = co_await erase(*skill, *user);
    if (!erasure) co_return store_unavailable();
    const bool was_known = erasure->rows > 0 || erasure->owed_before;
    const Amazon amazon = co_await tell_amazon(*std::move(erasure));
    if (was_known) skills.push_back(to_json(*skill, amazon));
  }
  co_return http::json_response(
      200, json::serialize(json::object{{"status", "ERASED"}, {"skills", std::move(skills)}}))
      .header("Cache-Control", "no-store");
}

// In the user's turn: whoever is making a link at Amazon ends first, and its link is then erased, too.
Task<storage::Result<storage::Erasure>> UserErasureEndpoint::erase(const Skill& skill, const UserId& user) {
  AccountTurn turn(store_, pauses_, clock_, skill.name, user, "erasure/" + to_base64url(random_.bytes<16>()));
  if (!co_await turn.wait(kWaitForTurn)) co_return std::unexpected(storage::StoreError::unavailable);
  auto erasure = co_await erase_in_turn(skill, user);
  co_await turn.release();
  if (!erasure) co_return erasure;
  if (erasure->link && erasure->link->status == LinkStatus::LINKED)
    metrics_.unlinked(skill.name, EvidenceSource::unlink_request);
  log::info("user.erased", {{"skill", skill.name.text()}, {"rows", erasure->rows}});
  co_return erasure;
}

Task<storage::Result<storage::Erasure>> UserErasureEndpoint::erase_in_turn(const Skill& skill,
                                                                           const UserId& user) {
  const auto records = co_await store_.find_user(skill.name, user);
  if (!records) co_return std::unexpected(records.error());
  const Instant now = clock_.now();
  co_return co_await store_.erase_user(skill.name, user, owed_for(records->attempts), now,
                                       now + Disabler::kClaim);
}

std::vector<OwedDisablement> UserErasureEndpoint::owed_for(
    const std::vector<storage::AttemptTrace>& attempts) {
  std::vector<OwedDisablement> owed;
  for (const auto& [attempt, hops] : attempts) {
    if (!may_have_enabled(attempt)) continue;
    const auto tokens = alexa::open_tokens(attempt.sealed_amazon_tokens, attempt.attempt_id, *config_.keys);
    if (!tokens) continue;
    OwedDisablement& one = owed.emplace_back();
    one.skill = attempt.skill;
    one.user = attempt.user;
    one.attempt_id = attempt.attempt_id;
    one.alexa_user_id = attempt.alexa_user_id;
    one.api_host = attempt.api_host;
    one.sealed_amazon_tokens =
        alexa::seal_tokens(*tokens, attempt.skill, attempt.user, *config_.keys, random_);
    one.created_at = clock_.now();
  }
  return owed;
}

Task<UserErasureEndpoint::Amazon> UserErasureEndpoint::tell_amazon(storage::Erasure erasure) {
  const bool cannot_say = erasure.link && erasure.link->status == LinkStatus::LINKED &&
                          erasure.link->sealed_amazon_tokens.empty();
  bool all_settled = !erasure.owed_before;
  for (OwedDisablement& owed : erasure.owed) {
    const Disabler::Outcome outcome = co_await disabler_.tell_amazon(std::move(owed));
    all_settled = all_settled && outcome == Disabler::Outcome::settled;
  }
  if (cannot_say) co_return Amazon::manage_in_alexa;
  co_return all_settled ? Amazon::disabled : Amazon::pending;
}

json::object UserErasureEndpoint::to_json(const Skill& skill, Amazon amazon) const {
  json::object one{{"skill", skill.name.text()}};
  if (amazon == Amazon::disabled) {
    one["amazon"] = "disabled";
    return one;
  }
  one["amazon"] = amazon == Amazon::pending ? "pending" : "manage_in_alexa";
  if (const auto urls = alexa::manage_urls(config_.amazon_pages, skill))
    one["manage_urls"] = server::to_json(*urls);
  return one;
}

}  // namespace couplet::server
