// SPDX-License-Identifier: Apache-2.0
// /_emulator/api: what a test or a script may ask and change. Documented with curl examples in
// docs/emulator.md.
#pragma once
#include "base/task.hpp"
#include "emulator/alexa/voice.hpp"
#include "emulator/api/enablement_endpoint.hpp"
#include "emulator/control/control_route.hpp"
#include "emulator/doors/alexa_link_endpoint.hpp"
#include "emulator/world/world.hpp"
#include "http/router.hpp"

namespace couplet::emulator {

/// Errors: 400 {"message": …} with a sentence that says what was wrong; 404; 403 for calls from other sites'
/// pages Thread: the emulator's
class ControlApi {
 public:
  ControlApi(World& world, EnablementEndpoint& enablement, AlexaLinkEndpoint& alexa_link, Voice& voice)
      : world_(world), enablement_(enablement), alexa_link_(alexa_link), voice_(voice) {}
  void add_routes(http::Router& router);

 private:
  using Action = http::Response (ControlApi::*)(const http::Request&);
  void add(http::Router& router, std::string_view method, std::string_view pattern, Action action);
  Task<http::Response> run(Action action, const http::Request& request);
  void add_directory_routes(http::Router& router);

  // control_api.cpp
  http::Response index(const http::Request& request);
  http::Response journal(const http::Request& request);
  http::Response list_faults(const http::Request& request);
  http::Response add_fault(const http::Request& request);
  http::Response remove_fault(const http::Request& request);
  http::Response clear_faults(const http::Request& request);
  http::Response show_switches(const http::Request& request);
  http::Response show_switch_table(const http::Request& request);
  http::Response put_switches(const http::Request& request);
  http::Response reset(const http::Request& request);
  Task<http::Response> say(const http::Request& request);
  http::Response disable_by_voice(const VoiceRequest& said);

  // control_directory.cpp
  http::Response list_users(const http::Request& request);
  http::Response put_user(const http::Request& request);
  http::Response list_links(const http::Request& request);
  http::Response disable_link(const http::Request& request);
  http::Response start_alexa_link(const http::Request& request);
  http::Response list_skills(const http::Request& request);
  http::Response show_skill(const http::Request& request);
  http::Response put_skill(const http::Request& request);

  World& world_;
  EnablementEndpoint& enablement_;
  AlexaLinkEndpoint& alexa_link_;
  Voice& voice_;
};

}  // namespace couplet::emulator
