// SPDX-License-Identifier: Apache-2.0
// GET, PUT and DELETE /v1/skills/{skill}/stages/{stage}/accountLinkingClient: the configuration API, for the
// skill's developer. What it writes is what enablement uses from then on.
#pragma once
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/task.hpp"
#include "emulator/state/directory.hpp"
#include "emulator/switches/switches.hpp"
#include "http/message.hpp"

namespace couplet::emulator {

/// Thread: the emulator's.
class SmapiEndpoint {
 public:
  SmapiEndpoint(Directory& directory, const Switches& switches, std::vector<Developer> developers)
      : directory_(directory), switches_(switches), developers_(std::move(developers)) {}

  /// Errors: 401, 403, 404
  Task<http::Response> get(const http::Request& request) const;
  /// Shape:  {"accountLinkingRequest": {…}}; If-Match optional
  /// Errors: 400, 401, 403, 404, 412
  Task<http::Response> put(const http::Request& request);
  Task<http::Response> remove(const http::Request& request);

 private:
  /// The skill, if the caller may see it; else the answer.
  [[nodiscard]] Result<Skill, http::Response> skill_of(const http::Request& request) const;
  [[nodiscard]] Result<Skill, http::Response> writable_skill_of(const http::Request& request) const;
  [[nodiscard]] const Developer* developer_of(const http::Request& request) const;

  Directory& directory_;
  const Switches& switches_;
  std::vector<Developer> developers_;
};

}  // namespace couplet::emulator
