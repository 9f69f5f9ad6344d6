// SPDX-License-Identifier: Apache-2.0
// Directives to a smart home skill in the name of a linked user. In production they go to a Lambda and carry
// no signature: the bearer token in the directive is the proof.
#pragma once
#include <functional>
#include <string>

#include "base/json.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "emulator/alexa/accept_grant.hpp"
#include "emulator/calls/outgoing_calls.hpp"
#include "emulator/state/directory.hpp"
#include "emulator/state/enablements.hpp"
#include "emulator/switches/switches.hpp"

namespace couplet::emulator {

struct DirectiveRequest {
  std::string user_id;
  std::string skill_id;
  std::string directive_namespace;
  std::string name;
  std::string endpoint_id;
  json::object payload;
};

struct DirectiveAnswer {
  int status = 0;
  std::string name;        // of the event: "Response", "ErrorResponse"
  std::string error_type;  // of an ErrorResponse
  bool unlinked = false;   // the error told Alexa to drop the link
  json::object response;
};

/// Thread: the emulator's.
class SmartHomeSkill {
 public:
  /// `refresh` renews the user's access token when it has expired.
  using Refresh = std::function<Task<void>(std::string user_id, Skill skill)>;

  SmartHomeSkill(const Directory& directory, Enablements& enablements, OutgoingCalls& calls,
                 RequestSigner& signer, AcceptGrant& accept_grant, const Switches& switches, Random& random,
                 Refresh refresh)
      : directory_(directory),
        enablements_(enablements),
        calls_(calls),
        signer_(signer),
        accept_grant_(accept_grant),
        switches_(switches),
        random_(random),
        refresh_(std::move(refresh)) {}

  /// Errors:  a sentence: no such user or skill, no endpoint, nobody linked, no answer, no JSON
  /// Effects: INVALID_ and EXPIRED_AUTHORIZATION_CREDENTIAL drop the link, unless a switch says otherwise
  Task<Result<DirectiveAnswer, std::string>> send(DirectiveRequest request);
  /// AcceptGrant once more, as if the account were linked again. Errors: a sentence
  Task<Result<void, std::string>> grant_again(std::string user_id, std::string skill_id);

 private:
  struct Linked {
    Skill skill;
    ProviderAccessToken token;
  };
  Task<Result<Linked, std::string>> linked_skill(std::string user_id, std::string skill_id);

  const Directory& directory_;
  Enablements& enablements_;
  OutgoingCalls& calls_;
  RequestSigner& signer_;
  AcceptGrant& accept_grant_;
  const Switches& switches_;
  Random& random_;
  Refresh refresh_;
};

}  // namespace couplet::emulator
