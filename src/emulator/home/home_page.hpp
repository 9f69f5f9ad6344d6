// SPDX-License-Identifier: Apache-2.0
// /_emulator for people: what it shows, and what its forms do. Works without a script; with one it keeps
// itself current.
#pragma once
#include "base/form.hpp"
#include "base/task.hpp"
#include "emulator/alexa/refresher.hpp"
#include "emulator/alexa/smart_home_skill.hpp"
#include "emulator/alexa/voice.hpp"
#include "emulator/api/enablement_endpoint.hpp"
#include "emulator/control/scenario_stage.hpp"
#include "emulator/doors/alexa_link_endpoint.hpp"
#include "emulator/events/event_delivery.hpp"
#include "emulator/home/scenario_panel.hpp"
#include "emulator/home/snapshot_shelf.hpp"
#include "emulator/world/world.hpp"
#include "http/message.hpp"
#include "http/router.hpp"

namespace couplet::emulator {

/// What the buttons press.
struct HomePageParts {
  EnablementEndpoint& enablement;
  AlexaLinkEndpoint& alexa_link;
  Voice& voice;
  SmartHomeSkill& smart_home;
  EventDelivery& event_delivery;
  Refresher& refresher;
  ScenarioStage& scenarios;
};

/// Thread: the emulator's. Forms of other sites' pages are refused.
class HomePage {
 public:
  HomePage(World& world, HomePageParts parts) : world_(world), parts_(parts) {}
  void add_routes(http::Router& router);

 private:
  using Action = Task<http::Response> (HomePage::*)(FormParameters form, std::string host);
  void add_form(http::Router& router, std::string_view path, Action action);
  Task<http::Response> run(Action action, const http::Request& request);

  /// Query: user, whose phone it is.
  Task<http::Response> show(const http::Request& request);
  /// Query: user, and seen, the stamp of what is there. An empty body when nothing has changed.
  Task<http::Response> live(const http::Request& request);
  [[nodiscard]] const AmazonUser* owner(const http::Request& request) const;

  // home_actions.cpp. Each takes user; the first three skill_id as well.
  Task<http::Response> say(FormParameters form,
                           std::string host);  // utterance (its number), wrong (its name)
  Task<http::Response> refresh(FormParameters form, std::string host);
  Task<http::Response> disable(FormParameters form, std::string host);
  Task<http::Response> start_link(FormParameters form, std::string host);     // platform
  Task<http::Response> discover(FormParameters form, std::string host);       // devices, with skill_id
  Task<http::Response> change_events(FormParameters form, std::string host);  // do
  Task<http::Response> add_fault(FormParameters form, std::string host);      // preset (its number)
  Task<http::Response> remove_fault(FormParameters form, std::string host);   // fault (its id)
  Task<http::Response> move_clock(FormParameters form, std::string host);     // seconds
  Task<http::Response> set_switches(FormParameters form, std::string host);   // a member for each switch

  // home_stories.cpp
  Task<http::Response> play(FormParameters form, std::string host);           // name, or text
  Task<http::Response> keep_snapshot(FormParameters form, std::string host);  // do; name or snapshot (its id)

  World& world_;
  HomePageParts parts_;
  ScenarioBench bench_;
  SnapshotShelf shelf_;
};

}  // namespace couplet::emulator
