// SPDX-License-Identifier: Apache-2.0
// The authorization server as Alexa and a resource server use it.
import assert from "node:assert/strict";
import { createPublicKey, verify } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { basic, call, form, formHeaders } from "./http.mjs";
import { returnPageOf, skills } from "./settings.mjs";
import { startWorld } from "./world.mjs";

let world;
before(async () => (world = await startWorld()));
after(() => world?.stop());

const readJwt = (token) =>
  token
    .split(".")
    .slice(0, 2)
    .map((part) => JSON.parse(Buffer.from(part, "base64url")));

function assertTokens(answer) {
  assert.equal(answer.status, 200, answer.text);
  assert.match(answer.headers["content-type"], /^application\/json/);
  assert.equal(answer.headers["cache-control"], "no-store");
  assert.equal(answer.headers.pragma, "no-cache");
  const tokens = answer.json();
  assert.equal(tokens.token_type, "Bearer");
  assert.ok(Number.isInteger(tokens.expires_in) && tokens.expires_in >= 360 && tokens.expires_in <= 3600);
  for (const name of ["access_token", "refresh_token"]) assert.ok(tokens[name].length > 40);
  assert.equal(tokens.error, undefined);
  return tokens;
}

function assertError(answer, error, status = 400) {
  assert.equal(answer.status, status, answer.text);
  assert.match(answer.headers["content-type"], /^application\/json/);
  assert.equal(answer.headers["cache-control"], "no-store");
  assert.equal(answer.json().error, error);
  assert.equal(answer.json().access_token, undefined);
}

const freshTokens = async (skill = "ride-hailer", options = {}) => {
  const [code] = await world.devCodes(1, skill);
  return assertTokens(await world.redeem(code, world.redirectUri(skill), { client: world.clients[skill], ...options }));
};

