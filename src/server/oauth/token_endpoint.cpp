// SPDX-License-Identifier: Apache-2.0
#include "server/oauth/token_endpoint.hpp"

#include <boost/asio/this_coro.hpp>

#include "base/log.hpp"
#include "oauth/form_request.hpp"
#include "oauth/token_answer.hpp"
#include "oauth/token_request.hpp"
#include "server/common/within.hpp"

namespace couplet::server {
namespace {

using oauth::OAuthErrorCode;

// Each round somebody else's rotation was stored; after so many the caller comes back later.
constexpr int kMostRotationRaces = 64;

template <class T>
const T* pointer_to(const std::optional<T>& value) {
  return value ? &*value : nullptr;
}

std::string_view presented_token(const oauth::TokenRequest& request) {
  if (const auto* code = std::get_if<oauth::AuthorizationCodeRequest>(&request)) return code->code.reveal();
  return std::get<oauth::RefreshTokenRequest>(request).refresh_token.reveal();
}

// What the trace says of an answer.
Hop hop_of(Instant at, milliseconds elapsed, const oauth::OAuthError* error) {
  Hop hop{.at = at, .name = "token_endpoint", .status = 200, .elapsed = elapsed, .cause = {}};
  if (!error) return hop;
  const oauth::ErrorRow& row = oauth::error_row(error->code);
  hop.status = row.http_status;
  hop.cause = std::string(row.wire_name) + ": " + error->log_detail;
  return hop;
}

}  // namespace

/// What the log and the trace say about a request, whatever came of it.
struct TokenEndpoint::Asked {
  const http::Request& request;
  const Client& client;
  Instant at;
  std::chrono::nanoseconds started;
  std::string_view grant_type;
  std::string fingerprint;  // of the code or refresh token (LG-04); empty when nobody would read it
};

TokenEndpoint::Outcome TokenEndpoint::Outcome::refused(oauth::OAuthError error) {
  return {std::unexpected(std::move(error)), {}, {}, {}};
}

TokenEndpoint::Outcome TokenEndpoint::Outcome::about(const AuthorizationCodeRecord& record,
                                                     oauth::Result<std::string> body) {
  return {std::move(body), record.grant_id, record.user, record.attempt_id};
}

TokenEndpoint::Outcome TokenEndpoint::Outcome::about(const Grant& grant, oauth::Result<std::string> body) {
  return {std::move(body), grant.grant_id, grant.user, std::nullopt};
}

http::Response TokenEndpoint::Outcome::response() && {
  return body ? oauth_answer(std::move(*body)) : oauth_refusal(body.error().code);
}

TokenEndpoint::TokenEndpoint(storage::GrantStore& grants, storage::LinkStore& links,
                             const oauth::ClientRegistry& clients, const oauth::AccessTokenIssuer& issuer,
                             const KeyRing& keys, const Clock& clock, Random& random, FailureLimiter& limiter,
                             milliseconds store_deadline)
    : grants_(grants),
      clients_(clients),
      issuer_(issuer),
      keys_(keys),
      clock_(clock),
      random_(random),
      limiter_(limiter),
      store_deadline_(store_deadline),
      trace_(grants, links, keys) {}

Task<http::Response> TokenEndpoint::handle(const http::Request& request) {
  const auto started = clock_.monotonic();
  const auto admitted = admit_client(request, clients_, keys_, limiter_);
  const auto executor = co_await boost::asio::this_coro::executor;
  if (!admitted) {
    tell_refused(executor, request, started, admitted.error());
    co_return admitted.error().response();
  }
  Asked asked{request, *admitted->client, clock_.now(), started, "", ""};
  auto token_request = oauth::parse_token_request(admitted->form);
  if (!token_request) {
    trace_.append_by_code(executor, request, admitted->form,
                          hop_of(asked.at, since(started), &token_request.error()));
    co_return finish(asked, Outcome::refused(token_request.error()));
  }

  asked.grant_type = oauth::grant_type(*token_request);
  if (log::enabled(log::Level::info)) asked.fingerprint = keys_.fingerprint(presented_token(*token_request));
  auto redeemed = redeem(*admitted->client, std::move(*token_request), started + store_deadline_);
  auto outcome = co_await within(store_deadline_, std::move(redeemed), request.owner);
  if (!outcome) outcome = Outcome::refused(store_too_late());
  if (outcome->attempt_id)
    trace_.append(executor, request, *outcome->attempt_id,
                  hop_of(asked.at, since(started), outcome->body ? nullptr : &outcome->body.error()));
  co_return finish(asked, std::move(*outcome));
}

// Owns its request: it may outlive the connection when the deadline passes.
Task<TokenEndpoint::Outcome> TokenEndpoint::redeem(const Client& client, oauth::TokenRequest request,
                                                   std::chrono::nanoseconds give_up_at) {
  if (auto* const code = std::get_if<oauth::AuthorizationCodeRequest>(&request))
    co_return co_await exchange_code(client, std::move(*code), give_up_at);
  co_return co_await refresh(client, std::get<oauth::RefreshTokenRequest>(std::move(request)));
}

Task<TokenEndpoint::Outcome> TokenEndpoint::exchange_code(const Client& client,
                                                          oauth::AuthorizationCodeRequest request,
                                                          std::chrono::nanoseconds give_up_at) {
  const auto presented = oauth::parse_authorization_code(request.code);
  std::optional<AuthorizationCodeRecord> record;
  if (presented) {
    auto found = co_await grants_.find_code(presented->selector);
    if (!found) co_return Outcome::refused(to_oauth(found.error()));
    record = std::move(*found);
  }
  const Instant now = clock_.now();
  auto allowed = oauth::check_code(request, pointer_to(presented), pointer_to(record), client, keys_, now);
  if (!allowed) co_return co_await carry_out(std::move(allowed.error()), std::move(record), now);
  // Whoever waited for this has been told to come back: the code must still be good then.
  if (clock_.monotonic() >= give_up_at) co_return Outcome::refused(store_too_late());
  co_return co_await spend(client, std::move(*record), now);
}

Task<TokenEndpoint::Outcome> TokenEndpoint::spend(const Client& client, AuthorizationCodeRecord record,
                                                  Instant now) {
  const auto minted = oauth::mint_refresh_token(now, random_, keys_);
  const Grant grant = oauth::grant_for_code(record, minted, now, random_);
  const auto spent = co_await grants_.spend_code(record.selector, grant, now);
  if (!spent) co_return Outcome::about(record, std::unexpected(to_oauth(spent.error())));
  if (spent->kind == storage::SpendOutcome::Kind::unknown)
    co_return Outcome::refused(
        {OAuthErrorCode::invalid_grant, "code_unknown", std::source_location::current()});
  if (spent->kind ==
      storage::SpendOutcome::Kind::already_spent) {  // by another request since it was read (CD-03)
    record.grant_id = spent->grant_id;
    co_return co_await carry_out(oauth::lost_race(), std::move(record), now);
  }
  const auto issued = issuer_.issue(grant, grant.scope, client, now, random_);
  const auto scope = grant.scope.empty() ? std::nullopt : std::optional<std::string_view>(grant.scope);
  record.grant_id = grant.grant_id;
  co_return Outcome::about(record, oauth::token_answer_json(issued, minted.refresh_token, scope));
}

Task<TokenEndpoint::Outcome> TokenEndpoint::carry_out(oauth::CodeRefusal refusal,
                                                      std::optional<AuthorizationCodeRecord> record,
                                                      Instant now) {
  storage::Result<void> done;
  if (refusal.consequence == oauth::CodeConsequence::withdraw_code)
    done = co_await grants_.withdraw_code(record->selector, now);
  else if (refusal.consequence == oauth::CodeConsequence::revoke_grant && record->grant_id)
    done = co_await grants_.revoke_grant(*record->grant_id, now);
  // Not carried out is not refused: the next try must meet the same consequence.
  if (!done) co_return Outcome::about(*record, std::unexpected(to_oauth(done.error())));
  if (!refusal.code_is_genuine) co_return Outcome::refused(std::move(refusal.error));
  co_return Outcome::about(*record, std::unexpected(std::move(refusal.error)));
}

Task<TokenEndpoint::Outcome> TokenEndpoint::refresh(const Client& client,
                                                    oauth::RefreshTokenRequest request) {
  const auto presented = oauth::present_refresh_token(request.refresh_token);
  for (int round = 0; round < kMostRotationRaces; ++round) {
    std::optional<Grant> grant;
    if (presented) {
      auto found = co_await grants_.find_grant_by_refresh(presented->selector);
      if (!found) co_return Outcome::refused(to_oauth(found.error()));
      grant = std::move(*found);
    }
    auto allowed =
        oauth::check_refresh(request, pointer_to(presented), pointer_to(grant), client, keys_, clock_.now());
    if (!allowed) co_return co_await carry_out(std::move(allowed.error()), std::move(grant));
    if (allowed->store_first) {
      const auto stored =
          co_await grants_.rotate_refresh_token(grant->grant_id, grant->rotation, *allowed->store_first);
      if (!stored) co_return Outcome::about(*grant, std::unexpected(to_oauth(stored.error())));
      if (!*stored)
        continue;  // another request was first, or the grant has ended: what holds now is decided anew
    }
    // Where that cannot be stored, the next refresh says the same.
    if (grant->in_doubt) static_cast<void>(co_await grants_.settle_doubt(grant->grant_id, clock_.now()));
    co_return answer(client, request, *grant, std::move(*allowed));
  }
  co_return Outcome::refused(
      {OAuthErrorCode::temporarily_unavailable, "rotation_contended", std::source_location::current()});
}

TokenEndpoint::Outcome TokenEndpoint::answer(const Client& client, const oauth::RefreshTokenRequest& request,
                                             const Grant& grant, oauth::AllowedRefresh allowed) const {
  const auto issued = issuer_.issue(grant, allowed.scope, client, clock_.now(), random_);
  const auto told_scope = request.scope ? std::optional<std::string_view>(allowed.scope) : std::nullopt;
  return Outcome::about(grant, oauth::token_answer_json(issued, allowed.refresh_token, told_scope));
}

Task<TokenEndpoint::Outcome> TokenEndpoint::carry_out(oauth::RefreshRefusal refusal,
                                                      std::optional<Grant> grant) {
  if (!grant) co_return Outcome::refused(std::move(refusal.error));
  if (refusal.ends_grant) {
    const auto revoked = co_await grants_.revoke_grant(grant->grant_id, clock_.now());
    // Not carried out is not refused: the next try must meet the same consequence.
    if (!revoked) co_return Outcome::about(*grant, std::unexpected(to_oauth(revoked.error())));
  }
  co_return Outcome::about(*grant, std::unexpected(std::move(refusal.error)));
}

http::Response TokenEndpoint::finish(const Asked& asked, Outcome outcome) const {
  const bool issued = outcome.body.has_value();
  // A refresh that goes well is the bulk of all requests and no security event (LG-03).
  const bool routine = issued && asked.grant_type == "refresh_token";
  const log::Level level = routine ? log::Level::debug : issued ? log::Level::info : log::Level::warn;
  if (log::enabled(level)) {
    const oauth::OAuthError* const error = issued ? nullptr : &outcome.body.error();
    log::write(level, issued ? "token.issued" : "token.refused",
               {{"request_id", asked.request.request_id},
                {"address", asked.request.peer_address},
                {"client_id", asked.client.client_id.text()},
                {"grant_type", asked.grant_type},
                {"grant_id", outcome.grant_id ? outcome.grant_id->text() : std::string()},
                {"user", outcome.user ? outcome.user->text() : std::string()},
                {"fingerprint", asked.fingerprint},
                {"error", error ? oauth::error_row(error->code).wire_name : std::string_view()},
                {"cause", error ? std::string_view(error->log_detail) : std::string_view()},
                {"line", error ? error->where.line() : 0}});
  }
  return std::move(outcome).response();
}

// A wrong client secret in the developer console is what operators look for most often. Whoever has to wait
// because of too many failures is not looked up: that is what the wait is for.
void TokenEndpoint::tell_refused(const boost::asio::any_io_executor& executor, const http::Request& request,
                                 std::chrono::nanoseconds started, const AdmissionRefusal& refusal) {
  if (refusal.retry_after) return;
  const auto form = oauth::read_form(request.headers.get("Content-Type"), request.body);
  if (form)
    trace_.append_by_code(executor, request, *form, hop_of(clock_.now(), since(started), &refusal.error));
}

milliseconds TokenEndpoint::since(std::chrono::nanoseconds started) const {
  return std::chrono::duration_cast<milliseconds>(clock_.monotonic() - started);
}

}  // namespace couplet::server
