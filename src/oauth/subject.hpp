// SPDX-License-Identifier: Apache-2.0
// Under which name the tokens of a client speak of a user: the provider's own id, or one that nobody else can
// link to the user's name at another skill. Storage always uses the provider's id.
#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "base/crypto.hpp"
#include "base/secret.hpp"
#include "domain/client.hpp"

namespace couplet::oauth {

using SubjectKey = Secret<struct SubjectKeyTag>;  // 32 bytes; must stay the same for ever

/// Constant after construction; any thread. Copies share the key.
class Subjects {
 public:
  Subjects() = default;  // public names only
  explicit Subjects(const SubjectKey& key);

  /// `sub` of a user in the tokens of this client for this skill, the sector of OpenID Connect Core 8.1.
  /// Never reassigned as long as the provider keeps its promise for `user` (AT-06). Throws std::logic_error
  /// for a pairwise client without a key, which the configuration refuses.
  [[nodiscard]] std::string of(const Client& client, const SkillName& skill, const UserId& user) const;
  /// True for either name, so that tokens outlive a change of the client's subject type.
  [[nodiscard]] bool is_name_of(std::string_view sub, const SkillName& skill, const UserId& user) const;

 private:
  [[nodiscard]] std::string pairwise(const SkillName& skill, const UserId& user) const;

  std::shared_ptr<const HmacKey> key_;
};

}  // namespace couplet::oauth
