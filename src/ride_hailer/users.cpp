// SPDX-License-Identifier: Apache-2.0
#include "ride_hailer/users.hpp"

#include <algorithm>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace couplet::ride_hailer {
namespace {

namespace asio = boost::asio;

Task<bool> matches_in_pool(asio::thread_pool& pool, PasswordHash hash, Password password) {
  auto start = [&pool](auto handler, PasswordHash known, Password given) {
    auto home = asio::make_work_guard(asio::get_associated_executor(handler));
    asio::post(pool, [handler = std::move(handler), home = std::move(home), known,
                      given = std::move(given)]() mutable {
      const bool matches = known.matches(given);
      asio::post(home.get_executor(),
                 [handler = std::move(handler), matches]() mutable { std::move(handler)(matches); });
    });
  };
  co_return co_await asio::async_initiate<const asio::use_awaitable_t<>, void(bool)>(
      std::move(start), asio::use_awaitable, std::move(hash), std::move(password));
}

}  // namespace

Users::Users(const std::vector<UserEntry>& entries, Random& random, asio::thread_pool& password_pool)
    : nobody_(PasswordHash::of(Password{}, random)), password_pool_(&password_pool) {
  for (const UserEntry& entry : entries)
    users_.push_back({entry.id, entry.name, entry.login, PasswordHash::of(entry.password, random)});
}

Task<const User*> Users::check_password(std::string login, Password password) const {
  const auto found = std::ranges::find(users_, login, &User::login);
  const bool known = found != users_.end();
  PasswordHash hash = known ? found->password_hash : nobody_;
  const bool matches = co_await matches_in_pool(*password_pool_, hash, std::move(password));
  co_return known&& matches ? &*found : nullptr;
}

const User* Users::find_by_id(std::string_view id) const {
  const auto found = std::ranges::find(users_, id, &User::id);
  return found == users_.end() ? nullptr : &*found;
}

}  // namespace couplet::ride_hailer
