// SPDX-License-Identifier: Apache-2.0
#include "report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

namespace couplet::bench {
namespace {

template <class Figure>
double median(const std::vector<Round>& rounds, Figure figure) {
  std::vector<double> values;
  for (const Round& round : rounds) values.push_back(figure(round));
  std::ranges::sort(values);
  return values.empty() ? 0 : values[values.size() / 2];
}

double rate(const Line& line) {
  return median(line.rounds, [](const Round& r) { return r.load.per_second(); });
}
double cpu(const Line& line) {
  return median(line.rounds, [](const Round& r) { return r.cpu_us_per_request; });
}

struct Compared {
  double rate = 0;  // our requests a second over the floor's
  double cpu = 0;   // the floor's CPU time over ours
};

Compared compare(const Line& line, const std::vector<Line>& lines) {
  const auto floor = std::ranges::find(lines, line.floor, &Line::name);
  return {rate(line) / rate(*floor), cpu(*floor) / cpu(line)};
}

std::string row(const Line& line, const std::vector<Line>& lines) {
  const double p50 = median(line.rounds, [](const Round& r) { return r.load.p50_ms; });
  const double p99 = median(line.rounds, [](const Round& r) { return r.load.p99_ms; });
  std::string text =
      fmt::format("{:<34}{:>9.0f}{:>9.2f}{:>9.2f}{:>12.1f}", line.name, rate(line), p50, p99, cpu(line));
  if (!line.floor.empty()) {
    const Compared compared = compare(line, lines);
    text += fmt::format("{:>10.2f}{:>8.2f}", compared.rate, compared.cpu);
  }
  return text + "\n";
}

}  // namespace

std::string to_text(const std::vector<Line>& lines, const DiskSpeed& disk) {
  std::string text =
      fmt::format("disk: {:.0f} fdatasync/s on a preallocated file, {:.0f}/s on a growing one; {} cores\n\n",
                  disk.preallocated_per_second, disk.growing_per_second, std::thread::hardware_concurrency());
  text += fmt::format("{:<34}{:>9}{:>9}{:>9}{:>12}{:>18}\n", "", "", "p50", "p99", "server CPU",
                      "share of floor");
  text += fmt::format("{:<34}{:>9}{:>9}{:>9}{:>12}{:>10}{:>8}\n", "", "req/s", "ms", "ms", "µs/req",
                      "by req/s", "by CPU");
  for (const Line& line : lines) text += row(line, lines);
  std::string headline;
  for (const Line& line : lines)
    if (!line.floor.empty())
      headline +=
          fmt::format("{}{} {:.2f}", headline.empty() ? "" : ", ", line.name, compare(line, lines).cpu);
  return text + "\nshare of the floor, by CPU: " + headline + "\n";
}

}  // namespace couplet::bench
