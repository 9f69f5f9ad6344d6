// SPDX-License-Identifier: Apache-2.0
// Random text in the alphabets of Amazon's identifiers.
#pragma once
#include <cstddef>
#include <string>

#include "base/random.hpp"

namespace couplet::emulator {

[[nodiscard]] std::string random_capitals_and_digits(Random& random, std::size_t length);  // A-Z 0-9
[[nodiscard]] std::string random_letters_and_digits(Random& random, std::size_t length);   // A-Z a-z 0-9
[[nodiscard]] std::string random_uuid(Random& random);                                     // version 4

}  // namespace couplet::emulator
