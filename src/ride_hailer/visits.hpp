// SPDX-License-Identifier: Apache-2.0
// Who is behind a request, and whether a form was really sent from one of our pages.
#pragma once
#include <string>

#include "base/form.hpp"
#include "http/message.hpp"
#include "ride_hailer/pages.hpp"
#include "ride_hailer/sessions.hpp"
#include "ride_hailer/users.hpp"

namespace couplet::ride_hailer {

struct Visit {
  SessionId id;                // of the session, or of a visitor who is not signed in
  bool cookie_needed = false;  // the browser does not have this id yet
  const User* user = nullptr;  // nullptr: not signed in
};

/// Thread: one.
class Visits {
 public:
  Visits(Sessions& sessions, const Users& users, const Pages& pages, bool https);

  [[nodiscard]] Visit of(const http::Request& request);
  /// The form's fields, or the page that refuses it: no CSRF token of this very session, or not a form
  /// (BR-06).
  [[nodiscard]] Result<FormParameters, http::Response> form(const Visit& visit,
                                                            const http::Request& request) const;
  /// Takes the session's notice.
  [[nodiscard]] PageOwner owner(const Visit& visit);
  /// HttpOnly, SameSite=Lax because the way back from Amazon is a top-level GET from another site, and
  /// __Host- with Secure where there is https (BR-05).
  void set_cookie(http::Response& response, const SessionId& id) const;
  void clear_cookie(http::Response& response) const;

 private:
  Sessions& sessions_;
  const Users& users_;
  const Pages& pages_;
  bool https_;
  std::string cookie_name_;
};

}  // namespace couplet::ride_hailer
