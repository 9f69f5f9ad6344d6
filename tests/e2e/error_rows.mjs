// SPDX-License-Identifier: Apache-2.0
// Amazon's three error tables as the guide has them, each listed cause a row, and what Amazon does beyond them:
// how it is made to happen, and what everybody is told.

/** By code: what our API answers, which text the user reads, whether starting again helps, whether it alerts. */
export const told = {
  authorization: {
    invalid_request: { status: 502, text: "problem", retryable: false, alert: true },
    unauthorized_client: { status: 502, text: "problem", retryable: false, alert: true },
    access_denied: { status: 403, text: "none", retryable: true, alert: false },
    unsupported_response_type: { status: 502, text: "problem", retryable: false, alert: true },
    invalid_scope: { status: 502, text: "problem", retryable: false, alert: true },
    server_error: { status: 502, text: "unexpected", retryable: true, alert: false },
    temporarily_unavailable: { status: 503, text: "momentary", retryable: true, alert: false },
    other: { status: 502, text: "problem", retryable: false, alert: false },
  },
  token: {
    invalid_request: { status: 502, text: "problem", retryable: false, alert: true },
    invalid_client: { status: 502, text: "problem", retryable: false, alert: true },
    invalid_grant: { status: 400, text: "problem", retryable: true, alert: false },
    unauthorized_client: { status: 502, text: "problem", retryable: false, alert: true },
    unsupported_grant_type: { status: 502, text: "problem", retryable: false, alert: true },
    other: { status: 502, text: "problem", retryable: false, alert: false },
    bad_answer: { status: 502, text: "problem", retryable: true, alert: false },
    unavailable: { status: 503, text: "momentary", retryable: true, alert: false },
    timeout: { status: 504, text: "momentary", retryable: true, alert: false },
  },
  enablement: {
    bad_request: { status: 502, text: "problem", retryable: true, alert: false },
    unauthorized: { status: 502, text: "problem", retryable: true, alert: false },
    forbidden: { status: 502, text: "problem", retryable: false, alert: false },
    not_found: { status: 502, text: "problem", retryable: false, alert: true },
    server_error: { status: 502, text: "unexpected", retryable: true, alert: false },
    other: { status: 502, text: "problem", retryable: false, alert: false },
    bad_answer: { status: 502, text: "unexpected", retryable: true, alert: false },
    unavailable: { status: 503, text: "momentary", retryable: true, alert: false },
    timeout: { status: 504, text: "momentary", retryable: true, alert: false },
  },
};

/** The URL without a parameter, or with another value of it. */
const change = (name, value) => (url) => {
  const changed = new URL(url);
  if (value === undefined) changed.searchParams.delete(name);
  else changed.searchParams.set(name, value);
  return changed.href;
};
const press = (error) => ({ decision: "error", error });

// name; the code; how: a change of the consent URL, or a button of the consent page
export const authorizationRows = [
  { name: "scope is missing", code: "invalid_request", url: change("scope") },
  { name: "response_type is missing", code: "invalid_request", url: change("response_type") },
  { name: "the client may not ask for consent", code: "unauthorized_client", press: press("unauthorized_client") },
  { name: "the user says no", code: "access_denied", press: { decision: "cancel" } },
  { name: "response_type is not code", code: "unsupported_response_type", url: change("response_type", "token") },
  { name: "the scope is another", code: "invalid_scope", url: change("scope", "alexa::made_up") },
  { name: "a fault at Amazon", code: "server_error", press: press("server_error") },
  { name: "Amazon is busy", code: "temporarily_unavailable", press: press("temporarily_unavailable") },
];

const lwaError = (error, status = 400) => ({ status, body: { error, error_description: "as in the guide" } });

// `lwa`: the fault at Login with Amazon's token URL; `hop`: the status in the trace, where it is not the fault's; `slow`:
// waits for deadlines
export const tokenRows = [
  ...["client_id", "client_secret", "grant_type", "code"].map((name) => ({
    name: `${name} is missing`,
    code: "invalid_request",
    lwa: { status: 400, body: { error: "invalid_request", error_description: `Missing required parameter: ${name}` } },
  })),
  { name: "wrong id or secret, as LWA says it", code: "invalid_client", lwa: lwaError("invalid_client", 401) },
  { name: "wrong id or secret, as the guide has it", code: "invalid_client", lwa: lwaError("invalid_client") },
  { name: "the code is invalid, used, or of another redirect URI", code: "invalid_grant", lwa: lwaError("invalid_grant") },
  { name: "no linking consent for the client", code: "unauthorized_client", lwa: lwaError("unauthorized_client") },
  { name: "another grant type", code: "unsupported_grant_type", lwa: lwaError("unsupported_grant_type") },
  // Beyond the guide.
  { name: "an error of tomorrow", code: "other", lwa: lwaError("a_code_of_tomorrow") },
  { name: "401 without an error", code: "bad_answer", lwa: { status: 401, body: "{}" } },
  { name: "200 that is no JSON", code: "bad_answer", lwa: { malformed: "not_json" }, hop: 200 },
  { name: "429", code: "unavailable", lwa: { status: 429, body: "{}" } },
  { name: "502", code: "unavailable", lwa: { status: 502, body: "<html>" } },
  { name: "503", code: "unavailable", lwa: { status: 503, body: "" } },
  { name: "a reset before the effect", code: "unavailable", lwa: { reset: "before" }, hop: null },
  { name: "no answer in time", code: "timeout", lwa: { delay_ms: 3500 }, hop: null, slow: true },
];

const says = (status, message) => ({ status, body: { message } });

// `api`: the fault at POST …/enablement; `alexa`: the fault at Alexa's call to our token URL; `slow`: waits for deadlines
export const enablementRows = [
  ...["skill_id", "stage", "authCode", "redirectUri", "type"].map((name) => ({
    name: `400: ${name} is missing`,
    code: "bad_request",
    api: says(400, `${name} is missing`),
  })),
  { name: "400: Authorization is malformed", code: "bad_request", api: says(400, "Malformed Authorization header") },
  {
    name: "400: our token URL refuses the code",
    code: "bad_request",
    alexa: { status: 400, body: { error: "invalid_grant" } },
    hop: 400,
  },
  { name: "403: the token is invalid", code: "forbidden", api: says(403, "Invalid token") },
  { name: "403: no linking consent", code: "forbidden", api: says(403, "The token lacks a scope") },
  { name: "403: a token for another skill", code: "forbidden", api: says(403, "Not this client's skill") },
  { name: "404: no such skill id", code: "not_found", api: says(404, "Skill not found") },
  { name: "500: a fault at Amazon", code: "server_error", api: says(500, "Internal service error") },
  { name: "500: our token URL fails", code: "server_error", alexa: { reset: "before" }, hop: 500 },
  { name: "500: our token URL is too slow", code: "server_error", alexa: { delay_ms: 60000 }, hop: 500, slow: true },
  // Beyond the guide.
  { name: "429", code: "unavailable", api: { status: 429, body: "{}" } },
  { name: "502", code: "unavailable", api: { status: 502, body: "<html>" } },
  { name: "503", code: "unavailable", api: { status: 503, body: "" } },
  { name: "418", code: "other", api: { status: 418, body: "{}" } },
  { name: "a reset before the effect", code: "unavailable", api: { reset: "before" }, hop: null },
  { name: "no answer in time", code: "timeout", api: { delay_ms: 5500 }, hop: null, slow: true },
];
