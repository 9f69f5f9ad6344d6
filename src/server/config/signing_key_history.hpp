// SPDX-License-Identifier: Apache-2.0
// Which signing keys have to be published although the configuration names them no more: a token lives up to
// access_token_lifetime after its key has signed for the last time.
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "server/config/config.hpp"

namespace couplet::server {

/// Knows what this process has seen, and assumes of every key it began with that it signed until then.
/// Thread: one at a time.
class SigningKeyHistory {
 public:
  SigningKeyHistory(const Config& config, Instant started);

  /// `next`, with those keys appended that left the list while tokens of theirs may be alive; both that, and
  /// a key that signs without having been published before, are logged. Spec: requirement SE-04
  [[nodiscard]] std::shared_ptr<const Config> carry_over(const std::shared_ptr<const Config>& next,
                                                         Instant now);

 private:
  struct Published {
    PrivateJwk key;
    std::optional<Instant>
        last_signed;  // never, for a key that was appended and has not been moved to the front
  };
  void follow(const Config& config);

  std::map<std::string, Published> published_;  // by kid
  std::string signer_;                          // kid
  seconds longest_lifetime_{0};
};

/// The kid of the public key.
[[nodiscard]] std::string kid_of(const PrivateJwk& key);

}  // namespace couplet::server
