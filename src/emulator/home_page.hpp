// SPDX-License-Identifier: Apache-2.0
// /_emulator: accounts, links, voice buttons and the journal, for people. Plain forms, no script.
#pragma once
#include "base/task.hpp"
#include "emulator/enablement_endpoint.hpp"
#include "emulator/voice.hpp"
#include "emulator/world.hpp"
#include "http/message.hpp"

namespace couplet::emulator {

class HomePage {
 public:
  HomePage(World& world, EnablementEndpoint& enablement, Voice& voice)
      : world_(world), enablement_(enablement), voice_(voice) {}

  Task<http::Response> show(const http::Request& request);
  /// Shape: form: user, skill_id, utterance (its number)
  Task<http::Response> say(const http::Request& request);
  /// Shape: form: user, skill_id
  Task<http::Response> disable(const http::Request& request);

 private:
  World& world_;
  EnablementEndpoint& enablement_;
  Voice& voice_;
};

}  // namespace couplet::emulator
