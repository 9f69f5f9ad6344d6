// SPDX-License-Identifier: Apache-2.0
#include "emulator/state/amazon_tokens.hpp"

#include <algorithm>
#include <ranges>
#include <utility>

#include "emulator/state/random_text.hpp"

namespace couplet::emulator {

namespace {

constexpr std::size_t kRemembered = 20000;  // codes and tokens of each kind before old ones are forgotten

// Amazon's tokens are 350 characters or more, so that nobody's column is too short only in production.
constexpr std::size_t kTokenBytes = 270;
constexpr std::size_t kLongestTokenBytes = 1529;  // 2048 characters

std::string token_text(std::string_view prefix, AmazonTokenLength length, Random& random) {
  const std::string body = length == AmazonTokenLength::longest
                               ? to_base64url(random.bytes<kLongestTokenBytes>())
                               : to_base64url(random.bytes<kTokenBytes>());
  return std::string(prefix) + "|IwEB" + body;
}

}  // namespace

bool AmazonGrant::covers(std::string_view wanted_scope) const {
  for (const auto word : std::views::split(scope, ' '))
    if (std::string_view(word) == wanted_scope) return true;
  return false;
}

AmazonCode AmazonTokens::issue_code(Consent consent, std::size_t length) {
  forget_old();
  std::string code = "AN" + random_letters_and_digits(random_, length - 2);
  codes_.emplace(sha256(code), Code{std::move(consent), clock_.now() + kAmazonCodeLife});
  return AmazonCode(std::move(code));
}

std::optional<Consent> AmazonTokens::take_code(std::string_view code) {
  auto taken = codes_.extract(sha256(code));
  last_taken_ = taken ? std::optional(taken.key()) : std::nullopt;
  if (!taken || clock_.now() >= taken.mapped().expires_at) return std::nullopt;
  return spent_codes_.insert(std::move(taken)).position->second.consent;
}

void AmazonTokens::give_back(std::string_view code) {
  if (last_taken_ == sha256(code)) codes_.insert(spent_codes_.extract(*last_taken_));
}

std::string AmazonTokens::user_of_code(std::string_view code) const {
  const Digest digest = sha256(code);
  for (const auto* codes : {&codes_, &spent_codes_}) {
    const auto found = codes->find(digest);
    if (found != codes->end() && clock_.now() < found->second.expires_at)
      return found->second.consent.grant.user_id;
  }
  return {};
}

AmazonTokenPair AmazonTokens::issue_pair(const AmazonGrant& grant, AmazonTokenLength length) {
  forget_old();
  const std::string access = token_text("Atza", length, random_);
  const std::string refresh = token_text("Atzr", length, random_);
  const Instant now = clock_.now();
  const std::uint64_t serial = ++last_serial_;
  access_tokens_.tokens.emplace(sha256(access), Token{grant, now, now + kAmazonAccessTokenLife, serial});
  // Unlimited until revoked; older refresh tokens of the grant stay good, as nobody documents otherwise.
  refresh_tokens_.tokens.emplace(sha256(refresh), Token{grant, now, Instant::max(), serial});
  return {AmazonAccessToken(access), AmazonRefreshToken(refresh)};
}

TokenStanding AmazonTokens::access_token(std::string_view token) const {
  return standing(access_tokens_, token);
}

TokenStanding AmazonTokens::refresh_token(std::string_view token) const {
  return standing(refresh_tokens_, token);
}

TokenStanding AmazonTokens::standing(const Pile& pile, std::string_view token) const {
  const auto found = pile.tokens.find(sha256(token));
  if (found == pile.tokens.end()) return {};
  const Token& known = found->second;
  const TokenCondition condition = pile.is_revoked(known)             ? TokenCondition::revoked
                                   : clock_.now() >= known.expires_at ? TokenCondition::expired
                                                                      : TokenCondition::good;
  return {condition, known.grant, known.issued_at, known.expires_at};
}

bool AmazonTokens::Pile::is_revoked(const Token& token) const {
  const auto found = revoked_up_to.find({token.grant.user_id, token.grant.alexa_client_id});
  return token.revoked || (found != revoked_up_to.end() && token.serial <= found->second);
}

void AmazonTokens::revoke(std::string_view user_id, std::string_view alexa_client_id, Revoke which) {
  const std::pair key{std::string(user_id), std::string(alexa_client_id)};
  refresh_tokens_.revoked_up_to[key] = last_serial_;
  if (which == Revoke::both) access_tokens_.revoked_up_to[key] = last_serial_;
}

void AmazonTokens::clear() {
  codes_.clear();
  spent_codes_.clear();
  access_tokens_ = {};
  refresh_tokens_ = {};
}

void AmazonTokens::forget_old() {
  const Instant now = clock_.now();
  for (auto* codes : {&codes_, &spent_codes_})
    if (codes->size() >= kRemembered)
      std::erase_if(*codes, [&](const auto& entry) { return now >= entry.second.expires_at; });
  for (Pile* pile : {&access_tokens_, &refresh_tokens_}) sweep(*pile, now);
}

/// A sweep looks at everything: the next one comes when there is twice as much.
void AmazonTokens::sweep(Pile& pile, Instant now) {
  if (pile.tokens.size() < std::max(kRemembered, pile.next_sweep)) return;
  std::erase_if(pile.tokens, [&](const auto& entry) {
    return pile.is_revoked(entry.second) || now >= entry.second.expires_at;
  });
  pile.next_sweep = pile.tokens.size() * 2;
}

}  // namespace couplet::emulator
