// SPDX-License-Identifier: Apache-2.0
#include "emulator/home/scenario_panel.hpp"

#include "couplet_emulator_web.hpp"

namespace couplet::emulator {

namespace {

http::Html known_form(const ScenarioLibrary& library, const ScenarioBench& bench, std::string_view user_id) {
  if (library.scenarios.empty())
    return http::html_literal(
        "<p class=\"quiet\">The configuration names no folder of scenarios; see "
        "<code>[scenarios]</code>.</p>");
  constexpr std::string_view kOption = R"(<option value="{{name}}"{{selected}}>{{title}}</option>)";
  http::Html options;
  for (const KnownScenario& known : library.scenarios)
    options += http::render(kOption,
                            {{"name", known.name},
                             {"selected", http::html_literal(known.name == bench.chosen ? " selected" : "")},
                             {"title", known.title}});
  return http::render(web::scenario_known_html, {{"user", user_id}, {"options", options}});
}

std::string elapsed_text(milliseconds elapsed) {
  const auto tenths = (elapsed.count() + 50) / 100;
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s";
}

http::Html step_html(const PlayedStep& step) {
  const bool passed = step.problem.empty();
  const std::string& detail = passed ? step.detail : step.problem;
  const std::string line = "line " + std::to_string(step.line);
  return http::render(web::scenario_step_html, {{"class", passed ? "good" : "bad"},
                                                {"standing", passed ? "ok" : "failed"},
                                                {"step", step.text},
                                                {"detail", detail.empty() ? line : line + ": " + detail}});
}

http::Html report_of(const ScenarioReport& report) {
  http::Html steps;
  milliseconds elapsed{0};
  for (const PlayedStep& step : report.steps) {
    steps += step_html(step);
    elapsed += step.elapsed;
  }
  const bool passed = report.passed();
  return http::render(
      web::scenario_report_html,
      {{"title", report.title.empty() ? std::string("Without a title") : report.title},
       {"class", passed ? "good" : "bad"},
       {"standing", passed ? "passed" : "failed"},
       {"summary", std::to_string(report.steps.size()) +
                       (report.steps.size() == 1 ? " step in " : " steps in ") + elapsed_text(elapsed)},
       {"steps", steps}});
}

http::Html report_of(const ScenarioFault& fault) {
  return http::render(web::scenario_fault_html, {{"line", std::to_string(fault.line)},
                                                 {"column", std::to_string(fault.column)},
                                                 {"problem", fault.problem}});
}

}  // namespace

http::Html scenario_panel(const ScenarioLibrary& library, const ScenarioBench& bench,
                          std::string_view user_id) {
  const auto& came_of_it = bench.came_of_it;
  http::Html report;
  if (came_of_it) report = *came_of_it ? report_of(**came_of_it) : report_of(came_of_it->error());
  const bool pasted_last = came_of_it && bench.chosen.empty();
  return http::render(web::scenarios_html, {{"summary", bench.playing ? "One is being played" : ""},
                                            {"known", known_form(library, bench, user_id)},
                                            {"user", user_id},
                                            {"open", http::html_literal(pasted_last ? " open" : "")},
                                            {"pasted", bench.pasted},
                                            {"report", report}});
}

}  // namespace couplet::emulator
