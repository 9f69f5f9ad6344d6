// SPDX-License-Identifier: Apache-2.0
// AcceptGrant of smart-home skills (alexa-protocol 6.3): what is said to Login with Amazon, and what the
// skill answers Alexa.
#pragma once
#include <string>
#include <string_view>

#include "alexa/amazon_tokens.hpp"
#include "base/json.hpp"
#include "domain/skill.hpp"

namespace couplet::alexa {

/// Form body of POST /auth/o2/token with the pair for messages. There is no redirect_uri and no verifier.
[[nodiscard]] std::string accept_grant_body(const Skill& skill, const AmazonCode& code);

/// The skill as Login with Amazon knows it where messages are concerned: the other pair.
[[nodiscard]] Skill with_messaging_pair(const Skill& skill);

/// Event names of the answer; the correlation token is echoed where the directive had one.
[[nodiscard]] json::object accept_grant_response(std::string_view message_id,
                                                 std::string_view correlation_token);
[[nodiscard]] json::object accept_grant_error(std::string_view message_id, std::string_view correlation_token,
                                              std::string_view message);

/// As seal_tokens(), in a row of their own.
[[nodiscard]] Bytes seal_messaging_tokens(const AmazonTokens& tokens, const SkillName& skill,
                                          const UserId& user, const KeyRing& keys, Random& random);
[[nodiscard]] std::optional<AmazonTokens> open_messaging_tokens(ByteView box, const SkillName& skill,
                                                                const UserId& user, const KeyRing& keys);

}  // namespace couplet::alexa
