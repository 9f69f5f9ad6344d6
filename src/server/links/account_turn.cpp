// SPDX-License-Identifier: Apache-2.0
#include "server/links/account_turn.hpp"

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

Task<bool> AccountTurn::take() { return wait(milliseconds{0}); }

// A store that cannot say will not be able to store what comes next either: nobody waits for that.
Task<bool> AccountTurn::wait(milliseconds patience) {
  const auto give_up_at = clock_.monotonic() + patience;
  while (true) {
    const Instant now = clock_.now();
    const auto taken = co_await leases_.take_lease(name_, holder_, now, now + kLease);
    if (!taken || *taken) co_return taken.has_value();
    if (clock_.monotonic() >= give_up_at) co_return false;
    co_await pauses_.pause(kLookAgain);
  }
}

Task<void> AccountTurn::release() {
  static_cast<void>(co_await leases_.release_lease(name_, holder_));  // else it runs out
}

}  // namespace couplet::server
