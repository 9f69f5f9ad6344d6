// SPDX-License-Identifier: Apache-2.0
#include "simulation/amazon_model.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "base/form.hpp"

namespace couplet::simulation {
namespace {

using alexa::AmazonFailure;

const AmazonFailure kNoAnswer{"timeout", 0, true};
const AmazonFailure kNeverSent{"unreachable", 0, false};
const AmazonFailure kServerError{"server_error", 500, true};

}  // namespace

AmazonModel::Fate AmazonModel::fate() {
  if (!dice_.chance(fault_percent)) return Fate::works;
  constexpr Fate kBad[] = {Fate::lost_before, Fate::lost_after, Fate::fails_before, Fate::fails_after};
  return kBad[dice_.roll(4)];
}

std::string AmazonModel::consent(const std::string& customer, Instant now) {
  const std::string code = "ANcode" + std::to_string(++issued_);
  codes_[code] = {customer, now + minutes{5}};
  return code;
}

alexa::AmazonTokens AmazonModel::issue(const std::string& customer, Instant now) {
  const std::string number = std::to_string(++issued_);
  token_owners_["Atza|" + number] = customer;
  token_owners_["Atzr|" + number] = customer;
  return {alexa::AmazonAccessToken("Atza|" + number), alexa::AmazonRefreshToken("Atzr|" + number),
          now + minutes{60}};
}

std::string AmazonModel::owner_of(const std::string& access_token) const {
  const auto found = token_owners_.find(access_token);
  return found == token_owners_.end() ? "" : found->second;
}

// Another one after each disablement (alexa-protocol 4).
AlexaUserId AmazonModel::alexa_user_id(const std::string& customer) const {
  return AlexaUserId("amzn1.ask.account." + customer + std::to_string(customers_.at(customer).enablements));
}

Task<amazon::AmazonResult<alexa::AmazonTokens>> AmazonModel::exchange(std::string code, Instant now) {
  const Fate fate = this->fate();
  co_await schedule_.turn();
  if (fate == Fate::lost_before) co_return std::unexpected(kNeverSent);
  if (fate == Fate::fails_before) co_return std::unexpected(kServerError);
  const auto found = codes_.find(code);
  const bool good = found != codes_.end() && !found->second.used && now < found->second.expires_at;
  if (found != codes_.end()) found->second.used = true;  // a failed try burns it, too
  std::optional<alexa::AmazonTokens> tokens;
  if (good) tokens = issue(found->second.customer, now);
  co_await schedule_.turn();
  if (fate == Fate::lost_after) co_return std::unexpected(kNoAnswer);
  if (fate == Fate::fails_after) co_return std::unexpected(kServerError);
  if (!tokens) co_return std::unexpected(AmazonFailure{"invalid_grant", 400, false});
  co_return *std::move(tokens);
}

Task<amazon::AmazonResult<alexa::AmazonTokens>> AmazonModel::refresh(std::string refresh_token, Instant now) {
  const Fate fate = this->fate();
  co_await schedule_.turn();
  if (fate == Fate::lost_before || fate == Fate::fails_before) co_return std::unexpected(kNeverSent);
  const std::string owner = owner_of(refresh_token);
  if (owner.empty()) co_return std::unexpected(AmazonFailure{"invalid_grant", 400, false});
  auto tokens = issue(owner, now);
  co_await schedule_.turn();
  if (fate != Fate::works) co_return std::unexpected(kNoAnswer);
  co_return tokens;
}

// Alexa's call of our token endpoint. It may say the same thing twice, and it may not hear the answer.
Task<std::optional<AlexaLink>> AmazonModel::redeem(std::string customer, std::string code,
                                                   std::string redirect_uri, bool answer_is_lost) {
  FormWriter form;
  form.add("grant_type", "authorization_code").add("code", code).add("redirect_uri", redirect_uri);
  co_await schedule_.turn();
  const auto reply = co_await ask_token_endpoint(form.text());
  const bool good = reply && reply->status == 200 && !answer_is_lost;
  story_.tell("  alexa redeems a code for " + customer + ": " +
              (reply ? std::to_string(reply->status) + ' ' + reply->error : "no answer") +
              (answer_is_lost ? " (not heard)" : ""));
  if (!good) co_return std::nullopt;
  co_return AlexaLink{reply->refresh_token, reply->access_token};
}

Task<amazon::AmazonResult<alexa::Enablement>> AmazonModel::enable(std::string access_token, std::string code,
                                                                  std::string redirect_uri) {
  const Fate fate = this->fate();
  const bool redemption_is_lost = loses_redemptions && dice_.chance(fault_percent / 2);
  co_await schedule_.turn();
  if (fate == Fate::lost_before) co_return std::unexpected(kNeverSent);
  if (fate == Fate::fails_before) co_return std::unexpected(kServerError);
  const std::string customer = owner_of(access_token);
  if (customer.empty()) co_return std::unexpected(AmazonFailure{"unauthorized", 401, false});
  // One enablement of a customer after the other, as far as anybody has seen.
  while (!busy_.insert(customer).second) co_await schedule_.turn();
  const auto redeemed =
      co_await redeem(customer, std::move(code), std::move(redirect_uri), redemption_is_lost);
  const bool still_allowed = owner_of(access_token) == customer;
  if (redeemed && still_allowed) {
    const bool was_enabled = customers_[customer].link.has_value();
    customers_[customer].link = redeemed;
    if (!was_enabled) tell(SkillEventType::SkillEnabled, customer);
    tell(SkillEventType::SkillAccountLinked, customer);
  }
  story_.tell("  amazon: enablement of " + customer + (redeemed && still_allowed ? " done" : " failed"));
  busy_.erase(customer);
  co_await schedule_.turn();
  if (fate == Fate::lost_after) co_return std::unexpected(kNoAnswer);
  if (fate == Fate::fails_after) co_return std::unexpected(kServerError);
  if (!still_allowed) co_return std::unexpected(AmazonFailure{"unauthorized", 401, false});
  // One or the other (alexa-protocol 1.7)
  if (!redeemed && dice_.chance(50)) co_return std::unexpected(kServerError);
  if (!redeemed) co_return std::unexpected(AmazonFailure{"bad_request", 400, false});
  co_return alexa::Enablement{true, alexa_user_id(customer)};
}

Task<amazon::AmazonResult<alexa::Enablement>> AmazonModel::status(std::string access_token) {
  const Fate fate = this->fate();
  co_await schedule_.turn();
  if (fate != Fate::works) co_return std::unexpected(kNoAnswer);
  const std::string customer = owner_of(access_token);
  if (customer.empty()) co_return std::unexpected(AmazonFailure{"unauthorized", 401, false});
  const bool linked = customers_[customer].link.has_value();
  story_.tell("  amazon: " + customer + (linked ? " is enabled" : " is not enabled"));
  co_return alexa::Enablement{linked, linked ? std::optional(alexa_user_id(customer)) : std::nullopt};
}

Task<amazon::AmazonResult<void>> AmazonModel::disable(std::string access_token) {
  const Fate fate = this->fate();
  co_await schedule_.turn();
  if (fate == Fate::lost_before || fate == Fate::fails_before) co_return std::unexpected(kNeverSent);
  const std::string customer = owner_of(access_token);
  if (customer.empty()) co_return std::unexpected(AmazonFailure{"unauthorized", 401, false});
  end_link(customer);
  co_await schedule_.turn();
  if (fate != Fate::works) co_return std::unexpected(kNoAnswer);
  co_return amazon::AmazonResult<void>{};
}

// Disabling revokes Amazon's tokens and deletes ours (alexa-protocol 1.5, 1.8).
void AmazonModel::end_link(const std::string& customer) {
  story_.tell("  amazon: the skill is disabled for " + customer);
  if (customers_[customer].link) tell(SkillEventType::SkillDisabled, customer);
  customers_[customer].link.reset();
  ++customers_[customer].enablements;
  std::erase_if(token_owners_, [&](const auto& token) { return token.second == customer; });
}

// With times of whole seconds, and our token where Alexa cares to put it in (alexa-protocol 4).
void AmazonModel::tell(SkillEventType type, const std::string& customer) {
  AlexaEvent event;
  event.type = type;
  event.customer = customer;
  event.alexa_user_id = alexa_user_id(customer);
  const bool with_token = type == SkillEventType::SkillAccountLinked || dice_.chance(50);
  if (with_token) event.access_token = customers_[customer].link->access_token;
  event.request_id = "amzn1.echo-api.request." + std::to_string(++issued_);
  event.created_at = std::chrono::floor<seconds>(clock_.now());
  events.push_back(std::move(event));
}

void AmazonModel::disable_by_voice(const std::string& customer) {
  if (customers_[customer].link) end_link(customer);
}

Task<void> AmazonModel::refresh_our_token(std::string customer) {
  if (!customers_[customer].link) co_return;
  const std::string presented = customers_[customer].link->refresh_token;
  FormWriter form;
  form.add("grant_type", "refresh_token").add("refresh_token", presented);
  co_await schedule_.turn();
  const auto reply = co_await ask_token_endpoint(form.text());
  auto& link = customers_[customer].link;
  if (!reply || !link || link->refresh_token != presented) co_return;  // a newer link has come meanwhile
  story_.tell("  alexa refreshes for " + customer + ": " + std::to_string(reply->status) + ' ' +
              reply->error);
  if (reply->status == 200) link = AlexaLink{reply->refresh_token, reply->access_token};
  if (reply->error != "invalid_grant") co_return;
  link.reset();  // final: Alexa drops the link
  customers_[customer].refused.push_back(presented);
}

}  // namespace couplet::simulation
