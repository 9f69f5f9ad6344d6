// SPDX-License-Identifier: Apache-2.0
// Couplet's public HTTP interface as a provider's backend uses it: start, finish, look, unlink, answer
// Alexa's request, check a token. This is the file to copy. It keeps nothing and guesses nothing: an answer
// that did not come is `unavailable`.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "base/task.hpp"
#include "http/client.hpp"

namespace couplet::ride_hailer {

using ApiKey = Secret<struct ApiKeyTag>;
using IntrospectionSecret = Secret<struct IntrospectionSecretTag>;
using AccessToken = Secret<struct AccessTokenTag>;  // ours, as Alexa presents it to the skill

/// Where Couplet is and what it knows us by.
struct CoupletAccess {
  std::string url;    // "https://link.example.org", no slash at the end
  ApiKey api_key;     // cpk_…; stays in the backend, never goes to a phone or a page
  std::string skill;  // Couplet's short name of the skill
  std::string introspection_client_id;
  IntrospectionSecret introspection_client_secret;
};

/// Where the user manages the skill in Alexa. Any of them may be empty.
struct ManageUrls {
  std::string ios;
  std::string android;
  std::string web;
};

/// A call that did not do what was asked.
struct CoupletError {
  enum class Kind {
    refused,      // Couplet says no, and says why
    unavailable,  // no answer, or none that makes sense: it may or may not have happened
  };
  Kind kind = Kind::unavailable;
  std::string code;                         // "access_denied"; for logs and decisions, not for people
  std::optional<std::string> user_message;  // shown word for word; absent: show nothing
  bool retryable = false;
  std::string trace_id;
  std::string reference{};  // what a user may quote to support
  ManageUrls manage_urls;  // the way out when unlinking failed
};
template <class T>
using CoupletResult = Result<T, CoupletError>;

struct StartRequest {
  std::string platform;      // "ios", "android", "web"
  std::string return_mode;   // "app": we finish with code and state; "browser": Couplet's page does
  std::string redirect_uri;  // empty: the skill's first
};
struct StartedLink {
  std::string launch_url;     // for browsers: sets Couplet's cookie, then goes to Login with Amazon
  std::string alexa_app_url;  // for phones with the Alexa app
  std::string lwa_url;        // for phones without it
};

/// What the browser or the app brought back from Amazon, unchanged: either a code or an error.
struct AmazonAnswer {
  std::string code;
  std::string state;
  std::string error;
  std::string error_description;
};

struct LinkState {
  enum class Status { linked, not_linked, unknown };
  enum class Action { link, unlink, manage_in_alexa };  // what the button should offer
  Status status = Status::unknown;
  Action action = Action::link;
  ManageUrls manage_urls;
};

/// What Alexa asks the user for, when a link starts in the Alexa app.
struct AuthorizationAsked {
  std::vector<std::string> scopes;
  std::string redirect_host;  // where the browser goes afterwards
};

struct TokenInfo {
  bool active = false;
  std::string user_id{};  // `sub`; this and the next are empty unless active
  std::string scope{};    // space-separated
  std::string audience{};
};

/// Thread: the one of `client`. `user` must come from your own session, never from the request.
class CoupletClient {
 public:
  CoupletClient(CoupletAccess access, http::Client& client);

  /// POST /v1/skills/{skill}/users/{user}/link-attempts
  Task<CoupletResult<StartedLink>> start_link(std::string user, StartRequest how);
  /// POST /v1/skills/{skill}/users/{user}/link; takes as long as Amazon does, up to 30 s.
  Task<CoupletResult<void>> finish_link(std::string user, AmazonAnswer answer);
  /// GET /v1/skills/{skill}/users/{user}/link
  Task<CoupletResult<LinkState>> link_state(std::string user);
  /// DELETE /v1/skills/{skill}/users/{user}/link
  Task<CoupletResult<void>> unlink(std::string user);
  /// GET /v1/authorization-requests/{login_challenge}
  Task<CoupletResult<AuthorizationAsked>> authorization_request(std::string login_challenge);
  /// POST …/accept: the URL to send the browser to.
  Task<CoupletResult<std::string>> accept_authorization(std::string login_challenge, std::string user);
  /// POST …/deny: the URL to send the browser to.
  Task<CoupletResult<std::string>> deny_authorization(std::string login_challenge);
  /// POST /oauth/introspect (RFC 7662)
  Task<CoupletResult<TokenInfo>> introspect(AccessToken token);

 private:
  struct Call {
    std::string method;
    std::string path;
    std::string body;
    std::string content_type;
    std::string authorization;
    http::Deadlines deadlines;
    std::string logged_path = {};  // where the path itself must not be in a log
  };
  Task<CoupletResult<json::object>> send(Call call);
  [[nodiscard]] Call api_call(std::string_view method, std::string_view user,
                              std::string_view last_segment) const;
  [[nodiscard]] Call authorization_call(std::string_view method, std::string_view login_challenge,
                                        std::string_view last_segment) const;
  Task<CoupletResult<std::string>> answer_authorization(Call call);

  CoupletAccess access_;
  http::Client& client_;
};

/// http:// or https:// and nothing that could leave an attribute or a header; anything else is not a link
/// target.
[[nodiscard]] bool is_web_url(std::string_view url);

}  // namespace couplet::ride_hailer
