// SPDX-License-Identifier: Apache-2.0
// The store without a disk, for tests and simulation. Forgets everything when it goes; its tasks end at once.
#pragma once
#include <memory>

#include "storage/store.hpp"

namespace couplet::storage {

/// Thread: any; the stores share one lock.
std::unique_ptr<Database> make_memory_database();

}  // namespace couplet::storage
