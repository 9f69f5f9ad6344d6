// SPDX-License-Identifier: Apache-2.0
#include "emulator/state/alexa_links.hpp"

#include <algorithm>
#include <array>

#include "base/crypto.hpp"
#include "base/encoding.hpp"
#include "base/form.hpp"
#include "base/json.hpp"
#include "emulator/state/random_text.hpp"

namespace couplet::emulator {

namespace {

constexpr std::chrono::minutes kLife{30};
constexpr std::size_t kLimit = 1000;

/// As captured: base64 of a JSON object, so it begins with eyJ, is some hundreds of characters long, and (by
/// the filler) has characters in it that break where somebody does not encode.
std::string new_state(const AlexaLinkStart& start, const Skill& skill, Instant now, Random& random) {
  const json::object content{{"customerId", "A" + random_capitals_and_digits(random, 13)},
                             {"skillId", start.skill_id},
                             {"vendorId", skill.vendor_id},
                             {"stage", stage_text(start.stage)},
                             {"directedId", "amzn1.account." + random_capitals_and_digits(random, 28)},
                             {"nonce", random_letters_and_digits(random, 43)},
                             {"created", unix_seconds(now)},
                             {"filler", ">>>>>?????"}};
  return to_base64(as_byte_view(json::serialize(content)));
}

std::string scopes_text(const std::vector<std::string>& scopes) {
  std::string text;
  for (const std::string& scope : scopes) text += (text.empty() ? "" : " ") + scope;
  return text;
}

}  // namespace

AlexaLink AlexaLinks::start(AlexaLinkStart start, const Skill& skill) {
  forget_old();
  AlexaLink link;
  link.oauth_state = new_state(start, skill, clock_.now(), random_);
  const AccountLinking& linking = skill.account_linking;
  if (linking.pkce && linking.type == LinkingType::AUTH_CODE)
    link.code_verifier = to_base64url(random_.bytes<32>());
  link.start = std::move(start);
  waiting_.emplace(link.oauth_state, Waiting{link, clock_.now() + kLife});
  return link;
}

std::optional<AlexaLink> AlexaLinks::take(std::string_view oauth_state) {
  const auto found = waiting_.find(oauth_state);
  if (found == waiting_.end()) return std::nullopt;
  Waiting taken = std::move(found->second);
  waiting_.erase(found);
  if (clock_.now() >= taken.expires_at) return std::nullopt;
  return std::move(taken.link);
}

void AlexaLinks::forget_old() {
  std::erase_if(waiting_, [now = clock_.now()](const auto& entry) { return now >= entry.second.expires_at; });
  if (waiting_.size() < kLimit) return;
  waiting_.erase(
      std::ranges::min_element(waiting_, {}, [](const auto& entry) { return entry.second.expires_at; }));
}

std::string_view alexa_web_host(Region region) {
  switch (region) {
    case Region::na: return "pitangui.amazon.com";
    case Region::eu: return "layla.amazon.com";
    case Region::fe: break;
  }
  return "alexa.amazon.co.jp";
}

std::string alexa_redirect_path(const Skill& skill) {
  if (skill.account_linking.type == LinkingType::AUTH_CODE) return "/api/skill/link/" + skill.vendor_id;
  return std::string(kTokenAnswerPath) + "?vendorId=" + percent_encode(skill.vendor_id);
}

std::string authorization_request_url(std::string_view authorization_url, const AlexaLink& link,
                                      const AccountLinking& linking) {
  FormWriter query;  // in the order that was seen
  query.add("client_id", linking.clientId)
      .add("response_type", linking.type == LinkingType::AUTH_CODE ? "code" : "token")
      .add("state", link.oauth_state);
  if (!linking.scopes.empty()) query.add("scope", scopes_text(linking.scopes));
  query.add("redirect_uri", link.start.redirect_uri);
  if (!link.code_verifier.empty())
    query.add("code_challenge", to_base64url(sha256(link.code_verifier)))
        .add("code_challenge_method", "S256");
  return with_query(authorization_url, query.text());
}

}  // namespace couplet::emulator