describe("the token endpoint", () => {
  it("CA-01 CA-02 CA-03 TK-13 TK-16 by Basic and by body, for a plain and a percent-needing client", async () => {
    for (const skill of Object.keys(skills))
      for (const inBody of [false, true]) {
        const tokens = await freshTokens(skill, { inBody });
        const refreshed = assertTokens(
          await world.refresh(tokens.refresh_token, { client: world.clients[skill], inBody }),
        );
        assert.equal(refreshed.refresh_token, tokens.refresh_token, "the stable policy");
      }
    const { id, secret } = world.clients["ride-hailer"];
    for (const scheme of ["basic", "BASIC"])
      assertTokens(
        await world.redeem((await world.devCodes())[0], world.redirectUri(), {
          headers: { Authorization: basic({ id, secret }).replace("Basic", scheme) },
        }),
      );
  });

  it("CA-05 CA-06 CA-07 CA-08 CA-09 wrong, missing, doubled and mixed credentials; the code stays good", async () => {
    const [code] = await world.devCodes();
    const fields = { grant_type: "authorization_code", code, redirect_uri: world.redirectUri() };
    const { id, secret } = world.clients["ride-hailer"];
    const odd = world.clients["second-skill"];
    const ask = (headers, more = {}) =>
      call(`${world.coupletUrl}/oauth/token`, {
        method: "POST",
        headers: { ...formHeaders, ...headers },
        body: form({ ...fields, ...more }),
        agent: world.agent,
      });
    const wrong = await ask({ Authorization: basic({ id, secret: "wrong" }) });
    const unknown = await ask({ Authorization: basic({ id: "nobody", secret: "wrong" }) });
    for (const answer of [wrong, unknown]) {
      assertError(answer, "invalid_client", 401);
      assert.match(answer.headers["www-authenticate"], /^Basic /);
    }
    assert.equal(wrong.text, unknown.text);
    assertError(await ask({}), "invalid_client", 401);
    assertError(await ask({}, { client_id: id }), "invalid_client", 401);
    assertError(await ask({}, { client_id: id, client_secret: "" }), "invalid_client", 401);
    assert.ok(
      [400, 401].includes(
        (await ask({ Authorization: basic({ id, secret }) }, { client_id: id, client_secret: secret })).status,
      ),
    );
    assert.ok([400, 401].includes((await ask({ Authorization: basic({ id, secret }) }, { client_id: odd.id })).status));
    for (const broken of [
      "Basic",
      "Basic !!!",
      `Basic ${Buffer.from(id).toString("base64")}`,
      `Basic ${"A".repeat(6000)}`,
    ])
      assert.ok([400, 401].includes((await ask({ Authorization: broken })).status), broken.slice(0, 30));
    assertError(await ask({ Authorization: basic(odd) }), "invalid_grant");
    assertTokens(await ask({ Authorization: basic({ id, secret }) }, { client_id: id }));
  });

  it("TK-12 CD-09 another redirect URI is invalid_grant, and none is invalid_request; the right one still works", async () => {
    const [code] = await world.devCodes();
    const ride = skills["ride-hailer"];
    for (const uri of [
      returnPageOf(world, ride),
      `${world.redirectUri()}/`,
      world.redirectUri().toUpperCase(),
      "https://evil.test/",
    ])
      assertError(await world.redeem(code, uri), "invalid_grant");
    assertError(await world.token({ grant_type: "authorization_code", code }), "invalid_request");
    assertTokens(await world.redeem(code, world.redirectUri()));
  });

  it("CD-01 CD-02 a second exchange is invalid_grant, and ends what the first one issued", async () => {
    const [code] = await world.devCodes();
    const tokens = assertTokens(await world.redeem(code, world.redirectUri()));
    assert.equal(await world.isLive(tokens.refresh_token), true);
    assertError(await world.redeem(code, world.redirectUri()), "invalid_grant");
    assert.equal(await world.isLive(tokens.refresh_token), false);
    assert.deepEqual((await world.introspect(tokens.access_token)).json(), { active: false });
  });

  it("CD-03 fifty exchanges of one code at once: one answer with tokens at most, and never two that live", async () => {
    for (const code of await world.devCodes(3)) {
      const answers = await Promise.all(Array.from({ length: 50 }, () => world.redeem(code, world.redirectUri())));
      const good = answers.filter(({ status }) => status === 200);
      assert.equal(good.length, 1);
      for (const answer of answers) if (answer !== good[0]) assertError(answer, "invalid_grant");
      assert.equal(await world.isLive(good[0].json().refresh_token), false, "49 replays end the grant");
    }
  });

  it("RT-01 refreshing twice, and fifty times at once, keeps the token alive", async () => {
    const { refresh_token } = await freshTokens();
    for (let i = 0; i < 2; ++i) assertTokens(await world.refresh(refresh_token));
    const answers = await Promise.all(Array.from({ length: 50 }, () => world.refresh(refresh_token)));
    const access = answers.map((answer) => assertTokens(answer).access_token);
    assert.equal(new Set(access.map((token) => readJwt(token)[1].jti)).size, 50);
    assertError(await world.refresh(refresh_token, { client: world.clients["second-skill"] }), "invalid_grant");
    assert.equal(await world.isLive(refresh_token), true, "another client's try changes nothing");
  });

  it("TK-01 TK-02 TK-03 TK-04 TK-05 TK-06 TK-07 TK-08 TK-09 TK-10 TK-11 TK-21 what is no token request", async () => {
    const [code] = await world.devCodes();
    const url = `${world.coupletUrl}/oauth/token`;
    const good = { grant_type: "authorization_code", code, redirect_uri: world.redirectUri() };
    const Authorization = basic(world.clients["ride-hailer"]);
    for (const method of ["GET", "PUT", "DELETE"]) {
      const answer = await call(`${url}?${form(good)}`, { method, headers: { Authorization }, agent: world.agent });
      assert.equal(answer.status, 405);
      assert.match(answer.headers.allow, /POST/);
    }
    const post = (body, type = formHeaders["Content-Type"]) =>
      call(url, { method: "POST", headers: { Authorization, "Content-Type": type }, body, agent: world.agent });
    const inQuery = await call(`${url}?${form(good)}`, {
      method: "POST",
      headers: { Authorization, ...formHeaders },
      body: "",
      agent: world.agent,
    });
    assertError(inQuery, "invalid_request");
    for (const type of ["application/json", "text/plain", "multipart/form-data"])
      assert.ok([400, 415].includes((await post(form(good), type)).status), type);
    assertError(await post(`${form(good)}&code=${code}`), "invalid_request");
    assertError(await post(form({ ...good, code: "" })), "invalid_request");
    assertError(await post(form({ ...good, grant_type: "" })), "invalid_request");
    assertError(await post(form({ ...good, grant_type: "AUTHORIZATION_CODE" })), "unsupported_grant_type");
    assertError(
      await post(form({ grant_type: "password", username: "alice", password: "x" })),
      "unsupported_grant_type",
    );
    assertError(await post(form({ ...good, code: "A".repeat(5000) })), "invalid_grant");
    assertError(await post("grant_type=%zz"), "invalid_request");
    assert.equal((await post(`grant_type=${"x".repeat(70_000)}`)).status, 413);
    assertTokens(await post(`${form(good)}&foo=bar`, 'Application/X-WWW-Form-Urlencoded; Charset="utf-8"'));
  });
});

