// SPDX-License-Identifier: Apache-2.0
// Calls to the enablement API with the Amazon tokens of one link, refreshed when they have to be.
#pragma once
#include "amazon/amazon_api.hpp"
#include "base/pauses.hpp"
#include "base/random.hpp"
#include "server/common/metrics.hpp"
#include "server/config/config.hpp"
#include "storage/store.hpp"

namespace couplet::server {

/// Thread: one. References outlive it.
class AmazonSession {
 public:
  AmazonSession(const Config& config, storage::Store& store, amazon::AmazonApi& amazon, Pauses& pauses,
                const Clock& clock, Random& random, Metrics& metrics);

  /// Errors: `unauthorized` once a refreshed token is refused too, or Amazon refuses to refresh: Amazon
  /// revokes the pair when the skill is disabled, so the link is gone (LW-10); any other code says nothing
  /// about the link
  Task<amazon::AmazonResult<alexa::Enablement>> status(const Skill& skill, AccountLink link);
  /// The same with the tokens that are still owed a disablement; fresh ones are put back into it.
  Task<amazon::AmazonResult<alexa::Enablement>> status(const Skill& skill, OwedDisablement& owed);
  /// The same by the tokens of AcceptGrant, for a link that has none of its own (alexa-protocol 1.8).
  Task<amazon::AmazonResult<alexa::Enablement>> status_as_messenger(const Skill& skill, AccountLink link);
  /// False also when the store cannot say.
  Task<bool> has_messaging_tokens(const AccountLink& link);
  /// Success also when there was nothing left to disable, and where Amazon refuses a token that it has just
  /// given (UL-03).
  Task<amazon::AmazonResult<void>> disable(const Skill& skill, OwedDisablement& owed);

 private:
  using Tokens = amazon::AmazonResult<alexa::AmazonTokens>;

  template <class T, class Holder, class Call>
  Task<amazon::AmazonResult<T>> with_token(const Skill& skill, Holder& holder, Call call);
  Task<Tokens> fresh_tokens(const Skill& skill, AccountLink& link, alexa::AmazonTokens tokens);
  Task<Tokens> fresh_tokens(const Skill& skill, OwedDisablement& owed, alexa::AmazonTokens tokens);
  Task<std::optional<Tokens>> refreshed_by_another(const AccountLink& link);
  Task<Tokens> refresh(const Skill& skill, const SkillName& name, const UserId& user,
                       alexa::AmazonTokens tokens);
  Task<Tokens> messaging_tokens(const Skill& skill, const AccountLink& link);
  amazon::HopSink sink(const SkillName& skill, const UserId& user);

  const Config& config_;
  storage::Store& store_;
  amazon::AmazonApi& amazon_;
  Pauses& pauses_;
  const Clock& clock_;
  Random& random_;
  Metrics& metrics_;
};

}  // namespace couplet::server
