// SPDX-License-Identifier: Apache-2.0
#include "ride_hailer/token_check.hpp"

#include <ranges>

namespace couplet::ride_hailer {

bool TokenOwner::may(std::string_view wanted) const {
  for (const auto word : std::views::split(std::string_view(scope), ' '))
    if (std::string_view(word.begin(), word.end()) == wanted) return true;
  return false;
}

}  // namespace couplet::ride_hailer
