// SPDX-License-Identifier: Apache-2.0
// Alexa.Authorization AcceptGrant: while an account is being linked, a smart home skill that may send Alexa
// events gets an LWA code of its own. Thread: the emulator's.
#pragma once
#include <string>

#include "base/random.hpp"
#include "base/task.hpp"
#include "emulator/alexa/provider_token_answer.hpp"
#include "emulator/calls/outgoing_calls.hpp"
#include "emulator/signing/request_signer.hpp"
#include "emulator/state/amazon_tokens.hpp"

namespace couplet::emulator {

/// What the code of an AcceptGrant stands for; Amazon says that its tokens are good for the enablement as
/// well.
inline constexpr std::string_view kEventScope = "alexa::async_event:write";
inline constexpr std::string_view kGrantScope = "alexa::async_event:write alexa::skills:account_linking";

class AcceptGrant {
 public:
  AcceptGrant(AmazonTokens& tokens, OutgoingCalls& calls, RequestSigner& signer, const Switches& switches,
              Random& random)
      : tokens_(tokens), calls_(calls), signer_(signer), switches_(switches), random_(random) {}

  /// Posts the directive when the skill's settings ask for it. A missing or failing answer fails the linking.
  /// Errors: refused (an ErrorResponse), unusable (anything else that is no AcceptGrant.Response),
  /// unreachable
  Task<Result<void, ProviderFailure>> offer(std::string user_id, Skill skill, ProviderAccessToken grantee);

 private:
  AmazonTokens& tokens_;
  OutgoingCalls& calls_;
  RequestSigner& signer_;
  const Switches& switches_;
  Random& random_;
};

}  // namespace couplet::emulator
