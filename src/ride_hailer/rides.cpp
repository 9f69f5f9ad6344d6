// SPDX-License-Identifier: Apache-2.0
#include "ride_hailer/rides.hpp"

#include <utility>

namespace couplet::ride_hailer {

void Rides::order(const std::string& user_id, std::string destination, Ride::Via via) {
  auto& rides = rides_[user_id];
  rides.insert(rides.begin(), Ride{std::move(destination), via, clock_.now()});
  if (rides.size() > kKept) rides.pop_back();
}

std::vector<Ride> Rides::of(const std::string& user_id) const {
  const auto found = rides_.find(user_id);
  return found == rides_.end() ? std::vector<Ride>{} : found->second;
}

}  // namespace couplet::ride_hailer
