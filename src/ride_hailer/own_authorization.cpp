// SPDX-License-Identifier: Apache-2.0
#include "ride_hailer/own_authorization.hpp"

#include "base/encoding.hpp"

namespace couplet::ride_hailer {
namespace {

constexpr minutes kCodeLifetime{5};
constexpr seconds kAccessLifetime{3600};

template <class Token>
Token fresh(Random& random) {
  return Token(to_base64url(random.bytes<32>()));
}

}  // namespace

OwnCode OwnAuthorization::issue(const std::string& call_id, std::string user_id, std::string redirect_uri) {
  drop_expired();
  auto code = fresh<OwnCode>(random_);
  const Digest digest = sha256(code.reveal());
  if (const auto before = calls_.find(call_id); before != calls_.end()) codes_.erase(before->second);
  calls_[call_id] = digest;
  codes_[digest] = {std::move(user_id), std::move(redirect_uri), clock_.now() + kCodeLifetime, std::nullopt};
  return code;
}

std::optional<OwnTokens> OwnAuthorization::redeem(const OwnCode& code, std::string_view redirect_uri) {
  const auto found = codes_.find(sha256(code.reveal()));
  if (found == codes_.end()) return std::nullopt;
  Code& known = found->second;
  if (known.grant) {
    if (grants_.contains(*known.grant)) revoke(known.user_id);
    return std::nullopt;
  }
  if (known.expires_at < clock_.now() || known.redirect_uri != redirect_uri) return std::nullopt;
  revoke(known.user_id);
  OwnTokens tokens = access_for(known.user_id);
  tokens.refresh_token = fresh<OwnRefreshToken>(random_);
  known.grant = sha256(tokens.refresh_token.reveal());
  grants_[*known.grant] = known.user_id;
  return tokens;
}

std::optional<OwnTokens> OwnAuthorization::refresh(const OwnRefreshToken& refresh_token) {
  const auto grant = grants_.find(sha256(refresh_token.reveal()));
  if (grant == grants_.end()) return std::nullopt;
  return access_for(grant->second);
}

std::optional<std::string> OwnAuthorization::user_of(const AccessToken& token) const {
  const auto found = access_.find(sha256(token.reveal()));
  if (found == access_.end() || found->second.expires_at < clock_.now()) return std::nullopt;
  return found->second.user_id;
}

void OwnAuthorization::revoke(std::string_view user_id) {
  std::erase_if(grants_, [user_id](const auto& grant) { return grant.second == user_id; });
  std::erase_if(access_, [user_id](const auto& access) { return access.second.user_id == user_id; });
}

OwnTokens OwnAuthorization::access_for(const std::string& user_id) {
  drop_expired();
  OwnTokens tokens{fresh<AccessToken>(random_), {}, kAccessLifetime};
  access_[sha256(tokens.access_token.reveal())] = {user_id, clock_.now() + kAccessLifetime};
  return tokens;
}

// Spent codes stay known for as long as they would have lived.
void OwnAuthorization::drop_expired() {
  const Instant now = clock_.now();
  const auto expired = [now](const auto& entry) { return entry.second.expires_at < now; };
  std::erase_if(codes_, expired);
  std::erase_if(access_, expired);
  std::erase_if(calls_, [this](const auto& call) { return !codes_.contains(call.second); });
}

}  // namespace couplet::ride_hailer
