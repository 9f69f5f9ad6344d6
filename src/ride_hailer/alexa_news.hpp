// SPDX-License-Identifier: Apache-2.0
// What Couplet's webhooks have told about each user's link with Alexa, for the user's own eyes.
#pragma once
#include <deque>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"

namespace couplet::ride_hailer {

struct AlexaNewsItem {
  Instant at{};
  std::string text;
};

/// In memory and bounded. Thread: one.
class AlexaNews {
 public:
  static constexpr std::size_t kPerUser = 5;
  static constexpr std::size_t kRememberedIds = 10'000;

  /// False when this webhook was here before: it is delivered at least once.
  bool keep(std::string webhook_id, const std::string& user_id, AlexaNewsItem item);
  /// The latest first.
  [[nodiscard]] std::vector<AlexaNewsItem> of(const std::string& user_id) const;

 private:
  std::map<std::string, std::vector<AlexaNewsItem>, std::less<>> by_user_;
  std::set<std::string, std::less<>> known_;
  std::deque<std::string> in_order_;
};

}  // namespace couplet::ride_hailer
