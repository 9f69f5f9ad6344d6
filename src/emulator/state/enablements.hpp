// SPDX-License-Identifier: Apache-2.0
// Which account has which skill enabled, and the provider's tokens that Alexa keeps for it. Thread: the
// emulator's.
#pragma once
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "emulator/state/model.hpp"

namespace couplet::emulator {

/// What the provider's token URL answered, and what Alexa remembers of the answer before.
struct ProviderTokens {
  ProviderAccessToken access_token;
  ProviderRefreshToken refresh_token;
  Instant expires_at{};
  Instant received_at{};
  Instant not_before{};  // the schedule leaves the link alone until then
  std::optional<ProviderRefreshToken> previous_refresh_token;  // absent while it has never changed
  ProviderAccessToken previous_access_token;                   // empty before the first refresh
  Instant previous_expires_at{};
  bool old_access_token_in_use = false;  // requests carry the previous one while it is good
};
/// What a request carries; null when there is nothing that is still good.
[[nodiscard]] const ProviderAccessToken* access_token_in_use(const ProviderTokens& tokens, Instant now);

struct Enablement {
  std::string user_id;  // ours: AmazonUser::id
  std::string skill_id;
  Stage stage = Stage::development;
  std::string alexa_user_id;             // the skill's name for the user; a new one after disable and enable
  std::optional<ProviderTokens> tokens;  // absent: enabled, not linked
  Instant linked_at{};
  std::string unlinked_because;  // why Alexa dropped the tokens: "invalid_grant at a refresh"
  Instant unlinked_at{};
};

struct EnablementChange;

class Enablements {
 public:
  Enablements(const Clock& clock, Random& random) : clock_(clock), random_(random) {}

  [[nodiscard]] const Enablement* find(std::string_view user_id, std::string_view skill_id) const;
  [[nodiscard]] std::vector<const Enablement*> of_user(std::string_view user_id) const;
  [[nodiscard]] std::vector<const Enablement*> all() const;
  /// Those with a refresh token.
  [[nodiscard]] std::vector<const Enablement*> refreshable() const;

  /// Enables or relinks; a relink keeps the Alexa user id.
  const Enablement& link(const std::string& user_id, const std::string& skill_id, Stage stage,
                         ProviderTokens tokens);
  /// New tokens after a refresh. False when the link has gone meanwhile.
  bool replace_tokens(std::string_view user_id, std::string_view skill_id, ProviderTokens tokens);
  /// Drops the provider's tokens, the skill stays enabled: what a refused refresh does.
  void unlink(std::string_view user_id, std::string_view skill_id, std::string why);
  /// The schedule leaves this link alone until then.
  void not_before(std::string_view user_id, std::string_view skill_id, Instant instant);
  /// Whether a user who comes back has the Alexa user id of before (userInformationPersistenceStatus).
  enum class UserInformation { NOT_PERSISTED, PERSISTED };
  enum class DisabledBy { user, provider };  // on the phone or by voice; by a DELETE of the provider's server
  /// False when there was nothing to disable.
  bool disable(std::string_view user_id, std::string_view skill_id,
               UserInformation information = UserInformation::NOT_PERSISTED,
               DisabledBy by = DisabledBy::user);
  void clear();

  /// `observer` hears of each change once it is made; clear(), refreshes and unlink() are none.
  void observe(std::function<void(const EnablementChange&)> observer) { observer_ = std::move(observer); }
  /// Everything, for a snapshot, tokens in clear.
  [[nodiscard]] json::object to_json() const;
  /// Takes the place of what is there, or changes nothing. Errors: a sentence
  Result<void, std::string> restore(const json::object& object);

 private:
  using Key = std::pair<std::string, std::string>;
  void tell(const EnablementChange& change) const;
  [[nodiscard]] Enablement* row(std::string_view user_id, std::string_view skill_id);

  const Clock& clock_;
  Random& random_;
  std::map<Key, Enablement> rows_;
  std::map<Key, std::string> kept_alexa_user_ids_;
  std::function<void(const EnablementChange&)> observer_;
};

/// What the skill's developer would hear of.
struct EnablementChange {
  enum class What { enabled, linked, disabled };  // a first link is enabled and linked, a relink only linked
  What what = What::enabled;
  Enablement enablement;  // as it is now, or was before it was disabled
  Enablements::UserInformation user_information = Enablements::UserInformation::NOT_PERSISTED;
  Enablements::DisabledBy disabled_by = Enablements::DisabledBy::user;
};

/// "amzn1.ask.account." and made-up capitals; never over 255 characters.
[[nodiscard]] std::string new_alexa_user_id(Random& random);

}  // namespace couplet::emulator
