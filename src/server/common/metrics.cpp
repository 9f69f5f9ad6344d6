// SPDX-License-Identifier: Apache-2.0
#include "server/common/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <array>
#include <map>

#include "oauth/error.hpp"

namespace couplet::server {
namespace {

using Labels = prometheus::Labels;

// Alexa gives the token endpoint 4.5 s; the buckets are where it matters whether that is near.
const prometheus::Histogram::BucketBoundaries kOAuthSeconds = {0.001, 0.002, 0.005, 0.01, 0.025, 0.05,
                                                               0.1,   0.25,  0.5,   1,    1.5,   4.5};

// The OAuth endpoints come first: they are counted by outcome, too.
constexpr std::array kAreas = {"token",       "introspect", "revoke",   "userinfo", "authorize",
                               "linking_api", "link_pages", "metadata", "events",   "other"};
constexpr std::array kStatusClasses = {"1xx", "2xx", "3xx", "4xx", "5xx"};
enum Area : std::size_t {
  token,
  introspect,
  revoke,
  userinfo,
  authorize,
  linking_api,
  link_pages,
  metadata,
  events,
  other
};
constexpr std::size_t kOAuthAreas = authorize + 1;

// Beside the error codes of oauth/error.hpp.
constexpr std::array kOutcomes = {"ok", "active", "inactive", "no_token", "too_many_failures", "other"};

// By the first segments, so that ids in paths make no series.
Area area_of(std::string_view path) {
  for (std::size_t area = 0; path.starts_with("/oauth/") && area < kOAuthAreas; ++area)
    if (path.substr(7) == kAreas[area]) return static_cast<Area>(area);
  if (path.starts_with("/v1/")) return linking_api;
  if (path.starts_with("/link/")) return link_pages;
  if (path.starts_with("/.well-known/") || path == "/oauth/jwks.json") return metadata;
  if (path.starts_with("/alexa/")) return events;
  return other;
}

// What one OAuth endpoint answered, and how fast.
struct OAuthSeries {
  std::map<std::string_view, prometheus::Counter*> outcomes;
  prometheus::Histogram* elapsed = nullptr;

  void count(std::string_view outcome, int status, std::chrono::nanoseconds took) const {
    if (outcome.empty()) outcome = status < 400 ? "ok" : "other";
    const auto found = outcomes.find(outcome);
    (found == outcomes.end() ? outcomes.at("other") : found->second)->Increment();
    elapsed->Observe(std::chrono::duration<double>(took).count());
  }
};

}  // namespace

struct Metrics::Impl {
  prometheus::Registry registry;
  prometheus::Family<prometheus::Counter>& counter(const char* name, const char* help) {
    return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
  }
  prometheus::Family<prometheus::Gauge>& gauge(const char* name, const char* help) {
    return prometheus::BuildGauge().Name(name).Help(help).Register(registry);
  }

