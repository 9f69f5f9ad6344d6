// SPDX-License-Identifier: Apache-2.0
// POST, GET and DELETE /v1/users/~current/skills/{skill}/enablement on the three regional hosts.
#pragma once
#include <string>

#include "base/task.hpp"
#include "emulator/alexa/account_linker.hpp"
#include "emulator/alexa/provider_token_answer.hpp"
#include "emulator/api/amazon_api_caller.hpp"
#include "emulator/api/enablement_request.hpp"
#include "emulator/state/amazon_tokens.hpp"
#include "emulator/state/directory.hpp"
#include "emulator/state/enablements.hpp"
#include "http/message.hpp"

namespace couplet::emulator {

/// Thread: the emulator's. While one POST waits for a provider, others are answered.
class EnablementEndpoint {
 public:
  EnablementEndpoint(const Directory& directory, AmazonTokens& tokens, Enablements& enablements,
                     AccountLinker& linker, const Switches& switches)
      : directory_(directory),
        tokens_(tokens),
        enablements_(enablements),
        linker_(linker),
        switches_(switches) {}

  /// Enables the skill and links the account: posts the provider's code to its token URL before it answers.
  /// Errors:  400, 401, 403, 404, 500 as Amazon's table has them
  Task<http::Response> enable(const http::Request& request);
  Task<http::Response> status(const http::Request& request) const;
  /// Effects: revokes the Amazon pair, deletes the provider's tokens
  Task<http::Response> disable(const http::Request& request);
  /// The same by voice or in the Alexa app. False when there was nothing to disable.
  bool disable_for(std::string_view user_id, const Skill& skill,
                   Enablements::DisabledBy by = Enablements::DisabledBy::user);

 private:
  struct Subject {
    AmazonUser user;
    Skill skill;
    bool by_accept_grant = false;  // the token came from an AcceptGrant
  };
  [[nodiscard]] Result<Subject, ApiRefusal> subject_of(const http::Request& request) const;
  [[nodiscard]] Result<void, ApiRefusal> check_region(const http::Request& request,
                                                      const AmazonUser& user) const;
  [[nodiscard]] Result<void, ApiRefusal> check_stage(const Subject& subject,
                                                     const EnablementRequest& wanted) const;
  [[nodiscard]] Result<void, ApiRefusal> check_redirect_uri(const Subject& subject,
                                                            const EnablementRequest& wanted) const;
  [[nodiscard]] http::Response to_answer(const ProviderFailure& failure) const;
  [[nodiscard]] std::string body_of(const Enablement& enablement) const;

  const Directory& directory_;
  AmazonTokens& tokens_;
  Enablements& enablements_;
  AccountLinker& linker_;
  const Switches& switches_;
};

}  // namespace couplet::emulator
