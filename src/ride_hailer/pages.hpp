// SPDX-License-Identifier: Apache-2.0
// Ride Hailer's pages as HTML, from the templates in web/ride_hailer. What to show is decided here; what
// comes from people or from Couplet is escaped by http::render.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/html.hpp"
#include "http/message.hpp"
#include "ride_hailer/alexa_news.hpp"
#include "ride_hailer/couplet_client.hpp"
#include "ride_hailer/rides.hpp"
#include "ride_hailer/sessions.hpp"
#include "ride_hailer/users.hpp"

namespace couplet::ride_hailer {

/// Where the forms of a page may lead.
enum class FormTargets {
  own_site,
  amazon_too,  // the answer to the form sends the browser on to Couplet and Amazon
};

/// The entry of the menu that is marked as the current one.
enum class MenuEntry { none, rides, alexa };

/// What every page of a signed-in user needs.
struct PageOwner {
  const User& user;
  std::string csrf_token;
  std::optional<Notice> notice;
};

class Pages {
 public:
  /// `base_url`'s scheme decides how strict the headers can be; demo users are shown with their passwords.
  Pages(std::string_view base_url, std::vector<UserEntry> demo_users);

  struct SignIn {
    std::string csrf_token;
    std::string login;  // typed before, when the password was wrong
    std::string after;  // "alexa" or "login_challenge=…": go there next
    std::string problem;
  };
  [[nodiscard]] http::Response sign_in(int status, const SignIn& form) const;
  [[nodiscard]] http::Response home(const PageOwner& owner, const std::vector<Ride>& rides,
                                    Instant now) const;
  /// `state` absent: Couplet gave no answer. `manage_url` may be empty; so may the news.
  [[nodiscard]] http::Response alexa(const PageOwner& owner, const std::optional<LinkState>& state,
                                     std::string_view manage_url, const std::vector<AlexaNewsItem>& news = {},
                                     Instant now = {}) const;
  [[nodiscard]] http::Response alexa_finish(const PageOwner& owner) const;
  /// What Alexa asks for and for which account; `login_challenge` is carried to the answer.
  [[nodiscard]] http::Response alexa_consent(const PageOwner& owner, const AuthorizationAsked& asked,
                                             std::string_view login_challenge) const;
  [[nodiscard]] http::Response message(int status, std::string_view title, std::string_view text) const;

 private:
  [[nodiscard]] http::Response frame(int status, std::string_view title, const PageOwner* owner,
                                     MenuEntry current, const http::Html& content, FormTargets targets) const;

  bool https_;
  std::vector<UserEntry> demo_users_;
};

/// "just now", "5 minutes ago", "3 hours ago", "2026-03-01"
[[nodiscard]] std::string how_long_ago(Instant then, Instant now);

/// Adds what every answer to a browser carries: CSP and its relatives (BR-01..03).
void add_security_headers(http::Response& response, FormTargets targets, bool https);

}  // namespace couplet::ride_hailer
