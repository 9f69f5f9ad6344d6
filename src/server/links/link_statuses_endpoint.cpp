// SPDX-License-Identifier: Apache-2.0
#include "server/links/link_statuses_endpoint.hpp"

#include <map>

#include "base/json.hpp"
#include "server/common/problem.hpp"
#include "server/links/link_status_endpoint.hpp"

namespace couplet::server {
namespace {

Result<std::vector<UserId>, http::Response> read_users(const Caller& caller, std::string_view text) {
  const auto body = parse_json_object(text);
  const json::array* const list = body ? find_array(*body, "users") : nullptr;
  if (!list)
    return std::unexpected(
        request_problem({400, "invalid_request", "the body must be { \"users\": [ … ] }, in JSON"}));
  if (list->size() > storage::kMaxUsersPerLookup)
    return std::unexpected(request_problem(
        {413, "too_many_users", "at most 1,000 users in one call; ask for the others in the next one"}));
  std::vector<UserId> users;
  for (const json::value& entry : *list) {
    auto user = CallerAuthentication::find_user(
        caller, entry.is_string() ? std::string_view(entry.get_string()) : std::string_view());
    if (!user) return std::unexpected(std::move(user.error()));
    users.push_back(*std::move(user));
  }
  return users;
}

http::Response ndjson(std::string lines) {
  return http::Response{.status = 200,
                        .headers = {{"Content-Type", "application/x-ndjson"}, {"Cache-Control", "no-store"}},
                        .body = std::move(lines)};
}

}  // namespace

LinkStatusesEndpoint::LinkStatusesEndpoint(const CallerAuthentication& callers, storage::GrantStore& grants,
                                           storage::LinkStore& links)
    : callers_(callers), grants_(grants), links_(links) {}

Task<http::Response> LinkStatusesEndpoint::handle(const http::Request& request) {
  const auto caller = callers_.authenticate(request);
  if (!caller) co_return caller.error();
  const auto target = callers_.find_target(*caller, request);
  if (!target) co_return target.error();
  const auto users = read_users(*caller, request.body);
  if (!users) co_return users.error();

  auto links = co_await links_.find_links(target->skill->name, *users);
  if (!links) co_return store_unavailable();
  std::map<UserId, AccountLink> stored;
  for (AccountLink& link : *links) stored.try_emplace(link.user, std::move(link));
  std::string lines;
  for (const UserId& user : *users) {
    const auto found = stored.find(user);
    const auto view = co_await view_of(found == stored.end() ? std::nullopt : std::optional(found->second));
    if (!view) co_return store_unavailable();
    lines += json::serialize(to_json_line(user, *view)) + "\n";
  }
  co_return ndjson(std::move(lines));
}

Task<storage::Result<LinkView>> LinkStatusesEndpoint::view_of(std::optional<AccountLink> link) {
  if (!link || link->status != LinkStatus::LINKED)
    co_return LinkView{LinkView::Status::NOT_LINKED, std::move(link), {}};
  const auto revoked = co_await grant_revoked_at(grants_, *link);
  if (!revoked) co_return std::unexpected(revoked.error());
  co_return LinkView{*revoked ? LinkView::Status::NOT_LINKED : LinkView::Status::LINKED, std::move(link),
                     *revoked};
}

}  // namespace couplet::server
