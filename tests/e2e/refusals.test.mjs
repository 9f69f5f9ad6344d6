// SPDX-License-Identifier: Apache-2.0
// What the linking API refuses, and that nothing happens at Amazon then.
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { startWorld } from "./world.mjs";

let world;
before(async () => (world = await startWorld()));
after(() => world?.stop());

function assertRefused(answer, status, code) {
  assert.equal(answer.status, status, answer.text);
  assert.equal(answer.headers["content-type"], "application/problem+json");
  assert.equal(answer.json().code, code);
  assert.equal(answer.json().status, status);
}

/** Does it, and sees that Amazon's side heard nothing of it. */
async function withoutAmazon(action) {
  const from = await world.emulator.lastSeq();
  const result = await action();
  assert.deepEqual(await world.emulator.amazonCalls(from), []);
  return result;
}

const startPath = (user = "alice", skill) => `${world.userPath(user, skill)}/link-attempts`;
const android = { platform: "android" };

describe("who may call", () => {
  it("CA-05 no key, a wrong key, a broken header: 401 with WWW-Authenticate", async () => {
    const keys = [null, "cpk_wrong", `${world.apiKey}x`, world.apiKey.slice(0, -1), "", "a.b.c"];
    for (const key of keys)
      for (const [method, path, body] of [
        ["POST", startPath(), android],
        ["POST", `${world.userPath("alice")}/link`, { code: "x", state: "y" }],
        ["GET", `${world.userPath("alice")}/link`],
        ["DELETE", `${world.userPath("alice")}/link`],
        ["GET", "/v1/link-attempts/AAAAAAAAAAAAAAAAAAAAAA"],
      ]) {
        const answer = await withoutAmazon(() => world.api(method, path, { key, body }));
        assertRefused(answer, 401, "unauthorized");
        assert.match(answer.headers["www-authenticate"], /^Bearer/);
      }
    const twice = await world.api("GET", `${world.userPath("alice")}/link`, {
      key: null,
      headers: { Authorization: [`Bearer ${world.apiKey}`, `Bearer ${world.apiKey}`] },
    });
    assert.ok(twice.status === 400 || twice.status === 401, twice.text);
  });

  it("CA-05 a key of another skill: 403, for each call; its attempts cannot be seen", async () => {
    const key = world.secondApiKey;
    for (const [method, path, body] of [
      ["POST", startPath(), android],
      ["POST", `${world.userPath("alice")}/link`, { code: "x", state: "y" }],
      ["GET", `${world.userPath("alice")}/link`],
      ["DELETE", `${world.userPath("alice")}/link`],
    ])
      assertRefused(await withoutAmazon(() => world.api(method, path, { key, body })), 403, "forbidden_skill");
    const { attempt_id } = await world.link(world.newUser());
    assertRefused(await world.api("GET", `/v1/link-attempts/${attempt_id}`, { key }), 404, "unknown_attempt");
    assert.equal((await world.trace(attempt_id)).status, "linked");
  });

  it("an unknown skill, an unknown path, a wrong method", async () => {
    assertRefused(await world.api("POST", startPath("alice", "no-such"), { body: android }), 404, "unknown_skill");
    assert.equal((await world.api("GET", "/v1/no-such")).status, 404);
    const wrong = await world.api("PUT", `${world.userPath("alice")}/link`, { body: {} });
    assert.equal(wrong.status, 405);
    assert.match(wrong.headers.allow, /GET/);
  });

  it("CA-05 a user's JWT acts for users/me and for its own user only", async () => {
    const own = (sub) => ({ key: world.userJwt({ sub }) });
    for (const user of ["me", "jwt-user"]) {
      const answer = await world.api("POST", startPath(user), { ...own("jwt-user"), body: android });
      assert.equal(answer.status, 201, answer.text);
    }
    assertRefused(
      await world.api("POST", startPath("alice"), { ...own("jwt-user"), body: android }),
      403,
      "forbidden_user",
    );
    assertRefused(await world.api("GET", `${world.userPath("alice")}/link`, own("jwt-user")), 403, "forbidden_user");
    assertRefused(
      await world.api("GET", `${world.userPath("me", "second-skill")}/link`, own("jwt-user")),
      403,
      "forbidden_skill",
    );
    assertRefused(await world.api("GET", `${world.userPath("me")}/link`), 400, "invalid_user");
  });

  it("LK-06 a link by the app's own JWT, finished as users/me; another user's JWT cannot", async () => {
    const key = world.userJwt({ sub: "jwt-linker" });
    const started = (await world.api("POST", startPath("me"), { key, body: android })).json();
    const amazonUser = await world.emulator.newUser();
    const back = new URL(await world.emulator.allow(started.alexa_app_url, amazonUser)).searchParams;
    const body = { code: back.get("code"), state: back.get("state") };
    const foreign = await withoutAmazon(() => world.finish("me", body, { key: world.userJwt({ sub: "another" }) }));
    assertRefused(foreign, 403, "user_mismatch");
    const answer = await world.finish("me", body, { key });
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.json().user, "jwt-linker");
    const foreignTrace = await world.api("GET", `/v1/link-attempts/${started.attempt_id}`, {
      key: world.userJwt({ sub: "another" }),
    });
    assertRefused(foreignTrace, 404, "unknown_attempt");
    assert.equal((await world.status("jwt-linker")).status, "LINKED");
  });

  it("CA-05 a JWT of another issuer, audience, time, key or algorithm is no credential", async () => {
    const now = Math.floor(Date.now() / 1000);
    const good = { sub: "jwt-user" };
    const stranger = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
    const [head, claims, signature] = world.userJwt(good).split(".");
    const none = `${Buffer.from('{"alg":"none"}').toString("base64url")}.${claims}.`;
    const forged = {
      issuer: world.userJwt({ ...good, iss: "https://evil.test" }),
      audience: world.userJwt({ ...good, aud: "another" }),
      expired: world.userJwt({ ...good, exp: now - 60 }),
      early: world.userJwt({ ...good, nbf: now + 600 }),
      "no user": world.userJwt({}),
      "foreign key": world.userJwt(good, stranger),
      "no algorithm": none,
      "no signature": `${head}.${claims}.`,
      "changed claims": `${head}.${Buffer.from(JSON.stringify({ ...good, iss: world.userIssuer, aud: "couplet", exp: now + 99 })).toString("base64url")}.${signature}`,
    };
    for (const [name, key] of Object.entries(forged)) {
      const answer = await world.api("GET", `${world.userPath("me")}/link`, { key });
      assert.equal(answer.status, 401, `${name}: ${answer.text}`);
    }
  });
});

