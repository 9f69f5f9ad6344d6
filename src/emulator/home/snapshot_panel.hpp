// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

#include "emulator/home/snapshot_shelf.hpp"
#include "http/html.hpp"

namespace couplet::emulator {

/// Take, restore, delete, reset. `user_id` is whose phone stays in view.
[[nodiscard]] http::Html snapshot_panel(const SnapshotShelf& shelf, std::string_view user_id);

}  // namespace couplet::emulator
