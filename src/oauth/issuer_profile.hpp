// SPDX-License-Identifier: Apache-2.0
// What access tokens say about this installation: who issues them, for which resource, about whom.
#pragma once
#include <map>
#include <string>
#include <string_view>

#include "domain/ids.hpp"
#include "oauth/subject.hpp"

namespace couplet::oauth {

/// Constant after start; any thread.
struct IssuerProfile {
  std::string issuer;                          // byte for byte as configured (MD-02)
  std::map<SkillName, std::string> audiences;  // by skill: a token is for one of them (AT-10)
  Subjects subjects;

  /// The configured one; for a skill that is not configured the default, which no verifier accepts.
  [[nodiscard]] std::string audience_of(const SkillName& skill) const;
  [[nodiscard]] bool knows_audience(std::string_view audience) const;
};

/// {issuer}/skills/{name}
[[nodiscard]] std::string default_audience(std::string_view issuer, const SkillName& skill);

}  // namespace couplet::oauth
