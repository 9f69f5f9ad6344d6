// SPDX-License-Identifier: Apache-2.0
// Ride Hailer's own small authorization server, for skills with authorization = "external": codes that work
// once, and tokens. Everything is kept by its hash, in memory; your service has a database here, or an OAuth
// server already.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/crypto.hpp"
#include "base/random.hpp"
#include "base/secret.hpp"
#include "ride_hailer/couplet_client.hpp"

namespace couplet::ride_hailer {

using OwnCode = Secret<struct OwnCodeTag>;
using OwnRefreshToken = Secret<struct OwnRefreshTokenTag>;

struct OwnTokens {
  AccessToken access_token;
  OwnRefreshToken refresh_token;  // empty after a refresh: the old one stays good
  seconds expires_in{0};
};

/// Thread: one.
class OwnAuthorization {
 public:
  OwnAuthorization(const Clock& clock, Random& random) : clock_(clock), random_(random) {}

  /// A code for this user. The same `call_id` again gives another code and makes the one before it useless:
  /// its answer was lost.
  [[nodiscard]] OwnCode issue(const std::string& call_id, std::string user_id, std::string redirect_uri);
  /// Absent for a code that is unknown, spent, too old, or for another redirect URI. A spent code that comes
  /// again ends what it was spent for: one of the two who sent it has stolen it. The user's link before ends,
  /// too.
  [[nodiscard]] std::optional<OwnTokens> redeem(const OwnCode& code, std::string_view redirect_uri);
  /// The refresh token stays as it is: an answer that Alexa never saw costs nobody the link.
  [[nodiscard]] std::optional<OwnTokens> refresh(const OwnRefreshToken& refresh_token);
  [[nodiscard]] std::optional<std::string> user_of(const AccessToken& token) const;
  /// After an unlink.
  void revoke(std::string_view user_id);

 private:
  struct Code {
    std::string user_id;
    std::string redirect_uri;
    Instant expires_at{};
    std::optional<Digest> grant;  // what it was spent for
  };
  struct Access {
    std::string user_id;
    Instant expires_at{};
  };
  [[nodiscard]] OwnTokens access_for(const std::string& user_id);
  void drop_expired();

  const Clock& clock_;
  Random& random_;
  std::map<std::string, Digest> calls_;  // call id → its code
  std::map<Digest, Code> codes_;
  std::map<Digest, std::string> grants_;  // refresh token → user id
  std::map<Digest, Access> access_;
};

}  // namespace couplet::ride_hailer
