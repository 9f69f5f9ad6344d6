// SPDX-License-Identifier: Apache-2.0
#include "emulator/events/event_queue.hpp"

#include <algorithm>
#include <array>
#include <ranges>
#include <vector>

namespace couplet::emulator {

namespace {

constexpr int kAcknowledged = 200;

// Amazon's schedule is not known; that it tries for an hour is. The last one repeats.
constexpr std::array kPauses{seconds(10), seconds(30), seconds(60), seconds(300)};

seconds pause_after(unsigned attempts) {
  return kPauses.at(std::min<std::size_t>(attempts, kPauses.size()) - 1);
}

}  // namespace

std::string_view outcome_text(EventOutcome outcome) {
  switch (outcome) {
    case EventOutcome::acknowledged: return "acknowledged";
    case EventOutcome::given_up: return "given_up";
    case EventOutcome::refused: return "refused";
    case EventOutcome::dropped: return "dropped";
  }
  return "";
}

std::uint64_t EventQueue::add(PendingEvent event) {
  const std::uint64_t first = next_id_;
  event.queued_at = clock_.now();
  event.due_at = event.queued_at + mode.delay;
  if (!event.wrong) event.wrong = mode.wrong;
  for (unsigned copy = 0; copy < mode.copies; ++copy) {
    event.id = next_id_++;
    due_.emplace(event.due_at, event.id);
    pending_.emplace(event.id, event);
  }
  while (pending_.size() > kPendingEventLimit) close(pending_.begin()->first, EventOutcome::dropped);
  return first;
}

std::optional<PendingEvent> EventQueue::take_due() {
  give_up_old();
  if (mode.held) return std::nullopt;
  const auto end = due_.upper_bound(Due{clock_.now(), ~std::uint64_t{0}});
  const auto is_free = [this](const Due& due) { return is_for_idle_user(due); };
  auto found = end;
  if (mode.order == EventOrder::as_created) {
    found = std::find_if(due_.begin(), end, is_free);
  } else {
    const auto newest = std::ranges::subrange(due_.begin(), end) | std::views::reverse;
    const auto last = std::ranges::find_if(newest, is_free);
    if (last != newest.end()) found = std::prev(last.base());
  }
  if (found == end) return std::nullopt;
  return mark_under_way(pending_.at(found->second));
}

std::optional<PendingEvent> EventQueue::take(std::uint64_t id) {
  const auto found = pending_.find(id);
  if (found == pending_.end() || under_way_.contains(id)) return std::nullopt;
  return mark_under_way(found->second);
}

PendingEvent& EventQueue::mark_under_way(PendingEvent& event) {
  due_.erase(Due{event.due_at, event.id});
  busy_.insert(key_of(event));
  under_way_.insert(event.id);
  return event;
}

void EventQueue::finish(std::uint64_t id, DeliveryAttempt attempt) {
  const auto found = pending_.find(id);
  if (found == pending_.end()) return;  // a reset came between
  PendingEvent& event = found->second;
  under_way_.erase(id);
  busy_.erase(key_of(event));
  ++event.attempts;
  event.last_status = attempt.status;
  event.last_problem = std::move(attempt.problem);
  if (event.last_status == kAcknowledged) return close(id, EventOutcome::acknowledged);
  if (event.wrong) return close(id, EventOutcome::refused);
  event.due_at = std::min(clock_.now() + pause_after(event.attempts), event.queued_at + kEventLife);
  due_.emplace(event.due_at, id);
}

std::optional<Instant> EventQueue::next_due() const {
  if (mode.held) return std::nullopt;
  const auto found = std::ranges::find_if(due_, [this](const Due& due) { return is_for_idle_user(due); });
  return found == due_.end() ? std::nullopt : std::optional(found->first);
}

bool EventQueue::is_for_idle_user(const Due& due) const {
  return !busy_.contains(key_of(pending_.at(due.second)));
}

bool EventQueue::remove(std::uint64_t id) {
  const auto found = pending_.find(id);
  if (found == pending_.end()) return false;
  due_.erase(Due{found->second.due_at, id});
  if (under_way_.erase(id) == 1) busy_.erase(key_of(found->second));
  pending_.erase(found);
  return true;
}

void EventQueue::clear() {
  pending_.clear();
  due_.clear();
  busy_.clear();
  under_way_.clear();
  finished_.clear();
  mode = DeliveryMode{};
}

const FinishedEvent* EventQueue::find_finished(std::uint64_t id) const {
  const auto found =
      std::ranges::find(finished_, id, [](const FinishedEvent& known) { return known.event.id; });
  return found == finished_.end() ? nullptr : &*found;
}

void EventQueue::close(std::uint64_t id, EventOutcome outcome) {
  finished_.push_back({pending_.at(id), outcome, clock_.now()});
  if (finished_.size() > kFinishedEventLimit) finished_.pop_front();
  remove(id);
}

/// Ids grow with the time of queueing, so the oldest stand first.
void EventQueue::give_up_old() {
  const Instant now = clock_.now();
  std::vector<std::uint64_t> old;
  for (const auto& [id, event] : pending_) {
    if (now < event.queued_at + kEventLife) break;
    if (!under_way_.contains(id)) old.push_back(id);
  }
  for (const std::uint64_t id : old) close(id, EventOutcome::given_up);
}

json::object to_json(const PendingEvent& event) {
  json::object shown{{"id", event.id},
                     {"event", request_type(event.kind)},
                     {"user", event.user_id},
                     {"skill_id", event.skill_id},
                     {"request_id", event.request_id},
                     {"wrong", event.wrong ? json::value(event.wrong->name) : json::value(nullptr)},
                     {"attempts", event.attempts}};
  shown["last_status"] = event.last_status ? json::value(*event.last_status) : json::value(nullptr);
  shown["last_problem"] = event.last_problem;
  shown["due_at"] = to_iso8601(event.due_at);
  return shown;
}

json::object to_json(const FinishedEvent& event) {
  json::object shown = to_json(event.event);
  shown.erase("due_at");
  shown["outcome"] = outcome_text(event.outcome);
  shown["at"] = to_iso8601(event.at);
  return shown;
}

}  // namespace couplet::emulator
