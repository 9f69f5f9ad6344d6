// SPDX-License-Identifier: Apache-2.0
// AmazonApi that makes a call again where that is safe and may help. The enablement is not among them: the
// link engine asks what became of it first, and tries with a fresh code (EN-09, EN-10).
#pragma once
#include "amazon/amazon_api.hpp"
#include "base/clock.hpp"
#include "base/pauses.hpp"
#include "base/random.hpp"

namespace couplet::amazon {

/// Each try reports a hop of its own. Thread: one. References outlive it.
class PatientAmazon final : public AmazonApi {
 public:
  PatientAmazon(AmazonApi& amazon, Pauses& pauses, const Clock& clock, Random& random)
      : amazon_(amazon), pauses_(pauses), clock_(clock), random_(random) {}

  /// Again also when the first try may have arrived: the code is then burnt, the answer `invalid_grant`, and
  /// that is the end of it (LW-07).
  Task<AmazonResult<alexa::AmazonTokens>> exchange_code(const Skill& skill, alexa::AmazonCode code,
                                                        std::string redirect_uri,
                                                        alexa::AmazonCodeVerifier verifier,
                                                        HopSink trace) override;
  Task<AmazonResult<alexa::AmazonTokens>> refresh(const Skill& skill, alexa::AmazonTokens tokens,
                                                  HopSink trace) override;
  Task<std::vector<std::string>> find_api_hosts(alexa::AmazonAccessToken token, HopSink trace) override;
  Task<AmazonResult<alexa::Enablement>> enable(const Skill& skill, std::string api_host,
                                               alexa::AmazonAccessToken token, std::string authorization_code,
                                               std::string redirect_uri, HopSink trace) override;
  Task<AmazonResult<alexa::Enablement>> status(const Skill& skill, std::string api_host,
                                               alexa::AmazonAccessToken token, HopSink trace) override;
  Task<AmazonResult<void>> disable(const Skill& skill, std::string api_host, alexa::AmazonAccessToken token,
                                   HopSink trace) override;

 private:
  template <class T, class Call>
  Task<AmazonResult<T>> patiently(Call call);

  AmazonApi& amazon_;
  Pauses& pauses_;
  const Clock& clock_;
  Random& random_;
};

}  // namespace couplet::amazon
