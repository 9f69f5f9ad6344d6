// SPDX-License-Identifier: Apache-2.0
// `couplet-emulator play`: plays scenario files against a running emulator and a provider, and prints each
// step.
#pragma once
#include <string>
#include <vector>

namespace couplet::emulator {

struct PlayOptions {
  std::vector<std::string> files;
  std::string emulator_url = "http://127.0.0.1:8090";
  std::string ca_file;                 // that vouches for the provider; empty: the system's
  std::vector<std::string> variables;  // "NAME=VALUE"
};

/// The result is the exit code: 0 when every step of every file went as it should. Prints on standard output.
[[nodiscard]] int play(const PlayOptions& options);

}  // namespace couplet::emulator
