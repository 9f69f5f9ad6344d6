// SPDX-License-Identifier: Apache-2.0
// What is known of a link that somebody asks about: its attempts with each call, and the links they led to.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "server/config/config.hpp"
#include "storage/store.hpp"

namespace couplet::server {

struct AttemptTrace {
  LinkAttempt attempt;
  std::vector<Hop> hops;
};
/// A link as it stands now, however it was made.
struct LinkTrace {
  AccountLink link;
  std::optional<Grant> grant;             // that it was made with
  std::optional<AlexaIdRecord> alexa_id;  // what events have said about it
};
struct Trace {
  std::vector<AttemptTrace> attempts;  // the newest first
  std::vector<LinkTrace> links;
  [[nodiscard]] bool empty() const { return attempts.empty() && links.empty(); }
};

enum class TraceSubject {
  anything,  // an attempt id, a reference code, or a user id: the first that finds something
  user,      // a user id, whatever it looks like
};

/// With a reference code that several attempts have, all of them.
Task<storage::Result<Trace>> find_trace(storage::Store& store, std::vector<SkillName> skills,
                                        std::string asked, TraceSubject subject);

/// The same from the configuration's database, as it is: nothing is created, migrated or written, and a
/// server may be running on it. Errors: for people
[[nodiscard]] Result<Trace, std::string> read_trace(const Config& config, const std::string& asked,
                                                    TraceSubject subject);

/// For people at night, at most 80 columns wide: who called whom, then what happened and what to do.
[[nodiscard]] std::string trace_text(const Trace& trace);

/// {attempts:[as GET /v1/link-attempts/{id}], links:[{skill, user, status, …, ended_by}]}
[[nodiscard]] json::object to_json(const Trace& trace);

/// What ended the link, in words; empty while it is linked.
[[nodiscard]] std::string end_of(const LinkTrace& trace);

}  // namespace couplet::server
