// SPDX-License-Identifier: Apache-2.0
#include "server/account_turn.hpp"

namespace couplet::server {
namespace {

constexpr milliseconds kLookAgain{100};

}  // namespace

AccountTurn::AccountTurn(storage::LeaseStore& leases, Pauses& pauses, const Clock& clock,
                         const SkillName& skill, const UserId& user, std::string holder)
    : leases_(leases),
      pauses_(pauses),
      clock_(clock),
      name_("enablement/" + skill.text() + "/" + user.text()),
      holder_(std::move(holder)) {}

Task<bool> AccountTurn::take() {
  const Instant now = clock_.now();
  const auto taken = co_await leases_.take_lease(name_, holder_, now, now + kLease);
  co_return taken && *taken;
}

Task<bool> AccountTurn::wait(milliseconds patience) {
  const auto give_up_at = clock_.monotonic() + patience;
  while (!co_await take()) {
    if (clock_.monotonic() >= give_up_at) co_return false;
    co_await pauses_.pause(kLookAgain);
  }
  co_return true;
}

Task<void> AccountTurn::release() {
  static_cast<void>(co_await leases_.release_lease(name_, holder_));  // else it runs out
}

}  // namespace couplet::server
