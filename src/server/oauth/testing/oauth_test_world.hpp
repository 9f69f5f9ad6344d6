// SPDX-License-Identifier: Apache-2.0
// What the tests of /oauth/* share: two clients, a memory store with faults on demand, and the endpoints
// around them.
#pragma once
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/testing/run_task.hpp"
#include "oauth/metadata.hpp"
#include "oauth/pkce.hpp"
#include "server/oauth/introspection_endpoint.hpp"
#include "server/oauth/token_endpoint.hpp"
#include "storage/memory/memory_database.hpp"

namespace couplet::server {

/// A GrantStore that passes everything on, unless it is told to misbehave. Counts what is written.
class FaultyGrants final : public storage::GrantStore {
 public:
  enum class Fault {
    none,
    fails,   // each call answers `error`
    silent,  // no call ever comes back, nor heeds a cancellation
    yields,  // answers after everybody else who is waiting had a turn
    held,    // reads answer once release() was called
  };

  explicit FaultyGrants(storage::GrantStore& inner) : inner_(inner) {}

  Fault reads = Fault::none;
  Fault writes = Fault::none;
  storage::StoreError error = storage::StoreError::unavailable;
  int write_count = 0;

  void release() {
    if (const auto timer = held_.lock()) timer->cancel();
  }

  Task<storage::Result<void>> insert_code(AuthorizationCodeRecord code) override {
    return write<void>(inner_.insert_code(std::move(code)));
  }
  Task<storage::Result<std::optional<AuthorizationCodeRecord>>> find_code(CodeSelector selector) override {
    return read<std::optional<AuthorizationCodeRecord>>(inner_.find_code(selector));
  }
  Task<storage::Result<storage::SpendOutcome>> spend_code(CodeSelector selector, Grant grant,
                                                          Instant now) override {
    return write<storage::SpendOutcome>(inner_.spend_code(selector, std::move(grant), now));
  }
  Task<storage::Result<void>> withdraw_code(CodeSelector selector, Instant now) override {
    return write<void>(inner_.withdraw_code(selector, now));
  }
  Task<storage::Result<void>> withdraw_unspent_code(CodeSelector selector, Instant now) override {
    return write<void>(inner_.withdraw_unspent_code(selector, now));
  }
  Task<storage::Result<std::optional<Grant>>> find_grant(GrantId grant_id) override {
    return read<std::optional<Grant>>(inner_.find_grant(grant_id));
  }
  Task<storage::Result<std::optional<Grant>>> find_grant_by_refresh(RefreshSelector selector) override {
    return read<std::optional<Grant>>(inner_.find_grant_by_refresh(selector));
  }
  Task<storage::Result<void>> revoke_grant(GrantId grant_id, Instant now) override {
    return write<void>(inner_.revoke_grant(grant_id, now));
  }
  Task<storage::Result<bool>> rotate_refresh_token(GrantId grant_id, RefreshRotation from,
                                                   RefreshRotation to) override {
    return write<bool>(inner_.rotate_refresh_token(grant_id, from, to));
  }
  Task<storage::Result<void>> settle_doubt(GrantId used, Instant now) override {
    return write<void>(inner_.settle_doubt(used, now));
  }
  Task<storage::Result<storage::OldestGrants>> oldest_grants(ClientId client_id) override {
    return read<storage::OldestGrants>(inner_.oldest_grants(client_id));
  }
  Task<storage::Result<std::vector<storage::ImportOutcome>>> import_grants(std::vector<Grant> imported,
                                                                           Instant now) override {
    return write<std::vector<storage::ImportOutcome>>(inner_.import_grants(std::move(imported), now));
  }
  Task<storage::Result<std::vector<Grant>>> list_grants(std::optional<GrantId> after,
                                                        std::size_t limit) override {
    return read<std::vector<Grant>>(inner_.list_grants(after, limit));
  }

 private:
  template <class T>
  Task<storage::Result<T>> read(Task<storage::Result<T>> task) {
    if (reads == Fault::none) return task;
    return misbehave(reads, std::move(task));
  }
  template <class T>
  Task<storage::Result<T>> write(Task<storage::Result<T>> task) {
    ++write_count;
    if (writes == Fault::none) return task;
    return misbehave(writes, std::move(task));
  }

