// SPDX-License-Identifier: Apache-2.0
// What importing one grant does to the rows, for engines to run inside one transaction. `Rows` has
// find_grant, find_grant_by_refresh, insert_grant, find_link and put_link, as memory_rows.hpp.
#pragma once
#include "storage/store.hpp"

namespace couplet::storage {

namespace import_acts {

inline bool is_same_row(const Grant& stored, const Grant& row) {
  return stored.client_id == row.client_id && stored.skill == row.skill && stored.user == row.user &&
         stored.scope == row.scope && stored.created_at == row.created_at &&
         stored.expires_at == row.expires_at;
}

/// What the user's link says against this grant; nothing when it may become the link.
template <class Rows>
std::optional<ImportOutcome> objection(Rows& rows, const AccountLink& link, const Grant& row) {
  if (link.status == LinkStatus::NOT_LINKED)
    return link.changed_at > row.created_at ? std::optional(ImportOutcome::ended) : std::nullopt;
  const auto current = link.grant_id ? rows.find_grant(*link.grant_id) : std::optional<Grant>();
  if (!current) return std::nullopt;
  if (current->revoked_at)
    return *current->revoked_at > row.created_at ? std::optional(ImportOutcome::ended) : std::nullopt;
  return current->created_at >= row.created_at ? std::optional(ImportOutcome::superseded) : std::nullopt;
}

/// A link that Couplet made while another server issued the tokens stays what it is, and gets its grant.
inline AccountLink link_of(const std::optional<AccountLink>& link, const Grant& grant) {
  if (link && link->status == LinkStatus::LINKED && !link->grant_id) {
    AccountLink joined = *link;
    joined.grant_id = grant.grant_id;
    return joined;
  }
  return link_made_in_alexa(grant, grant.created_at);
}

}  // namespace import_acts

template <class Rows>
ImportOutcome import_grant(Rows& rows, Grant grant, Instant now) {
  if (const auto stored = rows.find_grant_by_refresh(grant.refresh_selector))
    return import_acts::is_same_row(*stored, grant) ? ImportOutcome::unchanged : ImportOutcome::conflicting;
  const auto link = rows.find_link(grant.skill, grant.user);
  if (link)
    if (const auto no = import_acts::objection(rows, *link, grant)) return *no;
  const AccountLink linked = import_acts::link_of(link, grant);
  grant.origin = *linked.origin;
  rows.insert_grant(grant);
  rows.put_link(linked, now);
  return ImportOutcome::imported;
}

}  // namespace couplet::storage
