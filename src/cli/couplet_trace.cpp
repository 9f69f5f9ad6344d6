// SPDX-License-Identifier: Apache-2.0
#include <iostream>

#include "cli/couplet_verbs.hpp"
#include "server/links/link_trace.hpp"

namespace couplet::cli {
namespace {

constexpr int kNothingFound = 3;

}  // namespace

int trace(const std::string& config_file, const TraceQuestion& question) {
  const auto config = load_or_explain(config_file);
  if (!config) return 1;
  const auto found =
      server::read_trace(*config, question.asked,
                         question.is_user ? server::TraceSubject::user : server::TraceSubject::anything);
  if (!found) {
    std::cerr << "couplet: " << found.error() << "\n";
    return 1;
  }
  if (question.json)
    std::cout << json::serialize(server::to_json(*found)) << "\n";
  else
    std::cout << server::trace_text(*found);
  if (!found->empty()) return 0;
  std::cerr
      << "couplet: no attempt has this id or reference code, and no user this id. Attempts are kept for\n"
         "storage.keep_attempts; one that was refused before it began is in the log, as link.refused.\n";
  return kNothingFound;
}

}  // namespace couplet::cli
