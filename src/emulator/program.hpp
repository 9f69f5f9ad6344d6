// SPDX-License-Identifier: Apache-2.0
// `couplet-emulator serve`: configuration, certificates, both listeners, and a graceful end.
#pragma once
#include <filesystem>

namespace couplet::emulator {

/// Runs until SIGTERM or SIGINT. Prints "listening browser …", "listening amazon …" and "ready" on standard
/// output. The result is the exit code: 0 after a signal, 1 when it could not start, with the reason on
/// standard error.
[[nodiscard]] int serve(const std::filesystem::path& config_file);

}  // namespace couplet::emulator
