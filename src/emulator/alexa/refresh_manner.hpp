// SPDX-License-Identifier: Apache-2.0
// When and how Alexa refreshes the provider's tokens: the quiet way, and the ways that break servers.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/result.hpp"

namespace couplet::emulator {

/// Parts that combine. The names are those of the control interface.
struct RefreshManner {
  enum class Timing {
    due,    // the lead before the access token expires
    early,  // half way through the token's life
    late,   // only once the access token has expired
  };
  Timing timing = Timing::due;
  unsigned parallel = 1;          // so many calls at once with the same refresh token
  bool replayed = false;          // with the refresh token before the current one, where there is one
  bool answer_lost = false;       // it happens at the provider, and Alexa keeps what it had
  bool old_access_token = false;  // requests go on carrying the access token of before, until it expires
};

struct RefreshPlan {
  bool scheduled = false;  // false: only when a request needs a token
  seconds lead{300};       // before the access token expires; when late, after it
  RefreshManner manner;    // of scheduled refreshes
};

/// What became of the calls.
struct RefreshCounts {
  std::uint64_t refreshed = 0;
  std::uint64_t lost = 0;
  std::uint64_t dropped = 0;
  std::uint64_t failed = 0;
};

inline constexpr unsigned kMostParallelRefreshes = 32;

/// "early", "late", "parallel" (two, or `count`), "replayed", "answer_lost", "old_access_token". False:
/// unknown.
[[nodiscard]] bool add_mode(RefreshManner& manner, std::string_view mode);
inline constexpr std::string_view kRefreshModes =
    "early, late, parallel, replayed, answer_lost, old_access_token";
/// Reads `mode` (a string or an array of strings) and `count` of the object.
/// Errors: a sentence
Result<RefreshManner, std::string> manner_from_json(const json::object& object);

/// Shape: {schedule?:"on"|"off", lead_seconds?:0..86400, mode?:string|[string], count?:1..32}
/// Errors: a sentence
Result<RefreshPlan, std::string> plan_from_json(const json::object& object, RefreshPlan known);
[[nodiscard]] json::object to_json(const RefreshPlan& plan);

}  // namespace couplet::emulator
