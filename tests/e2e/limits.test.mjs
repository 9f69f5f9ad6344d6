// SPDX-License-Identifier: Apache-2.0
// Who keeps sending wrong credentials is held back; who has the right ones is not, even from the same address: that is
// everybody's where a proxy stands in front and is not trusted. One I/O thread, because each counts by itself.
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { Agent } from "node:https";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { basic, call, form, formHeaders, until } from "./http.mjs";
import { run } from "./programs.mjs";
import { alexaRedirects, skills } from "./settings.mjs";
import { startWorld } from "./world.mjs";

const failures = 60; // the default
const starts = 5;
const acknowledged = skills["ride-hailer"].require;
let world;
const settings = { ioThreads: 1, authenticationFailures: failures, startsPerUser: starts, events: true };
before(async () => (world = await startWorld(settings)));
after(() => world?.stop());

const someAddress = (i) => ({ "X-Forwarded-For": `198.51.100.${i}` });
function assertHeldBack(answer) {
  assert.equal(answer.status, 429, answer.text);
  assert.match(answer.headers["retry-after"], /^[1-9]\d*$/);
}

describe("an address that guesses", () => {
  it("CA-13 HT-17 does not stop the client whose secret it guesses at, whatever addresses it invents", async () => {
    const { tokens } = await world.link(world.newUser());
    const { id } = world.clients["ride-hailer"];
    const guess = (i) => world.refresh("x", { client: { id, secret: `wrong-${i}` }, headers: someAddress(i) });
    for (let i = 0; i < failures / 3; ++i) assert.equal((await guess(i)).status, 401);
    assertHeldBack(await guess(failures / 3));
    assert.equal((await world.refresh(tokens[0].refresh_token)).status, 200);

    // Other clients' names, until the address itself has to wait.
    for (let i = 0; i < failures; ++i)
      await world.refresh("x", { client: { id: `nobody-${i}`, secret: "wrong" }, headers: someAddress(i) });
    assertHeldBack(await world.refresh("x", { client: { id: "somebody", secret: "wrong" } }));
    const refreshed = await world.refresh(tokens[0].refresh_token);
    assert.equal(refreshed.status, 200, refreshed.text);
    assert.equal((await world.introspect(refreshed.json().access_token)).json().active, true);
    const revoked = await call(`${world.coupletUrl}/oauth/revoke`, {
      method: "POST",
      headers: { ...formHeaders, Authorization: basic(world.clients["ride-hailer"]) },
      body: form({ token: tokens[0].refresh_token }),
      agent: world.agent,
    });
    assert.equal(revoked.status, 200, revoked.text);
    assert.equal(await world.isLive(tokens[0].refresh_token), false);
  });

  it("CA-13 does not stop links that start in the Alexa app", async () => {
    const authorize = (fields) => call(`${world.coupletUrl}/oauth/authorize?${form(fields)}`, { agent: world.agent });
    const good = { client_id: "alexa", response_type: "code", state: "s", redirect_uri: alexaRedirects[0] };
    for (let i = 0; i < 300; ++i) assert.equal((await authorize({ client_id: "nobody" })).status, 400);
    assertHeldBack(await authorize({ client_id: "nobody" }));
    const started = await authorize(good);
    assert.equal(started.status, 303, started.text);
    assert.match(started.headers.location, /login_challenge=/);
  });
});

