// SPDX-License-Identifier: Apache-2.0
// "Alexa, …": a custom skill request to the skill's endpoint with the user's linked token, and what Alexa
// then says.
#pragma once
#include <deque>
#include <string>

#include "base/json.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "emulator/alexa/refresher.hpp"
#include "emulator/calls/outgoing_calls.hpp"
#include "emulator/signing/request_signer.hpp"
#include "emulator/state/directory.hpp"
#include "emulator/state/enablements.hpp"
#include "emulator/switches/switches.hpp"

namespace couplet::emulator {

struct VoiceRequest {
  std::string user_id;
  std::string skill_id;
  std::string intent;               // empty: LaunchRequest
  json::object slots;               // {"destination": {"name": "destination", "value": "the station"}}
  const WrongWay* wrong = nullptr;  // how its signature is spoiled
};

struct VoiceAnswer {
  int status = 0;       // of the skill's answer
  bool linked = false;  // the request carried an access token
  std::string speech;
  std::string card;  // its type: "LinkAccount", "Simple"; empty when there is none
  json::object response;
};

/// Thread: the emulator's.
class Voice {
 public:
  /// Tokens expire by `clock`, which may have been moved ahead; requests are dated by `wall_clock`, as skills
  /// compare that date with their own.
  Voice(const Directory& directory, Enablements& enablements, OutgoingCalls& calls, Refresher& refresher,
        RequestSigner& signer, const Switches& switches, const Clock& clock, const Clock& wall_clock,
        Random& random)
      : directory_(directory),
        enablements_(enablements),
        calls_(calls),
        refresher_(refresher),
        signer_(signer),
        switches_(switches),
        clock_(clock),
        wall_clock_(wall_clock),
        random_(random) {}

  /// Errors:  a sentence for whoever asked: no such user, no endpoint, no answer, no JSON
  /// Effects: refreshes the provider's access token when it has expired; invalid_grant then drops the link
  Task<Result<VoiceAnswer, std::string>> say(VoiceRequest request);

 private:
  [[nodiscard]] json::object skill_request(const VoiceRequest& request, const AmazonUser& user);

  const Directory& directory_;
  Enablements& enablements_;
  OutgoingCalls& calls_;
  Refresher& refresher_;
  RequestSigner& signer_;
  const Switches& switches_;
  const Clock& clock_;
  const Clock& wall_clock_;
  Random& random_;
};

}  // namespace couplet::emulator
