// SPDX-License-Identifier: Apache-2.0
// The rides people ordered, in memory.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"

namespace couplet::ride_hailer {

struct Ride {
  enum class Via { app, alexa };
  std::string destination;  // empty: not said
  Via via = Via::app;
  Instant ordered_at{};
};

/// Thread: one.
class Rides {
 public:
  explicit Rides(const Clock& clock) : clock_(clock) {}
  void order(const std::string& user_id, std::string destination, Ride::Via via);
  /// Newest first; the last twenty.
  [[nodiscard]] std::vector<Ride> of(const std::string& user_id) const;

 private:
  static constexpr std::size_t kKept = 20;
  const Clock& clock_;
  std::map<std::string, std::vector<Ride>> rides_;
};

}  // namespace couplet::ride_hailer
