// SPDX-License-Identifier: Apache-2.0
// The account linking resource of the configuration API as JSON: what may be written, and what is shown. No
// I/O.
#pragma once
#include <string>
#include <vector>

#include "base/json.hpp"
#include "emulator/state/model.hpp"

namespace couplet::emulator {

/// What SMAPI says is wrong with a request: {code, message}.
struct SmapiViolation {
  std::string code;
  std::string message;
};

/// The skill with the linking that `body` writes: {"accountLinkingRequest": {…}}. What is left out is as in a
/// skill that was never configured, but for the secret, which stays.
/// Errors: every member that cannot stand
Result<Skill, std::vector<SmapiViolation>> with_written_linking(const json::object& body, Skill skill);

/// The members of the resource, the secret left out.
[[nodiscard]] json::object linking_resource(const AccountLinking& linking);
/// Changes with anything that can be written, the secret included.
[[nodiscard]] std::string entity_tag(const AccountLinking& linking);

}  // namespace couplet::emulator
