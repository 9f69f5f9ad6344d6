// SPDX-License-Identifier: Apache-2.0
// Who is signed in, in memory. A cookie carries a random id; only its hash is kept here.
// CSRF tokens are a keyed hash of that id, so each form belongs to one session and nothing more is stored.
#pragma once
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/crypto.hpp"
#include "base/random.hpp"
#include "base/secret.hpp"

namespace couplet::ride_hailer {

using SessionKey = Secret<struct SessionKeyTag>;
using SessionId = Secret<struct SessionIdTag>;

/// What to tell the user on the next page, once.
struct Notice {
  enum class Kind { good, bad };
  Kind kind = Kind::good;
  std::string text;
  std::string reference;  // Couplet's reference code, for support; may be empty
};

/// What came back from Amazon by way of the browser; kept for the moment between the return and the POST.
struct AlexaReturn {
  std::string code;
  std::string state;
  std::string error;
  std::string error_description;
};

struct SessionLimits {
  std::chrono::hours idle{12};
  std::chrono::hours absolute{24 * 7};
  std::size_t count = 10'000;  // more: the one that was idle longest goes
};

/// Thread: one.
class Sessions {
 public:
  Sessions(SessionLimits limits, SessionKey key, const Clock& clock, Random& random);

  /// A session for this user under an id that was never used before: a planted cookie gains nothing (ASVS 7).
  [[nodiscard]] SessionId start(std::string user_id);
  /// An id for somebody who is not signed in, so that the sign-in form has a CSRF token too. Nothing is
  /// stored.
  [[nodiscard]] SessionId visitor_id();
  /// Absent when nobody is signed in under this id, or not any more; otherwise the idle time starts again.
  [[nodiscard]] std::optional<std::string> user_id(const SessionId& id);
  void end(const SessionId& id);

  [[nodiscard]] std::string csrf_token(const SessionId& id) const;
  [[nodiscard]] bool csrf_matches(const SessionId& id, std::string_view token) const;

  /// These do nothing, or answer nothing, when the session is gone.
  void put_notice(const SessionId& id, Notice notice);
  [[nodiscard]] std::optional<Notice> take_notice(const SessionId& id);
  void put_alexa_return(const SessionId& id, AlexaReturn returned);
  [[nodiscard]] bool has_alexa_return(const SessionId& id);
  [[nodiscard]] std::optional<AlexaReturn> take_alexa_return(const SessionId& id);

 private:
  struct Session {
    std::string user_id;
    Instant started_at{};
    Instant used_at{};
    std::optional<Notice> notice;
    std::optional<AlexaReturn> alexa_return;
  };
  Session* find(const SessionId& id);
  [[nodiscard]] bool expired(const Session& session) const;
  void make_room();

  SessionLimits limits_;
  HmacKey csrf_key_;
  const Clock& clock_;
  Random& random_;
  std::map<Digest, Session> sessions_;  // by SHA-256 of the id
};

}  // namespace couplet::ride_hailer
