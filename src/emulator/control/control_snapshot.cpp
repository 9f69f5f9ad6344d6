// SPDX-License-Identifier: Apache-2.0
#include "emulator/control/control_snapshot.hpp"

#include "emulator/world/snapshot.hpp"

namespace couplet::emulator {

void ControlSnapshot::add_routes(http::Router& router) {
  add_control_route(router, "GET", "/_emulator/api/snapshot",
                    [this](const http::Request&) { return control_answer(snapshot_of(world_)); });
  add_control_route(router, "PUT", "/_emulator/api/snapshot",
                    [this](const http::Request& request) { return load(request); });
}

http::Response ControlSnapshot::load(const http::Request& request) {
  const auto body = parse_json_object(request.body);
  if (!body) return control_refusal(400, "the body must be a snapshot as GET gives it");
  const auto loaded = load_snapshot(world_, *body);
  if (!loaded) return control_refusal(400, loaded.error());
  return {204, {}, ""};
}

}  // namespace couplet::emulator
