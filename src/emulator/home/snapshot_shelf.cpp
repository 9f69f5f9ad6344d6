// SPDX-License-Identifier: Apache-2.0
#include "emulator/home/snapshot_shelf.hpp"

#include <algorithm>
#include <utility>

#include "base/json.hpp"
#include "emulator/world/snapshot.hpp"

namespace couplet::emulator {

namespace {

std::string quoted(const std::string& name) { return "“" + name + "”"; }

}  // namespace

void SnapshotShelf::take(const World& world, std::string name) {
  const std::uint64_t id = ++last_id_;
  if (name.empty()) name = "Snapshot " + std::to_string(id);
  done_ = "Took " + quoted(name) + ".";
  kept_.push_back({id, std::move(name), world.clock.now(), json::serialize(snapshot_of(world))});
  if (kept_.size() > kMost) kept_.pop_front();
}

Result<void, std::string> SnapshotShelf::restore(std::uint64_t id, World& world) {
  const auto found = std::ranges::find(kept_, id, &KeptSnapshot::id);
  if (found == kept_.end()) return std::unexpected("This snapshot is not kept any more.");
  const auto state = parse_json_object(found->state);
  if (!state) return std::unexpected("This snapshot cannot be read.");
  auto loaded = load_snapshot(world, *state);
  if (loaded) done_ = "Restored " + quoted(found->name) + ".";
  return loaded;
}

void SnapshotShelf::remove(std::uint64_t id) {
  const auto found = std::ranges::find(kept_, id, &KeptSnapshot::id);
  if (found == kept_.end()) return;
  done_ = "Deleted " + quoted(found->name) + ".";
  kept_.erase(found);
}

void SnapshotShelf::reset(World& world) {
  world.reset();
  done_ = "Reset: everything is as the configuration has it.";
}

}  // namespace couplet::emulator
