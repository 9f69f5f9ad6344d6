// SPDX-License-Identifier: Apache-2.0
#include "alexa/error_table.hpp"

#include <algorithm>
#include <array>

namespace couplet::alexa {
namespace {

using enum LinkStep;
using enum TextKey;
constexpr Retry kNo = Retry::no, kAgain = Retry::with_new_attempt;
constexpr Alert kQuiet = Alert::no, kAct = Alert::operator_must_act;

constexpr std::string_view kConfiguration =
    "compare the skill's Alexa client id, secret and redirect URLs with the developer console";
constexpr std::string_view kNothing = "nothing to do";
constexpr std::string_view kAmazonSide = "Amazon's side; look at its health page if it lasts";

constexpr std::array kRows = {
    // The guide's authorization errors: they come back to the redirect URI.
    LinkErrorRow{authorization, "invalid_request", 502, problem, kNo, kAct,
                 "Amazon found the consent request incomplete", kConfiguration},
    LinkErrorRow{authorization, "unauthorized_client", 502, problem, kNo, kAct,
                 "this Alexa client id may not ask for linking consent",
                 "switch on app-to-app account linking for the skill, and use the Alexa pair, not your own"},
    LinkErrorRow{authorization, "access_denied", 403, none, kAgain, kQuiet, "the user said no", kNothing},
    LinkErrorRow{authorization, "unsupported_response_type", 502, problem, kNo, kAct,
                 "Amazon does not take response_type=code here", kConfiguration},
    LinkErrorRow{authorization, "invalid_scope", 502, problem, kNo, kAct,
                 "Amazon refused the scope alexa::skills:account_linking", kConfiguration},
    LinkErrorRow{authorization, "server_error", 502, unexpected, kAgain, kQuiet,
                 "a fault at Amazon during consent", kAmazonSide},
    LinkErrorRow{authorization, "temporarily_unavailable", 503, momentary, kAgain, kQuiet,
                 "Amazon was too busy for the consent page", kAmazonSide},
    // Our own checks of what came back.
    LinkErrorRow{authorization, "invalid_state", 400, start_over, kAgain, kQuiet,
                 "oauth_state is missing, altered, or not ours",
                 "a forged or damaged link; nothing was changed"},
    LinkErrorRow{authorization, "expired_state", 400, start_over, kAgain, kQuiet,
                 "the link request was finished too late", kNothing},
    LinkErrorRow{authorization, "spent_state", 409, start_over, kAgain, kQuiet,
                 "this link request was finished before, with another code", "a replay; nothing was changed"},
    LinkErrorRow{authorization, "user_mismatch", 403, start_over, kNo, kQuiet,
                 "the finishing user is not the user who started the link",
                 "somebody opened another person's link, or changed accounts midway; nothing was linked"},
    LinkErrorRow{authorization, "wrong_return_mode", 403, start_over, kNo, kQuiet,
                 "the link has to be finished the way it was started",
                 "a browser link must come back to its browser, an app link to its app"},
    LinkErrorRow{authorization, "wrong_confirmation_number", 403, start_over, kNo, kQuiet,
                 "too many wrong confirmation numbers were typed on the return page",
                 "somebody at the page did not see the app of the user who started; nothing was linked"},
    LinkErrorRow{authorization, "other", 502, problem, kNo, kQuiet,
                 "Amazon sent an error code that is not in its guide", "read the trace"},
    // The guide's token errors.
    LinkErrorRow{token, "invalid_request", 502, problem, kNo, kAct,
                 "Amazon found the token request incomplete", kConfiguration},
    LinkErrorRow{token, "invalid_client", 502, problem, kNo, kAct,
                 "Amazon does not know this Alexa client id or secret", kConfiguration},
    LinkErrorRow{token, "invalid_grant", 400, problem, kAgain, kQuiet,
                 "Amazon's code was used, expired, or made for another redirect URI",
                 "if it happens to everybody, compare the redirect URLs"},
    LinkErrorRow{token, "unauthorized_client", 502, problem, kNo, kAct,
                 "this Alexa client id may not ask for linking consent", kConfiguration},
    LinkErrorRow{token, "unsupported_grant_type", 502, problem, kNo, kAct,
                 "Amazon does not take grant_type=authorization_code here", kConfiguration},
    LinkErrorRow{token, "unreachable", 503, momentary, kAgain, kQuiet, "no connection to Login with Amazon",
                 "check DNS, egress and the clock"},
    LinkErrorRow{token, "timeout", 504, momentary, kAgain, kQuiet, "Login with Amazon did not answer in time",
                 kAmazonSide},
    LinkErrorRow{token, "unavailable", 503, momentary, kAgain, kQuiet,
                 "Login with Amazon answered 429 or 5xx", kAmazonSide},
    LinkErrorRow{token, "bad_answer", 502, problem, kAgain, kQuiet,
                 "Login with Amazon's answer could not be used", kAmazonSide},
    LinkErrorRow{token, "interrupted", 503, momentary, kAgain, kQuiet,
                 "the server stopped while Amazon was asked; its code may be spent", kNothing},
    LinkErrorRow{token, "other", 502, problem, kNo, kQuiet,
                 "Amazon sent an error code that is not in its guide", "read the trace"},
    // The guide's enablement statuses, then those it does not list.
    LinkErrorRow{enablement, "bad_request", 502, problem, kAgain, kQuiet,
                 "400: Alexa found the request wrong, or our token endpoint refused it the tokens",
                 "look for the token endpoint's hop in the trace; then compare token URL, client id and "
                 "secret in the console"},
    LinkErrorRow{enablement, "unauthorized", 502, problem, kAgain, kQuiet,
                 "401: Amazon's token was revoked, the skill was disabled meanwhile", kNothing},
    LinkErrorRow{enablement, "forbidden", 502, problem, kNo, kQuiet,
                 "403: token without linking consent, for another skill, or a user who may not enable it",
                 "a development skill works for its owner and beta testers only; a wrong Alexa pair fails "
                 "for everybody"},
    LinkErrorRow{enablement, "not_found", 502, problem, kNo, kAct, "404: no such skill id at this stage",
                 "compare skill_id and stage with the developer console"},
    LinkErrorRow{enablement, "server_error", 502, unexpected, kAgain, kQuiet,
                 "500: a fault at Amazon, or Alexa could not redeem our code",
                 "look for the token endpoint's hop in the trace"},
    LinkErrorRow{enablement, "unavailable", 503, momentary, kAgain, kQuiet,
                 "429, 502, 503 or 504: Alexa is busy", kAmazonSide},
    LinkErrorRow{enablement, "timeout", 504, momentary, kAgain, kQuiet,
                 "Alexa did not answer in time, and asking for the outcome did not settle it", kAmazonSide},
    LinkErrorRow{enablement, "unreachable", 503, momentary, kAgain, kQuiet, "no connection to the Alexa API",
                 "check DNS, egress and the clock"},
    LinkErrorRow{enablement, "bad_answer", 502, unexpected, kAgain, kQuiet,
                 "Alexa's answer could not be used", kAmazonSide},
    LinkErrorRow{enablement, "interrupted", 503, momentary, kAgain, kQuiet,
                 "the server stopped midway and the attempt could not be resumed", kNothing},
    LinkErrorRow{enablement, "skill_removed", 502, problem, kNo, kQuiet,
                 "the skill was taken out of the configuration while the attempt was under way",
                 "if that was a mistake, put the skill back: then the user can start again"},
    LinkErrorRow{enablement, "in_progress", 503, momentary, kAgain, kQuiet,
                 "the attempt is still under way; ask again with the same oauth_state", kNothing},
    // Where the authorization server is the provider's own: no code to send.
    LinkErrorRow{enablement, "external_unreachable", 503, momentary, kAgain, kQuiet,
                 "no connection to your authorization server", "check external_code_url, DNS and egress"},
    LinkErrorRow{enablement, "external_timeout", 504, momentary, kAgain, kQuiet,
                 "your authorization server did not answer in time",
                 "see how long it takes to give a code, or raise external_timeout"},
    LinkErrorRow{enablement, "external_unavailable", 503, momentary, kAgain, kQuiet,
                 "your authorization server answered 429 or 5xx",
                 "look for the attempt id in its log: it is the beginning of webhook-id"},
    LinkErrorRow{enablement, "external_unauthorized", 502, problem, kNo, kAct,
                 "401 or 403: your authorization server did not take Couplet's signature",
                 "compare external_code_secret on both sides, then their clocks"},
    LinkErrorRow{enablement, "external_refused", 502, problem, kNo, kQuiet,
                 "your authorization server gives this user no code (4xx)",
                 "look for the attempt id in its log: it is the beginning of webhook-id"},
    LinkErrorRow{enablement, "external_bad_answer", 502, problem, kNo, kAct,
                 "your authorization server's answer could not be used",
                 "it has to be 200 with JSON: a code of printable ASCII, up to 512 characters, and if any, a "
                 "redirect_uri of the skill's"},
    LinkErrorRow{enablement, "external_untrusted", 502, problem, kNo, kAct,
                 "your authorization server's TLS certificate was not accepted",
                 "check its chain, its names and its dates"},
    LinkErrorRow{enablement, "external_forbidden_address", 502, problem, kNo, kAct,
                 "external_code_url leads to a loopback, private or link-local address",
                 "set external_allow_private if that is meant"},
    LinkErrorRow{enablement, "manage_in_alexa", 409, none, kNo, kQuiet,
                 "the link was made in the Alexa app, so only the user can end it there",
                 "send the user to manage_urls"},
    LinkErrorRow{enablement, "other", 502, problem, kNo, kQuiet, "a status that is not in Amazon's guide",
                 "read the trace"},
};

}  // namespace

std::span<const LinkErrorRow> link_error_rows() { return kRows; }

const LinkErrorRow& find_link_error(LinkStep step, std::string_view code) {
  const auto is = [step](std::string_view wanted) {
    return std::ranges::find_if(
        kRows, [=](const LinkErrorRow& row) { return row.step == step && row.code == wanted; });
  };
  const auto* const row = is(code);
  return row != kRows.end() ? *row : *is("other");
}

std::string_view enablement_error_code(int http_status) {
  switch (http_status) {
    case 400: return "bad_request";
    case 401: return "unauthorized";
    case 403: return "forbidden";
    case 404: return "not_found";
    case 500: return "server_error";
    case 429:
    case 502:
    case 503:
    case 504: return "unavailable";
    default: return http_status >= 500 ? "server_error" : "other";
  }
}

std::string user_message(const LinkErrorRow& row, const Reader& reader) {
  return text(row.message, reader, row.code);
}

}  // namespace couplet::alexa
