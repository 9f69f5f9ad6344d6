// SPDX-License-Identifier: Apache-2.0
// couplet-bench: what one I/O thread of Couplet does in a second, beside what the same HTTP library does when
// it does next to nothing.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <fstream>
#include <iostream>
#include <memory>

#include "child.hpp"
#include "disk.hpp"
#include "floor.hpp"
#include "load.hpp"
#include "report.hpp"
#include "subject.hpp"

namespace couplet::bench {
namespace {

constexpr const char* kCodeExchange = "code exchange";
constexpr const char* kFullLink = "full link";

struct Options {
  std::filesystem::path programs;  // couplet and couplet-emulator
  std::string self;                // couplet-bench, for the floors
  std::filesystem::path folder;
  std::size_t connections = 64;
  std::size_t grants = 0;
  bool quick = false;
  std::string only;  // empty: all

  [[nodiscard]] std::chrono::milliseconds round() const {
    return std::chrono::milliseconds(quick ? 1000 : 5000);
  }
  [[nodiscard]] int rounds() const { return quick ? 3 : 5; }
  // More than one I/O thread can do in a millisecond; a round that runs out ends early.
  [[nodiscard]] Prepared prepared() const {
    const auto enough = [this](const char* measure, std::size_t per_millisecond) {
      constexpr std::size_t kEnoughForOne = 100;
      if (!only.empty() && only != measure && only != kFullLink) return kEnoughForOne;
      return static_cast<std::size_t>(rounds()) * static_cast<std::size_t>(round().count()) * per_millisecond;
    };
    return {.codes = enough(kCodeExchange, 30), .links = enough(kFullLink, 2), .grants = grants};
  }
};

struct Measure {
  Line line;
  const ServerProcess* server;
  int expected_status;
  std::function<bool(std::string&)> next_request;
};

Measure repeated(Line line, const ServerProcess& server, int expected_status, const std::string& request) {
  return {std::move(line), &server, expected_status,
          [request](std::string& out) { return out = request, true; }};
}

Round run_round(const Measure& measure, const Options& options) {
  Load load{measure.server->port(), options.connections, options.round(), measure.expected_status,
            measure.next_request};
  const auto before = measure.server->cpu_time();
  Round round{run_load(load), 0};
  const auto used = std::chrono::duration<double, std::micro>(measure.server->cpu_time() - before).count();
  round.cpu_us_per_request = used / static_cast<double>(std::max<std::uint64_t>(round.load.answers, 1));
  if (round.load.unexpected > 0)
    throw std::runtime_error(measure.line.name + ": " + std::to_string(round.load.unexpected) + " of " +
                             std::to_string(round.load.answers) + " answers were not what was asked for");
  return round;
}

class FloorProcess {
 public:
  FloorProcess(const Options& options, const std::string& name, const std::string& answer,
               std::vector<std::string> more = {})
      : answer_file_((options.folder / (name + ".json")).string()) {
    std::ofstream(answer_file_) << answer;
    std::vector<std::string> command{options.self, "floor", "--answer", answer_file_};
    command.insert(command.end(), more.begin(), more.end());
    process_ = std::make_unique<ServerProcess>(command, (options.folder / (name + ".log")).string());
  }
  [[nodiscard]] const ServerProcess& process() const { return *process_; }

