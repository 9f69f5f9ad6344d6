// SPDX-License-Identifier: Apache-2.0
// Who may sign in to Ride Hailer. Constant after start; your service has a database here.
#pragma once
#include <boost/asio/thread_pool.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.hpp"
#include "base/task.hpp"
#include "ride_hailer/password.hpp"

namespace couplet::ride_hailer {

/// A user as the configuration names it.
struct UserEntry {
  std::string id;     // what Couplet knows the user by; never reassigned to somebody else
  std::string name;   // "Alice"
  std::string login;  // "alice"
  Password password;
};

struct User {
  std::string id;
  std::string name;
  std::string login;
  PasswordHash password_hash;
};

class Users {
 public:
  /// Passwords are hashed here and not kept. `password_pool` runs the slow hashing away from the I/O thread;
  /// it must be joined before this object goes.
  Users(const std::vector<UserEntry>& entries, Random& random, boost::asio::thread_pool& password_pool);

  /// The user, or nullptr for a wrong login or password; both take the same time.
  [[nodiscard]] Task<const User*> check_password(std::string login, Password password) const;
  [[nodiscard]] const User* find_by_id(std::string_view id) const;

 private:
  std::vector<User> users_;
  PasswordHash nobody_;  // compared for unknown logins, so that they cannot be told by the clock
  boost::asio::thread_pool* password_pool_;
};

}  // namespace couplet::ride_hailer
