// SPDX-License-Identifier: Apache-2.0
#include "oauth/issuer_profile.hpp"

#include <algorithm>

namespace couplet::oauth {

std::string IssuerProfile::audience_of(const SkillName& skill) const {
  const auto found = audiences.find(skill);
  return found == audiences.end() ? default_audience(issuer, skill) : found->second;
}

bool IssuerProfile::knows_audience(std::string_view audience) const {
  return std::ranges::any_of(audiences, [audience](const auto& known) { return known.second == audience; });
}

std::string default_audience(std::string_view issuer, const SkillName& skill) {
  return std::string(issuer) + "/skills/" + skill.text();
}

}  // namespace couplet::oauth
