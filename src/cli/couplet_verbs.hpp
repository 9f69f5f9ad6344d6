// SPDX-License-Identifier: Apache-2.0
// The verbs of `couplet`. Each returns the exit code: 0 done, 1 could not, 2 called wrongly.
#pragma once
#include <memory>
#include <string>

#include "server/config/config.hpp"
#include "server/oauth/development_codes.hpp"

namespace couplet::cli {

/// Null after the faults were printed to standard error.
[[nodiscard]] std::unique_ptr<const server::Config> load_or_explain(const std::string& file);

int serve(const std::string& config_file);
int check(const std::string& config_file);
int keys_init(const std::string& directory);
/// 256 random bits: a client secret, or the key of pairwise subjects.
int keys_random();
int keys_webhook_secret();
/// Writes the next free signing-N.jwk.
int keys_signing_new(const std::string& directory);
int keys_signing_list(const std::string& config_file);
int api_key_new(const std::string& name, const std::vector<std::string>& skills);

/// Where the rows of `import grants` come from, and where its refusals go.
struct GrantFiles {
  std::string rows;    // "-": standard input
  std::string report;  // empty: none
};
/// 3 when rows were refused.
int import_grants(const std::string& config_file, const GrantFiles& files);
int export_grants(const std::string& config_file);

/// What `couplet trace` is asked.
struct TraceQuestion {
  std::string asked;  // an attempt id, a reference code, or a user id
  bool is_user = false;
  bool json = false;
};
/// 3 when nothing was found.
int trace(const std::string& config_file, const TraceQuestion& question);

/// `target` may be empty: all.
int webhooks_list(const std::string& config_file, const std::string& target);
int webhooks_retry(const std::string& config_file, const std::string& target);

int dev_code(const std::string& config_file, const server::DevelopmentCodes& wanted);

}  // namespace couplet::cli
