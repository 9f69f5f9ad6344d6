// SPDX-License-Identifier: Apache-2.0
// Asks the provider's own authorization server for the code that Alexa will redeem there: the one call of a
// link that goes neither to Amazon nor to the store. docs/migrating.md has it from the other side.
#pragma once
#include <boost/asio/io_context.hpp>
#include <map>
#include <memory>

#include "alexa/external_code.hpp"
#include "amazon/amazon_api.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "http/client.hpp"
#include "server/config/config.hpp"

namespace couplet::server {

/// The seam that tests replace.
class ExternalCodes {
 public:
  virtual ~ExternalCodes() = default;
  /// One code for the enablement try that comes next. `trace` gets a hop for each call.
  virtual Task<alexa::ExternalResult<alexa::ExternalGrant>> request_code(const Skill& skill,
                                                                         LinkAttempt attempt,
                                                                         amazon::HopSink trace) = 0;
};

/// Each skill has an HTTP client of its own that knows one host and, unless the configuration says otherwise,
/// goes to public addresses only. Thread: the io_context's. References outlive it.
class ExternalCodeClient final : public ExternalCodes {
 public:
  ExternalCodeClient(const Config& config, const Clock& clock, Random& random,
                     boost::asio::io_context& context);

  /// POST, signed as a Standard Webhook. Repeated up to twice under the same id, after a short pause, where
  /// nobody has decided: the receiver knows the id, so no second code comes of it. Errors: those of
  /// read_external_code_answer(); external_unreachable, external_timeout
  Task<alexa::ExternalResult<alexa::ExternalGrant>> request_code(const Skill& skill, LinkAttempt attempt,
                                                                 amazon::HopSink trace) override;

 private:
  Task<alexa::ExternalResult<alexa::ExternalGrant>> call(const Skill& skill, const LinkAttempt& attempt,
                                                         const amazon::HopSink& trace);
  [[nodiscard]] http::OutgoingRequest request_for(const Skill& skill, const LinkAttempt& attempt) const;
  [[nodiscard]] milliseconds pause_after(int tries);

  const Clock& clock_;
  Random& random_;
  std::map<SkillName, std::unique_ptr<http::CurlClient>> clients_;
};

}  // namespace couplet::server