describe("the linking API", () => {
  it("LK-18 a user who starts too many links waits, and nobody else does", async () => {
    const [eager, other] = [world.newUser(), world.newUser()];
    const start = (user) => world.api("POST", `${world.userPath(user)}/link-attempts`, { body: { platform: "ios", acknowledged } });
    const answers = [];
    for (let i = 0; i < 2 * starts + 1; ++i) answers.push(await start(eager)); // a minute may end meanwhile, once
    const refused = answers.find(({ status }) => status !== 201);
    assertHeldBack(refused);
    const { code, retryable } = refused.json();
    assert.deepEqual([code, retryable], ["too_many_starts", true]);
    assert.ok(answers.filter(({ status }) => status === 201).length >= starts);
    assert.equal((await start(other)).status, 201);
  });

  it("CA-13 LG-01 LG-03 holds back wrong keys, logs each without its text, and goes on for good ones", async () => {
    const wrong = "cpk_wrong-key-of-somebody";
    const status = (key, user = "user-anna") => world.api("GET", `${world.userPath(user)}/link`, { key });
    for (let i = 0; i < failures; ++i) assert.equal((await status(wrong)).status, 401);
    const heldBack = await status(wrong);
    assertHeldBack(heldBack);
    assert.equal(heldBack.json().code, "too_many_failures");
    assertHeldBack(await status("not.a.token"));
    assert.equal((await status(world.apiKey)).status, 200);
    assert.equal((await status(world.userJwt({ sub: "user-anna" }), "me")).status, 200);
    assert.equal((await status(world.userJwt({ sub: "user-anna", exp: 1 }), "me")).status, 401, "ended: no guess");

    const refusals = () =>
      world.couplet
        .log()
        .split("\n")
        .filter((line) => line.includes('"caller.refused"'));
    await until(() => refusals().length >= failures + 3, "a line for each");
    const lines = refusals();
    const having = (text) => lines.filter((line) => line.includes(text)).length;
    assert.equal(lines.length, failures + 3);
    assert.equal(having("api_key"), failures + 1);
    assert.equal(having("user_jwt"), 2);
    assert.equal(having("127.0.0.1"), failures + 3);
    assert.equal(having("too_many_failures"), 2);
    assert.equal(world.couplet.log().includes(wrong), false);
  });
});

describe("whoever names certificates that are not there", () => {
  it("AX-08 AX-18 has ten a minute looked for, and Alexa's new certificate is fetched all the same", async () => {
    const user = world.newUser();
    const { amazonUser } = await world.link(user);
    await world.emulator.api("POST", "/signing/rotate", {});
    const seq = await world.emulator.lastSeq();
    const agent = new Agent({ ca: world.authority.pem, keepAlive: true, localAddress: "127.0.0.2" });
    const signed = (i) => ({
      SignatureCertChainUrl: `https://s3.amazonaws.com/echo.api/made-up-${i}.pem`,
      "Signature-256": "AAAA",
    });
    const statuses = [];
    for (let i = 0; i < 100; ++i) {
      const url = `${world.coupletUrl}/alexa/ride-hailer/events`;
      statuses.push((await call(url, { method: "POST", headers: { ...signed(i), ...someAddress(i) }, body: {}, agent })).status);
    }
    agent.destroy();
    assert.ok(statuses.filter((status) => status === 503).length >= 80, statuses.join());
    const lookedFor = (await world.emulator.since(seq)).filter(({ path }) => path.includes("made-up")).length;
    assert.ok(lookedFor >= 10 && lookedFor <= 20, `${lookedFor}: a minute may end meanwhile, once`);

    const told = await world.emulator.tell(amazonUser, skills["ride-hailer"].skillId, "SKILL_DISABLED");
    assert.equal(told.last_status, 200, JSON.stringify(told));
    assert.equal((await world.status(user)).status, "NOT_LINKED");
  });
});

describe("couplet check", () => {
  it("CA-13 HT-17 warns where TLS ends at a proxy that is not trusted", async () => {
    const file = join(world.folder, "behind-proxy.toml");
    const own = await readFile(join(world.folder, "couplet.toml"), "utf8");
    const check = async (text) => {
      await writeFile(file, text);
      const { code, output, errors } = await run("couplet", ["check", "--config", file]);
      assert.equal(code, 0, errors);
      return output + errors;
    };
    const untrusted = /warning: server\.trusted_proxies is empty/;
    const behindProxy = own.replace(/^tls_.*\n/gm, "");
    assert.doesNotMatch(await check(own), untrusted);
    assert.match(await check(behindProxy), untrusted);
    const trusting = behindProxy.replace("[server]\n", '[server]\ntrusted_proxies = ["127.0.0.1"]\n');
    assert.doesNotMatch(await check(trusting), untrusted);
  });
});
