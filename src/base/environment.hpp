// SPDX-License-Identifier: Apache-2.0
// The process's environment and secret files, read at start-up only.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/secret.hpp"

namespace couplet {

[[nodiscard]] std::optional<std::string> environment_variable(const std::string& name);

using SecretText = Secret<struct SecretTextTag>;

/// "file:PATH" (relative to `base_dir`; trailing newline cut off) or "env:NAME". The error says what to do.
[[nodiscard]] Result<SecretText, std::string> read_secret_reference(std::string_view reference,
                                                                    const std::string& base_dir);

/// True when others than the owner may read the file behind "file:PATH" (SE-06).
[[nodiscard]] bool readable_by_others(std::string_view reference, const std::string& base_dir);

}  // namespace couplet
