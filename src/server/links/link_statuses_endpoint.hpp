// SPDX-License-Identifier: Apache-2.0
// POST /v1/skills/{skill}/link-status: who has linked, and who has not, of many users at once.
#pragma once
#include "server/common/caller.hpp"
#include "server/common/json_shapes.hpp"
#include "storage/store.hpp"

namespace couplet::server {

/// Shape:   { users:[…] }, at most 1,000 → 200 NDJSON, one line for each in the order asked:
///          { user, status, origin, checked_at, action }, from what is stored
/// Errors:  400 invalid_request or invalid_user; 403 forbidden_user for a user token that asks about others;
///          413 too_many_users
class LinkStatusesEndpoint {
 public:
  LinkStatusesEndpoint(const CallerAuthentication& callers, storage::GrantStore& grants,
                       storage::LinkStore& links);
  Task<http::Response> handle(const http::Request& request);

 private:
  Task<storage::Result<LinkView>> view_of(std::optional<AccountLink> link);

  const CallerAuthentication& callers_;
  storage::GrantStore& grants_;
  storage::LinkStore& links_;
};

}  // namespace couplet::server
