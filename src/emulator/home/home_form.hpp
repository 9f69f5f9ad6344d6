// SPDX-License-Identifier: Apache-2.0
// What the buttons of /_emulator send, and where they lead back to.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/form.hpp"
#include "http/message.hpp"

namespace couplet::emulator {

/// Empty when it is not there.
[[nodiscard]] std::string text_of(const FormParameters& form, std::string_view name);
[[nodiscard]] std::optional<std::int64_t> number_of(const FormParameters& form, std::string_view name);

/// To the page of the form's user; `place` is the id of what to look at there.
[[nodiscard]] http::Response back(const FormParameters& form, std::string_view place = "");

}  // namespace couplet::emulator
