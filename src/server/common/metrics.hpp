// SPDX-License-Identifier: Apache-2.0
// What Couplet counts, for Prometheus. Labels come from the configuration and from closed tables, never from
// outside text, so the number of series is bounded. Thread: any.
#pragma once
#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "alexa/error_table.hpp"
#include "domain/link.hpp"

namespace couplet::server {

/// "token", "linking_api", …, or "other": what the metrics and the log say of a path instead of its text.
[[nodiscard]] std::string_view http_area(std::string_view path);

class Metrics {
 public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  void link_started(const SkillName& skill, Platform platform);
  void link_finished(const SkillName& skill, Platform platform);
  /// Also raises couplet_operator_alerts_total where the row asks for it (LW-05).
  void link_failed(const SkillName& skill, const alexa::LinkErrorRow& row);
  void unlinked(const SkillName& skill, EvidenceSource evidence);
  /// One try to tell Amazon about a link that has ended here, and how many are still owed.
  void disablement_tried(const SkillName& skill, std::string_view outcome);
  void disablements_owed(std::size_t count);
  /// A link whose evidence was old, by what Amazon said.
  void link_rechecked(const SkillName& skill, std::string_view answer);
  /// A host that does not answer is given a rest, or gets calls again.
  void circuit_changed(const std::string& host, bool open);
  /// A signed event of Alexa's, with what came of it.
  void event_received(const SkillName& skill, std::string_view type, std::string_view outcome);
  /// A request at the event endpoint that was not taken, by the name of the check.
  void event_refused(const SkillName& skill, std::string_view reason);
  /// A signed request that was sent on to the skill's own service.
  void event_forwarded(const SkillName& skill, bool answered);
  /// One call to Amazon, by the hop's name: "lwa.token", "alexa.enable", …
  void amazon_answered(const Hop& hop);
  /// One call to the external authorization server of a skill.
  void external_answered(const SkillName& skill, const Hop& hop);
  /// One try to deliver a webhook: "delivered", "failed", "given_up" or "gone".
  void webhook_tried(const std::string& target, std::string_view outcome);
  /// What is in the outbox for a target; `age` of what has waited longest.
  void webhook_backlog(const std::string& target, std::uint64_t waiting, std::uint64_t given_up,
                       milliseconds age);
  /// `outcome` is http::Response::outcome; counted at the OAuth endpoints.
  void http_answered(std::string_view path, int status, std::string_view outcome,
                     std::chrono::nanoseconds elapsed);

  /// Gauges that are read when somebody asks.
  struct Gauges {
    std::size_t open_connections = 0;
    std::uint64_t store_committed_batches = 0;
    std::uint64_t store_committed_writes = 0;
    std::uint64_t store_queued_writes = 0;
    std::uint64_t store_failed_writes = 0;
    std::uint64_t dropped_log_lines = 0;
  };
  /// Text exposition format 0.0.4.
  [[nodiscard]] std::string exposition(const Gauges& gauges);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace couplet::server
