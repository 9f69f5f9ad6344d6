// SPDX-License-Identifier: Apache-2.0
// The calls Couplet makes to Amazon, as the link engine sees them. The seam that tests and the simulation
// replace.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "alexa/amazon_messages.hpp"
#include "base/task.hpp"
#include "domain/link.hpp"

namespace couplet::amazon {

using alexa::AmazonResult;

/// What a call reports for the trace, whether it went well or not.
using HopSink = std::function<void(Hop)>;

class AmazonApi {
 public:
  virtual ~AmazonApi() = default;

  /// POST /auth/o2/token, authorization_code. Not repeated once a byte was sent: a failed try burns the code.
  virtual Task<AmazonResult<alexa::AmazonTokens>> exchange_code(const Skill& skill, alexa::AmazonCode code,
                                                                std::string redirect_uri,
                                                                alexa::AmazonCodeVerifier verifier,
                                                                HopSink trace) = 0;
  /// POST /auth/o2/token, refresh_token.
  virtual Task<AmazonResult<alexa::AmazonTokens>> refresh(const Skill& skill, alexa::AmazonTokens tokens,
                                                          HopSink trace) = 0;
  /// GET /v1/alexaApiEndpoint: the hosts to try, in order; all configured hosts when Amazon cannot or will
  /// not say.
  virtual Task<std::vector<std::string>> find_api_hosts(alexa::AmazonAccessToken token, HopSink trace) = 0;
  virtual Task<AmazonResult<alexa::Enablement>> enable(const Skill& skill, std::string api_host,
                                                       alexa::AmazonAccessToken token,
                                                       std::string authorization_code,
                                                       std::string redirect_uri, HopSink trace) = 0;
  virtual Task<AmazonResult<alexa::Enablement>> status(const Skill& skill, std::string api_host,
                                                       alexa::AmazonAccessToken token, HopSink trace) = 0;
  virtual Task<AmazonResult<void>> disable(const Skill& skill, std::string api_host,
                                           alexa::AmazonAccessToken token, HopSink trace) = 0;
};

/// The calls for skills that speak to Alexa for their users.
class MessagingApi {
 public:
  virtual ~MessagingApi() = default;

  /// POST /auth/o2/token with the code of an AcceptGrant directive and the skill's pair for messages.
  virtual Task<AmazonResult<alexa::AmazonTokens>> accept_grant(const Skill& skill, alexa::AmazonCode code,
                                                               HopSink trace) = 0;
};

}  // namespace couplet::amazon
