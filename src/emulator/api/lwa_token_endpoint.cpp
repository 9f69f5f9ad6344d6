// SPDX-License-Identifier: Apache-2.0
#include "emulator/api/lwa_token_endpoint.hpp"

#include "base/encoding.hpp"
#include "base/json.hpp"
#include "emulator/calls/note.hpp"

namespace couplet::emulator {

namespace {

struct ClientCredentials {
  std::string client_id;
  std::string client_secret;
};

/// HTTP Basic where the header is there, else the body. Empty members: not sent.
ClientCredentials credentials(const http::Request& request, const FormParameters& form) {
  ClientCredentials found{std::string(form.get("client_id").value_or("")),
                          std::string(form.get("client_secret").value_or(""))};
  const auto header = request.headers.get("Authorization");
  if (!header || !header->starts_with("Basic ")) return found;
  const auto pair = from_base64(header->substr(6));
  if (!pair) return {"(unreadable)", "(unreadable)"};
  const std::string_view text = as_text(*pair);
  const std::size_t colon = std::min(text.find(':'), text.size());
  return {std::string(text.substr(0, colon)), std::string(text.substr(std::min(colon + 1, text.size())))};
}

bool is_form(const http::Request& request) {
  const std::string type = ascii_lower(request.headers.get("Content-Type").value_or(""));
  const std::string_view media_type = std::string_view(type).substr(0, type.find_first_of("; "));
  return media_type == "application/x-www-form-urlencoded";
}

/// Amazon's step 5 says "query string" in its text and shows the form body in its sample.
std::optional<std::string> code_verifier(const http::Request& request, const FormParameters& form,
                                         const Switches& switches) {
  if (const auto verifier = form.get("code_verifier")) return std::string(*verifier);
  if (switches.has({"code_verifier_in_query", "refused"})) return std::nullopt;
  const auto query = FormParameters::parse(request.query);
  if (!query || !query->get("code_verifier")) return std::nullopt;
  return std::string(*query->get("code_verifier"));
}

/// Empty when the code may be redeemed; else why not.
std::string why_not(const Consent& consent, const Skill& client, const FormParameters& form,
                    const std::optional<std::string>& verifier) {
  if (consent.grant.alexa_client_id != client.alexa_client_id) return "the code was issued to another client";
  if (!consent.redirect_uri.empty() && consent.redirect_uri != form.get("redirect_uri"))
    return "the code was issued for another redirect_uri";
  if (!consent.challenge) return "";
  if (!verifier) return "the code has a code_challenge, and no code_verifier came";
  if (!is_pkce_text(*verifier)) return "code_verifier is not 43 to 128 of A-Z a-z 0-9 - . _ ~";
  if (!verifier_matches(*verifier, *consent.challenge))
    return "code_verifier does not fit the code_challenge";
  return "";
}

}  // namespace

Task<http::Response> LwaTokenEndpoint::answer(const http::Request& request) { co_return decide(request); }

http::Response LwaTokenEndpoint::refuse(const http::Request& request, LwaError error, std::string_view note,
                                        std::string_view parameter) const {
  return lwa_error({switches_, request.request_id}, error, note, parameter);
}

http::Response LwaTokenEndpoint::decide(const http::Request& request) {
  if (!is_form(request)) return refuse_content_type(request);
  const auto form = FormParameters::parse(request.body);
  if (!form)
    return refuse(request, LwaError::invalid_request, "the form cannot be read, or repeats a parameter",
                  "grant_type");
  const auto grant_type = form->get("grant_type");
  if (!grant_type) return refuse(request, LwaError::invalid_request, "grant_type is missing", "grant_type");
  if (grant_type != "authorization_code" && grant_type != "refresh_token")
    return refuse(request, LwaError::unsupported_grant_type,
                  "grant_type is neither authorization_code nor refresh_token");
  const ClientCredentials given = credentials(request, *form);
  if (given.client_id.empty())
    return refuse(request, LwaError::invalid_request, "client_id is missing", "client_id");
  if (given.client_secret.empty())
    return refuse(request, LwaError::invalid_request, "client_secret is missing", "client_secret");
  const Skill* client = directory_.find_skill_of_client(given.client_id);
  if (!client)
    return refuse(request, LwaError::invalid_client,
                  "client_id is not an Alexa client id; the provider's own pair does not belong here");
  if (!constant_time_equal(client->alexa_client_secret, AlexaClientSecret(given.client_secret)))
    return refuse(request, LwaError::invalid_client, "client_secret is not this client's");
  if (!client->linking_consent)
    return refuse(request, LwaError::unauthorized_client, "this client may not ask for linking consent");
  return grant_type == "refresh_token" ? refresh(request, *form, *client)
                                       : exchange_code(request, *form, *client);
}

http::Response LwaTokenEndpoint::refuse_content_type(const http::Request& request) const {
  const bool as_client = switches_.has({"wrong_content_type_error", "invalid_client"});
  return refuse(request, as_client ? LwaError::invalid_client : LwaError::unsupported_grant_type,
                "Content-Type is not application/x-www-form-urlencoded");
}

http::Response LwaTokenEndpoint::exchange_code(const http::Request& request, const FormParameters& form,
                                               const Skill& client) {
  const auto code = form.get("code");
  if (!code) return refuse(request, LwaError::invalid_request, "code is missing", "code");
  const auto consent = tokens_.take_code(*code);
  const bool keep = switches_.has({"failed_exchange", "keeps_code"});
  const std::string_view fate = keep ? "" : "; the code is spent";
  const bool bound = !consent || !consent->redirect_uri.empty();  // the code of an AcceptGrant is not
  if (bound && !form.get("redirect_uri")) {
    if (keep) tokens_.give_back(*code);
    return refuse(request, LwaError::invalid_request, "redirect_uri is missing", "redirect_uri");
  }
  if (!consent)
    return refuse(request, LwaError::invalid_code,
                  "the code is unknown, older than 5 minutes, or was tried before");
  const auto verifier = code_verifier(request, form, switches_);
  const std::string reason = why_not(*consent, client, form, verifier);
  if (reason.empty()) return token_pair(consent->grant);
  if (keep) tokens_.give_back(*code);
  if (consent->challenge && !verifier && switches_.has({"missing_verifier_error", "invalid_request"}))
    return refuse(request, LwaError::invalid_request, reason + std::string(fate), "code_verifier");
  return refuse(request, LwaError::invalid_code, reason + std::string(fate));
}

http::Response LwaTokenEndpoint::refresh(const http::Request& request, const FormParameters& form,
                                         const Skill& client) {
  const auto token = form.get("refresh_token");
  if (!token) return refuse(request, LwaError::invalid_request, "refresh_token is missing", "refresh_token");
  const TokenStanding standing = tokens_.refresh_token(*token);
  if (standing.condition == TokenCondition::revoked)
    return refuse(request, LwaError::invalid_refresh_token,
                  "the refresh token was revoked when the skill was disabled");
  if (standing.condition != TokenCondition::good)
    return refuse(request, LwaError::invalid_refresh_token, "the refresh token is unknown");
  if (standing.grant.alexa_client_id != client.alexa_client_id)
    return refuse(request, LwaError::invalid_refresh_token, "the refresh token was issued to another client");
  const bool same = switches_.has({"lwa_refresh_token", "same"});
  return token_pair(standing.grant, same ? std::optional<std::string>(*token) : std::nullopt);
}

http::Response LwaTokenEndpoint::token_pair(const AmazonGrant& grant,
                                            const std::optional<std::string>& same_refresh_token) {
  const bool longest = switches_.has({"token_length", "longest"});
  const AmazonTokenPair pair =
      tokens_.issue_pair(grant, longest ? AmazonTokenLength::longest : AmazonTokenLength::usual);
  json::object body{{"access_token", pair.access_token.reveal()},
                    {"refresh_token", same_refresh_token.value_or(std::string(pair.refresh_token.reveal()))},
                    {"token_type", "bearer"}};
  if (switches_.has({"expires_in", "string"}))
    body["expires_in"] = std::to_string(kAmazonAccessTokenLife.count());
  else
    body["expires_in"] = kAmazonAccessTokenLife.count();
  if (switches_.has({"token_scope", "present"})) body["scope"] = grant.scope;
  http::Response response = http::json_response(200, json::serialize(body));
  response.header("Cache-Control", "no-store").header("Pragma", "no-cache");
  return response;
}

}  // namespace couplet::emulator
