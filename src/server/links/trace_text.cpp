// SPDX-License-Identifier: Apache-2.0
// A trace as it is read on a terminal: nothing is wider than 80 columns, whatever the ids look like.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "alexa/hop_table.hpp"
#include "base/code_point.hpp"
#include "domain/reference_code.hpp"
#include "server/links/link_trace.hpp"

namespace couplet::server {
namespace {

constexpr std::size_t kColumns = 80;
constexpr std::size_t kHopIndent = 16;

// Characters, not bytes: our own texts have arrows, and user ids have what they like.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

// What came from outside cannot move the cursor, colour the screen or turn what follows.
std::string printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto point = first_code_point(text);
    const std::size_t bytes = point ? point->bytes : 1;
    out += point && !is_unseen(point->value) ? text.substr(0, bytes) : "?";
    text.remove_prefix(bytes);
  }
  return out;
}

// Cuts off as many characters as fit.
std::string_view take_characters(std::string_view& text, std::size_t most) {
  std::size_t end = 0;
  for (std::size_t taken = 0; end < text.size(); ++end)
    if ((static_cast<unsigned char>(text[end]) & 0xc0) != 0x80 && taken++ == most) break;
  const std::string_view front = text.substr(0, end);
  text.remove_prefix(end);
  return front;
}

// `first` stands before the first line, spaces of its width before the others.
std::string wrapped(std::string_view first, std::string_view text) {
  const std::size_t indent = width_of(first);
  const std::size_t room = kColumns - indent;
  std::string out(first);
  std::size_t used = 0;
  const auto new_line = [&] {
    out += '\n' + std::string(indent, ' ');
    used = 0;
  };
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (used > 0 && used + 1 + width_of(word) > room) new_line();
    if (used > 0) out += ' ', ++used;
    while (width_of(word) > room) {
      out += take_characters(word, room);
      new_line();
    }
    out += word;
    used += width_of(word);
  }
  return out + '\n';
}

std::string sentence(std::string_view text) {
  std::string out(text);
  if (!out.empty() && out[0] >= 'a' && out[0] <= 'z') out[0] = static_cast<char>(out[0] - 32);
  return out + (out.ends_with('.') ? "" : ".");
}

std::string row(std::string_view name, std::string_view value) {
  return wrapped(fmt::format("  {:<9} ", name), printable(value));
}

// "2026-11-25T18:02:11.042Z"
std::string day_and_time(Instant at) {
  const std::string text = to_iso8601(at);
  return text.substr(0, 10) + " " + text.substr(11, 12) + " UTC";
}
std::string time_of(Instant at) { return to_iso8601(at).substr(11, 12); }

// {:<28} of fmt counts what an arrow looks like, as the terminal does.
std::string hop_line(const Hop& hop) {
  const alexa::HopRow& is = alexa::find_hop(hop.name);
  std::string line = fmt::format("  {}  {:<28} {:<13}  {:>3}  {:>6} ms\n", time_of(hop.at),
                                 fmt::format("{} → {}", is.from, is.to), is.act,
                                 hop.status == 0 ? "-" : std::to_string(hop.status), hop.elapsed.count());
  if (hop.cause.empty()) return line;
  const auto explained = alexa::explain_hop(hop);
  return line +
         wrapped(std::string(kHopIndent, ' '), printable(hop.cause) + ": " + std::string(explained.meaning));
}

const alexa::LinkErrorRow& row_of(const LinkAttempt& attempt) {
  const auto step = enum_from_text(alexa::kLinkSteps, attempt.failed_step);
  return alexa::find_link_error(step.value_or(alexa::LinkStep::enablement), attempt.failed_code);
}

// Amazon's own refusals are clear enough; the others often are our token endpoint's.
bool may_be_ours(const LinkAttempt& attempt) {
  static constexpr std::array<std::string_view, 3> kCodes = {"bad_request", "server_error", "bad_answer"};
  return attempt.failed_step == enum_text(alexa::kLinkSteps, alexa::LinkStep::enablement) &&
         std::ranges::find(kCodes, attempt.failed_code) != kCodes.end();
}

