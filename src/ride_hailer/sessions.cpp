// SPDX-License-Identifier: Apache-2.0
#include "ride_hailer/sessions.hpp"

#include <algorithm>
#include <utility>

namespace couplet::ride_hailer {

Sessions::Sessions(SessionLimits limits, SessionKey key, const Clock& clock, Random& random)
    : limits_(limits),
      csrf_key_(derive_key(as_byte_view(key.reveal()), "ride-hailer csrf")),
      clock_(clock),
      random_(random) {}

SessionId Sessions::start(std::string user_id) {
  make_room();
  SessionId id = visitor_id();
  const Instant now = clock_.now();
  sessions_[sha256(id.reveal())] = {std::move(user_id), now, now, {}, {}};
  return id;
}

SessionId Sessions::visitor_id() { return SessionId{to_base64url(random_.bytes<32>())}; }

std::optional<std::string> Sessions::user_id(const SessionId& id) {
  const Session* const session = find(id);
  if (!session) return std::nullopt;
  return session->user_id;
}

void Sessions::end(const SessionId& id) { sessions_.erase(sha256(id.reveal())); }

std::string Sessions::csrf_token(const SessionId& id) const { return to_base64url(csrf_key_(id.reveal())); }

bool Sessions::csrf_matches(const SessionId& id, std::string_view token) const {
  return constant_time_equal(as_byte_view(csrf_token(id)), as_byte_view(token));
}

void Sessions::put_notice(const SessionId& id, Notice notice) {
  if (Session* const session = find(id)) session->notice = std::move(notice);
}

std::optional<Notice> Sessions::take_notice(const SessionId& id) {
  Session* const session = find(id);
  return session ? std::exchange(session->notice, std::nullopt) : std::nullopt;
}

void Sessions::put_alexa_return(const SessionId& id, AlexaReturn returned) {
  if (Session* const session = find(id)) session->alexa_return = std::move(returned);
}

bool Sessions::has_alexa_return(const SessionId& id) {
  const Session* const session = find(id);
  return session && session->alexa_return;
}

std::optional<AlexaReturn> Sessions::take_alexa_return(const SessionId& id) {
  Session* const session = find(id);
  return session ? std::exchange(session->alexa_return, std::nullopt) : std::nullopt;
}

Sessions::Session* Sessions::find(const SessionId& id) {
  const auto found = sessions_.find(sha256(id.reveal()));
  if (found == sessions_.end()) return nullptr;
  if (expired(found->second)) {
    sessions_.erase(found);
    return nullptr;
  }
  found->second.used_at = clock_.now();
  return &found->second;
}

bool Sessions::expired(const Session& session) const {
  const Instant now = clock_.now();
  return now >= session.started_at + limits_.absolute || now >= session.used_at + limits_.idle;
}

void Sessions::make_room() {
  if (sessions_.size() < limits_.count) return;
  std::erase_if(sessions_, [this](const auto& entry) { return expired(entry.second); });
  if (sessions_.size() < limits_.count) return;
  sessions_.erase(
      std::ranges::min_element(sessions_, {}, [](const auto& entry) { return entry.second.used_at; }));
}

}  // namespace couplet::ride_hailer
