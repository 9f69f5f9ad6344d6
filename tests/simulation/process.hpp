// SPDX-License-Identifier: Apache-2.0
// One process of Couplet, from its start to its crash: the real engine and endpoints on a store that outlives
// them, and that other processes may share. What is under way dies with it, in the order in which a real
// process ends.
#pragma once
#include <boost/asio/io_context.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "amazon/patient_amazon.hpp"
#include "oauth/client_registry.hpp"
#include "server/events/event_recorder.hpp"
#include "server/links/link_engine.hpp"
#include "server/links/link_status_endpoint.hpp"
#include "server/links/unlink_endpoint.hpp"
#include "server/oauth/token_endpoint.hpp"
#include "simulation/amazon_model.hpp"

namespace couplet::simulation {

/// AmazonApi over the model: the caller waits here, the work is done at Amazon's.
class AmazonOverTheWire final : public amazon::AmazonApi {
 public:
  AmazonOverTheWire(AmazonModel& model, const Clock& clock) : model_(model), clock_(clock) {}

  Task<amazon::AmazonResult<alexa::AmazonTokens>> exchange_code(const Skill&, alexa::AmazonCode code,
                                                                std::string, alexa::AmazonCodeVerifier,
                                                                amazon::HopSink trace) override;
  Task<amazon::AmazonResult<alexa::AmazonTokens>> refresh(const Skill&, alexa::AmazonTokens tokens,
                                                          amazon::HopSink trace) override;
  Task<std::vector<std::string>> find_api_hosts(alexa::AmazonAccessToken, amazon::HopSink) override;
  Task<amazon::AmazonResult<alexa::Enablement>> enable(const Skill&, std::string,
                                                       alexa::AmazonAccessToken token,
                                                       std::string authorization_code,
                                                       std::string redirect_uri,
                                                       amazon::HopSink trace) override;
  Task<amazon::AmazonResult<alexa::Enablement>> status(const Skill&, std::string,
                                                       alexa::AmazonAccessToken token,
                                                       amazon::HopSink trace) override;
  Task<amazon::AmazonResult<void>> disable(const Skill&, std::string, alexa::AmazonAccessToken token,
                                           amazon::HopSink trace) override;

 private:
  template <class T>
  Task<amazon::AmazonResult<T>> at_amazon(Task<amazon::AmazonResult<T>> work, std::string name,
                                          amazon::HopSink trace);
  AmazonModel& model_;
  const Clock& clock_;
};

/// Codes of an external authorization server; no skill here has one.
class NoExternalCodes final : public server::ExternalCodes {
 public:
  Task<alexa::ExternalResult<alexa::ExternalGrant>> request_code(const Skill&, LinkAttempt,
                                                                 amazon::HopSink) override;
};

class Process {
 public:
  Process(std::string name, const server::Config& config, storage::Database& database, AmazonModel& amazon,
          Pauses& pauses, const Clock& clock, Random& random, server::Metrics& metrics);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] boost::asio::io_context& context() { return context_; }
  [[nodiscard]] server::LinkEngine& engine() { return engine_; }
  [[nodiscard]] server::Disabler& disabler() { return disabler_; }
  [[nodiscard]] storage::Store& store() { return *store_; }

  /// POST /oauth/token as Alexa sends it; absent when the process dies before it has answered.
  Task<std::optional<TokenReply>> post_token(std::string body);
  /// DELETE, or GET ?fresh=true, of the link of `user`; the status member, or the problem's code.
  Task<std::string> unlink(std::string user);
  Task<std::string> fresh_status(std::string user);
  /// What the event comes to; the signature has been found good.
  Task<std::string> take(AlexaEvent event);

 private:
  struct Inbound {  // a call from outside that waits for us
    explicit Inbound(const boost::asio::any_io_executor& executor) : alarm(make_alarm(executor)) {}
    std::shared_ptr<Alarm> alarm;
    std::optional<http::Response> response;
    bool ended = false;
  };

  const std::string name_;
  const Clock& clock_;
  boost::asio::io_context context_{1};
  std::unique_ptr<storage::Store> store_;
  AmazonOverTheWire wire_;
  amazon::PatientAmazon amazon_;
  NoExternalCodes no_external_codes_;
  server::AmazonSession session_;
  server::LinkCheck check_;
  server::Disabler disabler_;
  server::LinkEngine engine_;
  oauth::ClientRegistry clients_;
  oauth::IssuerProfile profile_;
  oauth::AccessTokenIssuer issuer_;
  oauth::AccessTokenVerifier verifier_;
  server::EventRecorder events_;
  server::FailureLimiter limiter_;
  server::CallerAuthentication callers_;
  server::TokenEndpoint token_;
  server::UnlinkEndpoint unlink_;
  server::LinkStatusEndpoint status_;
  std::vector<std::weak_ptr<Inbound>> inbound_;
};

}  // namespace couplet::simulation
