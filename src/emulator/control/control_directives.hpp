// SPDX-License-Identifier: Apache-2.0
// The part of /_emulator/api about smart home directives. Documented in docs/emulator.md.
#pragma once
#include "base/task.hpp"
#include "emulator/alexa/smart_home_skill.hpp"
#include "http/router.hpp"

namespace couplet::emulator {

/// Errors: as ControlApi; 502 when the skill does not answer as it should. Thread: the emulator's
class ControlDirectives {
 public:
  explicit ControlDirectives(SmartHomeSkill& smart_home) : smart_home_(smart_home) {}
  void add_routes(http::Router& router);

 private:
  Task<http::Response> send(const http::Request& request);

  SmartHomeSkill& smart_home_;
};

}  // namespace couplet::emulator
