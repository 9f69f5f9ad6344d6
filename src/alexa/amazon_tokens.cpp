// SPDX-License-Identifier: Apache-2.0
#include "alexa/amazon_tokens.hpp"

#include "base/json.hpp"

namespace couplet::alexa {
namespace {

std::string row_of(AttemptId attempt_id) { return "attempt/" + attempt_id.text(); }
// The length keeps ("ab","c") and ("a","bc") apart.
std::string row_of(const SkillName& skill, const UserId& user) {
  return "link/" + std::to_string(skill.text().size()) + "/" + skill.text() + "/" + user.text();
}

Bytes seal_row(const AmazonTokens& tokens, const std::string& row, const KeyRing& keys, Random& random) {
  const json::object plain{{"a", tokens.access_token.reveal()},
                           {"r", tokens.refresh_token.reveal()},
                           {"e", tokens.expires_at.time_since_epoch().count()}};
  const Secret<struct PlainTag> text(json::serialize(plain));
  return keys.seal(SealPurpose::amazon_tokens, as_byte_view(text.reveal()), row, random);
}

std::optional<AmazonTokens> open_row(ByteView box, const std::string& row, const KeyRing& keys) {
  const auto plain = keys.open(SealPurpose::amazon_tokens, box, row);
  if (!plain) return std::nullopt;
  const auto object = parse_json_object(as_text(*plain));
  if (!object) return std::nullopt;
  const auto access = find_string(*object, "a"), refresh = find_string(*object, "r");
  const auto expires = find_integer(*object, "e");
  if (!access || !refresh || !expires) return std::nullopt;
  return AmazonTokens{AmazonAccessToken(std::string(*access)), AmazonRefreshToken(std::string(*refresh)),
                      Instant{milliseconds{*expires}}};
}

}  // namespace

Bytes seal_tokens(const AmazonTokens& tokens, AttemptId row, const KeyRing& keys, Random& random) {
  return seal_row(tokens, row_of(row), keys, random);
}
Bytes seal_tokens(const AmazonTokens& tokens, const SkillName& skill, const UserId& user, const KeyRing& keys,
                  Random& random) {
  return seal_row(tokens, row_of(skill, user), keys, random);
}
std::optional<AmazonTokens> open_tokens(ByteView box, AttemptId row, const KeyRing& keys) {
  return open_row(box, row_of(row), keys);
}
std::optional<AmazonTokens> open_tokens(ByteView box, const SkillName& skill, const UserId& user,
                                        const KeyRing& keys) {
  return open_row(box, row_of(skill, user), keys);
}

}  // namespace couplet::alexa
