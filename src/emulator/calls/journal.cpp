// SPDX-License-Identifier: Apache-2.0
#include "emulator/calls/journal.hpp"

#include <algorithm>
#include <utility>

namespace couplet::emulator {

namespace {

json::object fields_json(const ShownFields& fields) {
  json::object object;
  for (const auto& [name, value] : fields) object[name] = value;
  return object;
}

}  // namespace

std::string_view direction_text(Direction direction) { return direction == Direction::in ? "in" : "out"; }

std::uint64_t Journal::begin(JournalEntry entry) {
  entry.seq = next_++;
  entry.at = clock_.now();
  entries_.push_back(std::move(entry));
  if (entries_.size() > limit_) entries_.pop_front();
  return entries_.back().seq;
}

void Journal::finish(std::uint64_t seq, JournalOutcome outcome) {
  const auto found = std::ranges::lower_bound(entries_, seq, {}, &JournalEntry::seq);
  if (found == entries_.end() || found->seq != seq) return;
  found->status = outcome.status;
  found->elapsed = outcome.elapsed;
  found->ended_after = last_seq();
  found->response = std::move(outcome.response);
  found->note = std::move(outcome.note);
}

std::vector<const JournalEntry*> Journal::since(std::uint64_t seq) const {
  std::vector<const JournalEntry*> found;
  for (const JournalEntry& entry : entries_)
    if (entry.seq > seq) found.push_back(&entry);
  return found;
}

json::object to_json(const JournalEntry& entry) {
  json::object object;
  object["seq"] = entry.seq;
  object["time"] = to_iso8601(entry.at);
  object["direction"] = direction_text(entry.direction);
  object["method"] = entry.method;
  object["host"] = entry.host;
  object["path"] = entry.path;
  object["request"] = fields_json(entry.request);
  object["status"] = entry.status ? json::value(*entry.status) : json::value(nullptr);
  object["response"] = fields_json(entry.response);
  object["elapsed_ms"] = entry.elapsed ? json::value(entry.elapsed->count()) : json::value(nullptr);
  object["note"] = entry.note;
  return object;
}

}  // namespace couplet::emulator
