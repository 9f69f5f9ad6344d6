// SPDX-License-Identifier: Apache-2.0
#include "oauth/grant_authorization_code.hpp"

namespace couplet::oauth {
namespace {

struct Exchange {
  const AuthorizationCodeRequest& request;
  const AuthorizationCodeRecord* record;
  TokenMatch match;
  const Client& client;
  Instant now;

  [[nodiscard]] bool has_challenge() const { return record->code_challenge.has_value(); }
  [[nodiscard]] bool has_verifier() const { return request.code_verifier.has_value(); }
};

struct Check {
  bool (*passes)(const Exchange&);
  OAuthErrorCode code;
  std::string_view cause;
  CodeConsequence consequence = CodeConsequence::none;
};

bool client_has_grants(const Exchange& it) { return !it.client.redirect_uris.empty(); }
bool code_is_known(const Exchange& it) { return it.record != nullptr; }
bool key_is_there(const Exchange& it) { return it.match != TokenMatch::key_is_gone; }
bool code_is_genuine(const Exchange& it) { return it.match == TokenMatch::genuine; }
bool client_is_the_codes(const Exchange& it) { return it.record->client_id == it.client.client_id; }
bool code_is_unspent(const Exchange& it) { return !it.record->spent_at; }
bool code_is_alive(const Exchange& it) { return it.now < it.record->expires_at; }
bool redirect_uri_is_the_codes(const Exchange& it) {
  return it.record->redirect_uri == it.request.redirect_uri;
}
bool verifier_is_sent(const Exchange& it) { return !it.has_challenge() || it.has_verifier(); }
bool verifier_is_asked_for(const Exchange& it) {
  return it.has_challenge() || !it.has_verifier() || it.client.tolerate_unasked_code_verifier;
}
bool verifier_is_well_formed(const Exchange& it) {
  return !it.has_challenge() || is_code_verifier(*it.request.code_verifier);
}
bool verifier_is_the_right_one(const Exchange& it) {
  return !it.has_challenge() || proves(*it.request.code_verifier, *it.record->code_challenge);
}

using enum OAuthErrorCode;
using enum CodeConsequence;

// The order matters: nobody but the code's own client gets as far as a consequence, and a replay is one
// whatever else is wrong with the request.
constexpr Check kChecks[] = {
    {client_has_grants, unauthorized_client, "client_has_no_grants"},                    // TK-10
    {code_is_known, invalid_grant, "code_unknown"},                                      // TK-11
    {key_is_there, temporarily_unavailable, "key_is_gone"},                              // TK-19
    {code_is_genuine, invalid_grant, "code_forged"},                                     // RFC 6749 10.10
    {client_is_the_codes, invalid_grant, "client_differs"},                              // CA-17, CD-04
    {code_is_unspent, invalid_grant, "code_replayed", revoke_grant},                     // CD-01, CD-02
    {code_is_alive, invalid_grant, "code_expired"},                                      // CD-05
    {redirect_uri_is_the_codes, invalid_grant, "redirect_uri_differs"},                  // TK-12, CD-09
    {verifier_is_sent, invalid_grant, "code_verifier_missing"},                          // PK-06
    {verifier_is_asked_for, invalid_grant, "code_verifier_unasked"},                     // PK-07
    {verifier_is_well_formed, invalid_grant, "code_verifier_malformed", withdraw_code},  // PK-08
    {verifier_is_the_right_one, invalid_grant, "code_verifier_differs", withdraw_code},  // PK-05
};

}  // namespace

couplet::Result<void, CodeRefusal> check_code(const AuthorizationCodeRequest& request,
                                              const PresentedCode* presented,
                                              const AuthorizationCodeRecord* record, const Client& client,
                                              const KeyRing& keys, Instant now) {
  const TokenMatch matched =
      presented && record ? match(*presented, record->code_hash, keys) : TokenMatch::forged;
  const Exchange exchange{request, record, matched, client, now};
  for (const Check& check : kChecks)
    if (!check.passes(exchange))
      return std::unexpected(
          CodeRefusal{OAuthError{check.code, std::string(check.cause), std::source_location::current()},
                      check.consequence, code_is_genuine(exchange)});
  return {};
}

CodeRefusal lost_race() {
  return {OAuthError{invalid_grant, "code_replayed", std::source_location::current()}, revoke_grant, true};
}

Grant grant_for_code(const AuthorizationCodeRecord& record, const MintedRefreshToken& minted, Instant now,
                     Random& random) {
  Grant grant;
  grant.grant_id = GrantId::make(now, random);
  grant.client_id = record.client_id;
  grant.skill = record.skill;
  grant.user = record.user;
  grant.scope = record.scope;
  grant.origin = record.origin;
  grant.refresh_selector = minted.selector;
  grant.refresh_token_hash = minted.refresh_token_hash;
  grant.created_at = now;
  grant.attempt_id = record.attempt_id;
  return grant;
}

}  // namespace couplet::oauth