describe("what may be said", () => {
  it("LK-16 a missing acknowledgement stops the start and is named; given, it is kept with the attempt", async () => {
    const path = startPath("alice", "second-skill");
    for (const acknowledged of [undefined, [], ["terms-v0"]]) {
      const refused = await world.api("POST", path, { body: { ...android, acknowledged } });
      assertRefused(refused, 400, "missing_acknowledgement");
      assert.match(refused.json().detail, /terms-v1/);
    }
    for (const acknowledged of ["terms-v1", [1], Array(17).fill("terms-v1")])
      assertRefused(await world.api("POST", path, { body: { ...android, acknowledged } }), 400, "invalid_request");
    const { attempt_id } = await world.link(world.newUser(), { skill: "second-skill" });
    assert.deepEqual((await world.trace(attempt_id)).acknowledged, ["terms-v1"]);
  });

  it("LK-03 an unknown platform, return mode or redirect URI, and bodies that are not one object", async () => {
    const uri = world.redirectUri();
    for (const body of [
      {},
      { platform: "symbian" },
      { platform: 1 },
      { platform: "android", return_mode: "page", account_hint: "mary@example.org" }, // not allowed for the skill
      { ...android, account_hint: "" },
      { ...android, account_hint: "a\nb" },
      { ...android, account_hint: "x".repeat(129) },
      { ...android, return_mode: null },
      { ...android, redirect_uri: "https://evil.test/" },
      { ...android, redirect_uri: `${uri}/` },
      { ...android, redirect_uri: uri.toUpperCase() },
      { ...android, redirect_uri: world.redirectUri("second-skill") },
    ])
      assertRefused(await world.api("POST", startPath(), { body }), 400, "invalid_request");
    const json = { "Content-Type": "application/json" };
    for (const body of [
      "",
      "null",
      "[]",
      '"android"',
      "{",
      '{"platform":"android"} {}',
      '{"platform":"android","platform":"web"}',
      '{"platform":"android","redirect_uri":"a","redirect_uri":"b"}',
      `${"[".repeat(5000)}${"]".repeat(5000)}`,
      '{"platform":"\xff"}',
    ])
      assertRefused(await world.api("POST", startPath(), { headers: json, body }), 400, "invalid_request");
    const finishTwice = '{"code":"a","code":"b","state":"c"}';
    assertRefused(
      await world.api("POST", `${world.userPath("a")}/link`, { headers: json, body: finishTwice }),
      400,
      "invalid_request",
    );
  });

  it("TK-21 a body of 70 KB is 413, and the connection goes on to serve others", async () => {
    const body = JSON.stringify({ ...android, padding: "x".repeat(70_000) });
    const answer = await world.api("POST", startPath(), { body, headers: { "Content-Type": "application/json" } });
    assert.equal(answer.status, 413);
    assert.equal((await world.start("alice")).launch_url, null);
  });

  it("users with strange ids are users like any other; ids that are none are refused", async () => {
    for (const user of ["ü@example.org", "%", "me too", "a+b&c=d;e", "x".repeat(128)]) {
      const { answer } = await world.link(user);
      assert.equal(answer.status, 200, `${user}: ${answer.text}`);
      assert.equal(answer.json().user, user);
    }
    assertRefused(await world.api("POST", startPath("x".repeat(129)), { body: android }), 400, "invalid_user");
    assertRefused(await world.api("POST", startPath("a\nb"), { body: android }), 400, "invalid_user");
    assert.equal(
      (await world.api("POST", startPath("a/b"), { body: android })).status,
      400,
      "no hidden slashes in paths",
    );
  });
});

