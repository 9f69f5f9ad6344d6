// SPDX-License-Identifier: Apache-2.0
// The codes and grants tables: each verb of GrantStore as SQL, on one connection. Those that change something
// expect to run inside the writer's transaction.
#pragma once
#include "storage/sqlite/statement.hpp"
#include "storage/store.hpp"

namespace couplet::storage::sqlite {

class Grants {
 public:
  explicit Grants(Connection& connection);

  void insert_code(const AuthorizationCodeRecord& code);
  std::optional<AuthorizationCodeRecord> find_code(const CodeSelector& selector);
  SpendOutcome spend_code(const CodeSelector& selector, const Grant& grant, Instant now);
  /// What it was redeemed for, if it was: that is the caller's to end.
  std::optional<GrantId> withdraw_code(const CodeSelector& selector, Instant now);
  void withdraw_unspent_code(const CodeSelector& selector, Instant now) { withdraw_.run(now, selector); }
  std::optional<Grant> find_grant(const GrantId& grant_id);
  std::optional<Grant> find_grant_by_refresh(const RefreshSelector& selector);
  void revoke_grant(const GrantId& grant_id, Instant now);
  /// Those that are not revoked.
  std::vector<Grant> live_grants_of(const SkillName& skill, const UserId& user);
  void doubt_grant(const GrantId& grant_id, bool in_doubt);
  bool rotate_refresh_token(const GrantId& grant_id, const RefreshRotation& from, const RefreshRotation& to);
  OldestGrants oldest_grants(const ClientId& client_id);
  void insert_grant(const Grant& grant);
  std::vector<Grant> list_grants(const std::optional<GrantId>& after, std::size_t limit);
  std::size_t purge_codes(Instant before, std::size_t limit);

 private:
  Statement insert_code_;
  Statement find_code_;
  Statement mark_spent_;
  Statement withdraw_;
  Statement purge_codes_;
  Statement insert_grant_;
  Statement find_grant_;
  Statement find_grant_by_refresh_;
  Statement revoke_;
  Statement rotate_;
  Statement oldest_;
  Statement live_of_user_;
  Statement doubt_;
  Statement list_grants_;
};

}  // namespace couplet::storage::sqlite
