// SPDX-License-Identifier: Apache-2.0
// Deletes the rows that nobody needs any more, in steps that leave the store's writer to others (FT-11).
#pragma once
#include "server/config/config.hpp"
#include "storage/store.hpp"

namespace couplet::server {

/// Thread: one. References outlive it.
class Purger {
 public:
  /// How many rows of each kind go in one step, which is how long others may have to wait for the writer.
  static constexpr std::size_t kAtOnce = 500;
  static constexpr seconds kNothingLeft{60};

  Purger(const Config& config, storage::Store& store, const Clock& clock);

  /// Deletes some of the oldest. Answers how long to wait before the next step: while there may be more, as
  /// long as this one took, so that the writer has at least half of its time for others.
  Task<milliseconds> step();

 private:
  enum class Left {
    nothing,
    maybe_more,
    unknown,  // the store failed
  };
  Task<Left> purge_all();

  const Config& config_;
  storage::Store& store_;
  const Clock& clock_;
};

}  // namespace couplet::server
