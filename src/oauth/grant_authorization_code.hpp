// SPDX-License-Identifier: Apache-2.0
// grant_type=authorization_code: whether a stored code may be redeemed, and the grant it becomes. The caller
// has read the code from the store and spends it there; redeeming and storing the grant are one transaction
// (CD-03).
#pragma once
#include "domain/client.hpp"
#include "domain/grant.hpp"
#include "oauth/error.hpp"
#include "oauth/token_request.hpp"

namespace couplet::oauth {

/// What must happen in the store because of a refusal.
enum class CodeConsequence {
  none,           // the code stays good for its owner (CD-09)
  withdraw_code,  // the right client guessed a verifier: one try is all there is (PK-05)
  revoke_grant,   // the right client used the code again: what it issued ends (CD-02)
};

struct CodeRefusal {
  OAuthError error;
  CodeConsequence consequence = CodeConsequence::none;
  bool code_is_genuine = false;  // whoever sent it held the code, so its link attempt may be told
};

/// Spec:    RFC 6749 4.1.3, 10.5; RFC 7636 4.6; RFC 9700 2.1.1; requirements CD-01..09, CA-17, TK-12,
/// PK-05..08 Errors:  invalid_grant, the same for every reason (CD-08); unauthorized_client (a client without
/// redirect URIs has no
///          grants, TK-10); temporarily_unavailable (the key of the stored hash is missing)
/// `presented` and `record` are null when the text is not a code of ours, or the store has none.
[[nodiscard]] couplet::Result<void, CodeRefusal> check_code(const AuthorizationCodeRequest& request,
                                                            const PresentedCode* presented,
                                                            const AuthorizationCodeRecord* record,
                                                            const Client& client, const KeyRing& keys,
                                                            Instant now);

/// The refusal of a code that passed check_code() but was spent by another request before this one could
/// (CD-03).
[[nodiscard]] CodeRefusal lost_race();

/// User, scope and origin are those of the code; nothing in the token request changes them (CD-11).
[[nodiscard]] Grant grant_for_code(const AuthorizationCodeRecord& record, const MintedRefreshToken& minted,
                                   Instant now, Random& random);

}  // namespace couplet::oauth
