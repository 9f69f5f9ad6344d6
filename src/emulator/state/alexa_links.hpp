// SPDX-License-Identifier: Apache-2.0
// Links that were started in the Alexa app and wait for the provider's answer. Thread: the emulator's.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "emulator/state/model.hpp"

namespace couplet::emulator {

/// Which of Alexa's redirect URLs the provider is told.
enum class ReturnTo {
  amazon,   // the one of the user's region, by its real name
  browser,  // the same path on the emulator's own browser port: a browser on this machine gets there
};

struct AlexaLinkStart {
  std::string user_id;
  std::string skill_id;
  Stage stage = Stage::development;
  std::optional<PlatformType> platform;  // absent: the login page
  std::string redirect_uri;
};

struct AlexaLink {
  AlexaLinkStart start;
  std::string oauth_state;
  std::string code_verifier;  // empty: the skill does not use PKCE
};

class AlexaLinks {
 public:
  AlexaLinks(const Clock& clock, Random& random) : clock_(clock), random_(random) {}
  AlexaLink start(AlexaLinkStart start, const Skill& skill);
  /// Once only, within half an hour.
  std::optional<AlexaLink> take(std::string_view oauth_state);
  void clear() { waiting_.clear(); }

 private:
  struct Waiting {
    AlexaLink link;
    Instant expires_at;
  };
  void forget_old();

  const Clock& clock_;
  Random& random_;
  std::map<std::string, Waiting, std::less<>> waiting_;
};

inline constexpr std::string_view kTokenAnswerPath = "/spa/skill/account-linking-status.html";

/// "/api/skill/link/M1EXAMPLEVENDOR"; for the implicit grant the path of the page that finds the token behind
/// the '#', with ?vendorId=.
[[nodiscard]] std::string alexa_redirect_path(const Skill& skill);
[[nodiscard]] std::string_view alexa_web_host(Region region);  // "layla.amazon.com"

/// The URL that Alexa opens. `authorization_url` is the skill's for the platform.
[[nodiscard]] std::string authorization_request_url(std::string_view authorization_url, const AlexaLink& link,
                                                    const AccountLinking& linking);

}  // namespace couplet::emulator
