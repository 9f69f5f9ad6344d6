// SPDX-License-Identifier: Apache-2.0
// Amazon as the reference describes it (alexa-protocol 1.5-1.8, 2.3-2.5, 9): customers, one-use codes,
// tokens, and what Alexa holds for whom. It lives on when the server dies: a request that has arrived is
// dealt with whoever still listens.
#pragma once
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "amazon/amazon_api.hpp"
#include "domain/skill_event.hpp"
#include "simulation/schedule.hpp"
#include "simulation/story.hpp"

namespace couplet::simulation {

/// What our token endpoint answered to Alexa; absent: no connection, or it broke.
struct TokenReply {
  int status = 0;
  std::string access_token;
  std::string refresh_token;
  std::string error;
};
using AskTokenEndpoint = std::function<Task<std::optional<TokenReply>>(std::string body)>;

/// What Alexa holds for one customer.
struct AlexaLink {
  std::string refresh_token;
  std::string access_token;
};

/// An event that Alexa sends until it is acknowledged: late, in any order, and more than once.
struct AlexaEvent {
  SkillEventType type = SkillEventType::SkillEnabled;
  std::string customer;
  AlexaUserId alexa_user_id;
  std::string access_token;  // ours, where Alexa has one
  std::string request_id;
  Instant created_at{};
};

struct Customer {
  std::optional<AlexaLink> link;
  int enablements = 0;                 // names the Alexa user id
  std::vector<std::string> refused{};  // refresh tokens of ours that were answered invalid_grant
};

class AmazonModel {
 public:
  AmazonModel(Dice& dice, Schedule& schedule, Story& story, const Clock& clock,
              boost::asio::io_context& context)
      : dice_(dice), schedule_(schedule), story_(story), clock_(clock), context_(context) {}

  std::uint32_t fault_percent = 0;
  bool loses_redemptions = false;  // Alexa may not hear what our token endpoint answers inside an enablement
  AskTokenEndpoint ask_token_endpoint;
  std::vector<AlexaEvent> events;  // not acknowledged yet

  /// The customer says yes: a code for whoever brings it to the token endpoint in time.
  std::string consent(const std::string& customer, Instant now);

  // What the calls come to. Each is run on Amazon's own context, one turn before and one after its effect.
  Task<amazon::AmazonResult<alexa::AmazonTokens>> exchange(std::string code, Instant now);
  Task<amazon::AmazonResult<alexa::AmazonTokens>> refresh(std::string refresh_token, Instant now);
  Task<amazon::AmazonResult<alexa::Enablement>> enable(std::string access_token, std::string code,
                                                       std::string redirect_uri);
  Task<amazon::AmazonResult<alexa::Enablement>> status(std::string access_token);
  Task<amazon::AmazonResult<void>> disable(std::string access_token);

  // What Alexa and its users do by themselves.
  Task<void> refresh_our_token(std::string customer);
  void disable_by_voice(const std::string& customer);

  [[nodiscard]] const std::map<std::string, Customer>& customers() const { return customers_; }
  /// Whose Amazon token this is; empty when it is nobody's, or was revoked.
  [[nodiscard]] std::string owner_of(const std::string& access_token) const;
  [[nodiscard]] AlexaUserId alexa_user_id(const std::string& customer) const;
  [[nodiscard]] boost::asio::io_context& context() { return context_; }

 private:
  struct Code {
    std::string customer;
    Instant expires_at{};
    bool used = false;
  };
  enum class Fate { works, lost_before, lost_after, fails_before, fails_after };
  Fate fate();
  alexa::AmazonTokens issue(const std::string& customer, Instant now);
  Task<std::optional<AlexaLink>> redeem(std::string customer, std::string code, std::string redirect_uri,
                                        bool answer_is_lost);
  void end_link(const std::string& customer);
  void tell(SkillEventType type, const std::string& customer);

  Dice& dice_;
  Schedule& schedule_;
  Story& story_;
  const Clock& clock_;
  boost::asio::io_context& context_;
  std::map<std::string, Customer> customers_{{"anna", {}}, {"ada", {}}, {"tom", {}}, {"ted", {}}};
  std::map<std::string, Code> codes_;
  std::map<std::string, std::string> token_owners_;  // Amazon's tokens, both kinds → customer
  std::set<std::string> busy_;                       // whose enablement is under way
  int issued_ = 0;
};

}  // namespace couplet::simulation
