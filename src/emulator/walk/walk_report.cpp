// SPDX-License-Identifier: Apache-2.0
#include "emulator/walk/walk_report.hpp"

#include <algorithm>
#include <iomanip>

namespace couplet::emulator {

namespace {

constexpr std::string_view kIndent = "     ";
constexpr std::size_t kLineWidth = 100;

/// Text from outside must not steer the terminal.
std::string printable(std::string_view text) {
  std::string safe(text);
  std::ranges::replace_if(safe, [](char c) { return (c >= 0 && c < ' ') || c == '\x7f'; }, '?');
  return safe;
}

void print_fields(std::ostream& out, std::string_view mark, const ShownFields& fields) {
  std::string line;
  const auto flush = [&] {
    if (!line.empty()) out << kIndent << mark << line << "\n";
    line.clear();
  };
  for (const auto& [name, value] : fields) {
    const std::string field = printable(name) + "=" + printable(value);
    if (!line.empty() && line.size() + field.size() > kLineWidth) flush();
    line += (line.empty() ? "" : "  ") + field;
  }
  flush();
}

}  // namespace

std::string padded(std::string_view text, std::size_t width) {
  const auto characters = static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
  return std::string(text) + std::string(width > characters ? width - characters : 0, ' ');
}

void print(std::ostream& out, const StepReport& step) {
  out << (step.good() ? "✓" : step.skipped ? "–" : "✗") << " " << step.number << "  " << step.title << "\n";
  for (const WalkLine& line : step.lines) {
    const std::string status = line.status ? std::to_string(*line.status) : "---";
    out << kIndent << padded(line.who, 19) << std::setw(4) << status << std::setw(6) << line.elapsed.count()
        << " ms  " << padded(line.method, 7) << printable(line.url) << "\n";
    print_fields(out, "    > ", line.sent);
    print_fields(out, "    < ", line.received);
  }
  print_fields(out, "    = ", step.facts);
  if (step.skipped) out << kIndent << "not tried: an earlier step failed\n";
  if (!step.problem.empty()) out << kIndent << "reason:    " << printable(step.problem) << "\n";
  if (!step.next_step.empty()) out << kIndent << "next step: " << printable(step.next_step) << "\n";
  out << std::flush;
}

}  // namespace couplet::emulator
