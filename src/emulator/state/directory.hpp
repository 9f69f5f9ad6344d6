// SPDX-License-Identifier: Apache-2.0
// The accounts and skills of the emulated Amazon. Thread: the emulator's. Returned pointers are valid until
// the next co_await: a control call may replace what they point to.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/state/model.hpp"

namespace couplet::emulator {

class Directory {
 public:
  Directory(std::vector<AmazonUser> users, std::vector<Skill> skills);

  [[nodiscard]] const std::vector<AmazonUser>& users() const { return users_; }
  [[nodiscard]] const std::vector<Skill>& skills() const { return skills_; }
  [[nodiscard]] const AmazonUser* find_user(std::string_view id) const;
  [[nodiscard]] const Skill* find_skill(std::string_view skill_id) const;
  [[nodiscard]] const Skill* find_skill_of_client(std::string_view alexa_client_id) const;

  /// Adds, or replaces the one with the same id.
  void put(AmazonUser user);
  void put(Skill skill);
  /// Back to what the constructor was given.
  void reset();
  /// All of them at once.
  void replace(std::vector<AmazonUser> users, std::vector<Skill> skills);

 private:
  std::vector<AmazonUser> first_users_;
  std::vector<Skill> first_skills_;
  std::vector<AmazonUser> users_;
  std::vector<Skill> skills_;
  std::map<std::string, std::size_t, std::less<>> user_places_;  // in users_; there may be tens of thousands
};

}  // namespace couplet::emulator
