// SPDX-License-Identifier: Apache-2.0
#include "base/encoding.hpp"
#include "emulator/state/amazon_tokens.hpp"

namespace couplet::emulator {

namespace {

std::int64_t stamp(Instant instant) { return instant.time_since_epoch().count(); }

std::optional<Instant> instant_of(const json::object& object, std::string_view member) {
  const auto stamp = find_integer(object, member);
  if (!stamp) return std::nullopt;
  return Instant{milliseconds(*stamp)};
}

std::optional<Digest> digest_of(const json::object& object) {
  const auto bytes = from_hex(find_string(object, "sha256").value_or(""));
  Digest digest{};
  if (!bytes || bytes->size() != digest.size()) return std::nullopt;
  std::ranges::copy(*bytes, digest.begin());
  return digest;
}

json::object grant_json(const AmazonGrant& grant) {
  return {{"user", grant.user_id}, {"alexa_client_id", grant.alexa_client_id}, {"scope", grant.scope}};
}

std::optional<AmazonGrant> grant_of(const json::object& object) {
  const auto user = find_string(object, "grant.user");
  const auto client = find_string(object, "grant.alexa_client_id");
  const auto scope = find_string(object, "grant.scope");
  if (!user || !client || !scope) return std::nullopt;
  return AmazonGrant{std::string(*user), std::string(*client), std::string(*scope)};
}

json::value challenge_json(const std::optional<CodeChallenge>& challenge) {
  if (!challenge) return nullptr;
  return json::object{{"value", challenge->value},
                      {"method", challenge->method == ChallengeMethod::S256 ? "S256" : "plain"}};
}

std::optional<CodeChallenge> challenge_of(const json::object& object) {
  const auto value = find_string(object, "challenge.value");
  if (!value) return std::nullopt;
  const bool hashed = find_string(object, "challenge.method") == "S256";
  return CodeChallenge{std::string(*value), hashed ? ChallengeMethod::S256 : ChallengeMethod::plain};
}

/// Each entry must be an object that `read` likes.
template <class Read>
bool read_each(const json::array* entries, Read read) {
  if (!entries) return false;
  for (const json::value& entry : *entries) {
    const auto* object = entry.if_object();
    if (!object || !read(*object)) return false;
  }
  return true;
}

}  // namespace

json::array AmazonTokens::tokens_json(const Pile& pile) {
  json::array entries;
  for (const auto& [digest, token] : pile.tokens)
    entries.push_back(json::object{{"sha256", to_hex(digest)},
                                   {"grant", grant_json(token.grant)},
                                   {"issued_at", stamp(token.issued_at)},
                                   {"expires_at", stamp(token.expires_at)},
                                   {"revoked", pile.is_revoked(token)}});
  return entries;
}

json::object AmazonTokens::to_json() const {
  json::array codes;
  for (const auto& [digest, code] : codes_)
    codes.push_back(json::object{{"sha256", to_hex(digest)},
                                 {"grant", grant_json(code.consent.grant)},
                                 {"redirect_uri", code.consent.redirect_uri},
                                 {"challenge", challenge_json(code.consent.challenge)},
                                 {"expires_at", stamp(code.expires_at)}});
  return {{"codes", std::move(codes)},
          {"access_tokens", tokens_json(access_tokens_)},
          {"refresh_tokens", tokens_json(refresh_tokens_)}};
}

bool AmazonTokens::read_tokens(const json::array* entries, Pile& pile) {
  return read_each(entries, [&pile](const json::object& entry) {
    const auto digest = digest_of(entry);
    auto grant = grant_of(entry);
    const auto issued_at = instant_of(entry, "issued_at");
    const auto expires_at = instant_of(entry, "expires_at");
    const auto revoked = find_bool(entry, "revoked");
    if (!digest || !grant || !issued_at || !expires_at || !revoked) return false;
    pile.tokens.emplace(*digest, Token{std::move(*grant), *issued_at, *expires_at, 1, *revoked});
    return true;
  });
}

bool AmazonTokens::read_codes(const json::array* entries, std::map<Digest, Code>& codes) {
  return read_each(entries, [&codes](const json::object& entry) {
    const auto digest = digest_of(entry);
    auto grant = grant_of(entry);
    const auto redirect_uri = find_string(entry, "redirect_uri");
    const auto expires_at = instant_of(entry, "expires_at");
    if (!digest || !grant || !redirect_uri || !expires_at) return false;
    codes.emplace(*digest,
                  Code{{std::move(*grant), std::string(*redirect_uri), challenge_of(entry)}, *expires_at});
    return true;
  });
}

Result<void, std::string> AmazonTokens::restore(const json::object& object) {
  std::map<Digest, Code> codes;
  Pile access;
  Pile refresh;
  if (!read_codes(find_array(object, "codes"), codes) ||
      !read_tokens(find_array(object, "access_tokens"), access) ||
      !read_tokens(find_array(object, "refresh_tokens"), refresh))
    return std::unexpected("tokens cannot be read");
  codes_ = std::move(codes);
  access_tokens_ = std::move(access);
  refresh_tokens_ = std::move(refresh);
  last_serial_ = 1;
  return {};
}

}  // namespace couplet::emulator
