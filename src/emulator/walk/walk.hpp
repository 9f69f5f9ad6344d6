// SPDX-License-Identifier: Apache-2.0
// `couplet-emulator walk`: makes one complete link as the phone and the provider's backend would, and prints
// each of the guide's 8 steps: who called whom, what came back, how long it took.
#pragma once
#include <string>

namespace couplet::emulator {

struct WalkOptions {
  std::string emulator_url = "http://127.0.0.1:8090";
  std::string couplet_url = "http://127.0.0.1:8080";
  std::string app_url = "http://127.0.0.1:8000";
  std::string skill;  // its name in the linking API's paths
  std::string user;   // the provider's user
  std::string api_key_file;
  std::string region;       // NA, EU or FE: an Amazon account of this region; empty: any
  std::string amazon_user;  // this account; empty: the first that may use skills in development
};

/// The result is the exit code: 0 when all eight steps succeeded. Prints on standard output.
[[nodiscard]] int walk(const WalkOptions& options);

}  // namespace couplet::emulator
