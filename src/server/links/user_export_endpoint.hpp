// SPDX-License-Identifier: Apache-2.0
// GET /v1/users/{user}/export: everything that is stored about one user.
#pragma once
#include "server/common/caller.hpp"
#include "storage/store.hpp"

namespace couplet::server {

/// Shape:   → 200 { user, exported_at, skills:[{ skill, link, attempts, grants, alexa_ids, events }] }: the
///          caller's skills about which anything is stored. No token, hash or sealed bytes
class UserExportEndpoint {
 public:
  UserExportEndpoint(const CallerAuthentication& callers, storage::UserStore& users, const Clock& clock);
  Task<http::Response> handle(const http::Request& request);

 private:
  const CallerAuthentication& callers_;
  storage::UserStore& users_;
  const Clock& clock_;
};

}  // namespace couplet::server