  prometheus::Family<prometheus::Counter>& started =
      counter("couplet_links_started_total", "Link attempts started");
  prometheus::Family<prometheus::Counter>& finished =
      counter("couplet_links_finished_total", "Link attempts that ended linked");
  prometheus::Family<prometheus::Counter>& failed =
      counter("couplet_links_failed_total", "Link attempts that failed, by step and code");
  prometheus::Family<prometheus::Counter>& alerts =
      counter("couplet_operator_alerts_total", "Failures that only the operator can mend");
  prometheus::Family<prometheus::Counter>& unlinked =
      counter("couplet_unlinked_total", "Links that ended, by what told us");
  prometheus::Family<prometheus::Counter>& disablements =
      counter("couplet_disablements_total", "Tries to tell Amazon about a link that ended here, by outcome");
  prometheus::Gauge& owed =
      gauge("couplet_disablements_owed", "Links that ended here and that Amazon still has to be told about")
          .Add({});
  prometheus::Family<prometheus::Counter>& rechecked =
      counter("couplet_links_rechecked_total", "Links with old evidence, by what Amazon said");
  prometheus::Family<prometheus::Counter>& circuits = counter(
      "couplet_amazon_circuit_opened_total", "Times that a host which did not answer was given a rest");
  prometheus::Family<prometheus::Counter>& amazon =
      counter("couplet_amazon_calls_total", "Calls to Amazon, by call and result");
  prometheus::Family<prometheus::Counter>& external =
      counter("couplet_external_code_calls_total", "Calls to external authorization servers, by result");
  prometheus::Family<prometheus::Counter>& events =
      counter("couplet_events_total", "Events from Alexa, by type and what came of them");
  prometheus::Family<prometheus::Counter>& events_refused =
      counter("couplet_events_refused_total", "Requests at the event endpoint that were not taken, by check");
  prometheus::Family<prometheus::Counter>& events_forwarded =
      counter("couplet_events_forwarded_total", "Signed requests sent on to the skill's own service");
  prometheus::Family<prometheus::Counter>& webhooks =
      counter("couplet_webhook_tries_total", "Tries to deliver a webhook, by target and what came of them");
  prometheus::Family<prometheus::Gauge>& webhooks_waiting =
      gauge("couplet_webhooks_waiting", "Webhooks that wait for a target");
  prometheus::Family<prometheus::Gauge>& webhooks_given_up =
      gauge("couplet_webhooks_given_up", "Webhooks that could not be delivered, until they are retried");
  prometheus::Family<prometheus::Gauge>& webhooks_age =
      gauge("couplet_webhooks_oldest_waiting_seconds", "How long a target's oldest webhook has waited");
  // Looked up once: this one counts every request.
  std::array<std::array<prometheus::Counter*, kStatusClasses.size()>, kAreas.size()> answers{};
  std::array<OAuthSeries, kOAuthAreas> oauth_series;
  Impl() {
    auto& family = counter("couplet_http_answers_total", "Answers, by area and status class");
    for (std::size_t area = 0; area < kAreas.size(); ++area)
      for (std::size_t status = 0; status < kStatusClasses.size(); ++status)
        answers[area][status] = &family.Add({{"area", kAreas[area]}, {"status", kStatusClasses[status]}});
    add_oauth_series();
  }
  void add_oauth_series() {
    auto& outcomes = counter("couplet_oauth_answers_total", "Answers of the OAuth endpoints, by outcome");
    auto& elapsed = prometheus::BuildHistogram()
                        .Name("couplet_oauth_endpoint_seconds")
                        .Help("Time to answer at the OAuth endpoints; Alexa gives up on token at 4.5 s")
                        .Register(registry);
    for (std::size_t area = 0; area < kOAuthAreas; ++area) {
      const auto add = [&](std::string_view outcome) {
        oauth_series[area].outcomes[outcome] =
            &outcomes.Add({{"endpoint", kAreas[area]}, {"outcome", std::string(outcome)}});
      };
      for (const char* const outcome : kOutcomes) add(outcome);
      for (const oauth::ErrorRow& row : oauth::kErrors) add(row.wire_name);
      oauth_series[area].elapsed = &elapsed.Add({{"endpoint", kAreas[area]}}, kOAuthSeconds);
    }
  }
  prometheus::Family<prometheus::Gauge>& gauges =
      gauge("couplet_process", "Figures of this process, by name");
};

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {}
Metrics::~Metrics() = default;

void Metrics::link_started(const SkillName& skill, Platform platform) {
  impl_->started.Add({{"skill", skill.text()}, {"platform", std::string(enum_text(kPlatforms, platform))}})
      .Increment();
}

void Metrics::link_finished(const SkillName& skill, Platform platform) {
  impl_->finished.Add({{"skill", skill.text()}, {"platform", std::string(enum_text(kPlatforms, platform))}})
      .Increment();
}

void Metrics::link_failed(const SkillName& skill, const alexa::LinkErrorRow& row) {
  const Labels labels{{"skill", skill.text()},
                      {"step", std::string(enum_text(alexa::kLinkSteps, row.step))},
                      {"code", std::string(row.code)}};
  impl_->failed.Add(labels).Increment();
  if (row.alert == alexa::Alert::operator_must_act) impl_->alerts.Add(labels).Increment();
}

void Metrics::unlinked(const SkillName& skill, EvidenceSource evidence) {
  impl_->unlinked
      .Add({{"skill", skill.text()}, {"evidence", std::string(enum_text(kEvidenceSources, evidence))}})
      .Increment();
}

void Metrics::disablement_tried(const SkillName& skill, std::string_view outcome) {
  impl_->disablements.Add({{"skill", skill.text()}, {"outcome", std::string(outcome)}}).Increment();
}

void Metrics::disablements_owed(std::size_t count) { impl_->owed.Set(static_cast<double>(count)); }

void Metrics::link_rechecked(const SkillName& skill, std::string_view answer) {
  impl_->rechecked.Add({{"skill", skill.text()}, {"answer", std::string(answer)}}).Increment();
}

void Metrics::circuit_changed(const std::string& host, bool open) {
  if (open) impl_->circuits.Add({{"host", host}}).Increment();
}

void Metrics::event_received(const SkillName& skill, std::string_view type, std::string_view outcome) {
  impl_->events.Add({{"skill", skill.text()}, {"type", std::string(type)}, {"outcome", std::string(outcome)}})
      .Increment();
}

void Metrics::event_refused(const SkillName& skill, std::string_view reason) {
  impl_->events_refused.Add({{"skill", skill.text()}, {"reason", std::string(reason)}}).Increment();
}

void Metrics::event_forwarded(const SkillName& skill, bool answered) {
  impl_->events_forwarded.Add({{"skill", skill.text()}, {"result", answered ? "answered" : "failed"}})
      .Increment();
}

void Metrics::amazon_answered(const Hop& hop) {
  impl_->amazon.Add({{"call", hop.name}, {"result", hop.cause.empty() ? "ok" : hop.cause}}).Increment();
}

void Metrics::external_answered(const SkillName& skill, const Hop& hop) {
  impl_->external.Add({{"skill", skill.text()}, {"result", hop.cause.empty() ? "ok" : hop.cause}})
      .Increment();
}

void Metrics::webhook_tried(const std::string& target, std::string_view outcome) {
  impl_->webhooks.Add({{"target", target}, {"outcome", std::string(outcome)}}).Increment();
}

void Metrics::webhook_backlog(const std::string& target, std::uint64_t waiting, std::uint64_t given_up,
                              milliseconds age) {
  impl_->webhooks_waiting.Add({{"target", target}}).Set(static_cast<double>(waiting));
  impl_->webhooks_given_up.Add({{"target", target}}).Set(static_cast<double>(given_up));
  impl_->webhooks_age.Add({{"target", target}}).Set(std::chrono::duration<double>(age).count());
}

std::string_view http_area(std::string_view path) { return kAreas[area_of(path)]; }

void Metrics::http_answered(std::string_view path, int status, std::string_view outcome,
                            std::chrono::nanoseconds elapsed) {
  const Area area = area_of(path);
  if (status >= 100 && status < 600)
    impl_->answers[area][static_cast<std::size_t>(status / 100 - 1)]->Increment();
  if (area < kOAuthAreas) impl_->oauth_series[area].count(outcome, status, elapsed);
}

std::string Metrics::exposition(const Gauges& gauges) {
  const auto set = [this](const char* name, auto value) {
    impl_->gauges.Add({{"name", name}}).Set(static_cast<double>(value));
  };
  set("open_connections", gauges.open_connections);
  set("store_committed_batches", gauges.store_committed_batches);
  set("store_committed_writes", gauges.store_committed_writes);
  set("store_queued_writes", gauges.store_queued_writes);
  set("store_failed_writes", gauges.store_failed_writes);
  set("dropped_log_lines", gauges.dropped_log_lines);
  return prometheus::TextSerializer().Serialize(impl_->registry.Collect());
}

}  // namespace couplet::server
