// SPDX-License-Identifier: Apache-2.0
// The one place where a link comes to be, whichever side started it: Alexa redeems the provider's code and
// keeps the tokens.
#pragma once
#include <string>

#include "base/task.hpp"
#include "emulator/alexa/accept_grant.hpp"
#include "emulator/alexa/provider_token_answer.hpp"
#include "emulator/calls/outgoing_calls.hpp"
#include "emulator/state/enablements.hpp"

namespace couplet::emulator {

struct LinkOrder {
  std::string user_id;
  Skill skill;
  Stage stage = Stage::development;
  ProviderCodeExchange exchange;
  std::string note;  // for the journal: what the call to the token URL is part of
};

class AccountLinker {
 public:
  AccountLinker(Enablements& enablements, OutgoingCalls& calls, AcceptGrant& accept_grant,
                const Switches& switches, const Clock& clock, milliseconds provider_deadline)
      : enablements_(enablements),
        calls_(calls),
        accept_grant_(accept_grant),
        switches_(switches),
        clock_(clock),
        provider_deadline_(provider_deadline) {}

  /// Enables the skill for the user, or relinks, once a smart home skill has taken its grant.
  Task<Result<Enablement, ProviderFailure>> link(LinkOrder order);

 private:
  Enablements& enablements_;
  OutgoingCalls& calls_;
  AcceptGrant& accept_grant_;
  const Switches& switches_;
  const Clock& clock_;
  milliseconds provider_deadline_;
};

}  // namespace couplet::emulator
