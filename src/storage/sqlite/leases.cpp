// SPDX-License-Identifier: Apache-2.0
#include "storage/sqlite/leases.hpp"

namespace couplet::storage::sqlite {

namespace {

constexpr std::string_view kTake =
    "INSERT INTO leases (name, holder, until) VALUES (?1, ?2, ?4)"
    " ON CONFLICT (name) DO UPDATE SET holder = ?2, until = ?4 WHERE holder = ?2 OR until <= ?3";
constexpr std::string_view kRelease = "DELETE FROM leases WHERE name = ? AND holder = ?";

}  // namespace

Leases::Leases(Connection& connection) : take_(connection, kTake), release_(connection, kRelease) {}

bool Leases::take(const std::string& name, const std::string& holder, Instant now, Instant until) {
  return take_.run(name, holder, now, until) > 0;
}

void Leases::release(const std::string& name, const std::string& holder) { release_.run(name, holder); }

}  // namespace couplet::storage::sqlite