std::string failure_text(const AttemptTrace& trace) {
  const alexa::LinkErrorRow& row = row_of(trace.attempt);
  const auto behind =
      may_be_ours(trace.attempt) ? alexa::explain_behind(trace.hops) : alexa::HopExplanation{};
  std::string out = "What happened\n" + wrapped("  ", sentence(row.cause));
  if (!behind.meaning.empty()) out += wrapped("  ", sentence(behind.meaning));
  out += "What to do\n" + wrapped("  ", sentence(behind.advice.empty() ? row.advice : behind.advice));
  if (row.alert == alexa::Alert::operator_must_act)
    out += wrapped("  ", "It goes on like this for every user until it is mended.");
  else if (row.retry == alexa::Retry::with_new_attempt)
    out += wrapped("  ", "The user can start again in the app.");
  return out;
}

std::string conclusion(const AttemptTrace& trace) {
  const LinkAttempt& attempt = trace.attempt;
  if (attempt.status == AttemptStatus::failed) return failure_text(trace);
  if (attempt.status == AttemptStatus::linked)
    return "What happened\n  Alexa enabled the skill and holds tokens for this user.\n"
           "What to do\n  Nothing to do.\n";
  const std::string doubt =
      attempt.failed_code.empty() ? "" : " The last thing known: " + std::string(row_of(attempt).cause) + ".";
  return "What happened\n" + wrapped("  ", "It is not over yet." + doubt) + "What to do\n" +
         wrapped("  ", "Nothing to do: Couplet asks Amazon again by itself, also after a restart.");
}

std::string title_of(const LinkAttempt& attempt) {
  std::string title = "Link attempt " + ReferenceCode::of(attempt.attempt_id).text() + ": " +
                      std::string(enum_text(kAttemptStatuses, attempt.status));
  if (attempt.status == AttemptStatus::failed)
    title += ", " + attempt.failed_step + " " + attempt.failed_code;
  return title;
}

std::string attempt_text(const AttemptTrace& trace) {
  const LinkAttempt& attempt = trace.attempt;
  const auto took = std::chrono::duration_cast<milliseconds>(attempt.updated_at - attempt.created_at);
  std::string out = wrapped("", printable(title_of(attempt)));
  out +=
      row("attempt", attempt.attempt_id.text()) + row("user", attempt.user.text()) +
      row("skill", attempt.skill.text()) +
      row("started", fmt::format("on {}, to be finished in the {}", enum_text(kPlatforms, attempt.platform),
                                 enum_text(kReturnModes, attempt.return_mode))) +
      row("came back", fmt::format("{}, over after {} ms", day_and_time(attempt.created_at), took.count()));
  if (!attempt.api_host.empty()) out += row("region", attempt.api_host);
  if (attempt.enablement_tries > 1)
    out += row("tries", std::to_string(attempt.enablement_tries) + " to enable the skill");
  out += trace.hops.empty() ? "\n  No call was made.\n" : "\n";
  for (const Hop& hop : trace.hops) out += hop_line(hop);
  return out + "\n" + conclusion(trace);
}

std::string link_text(const LinkTrace& trace) {
  const AccountLink& link = trace.link;
  const bool made_in_alexa = link.origin == GrantOrigin::alexa;
  std::string out = wrapped("", fmt::format("Link of {} with {}: {}", printable(link.user.text()),
                                            link.skill.text(), enum_text(kLinkStatuses, link.status)));
  out +=
      row("made", made_in_alexa     ? "in the Alexa app"
                  : link.attempt_id ? "in your app, by attempt " + ReferenceCode::of(*link.attempt_id).text()
                                    : "not known how");
  if (trace.grant) out += row("redeemed", day_and_time(trace.grant->created_at));
  if (link.alexa_user_id) out += row("in Alexa", link.alexa_user_id->text());
  if (const std::string end = end_of(trace); !end.empty()) {
    const bool here_only = link.status == LinkStatus::LINKED;
    out += row("ended by", end);
    out += row("ended", day_and_time(here_only ? *trace.grant->revoked_at : link.changed_at));
  }
  return out + row("looked at", day_and_time(link.checked_at));
}

}  // namespace

std::string trace_text(const Trace& trace) {
  std::string out;
  for (const AttemptTrace& each : trace.attempts) out += (out.empty() ? "" : "\n") + attempt_text(each);
  for (const LinkTrace& each : trace.links) out += (out.empty() ? "" : "\n") + link_text(each);
  return out;
}

}  // namespace couplet::server
