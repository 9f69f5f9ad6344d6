// SPDX-License-Identifier: Apache-2.0
#include "emulator/switches/fidelity.hpp"

#include <array>

namespace couplet::emulator {

namespace {

// clang-format off
constexpr std::array kRows{
    // Consent
    FidelityRow{"Seven error rows at both consent pages, as a redirect with error, error_description and state", Standing::documented, "the guide's table"},
    FidelityRow{"A wrong client_id or redirect_uri is an error page, never a redirect", Standing::assumed, "RFC 6749 4.1.2.1; LWA shows a page of its own"},
    FidelityRow{"The Alexa app URL needs fragment and skill_stage; redirect_uri is compared letter for letter", Standing::documented, "the guide, step 4"},
    FidelityRow{"No code_challenge_method means plain", Standing::documented, "LWA; RFC 7636 4.3"},
    FidelityRow{"An answer may stay in the web view, or be taken by the app after a tap", Standing::documented, "the guide, \"Ensure that your redirect URI works\"; many threads on the tap"},
    FidelityRow{"An Amazon account can be made on LWA's page", Standing::documented, "the guide's questions and answers"},
    // LWA
    FidelityRow{"Codes: 20 characters that begin with AN, 5 minutes, once, bound to client, redirect URI and challenge", Standing::documented, "the guide and LWA; the form from captures"},
    FidelityRow{"Access tokens: Atza|, over 350 characters, 3600 seconds; refresh tokens: Atzr|, until revoked, bound to one client", Standing::documented, "LWA"},
    FidelityRow{"Older refresh tokens stay good after a refresh", Standing::assumed, "nobody says that they do not"},
    FidelityRow{"The texts of the token URL's errors", Standing::seen, "captures"},
    FidelityRow{"Credentials in the form body or as HTTP Basic", Standing::documented, "LWA"},
    FidelityRow{"tokeninfo: exp counts the seconds left; aud is the client", Standing::seen, "captures"},
    FidelityRow{"profile: token as query parameter, as Bearer, or in x-amz-access-token", Standing::documented, "LWA"},
    // Enablement
    FidelityRow{"alexaApiEndpoint answers {\"endpoints\": […]}", Standing::seen, "shipped clients"},
    FidelityRow{"Bearer in another case, quoted, or repeated is 400", Standing::documented, "troubleshooting page"},
    FidelityRow{"401 after the enablement was deleted; 403 for a token that is unknown, lacks consent or is another skill's, and for users who may not; 404 for an unknown skill or stage", Standing::documented, "the guide's table"},
    FidelityRow{"The order of those checks", Standing::assumed, "not documented"},
    FidelityRow{"Error bodies have the member message only", Standing::seen, "captures; sibling interfaces have type or code beside it"},
    FidelityRow{"Your token URL is called while the POST is open, and has 4.5 seconds", Standing::documented, "the guide's questions and answers"},
    FidelityRow{"Alexa follows no redirects of your token URL, and reads application/json only", Standing::assumed, "troubleshooting page for JSON; redirects are not mentioned"},
    FidelityRow{"Member order and User-Agent of calls to your token URL", Standing::seen, "captures"},
    FidelityRow{"HTTP Basic carries id and secret as they are, without form-encoding", Standing::assumed, "not documented"},
    FidelityRow{"No code_verifier for a code that your backend made", Standing::assumed, "Alexa has none to send"},
    FidelityRow{"expires_in left out: defaultTokenExpirationInSeconds", Standing::documented, "account linking schema"},
    FidelityRow{"Linking again is 201 and keeps the Alexa user id; disabling by DELETE, voice or the app is one thing", Standing::documented, "the guide's questions and answers"},
    // Links that start in the Alexa app
    FidelityRow{"Three redirect URLs, by the user's region; the order of the parameters", Standing::seen, "the requirements page for the URLs, captures for the order"},
    FidelityRow{"state is base64 of a JSON object, hundreds of characters long, and begins with eyJ", Standing::seen, "captures"},
    FidelityRow{"A challenge, and the verifier at your token URL, where the skill has PKCE", Standing::documented, "account linking pages"},
    FidelityRow{"source=app says that the answer came by your app; its absence changes nothing", Standing::assumed, "the parameter is documented, its meaning is not"},
    FidelityRow{"One text for every failure", Standing::documented, "troubleshooting page"},
    // Later
    FidelityRow{"invalid_grant at a refresh ends the link, any other failure does not", Standing::seen, "reports of providers"},
    FidelityRow{"A refresh answered without refresh_token keeps the old one", Standing::assumed, "RFC 6749 6"},
    FidelityRow{"Requests without a linked account carry no accessToken", Standing::documented, "account linking pages"},
    FidelityRow{"Signature-256, Signature and SignatureCertChainUrl as Amazon's verifiers want them", Standing::documented, "request verification page; Amazon's SDKs"},
    FidelityRow{"Skill events come again until they are acknowledged, for an hour", Standing::seen, "Amazon's SDKs for the hour; the steps in between are assumed"},
    // Over time
    FidelityRow{"Alexa refreshes when a request needs a token; on schedule, the lead before its end", Standing::assumed, "\"Alexa refreshes by itself\"; when is not said"},
    FidelityRow{"accountLinkingClient: the secret never comes out, ETag, If-Match and 412, at most 15 scopes and domains", Standing::documented, "account linking pages of the configuration API, and its published model"},
    FidelityRow{"What the errors of the configuration API say, beside their members", Standing::assumed, "one sample is documented"}};
// clang-format on

/// "expires_in", "**number**, string"
std::string values_text(const SwitchRow& row) {
  std::string text = "**" + std::string(row.values[0]) + "**";
  for (std::size_t i = 1; i < row.values.size(); ++i)
    if (!row.values[i].empty()) text += ", " + std::string(row.values[i]);
  return text;
}

/// A bar would end the cell.
std::string cell(std::string_view text) {
  std::string safe;
  for (const char c : text) safe += c == '|' ? std::string("\\|") : std::string(1, c);
  return safe;
}

}  // namespace

std::span<const FidelityRow> fidelity_rows() { return kRows; }

std::string fidelity_markdown() {
  std::string page = "| behaviour | standing | source |\n|---|---|---|\n";
  for (const FidelityRow& row : kRows)
    page += "| " + cell(row.behaviour) + " | " + std::string(standing_text(row.standing)) + " | " +
            cell(row.source) + " |\n";
  page += "\n| switch | values | decides | standing | source |\n|---|---|---|---|---|\n";
  for (const SwitchRow& row : kSwitchRows)
    page += "| `" + std::string(row.name) + "` | " + values_text(row) + " | " + cell(row.decides) + " | " +
            std::string(standing_text(row.standing)) + " | " + cell(row.source) + " |\n";
  return page;
}

}  // namespace couplet::emulator
