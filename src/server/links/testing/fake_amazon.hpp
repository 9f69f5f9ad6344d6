// SPDX-License-Identifier: Apache-2.0
// Amazon as a test scripts it: each call takes the next answer of its script, or succeeds. Counts the calls.
// Like the real one it redeems our code inside the enablement call.
#pragma once
#include <deque>
#include <functional>
#include <map>

#include "amazon/amazon_api.hpp"

namespace couplet::server::testing {

class FakeAmazon final : public amazon::AmazonApi {
 public:
  using Failure = std::optional<alexa::AmazonFailure>;
  std::deque<Failure> exchange_script, refresh_script, enable_script, status_script, disable_script;
  std::vector<std::string> hosts = {"api.amazonalexa.com"};
  std::map<std::string, int> calls;                      // by name
  std::vector<std::string> enabled_at;                   // host of each enablement call
  std::vector<std::string> codes;                        // our code of each enablement call
  std::vector<std::string> redirect_uris;                // beside it
  std::function<Task<void>(std::string code)> redeem;    // inside the enablement call; may be empty
  std::function<void(const std::string& name)> on_call;  // as each call arrives; may be empty
  bool enabled = false;                                  // what GET enablement says
  bool has_other_account = false;                        // a DELETE is of that one

  Task<amazon::AmazonResult<alexa::AmazonTokens>> exchange_code(const Skill&, alexa::AmazonCode, std::string,
                                                                alexa::AmazonCodeVerifier,
                                                                amazon::HopSink trace) override {
    co_return answer_tokens("lwa.token", exchange_script, trace);
  }
  Task<amazon::AmazonResult<alexa::AmazonTokens>> refresh(const Skill&, alexa::AmazonTokens,
                                                          amazon::HopSink trace) override {
    co_return answer_tokens("lwa.refresh", refresh_script, trace);
  }
  Task<std::vector<std::string>> find_api_hosts(alexa::AmazonAccessToken, amazon::HopSink) override {
    arrive("alexa.endpoint");
    co_return hosts;
  }
  Task<amazon::AmazonResult<alexa::Enablement>> enable(const Skill&, std::string api_host,
                                                       alexa::AmazonAccessToken,
                                                       std::string authorization_code,
                                                       std::string redirect_uri,
                                                       amazon::HopSink trace) override {
    enabled_at.push_back(api_host);
    codes.push_back(authorization_code);
    redirect_uris.push_back(std::move(redirect_uri));
    const Failure failure = next("alexa.enable", enable_script, trace);
    // What was refused at the door was never looked at; all else redeems the code first.
    const bool looked_at = !failure || failure->outcome_unknown;
    if (looked_at && redeem) co_await redeem(authorization_code);
    if (failure) co_return std::unexpected(*failure);
    enabled = true;
    co_return alexa::Enablement{true, AlexaUserId("amzn1.ask.account.A")};
  }
  Task<amazon::AmazonResult<alexa::Enablement>> status(const Skill&, std::string, alexa::AmazonAccessToken,
                                                       amazon::HopSink trace) override {
    if (const Failure failure = next("alexa.status", status_script, trace))
      co_return std::unexpected(*failure);
    co_return alexa::Enablement{enabled,
                                enabled ? std::optional(AlexaUserId("amzn1.ask.account.A")) : std::nullopt};
  }
  Task<amazon::AmazonResult<void>> disable(const Skill&, std::string, alexa::AmazonAccessToken,
                                           amazon::HopSink trace) override {
    if (const Failure failure = next("alexa.disable", disable_script, trace))
      co_return std::unexpected(*failure);
    enabled = has_other_account;
    co_return amazon::AmazonResult<void>{};
  }

 private:
  void arrive(const std::string& name) {
    ++calls[name];
    if (on_call) on_call(name);
  }
  Failure next(const std::string& name, std::deque<Failure>& script, const amazon::HopSink& trace) {
    arrive(name);
    Failure failure;
    if (!script.empty()) {
      failure = script.front();
      script.pop_front();
    }
    trace(Hop{.at = {},
              .name = name,
              .status = failure ? failure->http_status : 200,
              .elapsed = {},
              .cause = failure ? failure->code : ""});
    return failure;
  }
  amazon::AmazonResult<alexa::AmazonTokens> answer_tokens(const std::string& name,
                                                          std::deque<Failure>& script,
                                                          const amazon::HopSink& trace) {
    if (const Failure failure = next(name, script, trace)) return std::unexpected(*failure);
    return alexa::AmazonTokens{alexa::AmazonAccessToken(std::string("Atza|a")),
                               alexa::AmazonRefreshToken(std::string("Atzr|r")),
                               from_unix_seconds(1'800'003'600)};
  }
};

}  // namespace couplet::server::testing
