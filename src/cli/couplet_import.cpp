// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iostream>

#include "base/json.hpp"
#include "cli/couplet_verbs.hpp"
#include "server/oauth/grant_import.hpp"

namespace couplet::cli {
namespace {

constexpr std::size_t kRefusalsOnScreen = 20;
constexpr int kSomeRefused = 3;

double seconds_of(std::chrono::nanoseconds time) { return std::chrono::duration<double>(time).count(); }

// One line that is written over on a terminal, a new line every few seconds elsewhere.
class Progress {
 public:
  Progress(std::uint64_t total_bytes, const Clock& clock)
      : total_bytes_(total_bytes), clock_(clock), began_(clock.monotonic()), shown_(began_) {}

  void show(const server::ImportCounts& counts) {
    const auto now = clock_.monotonic();
    if (now - shown_ < (on_terminal_ ? milliseconds{200} : milliseconds{5000})) return;
    shown_ = now;
    const double elapsed = seconds_of(now - began_);
    std::string line =
        fmt::format("{} rows, {:.0f} rows/s", counts.rows, static_cast<double>(counts.rows) / elapsed);
    if (total_bytes_ > 0 && counts.bytes > 0) {
      const double part =
          std::min(1.0, static_cast<double>(counts.bytes) / static_cast<double>(total_bytes_));
      line += fmt::format(", {:.0f} %, {:.0f} s to go", 100 * part, elapsed / part - elapsed);
    }
    std::cerr << (on_terminal_ ? "\r\x1b[K" + line : line + "\n") << std::flush;
  }
  void clear() const {
    if (on_terminal_) std::cerr << "\r\x1b[K" << std::flush;
  }
  [[nodiscard]] double elapsed() const { return seconds_of(clock_.monotonic() - began_); }

 private:
  const std::uint64_t total_bytes_;  // 0: not known
  const Clock& clock_;
  const std::chrono::nanoseconds began_;
  std::chrono::nanoseconds shown_;
  const bool on_terminal_ = isatty(STDERR_FILENO) == 1;
};

class Refusals {
 public:
  explicit Refusals(std::ostream* report) : report_(report) {}
  void add(std::uint64_t line, const std::string& reason) {
    if (report_) *report_ << json::serialize(json::object{{"line", line}, {"reason", reason}}) << '\n';
    if (first_.size() < kRefusalsOnScreen) first_.push_back(fmt::format("line {}: {}\n", line, reason));
  }
  void print(std::uint64_t refused, const std::string& report_file) const {
    for (const std::string& line : first_) std::cout << line;
    if (refused > first_.size())
      std::cout << "and " << refused - first_.size() << " more; "
                << (report_ ? "all are in " + report_file : "--report FILE writes all of them") << "\n";
  }

 private:
  std::ostream* report_;
  std::vector<std::string> first_;
};

std::uint64_t size_of(const std::string& file) {
  std::error_code unknown;
  const auto size = std::filesystem::file_size(file, unknown);
  return unknown ? 0 : size;
}

int fail(const std::string& what) {
  std::cerr << "couplet: " << what << "\n";
  return 1;
}

int import_from(std::istream& in, const GrantFiles& files, const server::Config& config) {
  std::ofstream report;
  if (!files.report.empty()) report.open(files.report, std::ios::binary | std::ios::trunc);
  if (!files.report.empty() && !report) return fail("cannot write " + files.report);
  auto database = server::open_for_import(config);
  if (!database) return fail(database.error());
  const SystemClock clock;
  SystemRandom random;
  Progress progress(files.rows == "-" ? 0 : size_of(files.rows), clock);
  Refusals refusals(files.report.empty() ? nullptr : &report);
  const auto counts = server::import_grants(
      config, **database, in, clock, random,
      {[&](const server::ImportCounts& now) { progress.show(now); },
       [&](std::uint64_t line, const std::string& reason) { refusals.add(line, reason); }});
  (*database)->close();
  progress.clear();
  if (!counts) return fail(counts.error());
  if (report.is_open() && !report.flush()) return fail("cannot write " + files.report);
  std::cout << fmt::format("{} rows in {:.1f} s: {} imported, {} unchanged, {} refused\n", counts->rows,
                           progress.elapsed(), counts->imported, counts->unchanged, counts->refused);
  refusals.print(counts->refused, files.report);
  return counts->refused > 0 ? kSomeRefused : 0;
}

}  // namespace

int import_grants(const std::string& config_file, const GrantFiles& files) {
  const auto config = load_or_explain(config_file);
  if (!config) return 1;
  if (files.rows == "-") return import_from(std::cin, files, *config);
  std::ifstream in(files.rows, std::ios::binary);
  if (!in) return fail("cannot read " + files.rows);
  return import_from(in, files, *config);
}

int export_grants(const std::string& config_file) {
  const auto config = load_or_explain(config_file);
  if (!config) return 1;
  auto database = server::open_for_export(*config);
  if (!database) return fail(database.error());
  const auto exported = server::export_grants(**database, std::cout);
  (*database)->close();
  if (!exported) return fail(exported.error());
  std::cerr << *exported << " grants\n";
  return 0;
}

}  // namespace couplet::cli
