// SPDX-License-Identifier: Apache-2.0
#include "emulator/alexa/provider_token_answer.hpp"

#include "base/encoding.hpp"
#include "base/form.hpp"
#include "base/json.hpp"

namespace couplet::emulator {

namespace {

using Kind = ProviderFailure::Kind;

http::OutgoingRequest token_request(const AccountLinking& linking, FormWriter form, const Switches& switches,
                                    milliseconds deadline) {
  // Member order as captured: client_id and client_secret come last.
  const bool basic = linking.accessTokenScheme == AccessTokenScheme::HTTP_BASIC;
  if (!basic || switches.has({"client_id_beside_basic", "present"})) form.add("client_id", linking.clientId);
  http::OutgoingRequest request;
  request.method = "POST";
  request.url = linking.accessTokenUrl;
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded;charset=UTF-8"},
                     {"Accept", "application/json"},
                     {"User-Agent", "Apache-HttpClient/4.5.13 (Java/11; couplet-emulator)"}};
  if (basic) {
    const std::string pair = linking.clientId + ":" + std::string(linking.clientSecret.reveal());
    request.headers.emplace_back("Authorization", "Basic " + to_base64(as_byte_view(pair)));
  } else {
    form.add("client_secret", linking.clientSecret.reveal());
  }
  request.body = std::move(form).text();
  request.deadlines = {.connect = deadline, .first_byte = deadline, .total = deadline};
  return request;
}

std::unexpected<ProviderFailure> fail(Kind kind, std::string why, std::string error = "") {
  return std::unexpected(ProviderFailure{kind, std::move(error), std::move(why)});
}

bool is_json(const http::IncomingResponse& response) {
  const std::string type = ascii_lower(response.header("content-type"));
  return std::string_view(type).substr(0, type.find_first_of("; ")) == "application/json";
}

Result<ProviderTokens, ProviderFailure> read_tokens(const json::object& body, const AccountLinking& linking,
                                                    Instant now, const ProviderRefreshToken* kept,
                                                    const Switches& switches) {
  const auto access_token = find_string(body, "access_token");
  const auto refresh_token = find_string(body, "refresh_token");
  if (!access_token || access_token->empty()) return fail(Kind::unusable, "the answer has no access_token");
  const bool without = !refresh_token || refresh_token->empty();
  if (without && !kept && switches.has({"refresh_token_of_exchange", "required"}))
    return fail(Kind::unusable, "the answer has no refresh_token");
  const auto token_type = find_string(body, "token_type");
  if (body.contains("token_type") && (!token_type || ascii_lower(*token_type) != "bearer"))
    return fail(Kind::unusable, "token_type is not Bearer");
  seconds life = linking.defaultTokenExpirationInSeconds;
  if (body.contains("expires_in")) {
    const auto expires_in = find_integer(body, "expires_in");
    if (!expires_in) return fail(Kind::unusable, "expires_in is not a whole number");
    life = seconds(*expires_in);
  }
  if (life < kShortestTokenLife && switches.has({"shortest_token_life", "enforced"}))
    return fail(Kind::unusable,
                "expires_in is " + std::to_string(life.count()) + "; Alexa wants 360 or more");
  constexpr seconds kLongest = std::chrono::years(100);  // keeps the sum in range whatever the provider says
  ProviderTokens tokens;
  tokens.access_token = ProviderAccessToken(std::string(*access_token));
  if (!without) tokens.refresh_token = ProviderRefreshToken(std::string(*refresh_token));
  if (without && kept) tokens.refresh_token = *kept;
  tokens.expires_at = now + std::min(life, kLongest);
  tokens.received_at = now;
  return tokens;
}

}  // namespace

http::OutgoingRequest code_exchange_request(const AccountLinking& linking,
                                            const ProviderCodeExchange& exchange, milliseconds deadline,
                                            const Switches& switches) {
  FormWriter form;
  form.add("grant_type", "authorization_code").add("code", exchange.code.reveal());
  if (!exchange.redirect_uri.empty()) form.add("redirect_uri", exchange.redirect_uri);
  if (!exchange.code_verifier.empty()) form.add("code_verifier", exchange.code_verifier);
  return token_request(linking, std::move(form), switches, deadline);
}

http::OutgoingRequest refresh_request(const AccountLinking& linking, const ProviderRefreshToken& token,
                                      milliseconds deadline, const Switches& switches) {
  FormWriter form;
  form.add("grant_type", "refresh_token").add("refresh_token", token.reveal());
  return token_request(linking, std::move(form), switches, deadline);
}

Result<ProviderTokens, ProviderFailure> read_token_answer(
    const Result<http::IncomingResponse, http::TransportError>& answer, const AccountLinking& linking,
    Instant now, const ProviderRefreshToken* kept, const Switches& switches) {
  if (!answer)
    return fail(Kind::unreachable, "no answer from " + linking.accessTokenUrl + " (" +
                                       std::string(http::transport_error_text(answer.error().kind)) + ")");
  const std::string status = "the token URL answered " + std::to_string(answer->status);
  if (answer->status >= 500) return fail(Kind::unreachable, status);
  if (answer->status >= 300 && answer->status < 400)
    return fail(Kind::unusable, status + "; Alexa follows no redirects");
  const auto body = parse_json_object(answer->body);
  if (!is_json(*answer) || !body)
    return fail(Kind::unusable, status + " without JSON (Content-Type: application/json)");
  if (answer->status == 200) return read_tokens(*body, linking, now, kept, switches);
  const std::string error(find_string(*body, "error").value_or(""));
  if (error.empty()) return fail(Kind::unusable, status + " without an error member");
  return fail(Kind::refused, status + " " + error, error);
}

}  // namespace couplet::emulator
