// SPDX-License-Identifier: Apache-2.0
#include "alexa/accept_grant.hpp"

#include "base/form.hpp"

namespace couplet::alexa {
namespace {

// Another row than that of the link, so that neither box opens in the other's place (SE-03).
SkillName messaging_row(const SkillName& skill) { return SkillName("messaging/" + skill.text()); }

json::object event(std::string_view name, std::string_view message_id, std::string_view correlation_token,
                   json::object payload) {
  json::object header{{"namespace", "Alexa.Authorization"},
                      {"name", name},
                      {"messageId", message_id},
                      {"payloadVersion", "3"}};
  if (!correlation_token.empty()) header["correlationToken"] = correlation_token;
  return {{"event", json::object{{"header", std::move(header)}, {"payload", std::move(payload)}}}};
}

}  // namespace

std::string accept_grant_body(const Skill& skill, const AmazonCode& code) {
  FormWriter form;
  form.add("grant_type", "authorization_code")
      .add("code", code.reveal())
      .add("client_id", skill.messaging_client_id)
      .add("client_secret", skill.messaging_client_secret.reveal());
  return std::move(form).text();
}

Skill with_messaging_pair(const Skill& skill) {
  Skill other = skill;
  other.alexa_client_id = skill.messaging_client_id;
  other.alexa_client_secret = skill.messaging_client_secret;
  return other;
}

json::object accept_grant_response(std::string_view message_id, std::string_view correlation_token) {
  return event("AcceptGrant.Response", message_id, correlation_token, {});
}

json::object accept_grant_error(std::string_view message_id, std::string_view correlation_token,
                                std::string_view message) {
  return event("ErrorResponse", message_id, correlation_token,
               {{"type", "ACCEPT_GRANT_FAILED"}, {"message", message}});
}

Bytes seal_messaging_tokens(const AmazonTokens& tokens, const SkillName& skill, const UserId& user,
                            const KeyRing& keys, Random& random) {
  return seal_tokens(tokens, messaging_row(skill), user, keys, random);
}

std::optional<AmazonTokens> open_messaging_tokens(ByteView box, const SkillName& skill, const UserId& user,
                                                  const KeyRing& keys) {
  return open_tokens(box, messaging_row(skill), user, keys);
}

}  // namespace couplet::alexa
