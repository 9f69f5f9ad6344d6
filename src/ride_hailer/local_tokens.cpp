// SPDX-License-Identifier: Apache-2.0
#include "ride_hailer/local_tokens.hpp"

#include <algorithm>
#include <utility>

#include "base/encoding.hpp"
#include "base/log.hpp"

namespace couplet::ride_hailer {
namespace {

constexpr std::size_t kLongestToken = 4096;
constexpr std::chrono::seconds kLeeway{30};     // two machines' clocks
constexpr std::chrono::hours kLongestLife{24};  // of an access token

// The id of the key, from a header that promises an ES256 access token. Absent: not one of Couplet's.
std::optional<std::string> kid_of(std::string_view token) {
  if (token.size() > kLongestToken) return std::nullopt;
  const auto bytes = from_base64url(token.substr(0, token.find('.')));
  const auto header = bytes ? parse_json_object(as_text(*bytes)) : std::unexpected(JsonError::malformed);
  if (!header || find_string(*header, "alg") != "ES256") return std::nullopt;
  const auto kid = find_string(*header, "kid");
  return kid ? std::optional(std::string(*kid)) : std::nullopt;
}

bool is_for(const json::object& claims, std::string_view audience) {
  if (const auto one = find_string(claims, "aud")) return *one == audience;
  const json::array* const several = find_array(claims, "aud");
  return several && std::ranges::any_of(*several, [audience](const json::value& value) {
           return value.is_string() && value.get_string() == audience;
         });
}

std::optional<Instant> time_of(const json::object& claims, std::string_view name) {
  const auto seconds = find_integer(claims, name);
  return seconds ? std::optional(from_unix_seconds(*seconds)) : std::nullopt;
}

}  // namespace

struct LocalTokens::Seen {
  const json::object& claims;
  const LocalTokens& check;
  Instant now;

  [[nodiscard]] std::string_view text(std::string_view name) const {
    return find_string(claims, name).value_or("");
  }
};

struct LocalTokens::Check {
  bool (*passes)(const Seen&);
  std::string_view cause;
};

constexpr LocalTokens::Check LocalTokens::kChecks[] = {
    {[](const Seen& it) { return it.text("iss") == it.check.expected_.issuer; }, "wrong_issuer"},
    {[](const Seen& it) { return is_for(it.claims, it.check.expected_.audience); }, "wrong_audience"},
    {[](const Seen& it) {
       const auto exp = time_of(it.claims, "exp");
       return exp && it.now < *exp + kLeeway;
     },
     "expired"},
    {[](const Seen& it) {
       const auto iat = time_of(it.claims, "iat");
       return iat && *iat <= it.now + kLeeway;
     },
     "issued_in_the_future"},
    {[](const Seen& it) {
       return !it.text("sub").empty() && !it.text("client_id").empty() && !it.text("jti").empty();
     },
     "claim_missing"},
    {[](const Seen& it) {
       const auto ended = it.check.ended_.find(it.text("sub"));
       return ended == it.check.ended_.end() || *time_of(it.claims, "iat") >= ended->second;
     },
     "unlinked"},
};

Task<Result<TokenOwner, TokenFault>> LocalTokens::owner_of(AccessToken token) {
  auto kid = kid_of(token.reveal());
  if (!kid) co_return std::unexpected(TokenFault::inactive);
  const auto key = co_await keys_.find(std::move(*kid));
  if (!key) co_return std::unexpected(key.error());
  const auto claims = (*key)->verify(token.reveal(), "at+jwt");
  if (!claims) co_return std::unexpected(TokenFault::inactive);
  const Seen seen{*claims, *this, clock_.now()};
  for (const Check& check : kChecks) {
    if (check.passes(seen)) continue;
    log::info("token.refused", {{"cause", check.cause}});
    co_return std::unexpected(TokenFault::inactive);
  }
  co_return TokenOwner{std::string(seen.text("sub")), std::string(seen.text("scope"))};
}

void LocalTokens::forget(std::string_view user_id) {
  const Instant now = std::chrono::floor<std::chrono::seconds>(clock_.now());  // as `iat` is
  std::erase_if(ended_, [now](const auto& entry) { return entry.second + kLongestLife < now; });
  ended_.insert_or_assign(std::string(user_id), now);
}

}  // namespace couplet::ride_hailer
