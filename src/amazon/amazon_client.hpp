// SPDX-License-Identifier: Apache-2.0
// AmazonApi over HTTPS: Login with Amazon and the Skill Enablement API.
#pragma once
#include "amazon/amazon_api.hpp"
#include "base/clock.hpp"
#include "http/client.hpp"

namespace couplet::amazon {

struct AmazonHosts {
  std::string token_url = "https://api.amazon.com/auth/o2/token";
  /// The only hosts that ever get an Amazon token; tried in this order when Amazon cannot tell the region.
  std::vector<std::string> api_hosts = {"api.amazonalexa.com", "api.eu.amazonalexa.com",
                                        "api.fe.amazonalexa.com"};
};

struct AmazonDeadlines {
  http::Deadlines token{milliseconds{2000}, milliseconds{6000}, milliseconds{8000}};
  // Alexa asks our token endpoint inside this call, with 4.5 s of its own.
  http::Deadlines enablement{milliseconds{2000}, milliseconds{10000}, milliseconds{12000}};
};

/// Thread: that of the http::Client. References outlive it.
class AmazonClient final : public AmazonApi, public MessagingApi {
 public:
  AmazonClient(http::Client& http, const Clock& clock, AmazonHosts hosts, AmazonDeadlines deadlines);

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
  Task<AmazonResult<alexa::AmazonTokens>> accept_grant(const Skill& skill, alexa::AmazonCode code,
                                                       HopSink trace) override;

 private:
  struct Answer;
  Task<Answer> call(std::string hop_name, http::OutgoingRequest request);
  http::OutgoingRequest token_request(std::string body) const;
  http::OutgoingRequest api_request(std::string method, const std::string& host, const std::string& path,
                                    const alexa::AmazonAccessToken& token) const;

  http::Client& http_;
  const Clock& clock_;
  AmazonHosts hosts_;
  AmazonDeadlines deadlines_;
};

}  // namespace couplet::amazon
