// SPDX-License-Identifier: Apache-2.0
// Whether a request came from Alexa, for this skill, now (alexa-protocol 5.2). Nothing of its body is
// believed, or even parsed, before its signature was found good (AX-16).
#pragma once
#include <vector>

#include "alexa/skill_request.hpp"
#include "amazon/chain_fetcher.hpp"
#include "http/message.hpp"

namespace couplet::server {

/// Thread: one. References outlive it.
class RequestVerifier {
 public:
  RequestVerifier(amazon::ChainSource& chains, const Clock& clock) : chains_(chains), clock_(clock) {}

  /// Spec:   requirements AX-01..06, AX-09..18, WH-05
  Task<Result<alexa::SkillRequest, alexa::RequestRefusal>> verify(const http::Request& request,
                                                                  const Skill& skill);

 private:
  struct Asked;
  using Verdict = std::optional<alexa::RequestRefusal>;  // absent: go on
  Verdict check_size(Asked& asked);
  Verdict check_headers(Asked& asked);
  Verdict check_signature(Asked& asked);
  Verdict check_message(Asked& asked);
  Verdict check_time(Asked& asked);
  Task<Verdict> find_certificate(Asked& asked);

  amazon::ChainSource& chains_;
  const Clock& clock_;
};

}  // namespace couplet::server
