// SPDX-License-Identifier: Apache-2.0
// The codes and tokens that Login with Amazon has given out. Knows nothing of HTTP. Thread: the emulator's.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/clock.hpp"
#include "base/crypto.hpp"
#include "base/json.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "emulator/state/model.hpp"
#include "emulator/state/pkce.hpp"

namespace couplet::emulator {

inline constexpr std::chrono::minutes kAmazonCodeLife{5};
inline constexpr std::chrono::seconds kAmazonAccessTokenLife{3600};
inline constexpr std::size_t kAmazonCodeLength = 20;

enum class AmazonTokenLength {
  usual,    // somewhat over 350 characters
  longest,  // 2048, the most that LWA's pages allow
};

/// Who may do what in whose name.
struct AmazonGrant {
  std::string user_id;
  std::string alexa_client_id;
  std::string scope;

  [[nodiscard]] bool covers(std::string_view wanted_scope) const;
};

/// What a code was issued for, and what it is bound to.
struct Consent {
  AmazonGrant grant;
  std::string redirect_uri;
  std::optional<CodeChallenge> challenge;
};

struct AmazonTokenPair {
  AmazonAccessToken access_token;
  AmazonRefreshToken refresh_token;
};

enum class TokenCondition {
  good,
  expired,
  revoked,  // the user disabled the skill
  unknown,
};

struct TokenStanding {
  TokenCondition condition = TokenCondition::unknown;
  AmazonGrant grant;  // empty when unknown
  Instant issued_at{};
  Instant expires_at{};
};

class AmazonTokens {
 public:
  AmazonTokens(const Clock& clock, Random& random) : clock_(clock), random_(random) {}

  AmazonCode issue_code(Consent consent, std::size_t length = kAmazonCodeLength);
  /// Absent when it is unknown, expired or spent. Spends the code whatever the caller finds out next: a
  /// failed try burns it too.
  std::optional<Consent> take_code(std::string_view code);
  /// Undoes the last take_code() when it took this code: a failed try did not burn it.
  void give_back(std::string_view code);
  /// Whose code it is or, for as long as it would have lived, was; empty when it is unknown.
  [[nodiscard]] std::string user_of_code(std::string_view code) const;

  AmazonTokenPair issue_pair(const AmazonGrant& grant, AmazonTokenLength length = AmazonTokenLength::usual);
  [[nodiscard]] TokenStanding access_token(std::string_view token) const;
  [[nodiscard]] TokenStanding refresh_token(std::string_view token) const;

  enum class Revoke { both, refresh_tokens };
  /// Disabling the skill revokes the Amazon tokens of this user and client.
  void revoke(std::string_view user_id, std::string_view alexa_client_id, Revoke which = Revoke::both);
  void clear();

  /// Everything, for a snapshot; codes and tokens as their digests.
  [[nodiscard]] json::object to_json() const;
  /// Takes the place of what is there, or changes nothing. Errors: a sentence
  Result<void, std::string> restore(const json::object& object);

 private:
  struct Code {
    Consent consent;
    Instant expires_at;
  };
  struct Token {
    AmazonGrant grant;
    Instant issued_at;
    Instant expires_at;
    std::uint64_t serial = 0;  // in the order of issue; a revocation reaches up to one
    bool revoked = false;      // was so already when a snapshot was taken
  };
  using Tokens = std::map<Digest, Token>;
  /// Of a user and a client: the serial of the last token that was revoked.
  using Revocations = std::map<std::pair<std::string, std::string>, std::uint64_t>;
  struct Pile {
    Tokens tokens;
    Revocations revoked_up_to;
    std::size_t next_sweep = 0;

    [[nodiscard]] bool is_revoked(const Token& token) const;
  };
  [[nodiscard]] TokenStanding standing(const Pile& pile, std::string_view token) const;
  [[nodiscard]] static json::array tokens_json(const Pile& pile);
  [[nodiscard]] static bool read_tokens(const json::array* entries, Pile& pile);
  [[nodiscard]] static bool read_codes(const json::array* entries, std::map<Digest, Code>& codes);
  static void sweep(Pile& pile, Instant now);
  void forget_old();

  const Clock& clock_;
  Random& random_;
  std::map<Digest, Code> codes_;
  std::map<Digest, Code> spent_codes_;
  std::optional<Digest> last_taken_;
  Pile access_tokens_;
  Pile refresh_tokens_;
  std::uint64_t last_serial_ = 0;
};

}  // namespace couplet::emulator
