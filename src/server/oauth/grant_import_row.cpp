// SPDX-License-Identifier: Apache-2.0
#include "server/oauth/grant_import_row.hpp"

#include <algorithm>
#include <array>

#include "base/json.hpp"
#include "oauth/token_format.hpp"
#include "server/common/caller.hpp"

namespace couplet::server {
namespace {

constexpr std::array<std::string_view, 8> kMembers = {"client_id", "skill",         "user",
                                                      "scope",     "refresh_token", "refresh_token_sha256",
                                                      "issued_at", "expires_at"};
constexpr seconds kClockLeeway{300};

using Text = std::optional<std::string_view>;

std::unexpected<std::string> refuse(std::string reason) { return std::unexpected(std::move(reason)); }

// From outside, so quoted and escaped: it goes to a terminal (LG-02).
std::string quoted(std::string_view text) { return json::serialize(json::value(text.substr(0, 100))); }

bool is_absent(const json::object& row, std::string_view member) {
  const auto* const value = row.if_contains(member);
  return !value || value->is_null();
}

Result<Instant, std::string> read_time(const json::object& row, std::string_view member) {
  if (const auto number = find_integer(row, member); number && *number > 0) return from_unix_seconds(*number);
  if (const auto text = find_string(row, member))
    if (const auto time = from_iso8601(*text)) return *time;
  return refuse(std::string(member) + " must be Unix seconds or \"2025-03-01T10:00:00Z\"");
}

// The skill named, or the only one of the client.
Result<const Skill*, std::string> find_skill(const json::object& row, const Config& config,
                                             const ClientId& client_id) {
  const Text named = find_string(row, "skill");
  if (!named && !is_absent(row, "skill")) return refuse("skill must be a string");
  const Skill* found = nullptr;
  for (const Skill& skill : config.skills) {
    if (skill.client_id != client_id || skill.external || (named && skill.name.text() != *named)) continue;
    if (found) return refuse("the client has several skills; name one in skill");
    found = &skill;
  }
  if (!found) return refuse(named ? "the client has no skill " + quoted(*named) : "the client has no skill");
  return found;
}

std::string scope_problem(std::string_view scope, const Client& client) {
  while (!scope.empty()) {
    const std::string_view word = scope.substr(0, scope.find(' '));
    if (std::ranges::find(client.scopes, word) == client.scopes.end())
      return "the client may not have the scope " + quoted(word);
    scope.remove_prefix(std::min(word.size() + 1, scope.size()));
  }
  return "";
}

Result<Digest, std::string> digest_of(std::string_view text) {
  const auto bytes = text.size() == 64 ? from_hex(text) : from_base64url(text);
  Digest digest;
  if (!bytes || bytes->size() != digest.size())
    return refuse("refresh_token_sha256 must be 32 bytes in hex or base64url");
  std::ranges::copy(*bytes, digest.begin());
  return digest;
}

Result<Digest, std::string> read_token(const json::object& row) {
  const Text plain = find_string(row, "refresh_token"), hashed = find_string(row, "refresh_token_sha256");
  if (plain.has_value() == hashed.has_value())
    return refuse("one of refresh_token and refresh_token_sha256 is needed, a string");
  if (hashed) return digest_of(*hashed);
  const oauth::RefreshToken token{std::string(*plain)};
  if (!oauth::may_be_imported(token))
    return refuse("refresh_token must be 1 to 4096 characters of printable ASCII");
  if (oauth::parse_refresh_token(token))
    return refuse("refresh_token has the form of Couplet's own, and would never be looked up");
  return sha256(token.reveal());
}

Result<json::object, std::string> read_members(std::string_view line) {
  auto row = parse_json_object(line);
  if (!row) return refuse("not one JSON object with each member once");
  for (const auto& [member, value] : *row)
    if (std::ranges::find(kMembers, std::string_view(member)) == kMembers.end())
      return refuse("unknown member " + quoted(member));
  return std::move(*row);
}

// Which of the client's grants it is; the token and the times come after.
Result<Grant, std::string> read_subject(const json::object& row, const Config& config) {
  const Text client_id = find_string(row, "client_id"), user = find_string(row, "user"),
             scope = find_string(row, "scope");
  if (!client_id || !user || !scope) return refuse("client_id, user and scope are needed, as strings");
  const Client* const client = config.find_client(ClientId(*client_id));
  if (!client) return refuse("there is no client " + quoted(*client_id));
  const auto skill = find_skill(row, config, client->client_id);
  if (!skill) return refuse(skill.error());
  if (!is_user_id(*user)) return refuse("user must be your id of the user, 1 to 128 bytes");
  if (std::string problem = scope_problem(*scope, *client); !problem.empty())
    return refuse(std::move(problem));
  Grant grant;
  grant.client_id = client->client_id;
  grant.skill = (*skill)->name;
  grant.user = UserId(*user);
  grant.scope = *scope;
  return grant;
}

}  // namespace

Result<Grant, std::string> read_import_row(std::string_view line, const Config& config, Instant now,
                                           Random& random) {
  const auto row = read_members(line);
  if (!row) return refuse(row.error());
  auto grant = read_subject(*row, config);
  if (!grant) return grant;
  const auto token = read_token(*row);
  if (!token) return refuse(token.error());
  const auto issued_at = read_time(*row, "issued_at");
  if (!issued_at) return refuse(issued_at.error());
  if (*issued_at > now + kClockLeeway) return refuse("issued_at is in the future");
  if (!is_absent(*row, "expires_at")) {
    const auto expires_at = read_time(*row, "expires_at");
    if (!expires_at) return refuse(expires_at.error());
    if (*expires_at <= now) return refuse("the token has expired");
    grant->expires_at = *expires_at;
  }
  grant->grant_id = GrantId::make(now, random);
  grant->origin = GrantOrigin::alexa;
  grant->refresh_selector = oauth::imported_refresh_token(*token).selector;
  grant->refresh_token_hash = oauth::hash_imported_refresh_token(*token, *config.keys);
  grant->created_at = *issued_at;
  grant->rotation.last_used_at = now;  // when it was used nobody knows; an idle lifetime begins here
  return grant;
}

}  // namespace couplet::server
