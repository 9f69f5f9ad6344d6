// SPDX-License-Identifier: Apache-2.0
// `couplet-emulator swarm`: thousands of people link, use the skill for some virtual days, and leave; at the
// end both sides must say the same about each of them.
#pragma once
#include <cstdint>
#include <string>

namespace couplet::emulator {

struct SwarmOptions {
  std::string emulator_url = "http://127.0.0.1:8090";
  std::string provider_url = "http://127.0.0.1:8080";
  std::string api_key_file;
  std::string ca_file;  // that vouches for the provider; empty: the system's
  std::string skill;    // its name in the linking API's paths, and at the emulator
  std::uint32_t users = 1000;
  std::uint32_t days = 7;
  std::uint32_t requests_per_user = 3;  // to the skill, in all these days
  std::uint32_t stay_percent = 10;      // the others leave: half in the provider's app, half in Alexa's
  std::uint32_t at_once = 32;
  std::uint64_t seed = 1;
};

/// The result is the exit code: 0 when nobody was dropped, nothing failed, and both sides are equal.
[[nodiscard]] int swarm(const SwarmOptions& options);

}  // namespace couplet::emulator
