// SPDX-License-Identifier: Apache-2.0
// A directive on its way: unsigned, as a Lambda trigger gets it, unless a switch says otherwise.
#pragma once
#include <string>
#include <utility>

#include "base/json.hpp"
#include "emulator/signing/request_signer.hpp"
#include "emulator/signing/skill_call.hpp"
#include "emulator/switches/switches.hpp"

namespace couplet::emulator {

[[nodiscard]] inline http::OutgoingRequest directive_call(const std::string& url, json::object message,
                                                          RequestSigner& signer, const Switches& switches) {
  if (switches.has({"directive_signature", "present"})) return signer.signed_call(url, std::move(message));
  return skill_call(url, json::serialize(message));
}

}  // namespace couplet::emulator
