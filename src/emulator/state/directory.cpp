// SPDX-License-Identifier: Apache-2.0
#include "emulator/state/directory.hpp"

#include <algorithm>
#include <utility>

namespace couplet::emulator {

namespace {

template <class Things, class Member>
auto find_by(const Things& things, Member member, std::string_view value) -> const
    typename Things::value_type* {
  const auto found = std::ranges::find_if(things, [&](const auto& thing) { return thing.*member == value; });
  return found == things.end() ? nullptr : &*found;
}

template <class Things, class Thing, class Member>
void put_by(Things& things, Thing thing, Member member) {
  const auto found =
      std::ranges::find_if(things, [&](const auto& known) { return known.*member == thing.*member; });
  if (found != things.end())
    *found = std::move(thing);
  else
    things.push_back(std::move(thing));
}

}  // namespace

Directory::Directory(std::vector<AmazonUser> users, std::vector<Skill> skills)
    : first_users_(std::move(users)),
      first_skills_(std::move(skills)),
      users_(first_users_),
      skills_(first_skills_) {
  for (std::size_t i = 0; i < users_.size(); ++i) user_places_[users_[i].id] = i;
}

const AmazonUser* Directory::find_user(std::string_view id) const {
  const auto place = user_places_.find(id);
  return place == user_places_.end() ? nullptr : &users_[place->second];
}

const Skill* Directory::find_skill(std::string_view skill_id) const {
  return find_by(skills_, &Skill::skill_id, skill_id);
}

const Skill* Directory::find_skill_of_client(std::string_view alexa_client_id) const {
  return find_by(skills_, &Skill::alexa_client_id, alexa_client_id);
}

void Directory::put(AmazonUser user) {
  const auto [place, is_new] = user_places_.try_emplace(user.id, users_.size());
  if (is_new)
    users_.push_back(std::move(user));
  else
    users_[place->second] = std::move(user);
}

void Directory::put(Skill skill) { put_by(skills_, std::move(skill), &Skill::skill_id); }

void Directory::reset() { replace(first_users_, first_skills_); }

void Directory::replace(std::vector<AmazonUser> users, std::vector<Skill> skills) {
  users_.clear();
  user_places_.clear();
  for (AmazonUser& user : users) put(std::move(user));
  skills_ = std::move(skills);
}

}  // namespace couplet::emulator
