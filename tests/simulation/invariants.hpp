// SPDX-License-Identifier: Apache-2.0
// What must hold when both sides are at rest, whatever happened before.
#pragma once
#include <string>

#include "simulation/world.hpp"

namespace couplet::simulation {

class Invariants {
 public:
  explicit Invariants(World& world) : world_(world) {}
  /// The first that does not hold, in words; empty when all do.
  std::string check();

 private:
  std::string no_attempt_is_left_open();
  std::string nobody_is_linked_to_the_wrong_account();
  std::string no_failed_attempt_left_a_live_grant();
  std::string both_sides_agree();
  std::string no_grant_without_a_link();
  std::string nobody_was_unlinked_by_us();
  bool was_given_up_by_its_user(const Grant& grant, const std::string& customer);

  std::optional<Grant> grant_of(const std::string& refresh_token);
  std::optional<AccountLink> link_of(const std::string& user);

  World& world_;
};

}  // namespace couplet::simulation