describe("what resource servers need", () => {
  it("IN-01 IN-02 IN-03 IN-04 IN-05 introspection by the resource server, and by nobody else", async () => {
    const { access_token, refresh_token } = await freshTokens();
    const { status, headers, ...answer } = await world.introspect(access_token);
    assert.equal(status, 200);
    assert.equal(headers["cache-control"], "no-store");
    const told = answer.json();
    assert.equal(told.active, true);
    assert.equal(told.sub, "u1");
    assert.equal(told.client_id, "alexa");
    assert.equal(told.iss, world.coupletUrl);
    assert.equal(told.token_type, "Bearer");
    assert.deepEqual(told.scope.split(" ").sort(), ["profile", "rides"]);
    assert.ok(told.exp > Date.now() / 1000 && told.iat <= Date.now() / 1000 + 5);
    const [head, claims, signature] = access_token.split(".");
    const flipped = `${head}.${claims}.${signature[0] === "A" ? "B" : "A"}${signature.slice(1)}`;
    for (const bad of [flipped, `${head}.${claims}.`, "garbage", "a.b.c", refresh_token])
      assert.equal((await world.introspect(bad)).text, '{"active":false}', bad.slice(0, 20));
    assertError(
      await world.introspect(access_token, { id: "ride-hailer-api", secret: "wrong" }),
      "invalid_client",
      401,
    );
    assert.ok([401, 403].includes((await world.introspect(access_token, world.clients["ride-hailer"])).status));
    const url = `${world.coupletUrl}/oauth/introspect`;
    const Authorization = basic(world.clients.resourceServer);
    assertError(
      await call(url, { method: "POST", headers: { ...formHeaders, Authorization }, body: "", agent: world.agent }),
      "invalid_request",
    );
    assert.equal(
      (await call(`${url}?token=${access_token}`, { headers: { Authorization }, agent: world.agent })).status,
      405,
    );
    assertError(
      await world.redeem((await world.devCodes())[0], world.redirectUri(), { client: world.clients.resourceServer }),
      "unauthorized_client",
    );
  });

  it("AT-07 the access token is an at+jwt that the published keys verify", async () => {
    const { access_token, expires_in } = await freshTokens();
    const { keys } = (await call(`${world.coupletUrl}/oauth/jwks.json`, { agent: world.agent })).json();
    const [header, claims] = readJwt(access_token);
    assert.equal(header.typ, "at+jwt");
    assert.equal(header.alg, "ES256");
    const jwk = keys.find(({ kid }) => kid === header.kid);
    for (const key of keys) for (const secret of ["d", "k", "p", "q"]) assert.equal(key[secret], undefined);
    const [head, body, signature] = access_token.split(".");
    const key = { key: createPublicKey({ key: jwk, format: "jwk" }), dsaEncoding: "ieee-p1363" };
    const holds = (text) => verify("sha256", Buffer.from(text), key, Buffer.from(signature, "base64url"));
    assert.equal(holds(`${head}.${body}`), true);
    assert.equal(holds(`${head}.${body}A`), false);
    assert.equal(claims.iss, world.coupletUrl);
    assert.equal(claims.sub, "u1");
    assert.equal(claims.client_id, "alexa");
    assert.ok(claims.aud && claims.jti);
    assert.ok(Math.abs(claims.exp - claims.iat - expires_in) <= 1);
  });

  it("AT-01 AT-02 AT-03 AT-04 AT-09 userinfo names the user to whoever bears the token", async () => {
    const { access_token, refresh_token } = await freshTokens();
    const answer = await world.userinfo(access_token);
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.headers["cache-control"], "no-store");
    assert.equal(answer.headers["access-control-allow-origin"], undefined);
    assert.equal(answer.json().sub, "u1");
    const url = `${world.coupletUrl}/oauth/userinfo`;
    const Authorization = `bearer ${access_token}`;
    assert.equal((await call(url, { method: "POST", headers: { Authorization }, agent: world.agent })).status, 200);
    const inQuery = await call(`${url}?access_token=${access_token}`, { agent: world.agent });
    assertError(inQuery, "invalid_request");
    const none = await call(url, { agent: world.agent });
    assert.equal(none.status, 401);
    assert.equal(none.headers["www-authenticate"], 'Bearer realm="couplet"');
    const bad = await world.userinfo(refresh_token);
    assertError(bad, "invalid_token", 401);
    assert.match(bad.headers["www-authenticate"], /^Bearer realm="couplet", error="invalid_token"/);
    const metadata = await call(`${world.coupletUrl}/.well-known/oauth-authorization-server`, { agent: world.agent });
    assert.equal(metadata.json().userinfo_endpoint, url);
    const { text } = await call(`${world.operationsUrl}/metrics`);
    for (const counted of ['outcome="ok"} 2', 'outcome="invalid_token"} 1', 'outcome="no_token"} 1'])
      assert.ok(text.includes(`couplet_oauth_answers_total{endpoint="userinfo",${counted}`), counted);
  });

  it("MD-01 the metadata names what is there, and only that", async () => {
    const answer = await call(`${world.coupletUrl}/.well-known/oauth-authorization-server`, { agent: world.agent });
    assert.match(answer.headers["content-type"], /^application\/json/);
    const metadata = answer.json();
    assert.equal(metadata.issuer, world.coupletUrl);
    assert.equal(metadata.token_endpoint, `${world.coupletUrl}/oauth/token`);
    assert.deepEqual(metadata.grant_types_supported, ["authorization_code", "refresh_token"]);
    assert.deepEqual(metadata.token_endpoint_auth_methods_supported, ["client_secret_basic", "client_secret_post"]);
    assert.deepEqual(metadata.scopes_supported.sort(), ["profile", "rides"]);
    for (const [name, url] of Object.entries(metadata).filter(([key]) => /_endpoint$|_uri$/.test(key))) {
      const status = (await call(url, { agent: world.agent })).status;
      assert.ok([200, 400, 401, 405].includes(status), `${name}: ${status}`); // there, whatever it says to a bare GET
    }
  });
});
