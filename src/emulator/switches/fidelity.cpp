// SPDX-License-Identifier: Apache-2.0
#include "emulator/switches/fidelity.hpp"

#include <array>

namespace couplet::emulator {

namespace {

// clang-format off
constexpr std::array kRows{
    // Consent
    FidelityRow{"One consent is for one skill, and asks for no skill permissions", Standing::documented, "the guide"},
    FidelityRow{"Seven error rows at both consent pages, as a redirect with error, error_description and state", Standing::documented, "the guide's table"},
    FidelityRow{"A wrong client_id or redirect_uri is an error page, never a redirect", Standing::assumed, "RFC 6749 4.1.2.1; LWA shows a page of its own"},
    FidelityRow{"The Alexa app URL needs fragment and skill_stage; redirect_uri is compared letter for letter", Standing::documented, "the guide, step 4"},
    FidelityRow{"client_id has at most 100 bytes; PKCE is optional, S256 or plain, of 43 to 128 characters", Standing::documented, "LWA; the guide, step 4; RFC 7636 4.1"},
    FidelityRow{"No code_challenge_method means plain", Standing::documented, "LWA; RFC 7636 4.3"},
    FidelityRow{"An answer may stay in the web view, or be taken by the app after a tap", Standing::documented, "the guide, \"Ensure that your redirect URI works\"; many threads on the tap"},
    FidelityRow{"An Amazon account can be made on LWA's page", Standing::documented, "the guide's questions and answers"},
    FidelityRow{"alexa.amazon.com/spa/index.html and /dp/{asin} lead to the skill and its switch to disable it", Standing::documented, "the guide's questions and answers"},
    // LWA
    FidelityRow{"Codes: 20 characters that begin with AN, 5 minutes, once, bound to client, redirect URI and challenge", Standing::documented, "the guide and LWA; the form from captures"},
    FidelityRow{"Access tokens: Atza|, over 350 characters, 3600 seconds; refresh tokens: Atzr|, until revoked, bound to one client; token_type bearer", Standing::documented, "LWA"},
    FidelityRow{"Older refresh tokens stay good after a refresh", Standing::assumed, "nobody says that they do not"},
    FidelityRow{"Five errors of the token URL, each for its causes", Standing::documented, "the guide's table"},
    FidelityRow{"The texts of the token URL's errors", Standing::seen, "captures"},
    FidelityRow{"Credentials in the form body or as HTTP Basic", Standing::documented, "LWA"},
    FidelityRow{"tokeninfo: exp counts the seconds left; aud is the client", Standing::seen, "captures"},
    FidelityRow{"profile: token as query parameter, as Bearer, or in x-amz-access-token", Standing::documented, "LWA"},
    // Enablement
    FidelityRow{"Three API hosts, by the region of the account", Standing::documented, "enablement API reference"},
    FidelityRow{"alexaApiEndpoint answers {\"endpoints\": […]}", Standing::seen, "shipped clients"},
    FidelityRow{"201 with skill, user.id, accountLink.status LINKED and status ENABLED; 200 with the same for GET; 204 for DELETE", Standing::documented, "the guide, step 6; shipped clients for GET and DELETE"},
    FidelityRow{"Other values of the two statuses: NOT_LINKED, and DISABLED where the switch get_not_enabled asks for it", Standing::assumed, "only ENABLED and LINKED were seen"},
    FidelityRow{"400 for a body that lacks a member, or has AUTH_CODE spelled otherwise; the grant must be AUTH_CODE", Standing::documented, "the guide's table; \"implicit is not supported\" in this flow"},
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
    FidelityRow{"Disabling deletes your tokens at Alexa and revokes Amazon's", Standing::documented, "the guide"},
    FidelityRow{"A token that came by AcceptGrant is good for GET of the enablement", Standing::documented, "the guide's questions and answers"},
    // Links that start in the Alexa app
    FidelityRow{"A platform's own authorization URL where the skill has one, else the login page", Standing::documented, "account linking pages"},
    FidelityRow{"scope: the configured ones, separated by blanks; absent where there are none", Standing::seen, "captures"},
    FidelityRow{"Three redirect URLs, by the user's region; the order of the parameters", Standing::seen, "the requirements page for the URLs, captures for the order"},
    FidelityRow{"state is base64 of a JSON object, hundreds of characters long, and begins with eyJ", Standing::seen, "captures"},
    FidelityRow{"A challenge, and the verifier at your token URL, where the skill has PKCE", Standing::documented, "account linking pages"},
    FidelityRow{"The implicit grant, for links that start in the Alexa app and skills without smart home: response_type=token, answered behind the # of account-linking-status.html", Standing::documented, "account linking pages; captures for the redirect URL"},
    FidelityRow{"A token of the implicit grant ends with its expires_in, at least 360; without one it does not end; nothing is refreshed", Standing::assumed, "RFC 6749 4.2.2; defaultTokenExpirationInSeconds is for AUTH_CODE only"},
    FidelityRow{"source=app says that the answer came by your app; its absence changes nothing, nor does its presence beside an error", Standing::assumed, "the parameter is documented, its meaning is not"},
    FidelityRow{"One text for every failure", Standing::documented, "troubleshooting page"},
    // Later
    FidelityRow{"invalid_grant at a refresh ends the link, any other failure does not", Standing::seen, "reports of providers"},
    FidelityRow{"A refresh answered without refresh_token keeps the old one", Standing::assumed, "RFC 6749 6"},
    FidelityRow{"A refresh has 4.5 seconds, too", Standing::assumed, "said of the exchange only"},
    FidelityRow{"Requests without a linked account carry no accessToken, nor do those after a refresh that failed", Standing::documented, "account linking pages; of the failed refresh they say so of custom skills"},
    FidelityRow{"session.user repeats context.System.user; a skill has 8 seconds to answer", Standing::assumed, "Amazon's model; general knowledge of Alexa for the 8 seconds"},
    FidelityRow{"Signature-256, Signature and SignatureCertChainUrl as Amazon's verifiers want them", Standing::documented, "request verification page; Amazon's SDKs"},
    FidelityRow{"The old Signature is sent beside Signature-256 (without it: the wrong way no_legacy_signature)", Standing::assumed, "current verifiers look at Signature-256 only"},
    FidelityRow{"Skill events come again until they are acknowledged, for an hour", Standing::seen, "Amazon's SDKs for the hour; the steps in between are assumed"},
    FidelityRow{"Seven kinds of events, to an HTTPS endpoint", Standing::disputed, "the page on events speaks of a Lambda; Amazon's verifiers and model know HTTPS"},
    FidelityRow{"events.regions: a region may have an endpoint of its own", Standing::documented, "page on events"},
    FidelityRow{"Only SkillAccountLinked carries your access token, in the user and in the body", Standing::documented, "page on events; fixtures"},
    FidelityRow{"Permission events have the whole set as acceptedPermissions; with a person also acceptedPersonPermissions", Standing::documented, "Amazon's published model"},
    FidelityRow{"200 acknowledges an event, whatever its body", Standing::assumed, "Amazon's SDKs answer 200 with an empty response"},
    // Smart home
    FidelityRow{"Your token is in payload.scope (discovery), endpoint.scope (devices), payload.grantee (AcceptGrant)", Standing::documented, "account linking for smart home; Amazon's sample messages"},
    FidelityRow{"AcceptGrant while an account is linked; a missing or failing answer fails the linking", Standing::documented, "Alexa.Authorization; troubleshooting page"},
    FidelityRow{"Directives stop when the link has been dropped; an expired token whose refresh failed is sent all the same", Standing::documented, "account linking for smart home: they stop or carry the stale token"},
    // Over time
    FidelityRow{"Alexa refreshes when a request needs a token; on schedule, the lead before its end", Standing::assumed, "\"Alexa refreshes by itself\"; when is not said"},
    FidelityRow{"accountLinkingClient: the secret never comes out, ETag, If-Match and 412, at most 15 scopes and domains", Standing::documented, "account linking pages of the configuration API, and its published model"},
    FidelityRow{"What the errors of the configuration API say, beside their members", Standing::assumed, "one sample is documented"}};

constexpr std::array kLeftOut{
    LeftOutRow{"reciprocalAccessTokenUrl", "For some skill types only; when Alexa calls it, and what a failure means, is not said. The configuration API keeps it"},
    LeftOutRow{"skipOnEnablement, voiceForwardAccountLinking, domains", "They change what the Alexa app shows, not what your server is asked. The configuration API keeps them"},
    LeftOutRow{"The name of the PKCE setting in the configuration API", "Nobody says it; pkce in the configuration, and over the control interface"},
    LeftOutRow{"A speaker's own link (context.System.person.accessToken)", "The member is documented, how a speaker links is not"},
    LeftOutRow{"user.permissions.consentToken, and Alexa.Authorization.Grant for custom skills", "The first is deprecated; both are about permissions, which this flow does not ask for"},
    LeftOutRow{"The event gateway (/v3/events), music and video directives", "Not part of linking; the token of AcceptGrant can be tried at the enablement"},
    LeftOutRow{"PUT, GET and DELETE /v1/skills/{skillId}/stages/{stage}/enablement, metrics", "The developer's own tools; no user links by them"},
    LeftOutRow{"A country in which a skill may not be enabled", "That it is 403 is a guess; order {\"status\":403} as a fault"},
    LeftOutRow{"Port 443 and Amazon's list of certificate authorities for your server", "Your server is on your machine here; the pages differ on Let's Encrypt. Any authority of the system or of ca_file is trusted"}};
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
std::span<const LeftOutRow> left_out_rows() { return kLeftOut; }

std::string fidelity_markdown() {
  std::string page = "| behaviour | standing | source |\n|---|---|---|\n";
  for (const FidelityRow& row : kRows)
    page += "| " + cell(row.behaviour) + " | " + std::string(standing_text(row.standing)) + " | " +
            cell(row.source) + " |\n";
  page += "\n| switch | values | decides | standing | source |\n|---|---|---|---|---|\n";
  for (const SwitchRow& row : kSwitchRows)
    page += "| `" + std::string(row.name) + "` | " + values_text(row) + " | " + cell(row.decides) + " | " +
            std::string(standing_text(row.standing)) + " | " + cell(row.source) + " |\n";
  page += "\n| not emulated | why |\n|---|---|\n";
  for (const LeftOutRow& row : kLeftOut) page += "| " + cell(row.what) + " | " + cell(row.why) + " |\n";
  return page;
}

}  // namespace couplet::emulator
