// SPDX-License-Identifier: Apache-2.0
#include "amazon/patient_amazon.hpp"

#include "amazon/retry.hpp"

namespace couplet::amazon {

// `call` stays in the frame of this task for as long as the tasks it makes.
template <class T, class Call>
Task<AmazonResult<T>> PatientAmazon::patiently(Call call) {
  const auto began = clock_.monotonic();
  for (unsigned tries = 1;; ++tries) {
    auto result = co_await call();
    if (result) co_return result;
    const auto spent = std::chrono::duration_cast<milliseconds>(clock_.monotonic() - began);
    const auto pause = pause_before_retry(result.error(), tries, spent, random_);
    if (!pause) co_return result;
    co_await pauses_.pause(*pause);
  }
}

Task<AmazonResult<alexa::AmazonTokens>> PatientAmazon::exchange_code(const Skill& skill,
                                                                     alexa::AmazonCode code,
                                                                     std::string redirect_uri,
                                                                     alexa::AmazonCodeVerifier verifier,
                                                                     HopSink trace) {
  const auto call = [&] { return amazon_.exchange_code(skill, code, redirect_uri, verifier, trace); };
  co_return co_await patiently<alexa::AmazonTokens>(call);
}

Task<AmazonResult<alexa::AmazonTokens>> PatientAmazon::refresh(const Skill& skill, alexa::AmazonTokens tokens,
                                                               HopSink trace) {
  const auto call = [&] { return amazon_.refresh(skill, tokens, trace); };
  co_return co_await patiently<alexa::AmazonTokens>(call);
}

// Without an answer every host is tried, which is as good as asking again.
Task<std::vector<std::string>> PatientAmazon::find_api_hosts(alexa::AmazonAccessToken token, HopSink trace) {
  return amazon_.find_api_hosts(std::move(token), std::move(trace));
}

Task<AmazonResult<alexa::Enablement>> PatientAmazon::enable(const Skill& skill, std::string api_host,
                                                            alexa::AmazonAccessToken token,
                                                            std::string authorization_code,
                                                            std::string redirect_uri, HopSink trace) {
  return amazon_.enable(skill, std::move(api_host), std::move(token), std::move(authorization_code),
                        std::move(redirect_uri), std::move(trace));
}

Task<AmazonResult<alexa::Enablement>> PatientAmazon::status(const Skill& skill, std::string api_host,
                                                            alexa::AmazonAccessToken token, HopSink trace) {
  const auto call = [&] { return amazon_.status(skill, api_host, token, trace); };
  co_return co_await patiently<alexa::Enablement>(call);
}

Task<AmazonResult<void>> PatientAmazon::disable(const Skill& skill, std::string api_host,
                                                alexa::AmazonAccessToken token, HopSink trace) {
  const auto call = [&] { return amazon_.disable(skill, api_host, token, trace); };
  co_return co_await patiently<void>(call);
}

}  // namespace couplet::amazon
