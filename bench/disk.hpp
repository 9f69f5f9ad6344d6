// SPDX-License-Identifier: Apache-2.0
// What the disk can do: without this beside them, figures of durable work mean nothing.
#pragma once
#include <filesystem>

namespace couplet::bench {

struct DiskSpeed {
  double preallocated_per_second = 0;  // fdatasync after overwriting 4 KiB
  double growing_per_second = 0;       // after appending 4 KiB
};
[[nodiscard]] DiskSpeed measure_disk(const std::filesystem::path& folder);

}  // namespace couplet::bench