 private:
  std::string answer_file_;
  std::unique_ptr<ServerProcess> process_;
};

// One measure, what it is compared with, and what that is compared with.
void keep_only(const std::string& name, std::vector<Measure>& measures) {
  std::vector<std::string> wanted;
  for (std::string next = name; !next.empty();) {
    const auto measure = std::ranges::find(measures, next, [](const Measure& m) { return m.line.name; });
    if (measure == measures.end()) throw std::runtime_error("there is no measure \"" + next + "\"");
    wanted.push_back(next);
    next = measure->line.floor;
  }
  std::erase_if(measures,
                [&](const Measure& m) { return std::ranges::find(wanted, m.line.name) == wanted.end(); });
}

int run(const Options& options) {
  std::filesystem::remove_all(options.folder);
  std::filesystem::create_directories(options.folder);
  const DiskSpeed disk = measure_disk(options.folder);
  const Prepared prepared = options.prepared();
  std::cerr << "couplet-bench: preparing " << prepared.grants << " grants, " << prepared.codes
            << " authorization codes and " << prepared.links << " links\n";
  Subject subject(options.programs, options.folder / "couplet", prepared);
  const FloorProcess bare(options, "bare", subject.token_answer());
  const FloorProcess bare_start(options, "start", subject.start_answer());
  const FloorProcess bare_introspection(options, "introspection", subject.introspect_answer());
  const FloorProcess signing(options, "signing", subject.token_answer(), {"--sign"});
  const FloorProcess durable(options, "durable", subject.token_answer(),
                             {"--sign", "--rows", (options.folder / "rows.db").string()});

  const std::string refresh = subject.refresh_request(), start = subject.start_request(),
                    introspection = subject.introspect_request();
  std::vector<Measure> measures{
      repeated({"floor: the same bytes", "", {}}, bare.process(), 200, refresh),
      repeated({"floor: + signature", "", {}}, signing.process(), 200, refresh),
      repeated({"floor: + signature + durable row", "", {}}, durable.process(), 200, refresh),
      repeated({"floor: the bytes of a link start", "", {}}, bare_start.process(), 200, start),
      repeated({"floor: the bytes of an introspection", "", {}}, bare_introspection.process(), 200,
               introspection),
      repeated({"refresh", "floor: + signature", {}}, subject.process(), 200, refresh),
      {{kCodeExchange, "floor: + signature + durable row", {}},
       &subject.process(),
       200,
       [&](std::string& out) { return subject.next_exchange(out); }},
      repeated({"introspection", "floor: the bytes of an introspection", {}}, subject.process(), 200,
               introspection),
      repeated({"link start", "floor: the bytes of a link start", {}}, subject.process(), 201, start),
      {{kFullLink, kCodeExchange, {}},
       &subject.process(),
       200,
       [&](std::string& out) { return subject.next_finish(out); }},
  };
  if (!options.only.empty()) keep_only(options.only, measures);
  // Interleaved: what else the machine does in a second hits floors and figures alike.
  for (int i = 0; i < options.rounds(); ++i)
    for (Measure& measure : measures) measure.line.rounds.push_back(run_round(measure, options));

  std::vector<Line> lines;
  for (Measure& measure : measures) lines.push_back(std::move(measure.line));
  std::cout << to_text(lines, disk) << "couplet: " << subject.process().resident_bytes() / 1024 / 1024
            << " MB resident, " << subject.database_bytes() / 1024 / 1024 << " MB database\n";
  std::filesystem::remove_all(options.folder);
  return 0;
}

void define(CLI::App& app, Options& options, FloorOptions& floor) {
  app.add_option("--programs", options.programs, "the folder of couplet and couplet-emulator")
      ->capture_default_str();
  app.add_option("--dir", options.folder, "a folder to work in, on the disk to measure; emptied")
      ->capture_default_str();
  app.add_option("--connections", options.connections, "kept open by the load generator")
      ->capture_default_str();
  app.add_option("--only", options.only, "one measure and its floor, by name: \"refresh\"");
  app.add_option("--grants", options.grants, "so many more users are linked when it begins")
      ->capture_default_str();
  app.add_flag("--quick", options.quick, "under a minute; the figures are rougher");
  CLI::App* const serve =
      app.add_subcommand("floor", "serve one of the floors; used by the benchmark itself");
  serve->add_option("--answer", floor.answer_file)->required();
  serve->add_flag("--sign", floor.signs);
  serve->add_option("--rows", floor.row_file);
}

}  // namespace
}  // namespace couplet::bench

int main(int argc, char** argv) {
  using namespace couplet::bench;
  Options options;
  FloorOptions floor;
  options.self = std::filesystem::read_symlink("/proc/self/exe").string();
  options.programs = std::filesystem::path(options.self).parent_path();
  options.folder = "bench-state";
  CLI::App app{"Measures Couplet beside floors that do only what cannot be left out"};
  define(app, options, floor);
  CLI11_PARSE(app, argc, argv);
  options.folder = std::filesystem::absolute(options.folder);
  try {
    return app.got_subcommand("floor") ? serve_floor(floor) : run(options);
  } catch (const std::exception& error) {
    std::cerr << "couplet-bench: " << error.what() << "\n";
    return 1;
  }
}
