// SPDX-License-Identifier: Apache-2.0
// A provider's authorization server as a test scripts it: each call takes the next failure of its script, or
// gives a code that no other call got.
#pragma once
#include <deque>

#include "server/links/external_code_client.hpp"

namespace couplet::server::testing {

class FakeExternalCodes final : public ExternalCodes {
 public:
  std::deque<std::optional<alexa::ExternalFailure>> script;
  std::vector<std::string> ids;    // webhook-id of each call
  std::vector<std::string> codes;  // that were given
  std::string redirect_uri;        // of the codes; empty: the attempt's

  Task<alexa::ExternalResult<alexa::ExternalGrant>> request_code(const Skill&, LinkAttempt attempt,
                                                                 amazon::HopSink trace) override {
    ids.push_back(alexa::external_call_id(attempt));
    std::optional<alexa::ExternalFailure> failure;
    if (!script.empty()) {
      failure = script.front();
      script.pop_front();
    }
    trace(Hop{.at = {},
              .name = "external.code",
              .status = failure ? failure->http_status : 200,
              .elapsed = {},
              .cause = failure ? failure->code : ""});
    if (failure) co_return std::unexpected(*failure);
    codes.push_back("provider-code-" + std::to_string(ids.size()));
    co_return alexa::ExternalGrant{alexa::ExternalCode(codes.back()),
                                   redirect_uri.empty() ? attempt.redirect_uri : redirect_uri};
  }
};

}  // namespace couplet::server::testing