describe("what comes back has to be what was sent", () => {
  it("LK-06 alice's state on bob's path: 403, no call to Amazon, nobody linked, and alice may still finish", async () => {
    const [alice, bob] = [world.newUser(), world.newUser()];
    const { code, state, amazonUser } = await world.consented(alice);
    const answer = await withoutAmazon(() => world.finish(bob, { code, state }));
    assertRefused(answer, 403, "user_mismatch");
    assert.equal(answer.json().step, "authorization");
    assert.deepEqual(await world.emulator.links(amazonUser), []);
    for (const user of [alice, bob]) assert.equal((await world.status(user)).status, "NOT_LINKED");
    assert.equal((await world.finish(alice, { code, state })).status, 200);
    assert.equal((await world.status(bob)).status, "NOT_LINKED");
  });

  it("LK-08 a state with one letter changed, cut off, extended, empty or missing", async () => {
    const user = world.newUser();
    const { code, state } = await world.consented(user);
    const changed = [];
    for (let i = 0; i < state.length; i += 7)
      changed.push(state.slice(0, i) + (state[i] === "A" ? "B" : "A") + state.slice(i + 1));
    for (let length = 1; length < state.length; length += 29) changed.push(state.slice(0, length));
    changed.push(
      `${state}A`,
      `${state}=`,
      ` ${state}`,
      "",
      undefined,
      "garbage",
      "A".repeat(state.length),
      "A".repeat(5000),
    );
    for (const other of changed) {
      const answer = await withoutAmazon(() => world.finish(user, { code, state: other }));
      assertRefused(answer, 400, "invalid_state");
    }
    assert.equal((await world.finish(user, { code, state })).status, 200, "the real one still works");
  });

  it("LK-08 MD-05 the state of another skill", async () => {
    const { code, state } = await world.consented("alice", { skill: "second-skill" });
    assertRefused(await withoutAmazon(() => world.finish("alice", { code, state })), 400, "invalid_state");
  });

  it("LK-10 code and error together, neither, or a code that is too long", async () => {
    const { code, state } = await world.consented("alice");
    for (const body of [
      { code, error: "access_denied", state },
      { state },
      { code: "", state },
      { code: "x".repeat(5000), state },
      { code: 1, state },
    ])
      assertRefused(await withoutAmazon(() => world.finish("alice", body)), 400, "invalid_state");
  });

  it("LK-07 SG-03 the same state and code again: the same answer, and one exchange in all", async () => {
    const user = world.newUser();
    const from = await world.emulator.lastSeq();
    const { code, state } = await world.consented(user);
    const answers = await Promise.all(Array.from({ length: 20 }, () => world.finish(user, { code, state })));
    answers.push(await world.finish(user, { code, state }));
    for (const answer of answers) assert.equal(answer.status, 200, answer.text);
    assert.equal(new Set(answers.map(({ text }) => text)).size, 1);
    const calls = (await world.emulator.amazonCalls(from)).map(({ path }) => path.split("/").at(-1));
    assert.deepEqual(calls, ["token", "alexaApiEndpoint", "enablement"]);
  });

  it("LK-07 a spent state with another code: 409, nothing changes", async () => {
    const user = world.newUser();
    const { state, amazonUser, tokens } = await world.link(user);
    const other = await world.consented(user, { amazonUser });
    assertRefused(await withoutAmazon(() => world.finish(user, { code: other.code, state })), 409, "spent_state");
    assert.equal((await world.status(user)).status, "LINKED");
    assert.equal(await world.isLive(tokens[0].refresh_token), true);
  });

  it("SG-04 two attempts of one user at once: the end is one link, and one of the two refresh tokens lives", async () => {
    const user = world.newUser();
    const first = await world.consented(user);
    const second = await world.consented(user, { amazonUser: first.amazonUser });
    const seen = world.tokenTap.exchanges.length;
    const answers = await Promise.all([first, second].map(({ code, state }) => world.finish(user, { code, state })));
    for (const answer of answers) assert.equal(answer.status, 200, answer.text);
    const live = await Promise.all(world.tokensSince(seen).map(({ refresh_token }) => world.isLive(refresh_token)));
    assert.equal(live.filter(Boolean).length, 1);
    assert.equal((await world.emulator.links(first.amazonUser)).length, 1);
    assert.equal((await world.status(user)).status, "LINKED");
  });

  it("SG-06 abandoned starts leave nothing behind that blocks the next one", async () => {
    const user = world.newUser();
    for (let i = 0; i < 5; ++i) await world.start(user);
    const { attempt_id } = await world.consented(user);
    assertRefused(await world.api("GET", `/v1/link-attempts/${attempt_id}`), 404, "unknown_attempt");
    assert.equal((await world.link(user)).answer.status, 200);
  });
});
