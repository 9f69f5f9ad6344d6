// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <iostream>

#include "cli/couplet_verbs.hpp"
#include "server/webhooks/webhook_desk.hpp"

namespace couplet::cli {
namespace {

std::optional<std::string> named(const std::string& target) {
  return target.empty() ? std::nullopt : std::optional(target);
}

int fail(const std::string& what) {
  std::cerr << "couplet: " << what << "\n";
  return 1;
}

// A target that is not configured any more may still have deliveries; a misspelt one is worth a word.
void warn_of_unknown(const server::Config& config, const std::string& target) {
  const auto found = std::ranges::find(config.webhooks, target, &server::WebhookTarget::name);
  if (target.empty() || found != config.webhooks.end()) return;
  std::cerr << "couplet: no [[webhooks]] table is named \"" << target << "\"\n";
}

}  // namespace

int webhooks_list(const std::string& config_file, const std::string& target) {
  const auto config = load_or_explain(config_file);
  if (!config) return 1;
  warn_of_unknown(*config, target);
  auto database = server::open_outbox(*config);
  if (!database) return fail(database.error());
  const auto counts = server::list_webhooks(**database, named(target), std::cout);
  (*database)->close();
  if (!counts) return fail(counts.error());
  std::cerr << fmt::format("{} waiting, {} given up\n", counts->waiting, counts->given_up);
  return 0;
}

int webhooks_retry(const std::string& config_file, const std::string& target) {
  const auto config = load_or_explain(config_file);
  if (!config) return 1;
  warn_of_unknown(*config, target);
  auto database = server::open_outbox(*config);
  if (!database) return fail(database.error());
  const SystemClock clock;
  const auto count = server::retry_webhooks(**database, named(target), clock.now());
  (*database)->close();
  if (!count) return fail(count.error());
  std::cout << fmt::format("{} wait again\n", *count);
  return 0;
}

}  // namespace couplet::cli
