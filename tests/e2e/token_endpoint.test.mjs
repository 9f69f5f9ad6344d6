// SPDX-License-Identifier: Apache-2.0
// The rest of what can be seen of the token endpoint from outside: other origins, strange texts, how quick it is.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { basic, call, form, formHeaders } from "./http.mjs";
import { run } from "./programs.mjs";
import { startWorld } from "./world.mjs";

let world;
before(async () => (world = await startWorld()));
after(() => world?.stop());

const endpoints = ["/oauth/token", "/oauth/revoke", "/oauth/introspect"];
const ask = (path, method, body, headers = {}) =>
  call(world.coupletUrl + path, { method, headers: { ...formHeaders, ...headers }, body, agent: world.agent });

describe("the token endpoint and its neighbours", () => {
  it("TK-22 tell no other origin that it may call them", async () => {
    const origin = { Origin: "https://evil.example", "Access-Control-Request-Method": "POST" };
    const credentials = { Authorization: basic(world.clients["ride-hailer"]) };
    for (const path of endpoints)
      for (const answer of [
        await ask(path, "OPTIONS", undefined, origin),
        await ask(path, "POST", form({ token: "x", grant_type: "refresh_token" }), { ...origin, ...credentials }),
      ]) {
        const cors = Object.keys(answer.headers).filter((name) => name.startsWith("access-control-"));
        assert.deepEqual(cors, [], `${path}: ${answer.status}`);
      }
  });

  it("CA-11 two Authorization headers authenticate nobody, even if they are the same", async () => {
    const right = basic(world.clients["ride-hailer"]);
    for (const path of endpoints) {
      const answer = await ask(path, "POST", form({ token: "x" }), { Authorization: [right, right] });
      assert.ok([400, 401].includes(answer.status), `${path}: ${answer.status}`);
    }
    const body = form({ grant_type: "refresh_token", refresh_token: "x" });
    assert.equal((await ask("/oauth/token", "POST", body, { Authorization: right })).json().error, "invalid_grant");
  });

  it("RV-01 RV-04 RV-05 RV-07 RV-08 revocation, by its owner only, with whatever hint, from the body only", async () => {
    const [code] = await world.devCodes();
    const { refresh_token } = (await world.redeem(code, world.redirectUri())).json();
    const revoke = (fields, client, query = "") =>
      ask(`/oauth/revoke${query}`, "POST", form(fields), { Authorization: basic(client) });
    const owner = world.clients["ride-hailer"];
    const foreign = await revoke({ token: refresh_token }, world.clients["second-skill"]);
    const unknown = await revoke({ token: "never-issued" }, world.clients["second-skill"]);
    assert.equal(foreign.status, 200);
    assert.equal(foreign.text, unknown.text, "nothing tells that there is such a token");
    const inQuery = await revoke({}, owner, `?token=${refresh_token}`);
    assert.equal(inQuery.status, 400);
    assert.equal(inQuery.json().error, "invalid_request");
    const byGet = await ask(`/oauth/revoke?token=${refresh_token}`, "GET", undefined, { Authorization: basic(owner) });
    assert.equal(byGet.status, 405);
    assert.equal(await world.isLive(refresh_token), true, "none of these revoked it");
    for (const token_type_hint of ["access_token", "foo"])
      assert.equal((await revoke({ token: refresh_token, token_type_hint }, owner)).status, 200);
    assert.equal(await world.isLive(refresh_token), false);
  });

  it("TK-14 TK-15 TK-17 refusals repeat nothing of what was sent, in permitted characters", async () => {
    const nasty = `"\\<script>\u00e9\r\nX: y`;
    const bodies = [
      { grant_type: nasty },
      { grant_type: "authorization_code", code: nasty, redirect_uri: nasty },
      { grant_type: "refresh_token", refresh_token: nasty },
      { grant_type: "refresh_token", refresh_token: "x", scope: nasty },
    ];
    for (const body of bodies) {
      const answer = await world.token(body);
      const { error, error_description, ...more } = answer.json();
      assert.equal(answer.status, 400, answer.text);
      assert.ok(["invalid_grant", "invalid_request", "unsupported_grant_type", "invalid_scope"].includes(error), error);
      assert.match(error_description, /^[\x20-\x21\x23-\x5b\x5d-\x7e]*$/);
      assert.doesNotMatch(answer.text, /<script|X: y/);
      assert.deepEqual(more, {}, "no token, and nothing else");
    }
  });

  it("TK-18 two hundred refreshes at once are all answered well inside Alexa's 4.5 s", async () => {
    const [code] = await world.devCodes();
    const { refresh_token } = (await world.redeem(code, world.redirectUri())).json();
    const times = await Promise.all(
      Array.from({ length: 200 }, async () => {
        const began = performance.now();
        assert.equal((await world.refresh(refresh_token)).status, 200);
        return performance.now() - began;
      }),
    );
    const slowest = Math.max(...times);
    assert.ok(slowest < 4000, `${slowest} ms`);
  });
});

describe("secrets that couplet makes", () => {
  it("CA-15 have 256 bits each, and none comes twice", async () => {
    const made = await Promise.all(Array.from({ length: 20 }, () => run("couplet", ["keys", "client-secret"])));
    const secrets = made.map(({ output }) => output.trim());
    for (const secret of secrets) {
      assert.match(secret, /^[A-Za-z0-9_-]{43}$/);
      assert.equal(Buffer.from(secret, "base64url").length, 32);
    }
    assert.equal(new Set(secrets).size, secrets.length);
    assert.equal(new Set(secrets.map((secret) => secret.slice(0, 8))).size, secrets.length, "nor begins as another");
  });
});
