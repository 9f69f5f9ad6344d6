// SPDX-License-Identifier: Apache-2.0
// Values for tests with every field set, and a way to compare them that stops compiling when a field is
// added.
#pragma once
#include <string>
#include <tuple>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "domain/grant.hpp"
#include "domain/link.hpp"

namespace couplet::storage {

inline constexpr Instant kStart{milliseconds{1'772'000'000'123}};
inline constexpr Instant kLater = kStart + minutes{1};

inline auto fields(const AuthorizationCodeRecord& code) {
  const auto& [selector, code_hash, client_id, skill, user, scope, redirect_uri, code_challenge, origin,
               attempt_id, expires_at, spent_at, grant_id] = code;
  return std::tie(selector, code_hash, client_id, skill, user, scope, redirect_uri, code_challenge, origin,
                  attempt_id, expires_at, spent_at, grant_id);
}

inline auto fields(const Grant& grant) {
  const auto& [grant_id, client_id, skill, user, scope, origin, refresh_selector, refresh_token_hash,
               created_at, attempt_id, revoked_at, rotation, expires_at, in_doubt] = grant;
  const auto& [generation, repeats, rotated_at, last_used_at] = rotation;
  return std::tie(grant_id, client_id, skill, user, scope, origin, refresh_selector, refresh_token_hash,
                  created_at, attempt_id, revoked_at, generation, repeats, rotated_at, last_used_at,
                  expires_at, in_doubt);
}

inline auto fields(const LinkAttempt& attempt) {
  const auto& [attempt_id, skill, user, platform, return_mode, redirect_uri, amazon_code_fingerprint,
               acknowledged, status, failed_step, failed_code, api_host, sealed_amazon_tokens, code_selector,
               alexa_user_id, enablement_tries, created_at, updated_at] = attempt;
  return std::tie(attempt_id, skill, user, platform, return_mode, redirect_uri, amazon_code_fingerprint,
                  acknowledged, status, failed_step, failed_code, api_host, sealed_amazon_tokens,
                  code_selector, alexa_user_id, enablement_tries, created_at, updated_at);
}

inline auto fields(const AccountLink& link) {
  const auto& [skill, user, status, origin, attempt_id, grant_id, alexa_user_id, api_host,
               sealed_amazon_tokens, evidence, checked_at, changed_at] = link;
  return std::tie(skill, user, status, origin, attempt_id, grant_id, alexa_user_id, api_host,
                  sealed_amazon_tokens, evidence, checked_at, changed_at);
}

inline auto fields(const OwedDisablement& owed) {
  const auto& [disablement_id, skill, user, attempt_id, alexa_user_id, api_host, sealed_amazon_tokens, tries,
               last_cause, created_at, due_at] = owed;
  return std::tie(disablement_id, skill, user, attempt_id, alexa_user_id, api_host, sealed_amazon_tokens,
                  tries, last_cause, created_at, due_at);
}

inline auto fields(const Hop& hop) {
  const auto& [at, name, status, elapsed, cause] = hop;
  return std::tie(at, name, status, elapsed, cause);
}

/// Makes values that differ from each other. Thread: one.
class Samples {
 public:
  explicit Samples(std::uint64_t seed = 1) : random_(seed) {}

  template <class Id>
  Id id(Instant at = kStart) {
    return Id::make(at, random_);
  }

  KeyedHash hash() { return {7, random_.bytes<32>()}; }

  Bytes blob(std::size_t size) {
    Bytes bytes(size);
    random_.fill(bytes);
    return bytes;
  }

  AuthorizationCodeRecord code(Instant made_at = kStart) {
    AuthorizationCodeRecord code;
    code.selector = id<CodeSelector>(made_at);
    code.code_hash = hash();
    code.client_id = ClientId("alexa");
    code.skill = SkillName("ride-hailer");
    code.user = UserId("user-älice'; DROP TABLE codes; --");
    code.scope = "profile rides";
    code.redirect_uri = "https://layla.amazon.com/api/skill/link/M2AAAAAAAAAAAA";
    code.code_challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    code.origin = GrantOrigin::alexa;
    code.attempt_id = id<AttemptId>(made_at);
    code.expires_at = made_at + minutes{5};
    return code;
  }

  Grant grant(Instant made_at = kStart) {
    Grant grant;
    grant.grant_id = id<GrantId>(made_at);
    grant.client_id = ClientId("alexa");
    grant.skill = SkillName("ride-hailer");
    grant.user = UserId("user-alice");
    grant.scope = "profile rides";
    grant.origin = GrantOrigin::app;
    grant.refresh_selector = id<RefreshSelector>(made_at);
    grant.refresh_token_hash = hash();
    grant.created_at = made_at;
    grant.attempt_id = id<AttemptId>(made_at);
    grant.rotation = {3, 1, made_at + minutes{1}, made_at + minutes{2}};
    grant.expires_at = made_at + minutes{3};
    return grant;
  }

  LinkAttempt attempt(Instant made_at = kStart) {
    LinkAttempt attempt;
    attempt.attempt_id = id<AttemptId>(made_at);
    attempt.skill = SkillName("ride-hailer");
    attempt.user = UserId("user-alice");
    attempt.platform = Platform::android;
    attempt.return_mode = ReturnMode::browser;
    attempt.redirect_uri = "http://127.0.0.1:8080/link/return/ride-hailer";
    attempt.amazon_code_fingerprint = "0123456789ab";
    attempt.acknowledged = {"terms-v3", "a \"quoted\" one, with comma", ""};
    attempt.status = AttemptStatus::coded;
    attempt.api_host = "api.eu.amazonalexa.com";
    attempt.sealed_amazon_tokens = blob(2500);
    attempt.code_selector = id<CodeSelector>(made_at);
    attempt.alexa_user_id = AlexaUserId("amzn1.ask.account.AAAA");
    attempt.enablement_tries = 3;
    attempt.created_at = made_at;
    attempt.updated_at = made_at + seconds{2};
    return attempt;
  }

  /// Everybody has an Amazon account of their own.
  static AlexaUserId alexa_user_of(const UserId& user) {
    return AlexaUserId("amzn1.ask.account." + (user == UserId("user-alice") ? "BBBB" : user.text()));
  }

  /// Linked by `attempt` under `grant`.
  AccountLink link(const LinkAttempt& attempt, const Grant& grant) {
    AccountLink link;
    link.skill = attempt.skill;
    link.user = attempt.user;
    link.status = LinkStatus::LINKED;
    link.origin = GrantOrigin::app;
    link.attempt_id = attempt.attempt_id;
    link.grant_id = grant.grant_id;
    link.alexa_user_id = alexa_user_of(attempt.user);
    link.api_host = "api.fe.amazonalexa.com";
    link.sealed_amazon_tokens = blob(2500);
    link.evidence = EvidenceSource::status_answer;
    link.checked_at = kStart + seconds{3};
    link.changed_at = kStart + seconds{4};
    return link;
  }

  static Hop hop(Instant at, std::string name = "lwa.token") {
    return {at, std::move(name), 200, milliseconds{57}, "timeout"};
  }

 private:
  SeededRandom random_;
};

}  // namespace couplet::storage
