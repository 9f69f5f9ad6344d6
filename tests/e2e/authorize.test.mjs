// SPDX-License-Identifier: Apache-2.0
// Links that start in the Alexa app: the browser goes through couplet's authorization endpoint and Ride Hailer's login
// and consent pages; Alexa redeems the code.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { call, form } from "./http.mjs";
import { consentPage as consentPageOf } from "./login_pages.mjs";
import { alexaRedirects } from "./settings.mjs";
import { startWorld } from "./world.mjs";

let world;
before(async () => (world = await startWorld({ ride: true })));
after(() => world?.stop());

const europe = alexaRedirects[1];
const alexaState = "eyJjdXN0b21lciI6IkEifQ==+/%2B&=";

/** A request as Alexa sends it, and the verifier that goes with it. */
function alexaRequest(changes = {}) {
  const verifier = randomBytes(32).toString("base64url");
  const code_challenge = createHash("sha256").update(verifier).digest("base64url");
  const pkce = { code_challenge, code_challenge_method: "S256" };
  const fields = { client_id: "alexa", response_type: "code", state: alexaState, scope: "rides", redirect_uri: europe };
  return { verifier, fields: { ...fields, ...pkce, ...changes } };
}
const authorize = (query, options = {}) =>
  call(`${world.coupletUrl}/oauth/authorize?${typeof query === "string" ? query : form(query)}`, {
    agent: world.agent,
    ...options,
  });
const leads = (url) => {
  const { searchParams } = new URL(url);
  return { to: url.split("?")[0], query: Object.fromEntries(searchParams) };
};
const challengeFor = async (fields) => leads((await authorize(fields)).headers.location).query.login_challenge;
const answer = (challenge, decision, user = "user-alice") =>
  world.api("POST", `/v1/authorization-requests/${challenge}/${decision}`, { body: { user } });

function assertPage(answered, what) {
  assert.equal(answered.status, 400, what);
  assert.equal(answered.headers.location, undefined, what);
  assert.match(answered.headers["content-type"], /^text\/html/, what);
  assert.doesNotMatch(answered.text, /http-equiv|evil/i, what);
  assert.equal(answered.headers["x-frame-options"], "DENY", what);
}
function assertSentBack(answered, error, state = alexaState) {
  assert.equal(answered.status, 303, answered.text);
  const { to, query } = leads(answered.headers.location);
  assert.equal(to, europe);
  assert.equal(query.error, error);
  assert.equal(query.state, state);
  assert.equal(query.iss, world.coupletUrl);
  assert.equal(query.code, undefined);
}

/** A browser of Ride Hailer's, before its consent page for this request. */
const consentPage = (fields, login) =>
  consentPageOf(world, `${world.coupletUrl}/oauth/authorize?${form(fields)}`, login);

