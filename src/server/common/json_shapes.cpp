// SPDX-License-Identifier: Apache-2.0
#include "server/common/json_shapes.hpp"

#include <algorithm>
#include <boost/json/value_from.hpp>
#include <vector>

#include "alexa/hop_table.hpp"
#include "domain/reference_code.hpp"

namespace couplet::server {
namespace {

template <class T, class Text>
json::value or_null(const std::optional<T>& value, Text text) {
  return value ? json::value(text(*value)) : json::value(nullptr);
}

std::string_view status_text(LinkView::Status status) {
  switch (status) {
    case LinkView::Status::LINKED: return "LINKED";
    case LinkView::Status::NOT_LINKED: return "NOT_LINKED";
    case LinkView::Status::UNKNOWN: return "UNKNOWN";
  }
  return "UNKNOWN";
}

bool is_linked(const LinkView& view) {
  return view.link && view.link->status == LinkStatus::LINKED && !view.grant_revoked_at;
}

// What the button should do; after a failed check it stays what the stored status says.
std::string_view action_of(const LinkView& view) {
  if (!is_linked(view)) return "link";
  return view.link->origin == GrantOrigin::app ? "unlink" : "manage_in_alexa";
}

json::value origin_of(const LinkView& view) {
  if (!is_linked(view)) return nullptr;
  return or_null(view.link->origin, [](GrantOrigin origin) { return enum_text(kGrantOrigins, origin); });
}

json::value checked_at_of(const LinkView& view) {
  return or_null(view.link, [](const AccountLink& link) { return to_iso8601(link.checked_at); });
}

struct Evidence {
  Instant at;
  EvidenceSource source;
  LinkStatus status;
};

// Everything that speaks for or against the link, the newest last.
json::array evidence_of(const LinkView& view) {
  std::vector<Evidence> all;
  if (view.alexa_id && view.alexa_id->told_at)
    all.push_back({*view.alexa_id->told_at, EvidenceSource::event, LinkStatus::LINKED});
  if (view.alexa_id && view.alexa_id->disabled_at)
    all.push_back({*view.alexa_id->disabled_at, EvidenceSource::event, LinkStatus::NOT_LINKED});
  const bool said_already = !all.empty() && view.link && view.link->evidence == EvidenceSource::event;
  if (view.link && !said_already)
    all.push_back({view.link->checked_at, view.link->evidence, view.link->status});
  if (view.grant_revoked_at)
    all.push_back({*view.grant_revoked_at, EvidenceSource::own_grant, LinkStatus::NOT_LINKED});
  std::ranges::sort(all, {}, &Evidence::at);
  json::array list;
  for (const Evidence& each : all)
    list.push_back({{"source", enum_text(kEvidenceSources, each.source)},
                    {"status", enum_text(kLinkStatuses, each.status)},
                    {"at", to_iso8601(each.at)}});
  return list;
}

json::value text_or_null(std::string_view text) {
  return text.empty() ? json::value(nullptr) : json::value(text);
}

json::object hop_json(const Hop& hop) {
  const alexa::HopRow& row = alexa::find_hop(hop.name);
  const alexa::HopExplanation explained = alexa::explain_hop(hop);
  return {{"at", to_iso8601(hop.at)},
          {"name", hop.name},
          {"from", row.from},
          {"to", row.to},
          {"status", hop.status == 0 ? json::value(nullptr) : json::value(hop.status)},
          {"latency_ms", hop.elapsed.count()},
          {"cause", text_or_null(hop.cause)},
          {"meaning", text_or_null(explained.meaning)},
          {"advice", text_or_null(explained.advice)}};
}

json::object failure_of(const LinkAttempt& attempt) {
  const auto step =
      enum_from_text(alexa::kLinkSteps, attempt.failed_step).value_or(alexa::LinkStep::enablement);
  const alexa::LinkErrorRow& row = alexa::find_link_error(step, attempt.failed_code);
  return {{"step", attempt.failed_step},
          {"code", attempt.failed_code},
          {"cause", row.cause},
          {"advice", row.advice}};
}

}  // namespace

json::object to_json(const alexa::ManageUrls& urls) {
  return {{"ios", urls.ios}, {"android", urls.android}, {"web", urls.web}};
}

json::object to_json(const LinkAttempt& attempt, std::span<const Hop> hops) {
  json::array list;
  for (const Hop& hop : hops) list.push_back(hop_json(hop));
  return {{"attempt_id", attempt.attempt_id.text()},
          {"reference", ReferenceCode::of(attempt.attempt_id).text()},
          {"skill", attempt.skill.text()},
          {"user", attempt.user.text()},
          {"platform", enum_text(kPlatforms, attempt.platform)},
          {"return_mode", enum_text(kReturnModes, attempt.return_mode)},
          {"status", enum_text(kAttemptStatuses, attempt.status)},
          {"failure",
           attempt.status == AttemptStatus::failed ? json::value(failure_of(attempt)) : json::value(nullptr)},
          {"api_host", attempt.api_host},
          {"enablement_tries", attempt.enablement_tries},
          {"acknowledged", json::value_from(attempt.acknowledged)},
          {"created_at", to_iso8601(attempt.created_at)},
          {"updated_at", to_iso8601(attempt.updated_at)},
          {"hops", std::move(list)}};
}

json::object to_json(const LinkView& view, const Skill& skill, const alexa::AmazonPages& pages) {
  return {{"status", status_text(view.status)},
          {"origin", origin_of(view)},
          {"checked_at", checked_at_of(view)},
          {"evidence", evidence_of(view)},
          {"action", action_of(view)},
          {"manage_urls", or_null(alexa::manage_urls(pages, skill),
                                  [](const alexa::ManageUrls& urls) { return to_json(urls); })}};
}

json::object to_json_line(const UserId& user, const LinkView& view) {
  return {{"user", user.text()},
          {"status", status_text(view.status)},
          {"origin", origin_of(view)},
          {"checked_at", checked_at_of(view)},
          {"action", action_of(view)}};
}

}  // namespace couplet::server
