// SPDX-License-Identifier: Apache-2.0
// What the tests of the authorization endpoint share: two skills with a client each, a memory store, and the
// endpoints around them.
#pragma once
#include "base/form.hpp"
#include "base/json.hpp"
#include "base/testing/run_task.hpp"
#include "server/common/testing/test_config.hpp"
#include "server/oauth/authorization_request_endpoint.hpp"
#include "server/oauth/authorization_response_endpoint.hpp"
#include "server/oauth/authorize_endpoint.hpp"
#include "storage/memory/memory_database.hpp"

namespace couplet::server::testing {

inline constexpr const char* kAlexaRedirect = "https://layla.amazon.com/api/skill/link/M1EXAMPLEVENDOR";
inline constexpr const char* kPkceChallenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// "ride-hailer" and its client "alexa"; "second-skill", without a login page, and its client "second".
[[nodiscard]] inline Config authorization_config() {
  Config config = test_config();
  config.clients.front().redirect_uris.emplace_back(kAlexaRedirect);
  Client second = config.clients.front();
  second.client_id = ClientId("second");
  config.clients.push_back(second);
  for (const Client& client : config.clients) {
    ClientSettings table;
    table.client_id = client.client_id.text();
    table.redirect_uris = {kAlexaRedirect};
    config.settings.clients.push_back(table);
  }
  config.skills[1].client_id = second.client_id;
  config.skills[1].login_url.clear();
  config.api_keys.push_back({"other", sha256("cpk_other"), {SkillName("second-skill")}});
  return config;
}

inline constexpr const char* kSecondRedirect = "https://second.example.org/cb";

/// Both skills, each with a login page, on the client "alexa": "second-skill" with the scope "second:admin".
[[nodiscard]] inline Config shared_client_config() {
  Config config = authorization_config();
  Client& alexa = config.clients.front();
  alexa.redirect_uris.emplace_back(kSecondRedirect);
  alexa.scopes = {"profile", "rides", "second:admin"};
  config.settings.clients.front().scopes = {"profile"};
  Skill& second = config.skills[1];
  second.client_id = alexa.client_id;
  second.redirect_uris = {kSecondRedirect};
  second.scope = "second:admin";
  second.login_url = "https://second.example.org/login";
  return config;
}

/// Where a 303 or a 200 { redirect_to } leads, taken apart.
struct Leads {
  std::string to;  // without the query
  FormParameters query;

  explicit Leads(const std::string& url)
      : to(url.substr(0, url.find('?'))),
        query(FormParameters::parse(url.contains('?') ? url.substr(url.find('?') + 1) : "").value()) {}
  [[nodiscard]] std::string text(std::string_view name) const {
    return std::string(query.get(name).value_or(""));
  }
};

struct AuthorizationWorld {
  explicit AuthorizationWorld(Config made = authorization_config()) : config(std::move(made)) {}

  Config config;
  FakeClock clock{from_unix_seconds(1'800'000'000)};
  SeededRandom random{1};
  std::unique_ptr<storage::Database> database = storage::make_memory_database();
  std::unique_ptr<storage::Store> store = database->open_store();
  oauth::ClientRegistry clients{config.clients};
  CallerAuthentication callers{config, clock};
  AuthorizeEndpoint authorize{config, clients, clock, random};
  AuthorizationRequestEndpoint requests{config, callers, *store, clock, random};
  AuthorizationResponseEndpoint responses{config, callers, clients, *store, clock, random};
  std::string api_key{kApiKey};

  static std::string query(std::string_view more = "", std::string_view client_id = "alexa",
                           std::string_view redirect_uri = kAlexaRedirect) {
    FormWriter writer;
    writer.add("client_id", client_id).add("response_type", "code").add("state", "eyJh+/=");
    writer.add("redirect_uri", redirect_uri).add("code_challenge", kPkceChallenge);
    writer.add("code_challenge_method", "S256");
    return writer.text() + std::string(more);
  }

  template <class Endpoint>
  http::Response call(Endpoint& endpoint, Task<http::Response> (Endpoint::*method)(const http::Request&),
                      std::vector<std::pair<std::string_view, std::string>> parameters,
                      std::string_view query, std::string_view body) {
    const std::string authorization = "Bearer " + api_key;
    const http::HeaderView::Pairs headers{{"Authorization", authorization}};
    const http::Request request{.method = "POST",
                                .path = "/",
                                .query = query,
                                .headers = http::HeaderView(headers),
                                .body = body,
                                .peer_address = "192.0.2.1",
                                .request_id = "request-1",
                                .tls = true,
                                .path_parameters = std::move(parameters)};
    return run_task((endpoint.*method)(request));
  }

  http::Response open(std::string_view query) {
    return call(authorize, &AuthorizeEndpoint::handle, {}, query, "");
  }
  /// A login_challenge as the provider's login page gets it.
  std::string challenge() { return Leads(header(open(query()), "Location")).text("login_challenge"); }

  http::Response show(const std::string& challenge) {
    return call(requests, &AuthorizationRequestEndpoint::show, {{"challenge", challenge}}, "", "");
  }
  http::Response accept(const std::string& challenge, std::string_view body = R"({"user":"user-alice"})") {
    return call(requests, &AuthorizationRequestEndpoint::accept, {{"challenge", challenge}}, "", body);
  }
  http::Response deny(const std::string& challenge) {
    return call(requests, &AuthorizationRequestEndpoint::deny, {{"challenge", challenge}}, "", "");
  }
  http::Response respond(std::string_view request, std::string_view decision,
                         const std::string& skill = "ride-hailer") {
    const json::object body{{"authorization_request", request}, {"decision", decision}};
    const std::string text = json::serialize(body);
    return call(responses, &AuthorizationResponseEndpoint::handle, {{"skill", skill}, {"user", "user-alice"}},
                "", text);
  }

  static std::string header(const http::Response& response, std::string_view name) {
    for (const auto& [known, value] : response.headers)
      if (known == name) return value;
    return "";
  }
  static json::object body(const http::Response& response) {
    return parse_json_object(response.body).value();
  }
  static Leads leads(const http::Response& response) {
    return Leads(std::string(find_string(body(response), "redirect_to").value_or("")));
  }
  static std::string code_of(const http::Response& response) {
    return std::string(find_string(body(response), "code").value_or(""));
  }
  /// The stored code that a redirect carries.
  AuthorizationCodeRecord stored(const Leads& leads) {
    const auto presented = oauth::parse_authorization_code(oauth::AuthorizationCode(leads.text("code")));
    return run_task(store->find_code(presented.value().selector)).value().value();
  }
};

}  // namespace couplet::server::testing