  template <class T>
  Task<storage::Result<T>> misbehave(Fault fault, Task<storage::Result<T>> task) {
    const auto executor = co_await boost::asio::this_coro::executor;
    co_await boost::asio::this_coro::reset_cancellation_state(boost::asio::disable_cancellation());
    if (fault == Fault::fails) co_return std::unexpected(error);
    if (fault == Fault::silent) {
      boost::asio::steady_timer never(executor, boost::asio::steady_timer::time_point::max());
      co_await never.async_wait(boost::asio::use_awaitable);
      throw std::logic_error("nobody ends this wait");
    }
    if (fault == Fault::held) {
      const auto timer =
          std::make_shared<boost::asio::steady_timer>(executor, boost::asio::steady_timer::time_point::max());
      held_ = timer;
      co_await timer->async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    }
    auto result = co_await std::move(task);
    if (fault == Fault::yields) co_await boost::asio::post(executor, boost::asio::use_awaitable);
    co_return result;
  }

  storage::GrantStore& inner_;
  std::weak_ptr<boost::asio::steady_timer> held_;  // the waiting call's own; gone with its io_context
};

inline const std::string kAlexaCredentials = "&client_id=alexa&client_secret=alexa-secret";
inline const std::string kApiCredentials = "&client_id=api&client_secret=api-secret";
inline constexpr const char* kRedirectUri = "https://h/cb";

/// An answer with its JSON taken apart.
struct Answer {
  http::Response response;
  json::object body;

  [[nodiscard]] int status() const { return response.status; }
  [[nodiscard]] std::string text(std::string_view member) const {
    return std::string(find_string(body, member).value_or(""));
  }
  [[nodiscard]] std::string header(std::string_view name) const {
    for (const auto& [known, value] : response.headers)
      if (known == name) return value;
    return "";
  }
};

/// A POST that owns the bytes its Request looks at.
struct Post {
  explicit Post(std::string text = "") : body(std::move(text)) {}

  std::string body;
  http::HeaderView::Pairs headers{{"Content-Type", "application/x-www-form-urlencoded"}};
  std::string query;
  std::string peer_address = "192.0.2.1";

