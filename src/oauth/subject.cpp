// SPDX-License-Identifier: Apache-2.0
#include "oauth/subject.hpp"

#include <stdexcept>

namespace couplet::oauth {

// The derivation keeps the file's key out of the HMAC itself; the label can never change.
Subjects::Subjects(const SubjectKey& key)
    : key_(std::make_shared<const HmacKey>(
          derive_key(as_byte_view(key.reveal()), "couplet pairwise_subject v1"))) {}

std::string Subjects::of(const Client& client, const SkillName& skill, const UserId& user) const {
  return client.subject_type == SubjectType::public_id ? user.text() : pairwise(skill, user);
}

bool Subjects::is_name_of(std::string_view sub, const SkillName& skill, const UserId& user) const {
  return sub == user.text() || (key_ && sub == pairwise(skill, user));
}

// A skill's name has no NUL: two pairs never make one text.
std::string Subjects::pairwise(const SkillName& skill, const UserId& user) const {
  if (!key_) throw std::logic_error("a pairwise subject without its key");
  return to_base64url((*key_)(skill.text() + '\0' + user.text()));
}

}  // namespace couplet::oauth
