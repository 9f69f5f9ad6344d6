// SPDX-License-Identifier: Apache-2.0
// `couplet import grants` and `couplet export grants`: row by row, with as much memory for ten million as for
// ten.
#pragma once
#include <cstdint>
#include <functional>
#include <istream>
#include <memory>
#include <ostream>
#include <string>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "server/config/config.hpp"
#include "storage/store.hpp"

namespace couplet::server {

using OpenedDatabase = Result<std::unique_ptr<storage::Database>, std::string>;
/// The configured database, made or brought up to date where it has to be.
[[nodiscard]] OpenedDatabase open_for_import(const Config& config);
/// The configured database as it is. Errors, of both: a sentence for people
[[nodiscard]] OpenedDatabase open_for_export(const Config& config);

struct ImportCounts {
  std::uint64_t rows = 0;  // that are settled; empty lines are not counted
  std::uint64_t imported = 0;
  std::uint64_t unchanged = 0;
  std::uint64_t refused = 0;
  std::uint64_t bytes = 0;  // that were read
};

struct ImportObserver {
  std::function<void(const ImportCounts&)> progress;                           // after each batch
  std::function<void(std::uint64_t line, const std::string& reason)> refused;  // in the order of the file
};

/// Imports every row of `rows`. What was imported before changes nothing, so a run that was stopped is
/// resumed by running it again. The next batch is read while the one before is being written. Errors:  the
/// store could not take a batch; everything before it is stored Effects: see GrantStore::import_grants()
[[nodiscard]] Result<ImportCounts, std::string> import_grants(const Config& config,
                                                              storage::Database& database, std::istream& rows,
                                                              const Clock& clock, Random& random,
                                                              const ImportObserver& observer);

/// One JSON object a line, in the order in which the grants were stored; no secret and no hash of one.
/// Shape:  { grant_id, client_id, skill, user, scope, origin, created_at, expires_at, revoked_at }
[[nodiscard]] Result<std::uint64_t, std::string> export_grants(storage::Database& database,
                                                               std::ostream& out);

}  // namespace couplet::server