  [[nodiscard]] http::Request request() const {
    return {.method = "POST",
            .path = "/oauth/token",
            .query = query,
            .headers = http::HeaderView(headers),
            .body = body,
            .peer_address = peer_address,
            .request_id = "request-1",
            .tls = true,
            .path_parameters = {}};
  }
};

struct OAuthWorld {
  FakeClock clock{from_unix_seconds(1'800'000'000)};
  SeededRandom random{1};
  KeyRing keys{{{1, MasterKey(std::string(32, 'k'))}}};
  std::unique_ptr<storage::Database> database = storage::make_memory_database();
  std::unique_ptr<storage::Store> store = database->open_store();
  FaultyGrants grants{*store};
  oauth::ClientRegistry clients{made_clients(keys)};
  oauth::IssuerProfile profile{
      "https://couplet.example",
      {{SkillName("ride-hailer"), "rides-api"}, {SkillName("second-skill"), "second-api"}},
      oauth::Subjects(oauth::SubjectKey(std::string(32, 's')))};
  oauth::AccessTokenIssuer issuer{profile, SigningKey::from_jwk(SigningKey::generate()).value(), keys};
  oauth::AccessTokenVerifier verifier{profile, JwkSet::from_json(oauth::jwks_json({&issuer.key()})).value(),
                                      keys};
  FailureLimiter limiter{clock};
  milliseconds deadline{20};
  TokenEndpoint token{grants, *store, clients, issuer, keys, clock, random, limiter, deadline};
  ActiveTokens active_tokens{grants, clients, verifier, clock, deadline};
  IntrospectionEndpoint introspection{active_tokens, clients, keys, clock, limiter};

  static std::vector<Client> made_clients(const KeyRing& keys) {
    std::vector<Client> made(6);
    const char* const names[] = {"alexa", "other", "api", "sealed", "paired", "rides"};
    for (std::size_t i = 0; i < made.size(); ++i) {
      made[i].client_id = ClientId(names[i]);
      made[i].redirect_uris = {kRedirectUri, "https://h/other"};
      const ClientSecret secret(std::string(names[i]) + "-secret");
      made[i].client_secret_hashes = {hash_client_secret(keys, made[i].client_id, secret)};
    }
    made[2].redirect_uris.clear();
    made[2].may_introspect = true;
    made[3].access_token_format = AccessTokenFormat::opaque;
    made[4].subject_type = SubjectType::pairwise;
    made[5].may_introspect = true;
    made[5].introspect_skills = {SkillName("ride-hailer")};
    return made;
  }

  AuthorizationCodeRecord record_of(const oauth::MintedAuthorizationCode& minted) const {
    AuthorizationCodeRecord record;
    record.selector = minted.selector;
    record.code_hash = minted.code_hash;
    record.client_id = ClientId("alexa");
    record.skill = SkillName("ride-hailer");
    record.user = UserId("user-alice");
    record.scope = "profile rides";
    record.redirect_uri = kRedirectUri;
    record.expires_at = clock.now() + minutes{5};
    return record;
  }

  /// A stored code, as the link engine leaves one; `change` may alter what is stored.
  template <class Change>
  std::string new_code(Change change) {
    const auto minted = oauth::mint_authorization_code(clock.now(), random, keys);
    AuthorizationCodeRecord record = record_of(minted);
    change(record);
    if (!run_task(store->insert_code(std::move(record)))) throw std::runtime_error("the code was not stored");
    return std::string(minted.code.reveal());
  }
  std::string new_code() {
    return new_code([](AuthorizationCodeRecord&) {});
  }

  static std::string credentials_of(const std::string& client_id) {
    return "&client_id=" + client_id + "&client_secret=" + client_id + "-secret";
  }
  /// What a client of this name is issued for a code of its own.
  template <class Change>
  Answer tokens_for(const std::string& client_id, Change change) {
    const std::string code = new_code([&](AuthorizationCodeRecord& record) {
      record.client_id = ClientId(client_id);
      change(record);
    });
    return exchange(code, credentials_of(client_id));
  }
  Answer tokens_for(const std::string& client_id) {
    return tokens_for(client_id, [](AuthorizationCodeRecord&) {});
  }

  static std::string exchange_body(std::string_view code, std::string_view more = kAlexaCredentials) {
    return "grant_type=authorization_code&redirect_uri=https%3A%2F%2Fh%2Fcb&code=" + std::string(code) +
           std::string(more);
  }
  static std::string refresh_body(std::string_view refresh_token, std::string_view more = kAlexaCredentials) {
    return "grant_type=refresh_token&refresh_token=" + std::string(refresh_token) + std::string(more);
  }

  Answer exchange(std::string_view code, std::string_view more = kAlexaCredentials) {
    return post(Post{exchange_body(code, more)});
  }
  Answer refresh(std::string_view refresh_token, std::string_view more = kAlexaCredentials) {
    return post(Post{refresh_body(refresh_token, more)});
  }
  Answer introspect(std::string_view access_token, std::string_view more = kApiCredentials) {
    const Post post{"token=" + std::string(access_token) + std::string(more)};
    const http::Request request = post.request();
    return answer(until_answered(introspection.handle(request)));
  }
  Answer post(const Post& post) {
    const http::Request request = post.request();
    return answer(until_answered(token.handle(request)));
  }

  static Answer answer(http::Response response) {
    auto body = parse_json_object(response.body);
    if (!body) throw std::runtime_error("not a JSON object: " + response.body);
    return {std::move(response), std::move(*body)};
  }

  /// Unlike run_task() this stops when the answer is there, whatever a silent store still owes.
  static http::Response until_answered(Task<http::Response> task) {
    boost::asio::io_context context{1};
    std::optional<http::Response> response;
    std::exception_ptr fault;
    boost::asio::co_spawn(context, std::move(task), [&](std::exception_ptr thrown, http::Response answered) {
      fault = thrown;
      response.emplace(std::move(answered));
    });
    while (!response && context.run_one_for(seconds{10}) > 0) {
    }
    if (fault) std::rethrow_exception(fault);
    if (!response) throw std::runtime_error("no answer");
    context.poll();
    return std::move(*response);
  }
};

}  // namespace couplet::server