describe("a link that starts in the Alexa app", () => {
  it("AZ-01 AZ-10 AZ-14 AZ-21 PK-01 authorize, sign in, consent, exchange; then LINKED by alexa", async () => {
    const { fields, verifier } = alexaRequest();
    const { page, decide } = await consentPage(fields);
    for (const text of ["Link with Alexa?", "Alice", "Order rides for you", "Use another account", "Cancel"])
      assert.ok(page.text.includes(text), text);
    const decided = await decide("link");
    assert.equal(decided.status, 303, decided.text);
    const { to, query } = leads(decided.headers.location);
    assert.equal(to, europe);
    assert.deepEqual(Object.keys(query).sort(), ["code", "iss", "state"]);
    assert.equal(query.state, alexaState);
    assert.equal(query.iss, world.coupletUrl);

    const exchange = { grant_type: "authorization_code", redirect_uri: europe, code_verifier: verifier };
    const tokens = (await world.token({ ...exchange, code: query.code })).json();
    const seen = (await world.introspect(tokens.access_token)).json();
    assert.equal(seen.active, true);
    assert.equal(seen.sub, "user-alice");
    assert.equal(seen.scope, "rides");
    const status = await world.status("user-alice");
    assert.equal(status.status, "LINKED");
    assert.equal(status.origin, "alexa");
    assert.equal(status.action, "manage_in_alexa");
    assert.equal((await world.unlink("user-alice")).status, 409);
    assert.ok(await world.isLive(tokens.refresh_token));
  });

  it("SG-04 a second link of the same user takes the place of the first", async () => {
    const redeem = async () => {
      const { fields, verifier } = alexaRequest();
      const accepted = await answer(await challengeFor(fields), "accept", "user-twice");
      const { code } = leads(accepted.json().redirect_to).query;
      assert.equal((await world.redeem(code, europe)).json().error, "invalid_grant", "PK-06 without the verifier");
      const exchange = { grant_type: "authorization_code", redirect_uri: europe, code_verifier: verifier };
      return (await world.token({ ...exchange, code })).json();
    };
    const first = await redeem();
    const second = await redeem();
    assert.equal(await world.isLive(first.refresh_token), false);
    assert.ok(await world.isLive(second.refresh_token));
  });

  it("AZ-15 cancelling leads back with access_denied, and nobody is linked", async () => {
    const { decide } = await consentPage(alexaRequest().fields, "bob");
    assertSentBack(await decide("cancel"), "access_denied");
    assert.equal((await world.status("user-bob")).status, "NOT_LINKED");
  });

  it("AZ-14 another account signs out and comes back to the same request", async () => {
    const { decide, go } = await consentPage(alexaRequest().fields);
    const signIn = await go(await decide("another"));
    assert.match(signIn.text, /name="after" value="login_challenge=/);
    assert.equal((await go({ headers: { location: "/" } })).headers.location, "/sign-in");
  });

  it("AZ-13 a challenge is accepted once, also by the replayed consent form", async () => {
    const { decide } = await consentPage(alexaRequest().fields);
    assert.equal((await decide("link")).status, 303);
    const replayed = await decide("link");
    assert.equal(replayed.status, 400);
    assert.equal(replayed.headers.location, undefined);
    const challenge = await challengeFor(alexaRequest().fields);
    const all = await Promise.all(Array.from({ length: 20 }, () => answer(challenge, "accept")));
    assert.equal(all.filter(({ status }) => status === 200).length, 1);
    assert.equal(all.filter(({ status }) => status === 409).length, 19);
  });

  it("AZ-18 a tampered challenge is refused, at the page and at the interface", async () => {
    const challenge = await challengeFor(alexaRequest().fields);
    for (const at of [0, 5, 30, challenge.length - 1]) {
      const altered = challenge.slice(0, at) + (challenge[at] === "A" ? "B" : "A") + challenge.slice(at + 1);
      for (const decision of ["accept", "deny"]) {
        const refused = await answer(altered, decision);
        assert.equal(refused.status, 400);
        assert.equal(refused.json().code, "invalid_challenge");
      }
    }
    const other = await world.api("GET", `/v1/authorization-requests/${challenge}`, { key: world.secondApiKey });
    assert.equal(other.status, 403);
  });
});

describe("the authorization endpoint", () => {
  it("AZ-22 each of Alexa's regions works, and another vendor's does not", async () => {
    for (const redirect_uri of alexaRedirects) {
      const accepted = await answer(await challengeFor(alexaRequest({ redirect_uri }).fields), "accept");
      assert.equal(leads(accepted.json().redirect_to).to, redirect_uri);
    }
    const other = europe.replace("M1EXAMPLE", "M2EXAMPLE");
    assertPage(await authorize(alexaRequest({ redirect_uri: other }).fields));
  });

  it("RU-01 RU-02 RU-03 RU-04 no variant of a registered redirect URI is ever redirected to", async () => {
    const host = "layla.amazon.com";
    const path = "/api/skill/link/M1EXAMPLEVENDOR";
    const at = (authority, where = path, scheme = "https") => `${scheme}://${authority}${where}`;
    const variants = [
      ...["/", "?x=1", "#", "#x", "/evil", "/..;/", ";a=b", "/%2e%2e/", "%2F", "%252F", "\r\nX: y", "\t", " ", "\0"]
        .concat(["\\", "/../evil", "."])
        .map((end) => europe + end),
      at(host, path.toLowerCase()),
      at(host, `/${path}`),
      at(host, path.slice(0, -1)),
      at(host, "/api/skill/link"),
      at(host, path, "http"),
      at(host, path, "HTTPS"),
      at(host.toUpperCase()),
      at(`${host}:443`),
      at(`${host}.`),
      at(`evil.${host}`),
      at(`${host}.evil.example`),
      at(`${host}@evil.example`),
      at(`evil.example/${host}`),
      `//${host}${path}`,
      path,
      "javascript:alert(1)",
      "https://evil.example/cb",
    ];
    assert.ok(variants.length >= 30);
    for (const redirect_uri of variants)
      assertPage(await authorize(alexaRequest({ redirect_uri }).fields), redirect_uri);
    assertPage(await authorize(alexaRequest({ redirect_uri: "" }).fields), "AZ-05");
  });

  it("AZ-03 a repeated parameter is a page, never a redirect", async () => {
    const { fields } = alexaRequest();
    for (const name of Object.keys(fields)) assertPage(await authorize(`${form(fields)}&${name}=x`), name);
  });

  it("AZ-04 an unknown client is a page; RU-08 and nothing sent is reflected", async () => {
    assertPage(await authorize(alexaRequest({ client_id: "nobody" }).fields));
    const script = '"><svg onload=alert(1)>';
    for (const name of ["client_id", "redirect_uri", "state", "scope", "error_description"])
      assert.doesNotMatch((await authorize({ [name]: script })).text, /onload/);
  });

  it("AZ-06 AZ-07 AZ-08 AZ-09 PK-02 PK-03 PK-04 other faults go back with state and issuer", async () => {
    const back = async (changes, error) => assertSentBack(await authorize(alexaRequest(changes).fields), error);
    await back({ response_type: "" }, "invalid_request");
    for (const response_type of ["token", "id_token", "code token", "none", "CODE"])
      await back({ response_type }, "unsupported_response_type");
    for (const scope of ["admin", '"rides"', "rides\\"]) await back({ scope }, "invalid_scope");
    for (const code_challenge_method of ["plain", "", "s256", "S512"])
      await back({ code_challenge_method }, "invalid_request");
    for (const code_challenge of ["a".repeat(42), "a".repeat(44), `${"a".repeat(42)}=`, `+${"a".repeat(42)}`])
      await back({ code_challenge }, "invalid_request");
  });

  it("AZ-11 RU-09 every state comes back octet for octet", async () => {
    const states = ["a b", "a+b", "%2B", "&=?#", "ü€𝄞", "\r\nSet-Cookie: x=1", "s".repeat(3000), '"<>\\^`{|}'];
    for (const state of states) {
      const denied = await answer(await challengeFor(alexaRequest({ state }).fields), "deny");
      assert.equal(leads(denied.json().redirect_to).query.state, state);
      const { fields } = alexaRequest({ state, response_type: "x" });
      assertSentBack(await authorize(fields), "unsupported_response_type", state);
    }
    const raw = `${form({ ...alexaRequest().fields, state: "" })}`.replace("state=", "state=%FF%00%80");
    const accepted = (await answer(await challengeFor(raw), "accept")).json().redirect_to;
    assert.match(accepted, /[?&]state=%FF%00%80(&|$)/);
    const none = (await answer(await challengeFor(alexaRequest({ state: "" }).fields), "accept")).json().redirect_to;
    assert.doesNotMatch(none, /state=/);
  });

  it("AZ-02 AZ-12 AZ-20 unknown parameters, other methods, other origins", async () => {
    const { fields } = alexaRequest({ foo: "bar", ui_theme: "x", prompt: "none" });
    const started = await authorize(fields, { headers: { Origin: "https://evil.example" } });
    assert.equal(started.status, 303);
    assert.equal(started.headers["access-control-allow-origin"], undefined);
    for (const method of ["PUT", "DELETE", "PATCH", "POST"]) {
      const refused = await authorize(fields, { method });
      assert.equal(refused.status, 405, method);
      assert.match(refused.headers.allow, /GET/);
    }
  });

  it("MD-03 the metadata claims it", async () => {
    const metadata = (
      await call(`${world.coupletUrl}/.well-known/oauth-authorization-server`, { agent: world.agent })
    ).json();
    assert.equal(metadata.authorization_endpoint, `${world.coupletUrl}/oauth/authorize`);
    assert.deepEqual(metadata.code_challenge_methods_supported, ["S256"]);
    assert.equal(metadata.authorization_response_iss_parameter_supported, true);
  });
});

describe("a link that starts in the Alexa app and opens the provider's app", () => {
  const respond = (fields, decision, options = {}) =>
    world.api("POST", `${world.userPath(options.user ?? "user-app")}/authorization-response`, {
      body: { authorization_request: `https://app.example.org/alexa-auth?${form(fields)}`, decision },
      ...options,
    });

  it("AZ-10 accepting leads back with source=app, and Alexa redeems the code", async () => {
    const { fields, verifier } = alexaRequest();
    const { to, query } = leads((await respond(fields, "accept")).json().redirect_to);
    assert.equal(to, europe);
    assert.equal(query.state, alexaState);
    assert.equal(query.source, "app");
    const exchange = { grant_type: "authorization_code", redirect_uri: europe, code_verifier: verifier };
    assert.equal((await world.token({ ...exchange, code: query.code })).status, 200);
    assert.equal((await world.status("user-app")).origin, "alexa");
  });

  it("AZ-15 CA-17 RU-04 refusing, another skill's client, and a redirect URI that is not registered", async () => {
    const { query } = leads((await respond(alexaRequest().fields, "deny")).json().redirect_to);
    assert.equal(query.error, "access_denied");
    assert.equal(query.source, "app");
    const client_id = world.clients["second-skill"].id;
    const foreign = await respond(alexaRequest({ client_id, scope: "" }).fields, "accept");
    assert.equal(foreign.status, 403);
    const evil = await respond(alexaRequest({ redirect_uri: "https://evil.example/" }).fields, "accept");
    assert.equal(evil.status, 400);
    assert.equal(evil.json().code, "invalid_authorization_request");
  });

  it("AZ-13 a user's own token answers for that user only", async () => {
    const key = world.userJwt({ sub: "user-jwt" });
    assert.equal((await respond(alexaRequest().fields, "accept", { key, user: "me" })).status, 200);
    assert.equal((await respond(alexaRequest().fields, "accept", { key, user: "user-app" })).status, 403);
  });
});
