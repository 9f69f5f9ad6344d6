// SPDX-License-Identifier: Apache-2.0
// The whole link, in both return modes, and back.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { Browser } from "./browser.mjs";
import { parametersOf } from "./emulator.mjs";
import { until } from "./http.mjs";
import { appReturnOf, returnPageOf, skills } from "./settings.mjs";
import { startWorld } from "./world.mjs";

let world;
before(async () => (world = await startWorld({ ride: true })));
after(() => world?.stop());

const ride = skills["ride-hailer"];

async function assertUnlinked(user, amazonUser, tokens) {
  const unlinked = await world.unlink(user);
  assert.equal(unlinked.status, 200, unlinked.text);
  assert.deepEqual(unlinked.json(), { status: "NOT_LINKED" });
  assert.deepEqual(await world.emulator.links(amazonUser), []);
  assert.equal((await world.status(user)).status, "NOT_LINKED");
  for (const { refresh_token, access_token } of tokens) {
    assert.equal(await world.isLive(refresh_token), false);
    assert.deepEqual((await world.introspect(access_token)).json(), { active: false });
  }
}

describe("the whole link", () => {
  it("LK-01 LK-02 LK-05 start answers both URLs with one state and a PKCE challenge", async () => {
    const started = await world.start("user-alice", { body: { platform: "ios" } });
    const app = new URL(started.alexa_app_url);
    assert.equal(app.origin + app.pathname, `${world.emulatorUrl}/spa/skill-account-linking-consent`);
    const common = {
      client_id: ride.alexaClientId,
      scope: "alexa::skills:account_linking",
      response_type: "code",
      redirect_uri: appReturnOf(world, ride),
      state: started.state,
      code_challenge: parametersOf(started.lwa_url).code_challenge,
      code_challenge_method: "S256",
    };
    const appOnly = { fragment: "skill-account-linking-consent", skill_stage: "development" };
    assert.deepEqual(parametersOf(started.alexa_app_url), { ...common, ...appOnly });
    const lwa = new URL(started.lwa_url);
    assert.equal(lwa.origin + lwa.pathname, `${world.emulatorUrl}/ap/oa`);
    assert.deepEqual(parametersOf(started.lwa_url), common);
    assert.match(started.state, /^[A-Za-z0-9_-]{43,}$/);
    assert.match(common.code_challenge, /^[A-Za-z0-9_-]{43}$/);
    assert.equal(started.launch_url, null, "an app link has no launch link");
    assert.equal(started.alexa_app.android.package, "com.amazon.dee.app");
    assert.ok(Date.parse(started.expires_at) > Date.now() + 5 * 60_000, "longer than Amazon's code lives");
  });

  it("LW-01 EN-01 EN-02 app mode: linked, voice orders for the right user, unlinked on both sides", async () => {
    const from = await world.emulator.lastSeq();
    const { answer, attempt_id, tokens } = await world.link("user-alice", { amazonUser: "anna" });
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.json().status, "LINKED");
    assert.equal(answer.json().trace_id, attempt_id);
    assert.equal(tokens.length, 1);

    const calls = await world.emulator.amazonCalls(from);
    const summary = calls.map(({ method, host, path, status }) => `${method} ${host}${path} ${status}`);
    const enablement = `/v1/users/~current/skills/${ride.skillId}/enablement`;
    assert.deepEqual(summary, [
      "POST api.amazon.com/auth/o2/token 200",
      "GET api.amazonalexa.com/v1/alexaApiEndpoint 200",
      `POST api.eu.amazonalexa.com${enablement} 201`,
    ]);
    const status = await world.status("user-alice");
    assert.equal(status.status, "LINKED");
    assert.equal(status.origin, "app");
    assert.equal(status.action, "unlink");
    assert.match(status.manage_urls.web, /B0RIDE0001/);
    const said = await world.emulator.say("anna", ride.skillId, "OrderRideIntent");
    assert.equal(said.speech, "Your ride is on its way, Alice.");

    // The token endpoint's hop is stored after its answer.
    const trace = await until(async () => {
      const seen = await world.trace(attempt_id);
      return seen.hops.length === 4 && seen;
    }, "four hops in the trace");
    assert.equal(trace.status, "linked");
    assert.deepEqual(trace.hops.map(({ name, status: code }) => `${name} ${code}`).sort(), [
      "alexa.enable 201",
      "alexa.endpoint 200",
      "lwa.token 200",
      "token_endpoint 200",
    ]);
    await assertUnlinked("user-alice", "anna", tokens);
    const afterwards = await world.emulator.say("anna", ride.skillId, "OrderRideIntent");
    assert.equal(afterwards.card, "LinkAccount");
  });

  it("LK-13 browser mode: launch link, cookie, return page, all by plain HTTP", async () => {
    const seen = world.tokenTap.exchanges.length;
    const started = await world.start("user-bob", { body: { platform: "web", redirect_uri: undefined } });
    assert.equal(parametersOf(started.lwa_url).redirect_uri, returnPageOf(world, ride));
    const browser = new Browser(world);
    const launched = await browser.get(started.launch_url, { "Sec-Fetch-Site": "same-site" });
    assert.equal(launched.status, 302);
    assert.equal(launched.headers.location, started.lwa_url);
    const back = await world.emulator.allow(launched.headers.location, "anna");
    const page = await browser.get(back, { "Sec-Fetch-Site": "cross-site" });
    assert.equal(page.status, 200);
    assert.deepEqual(await world.emulator.links("anna"), [], "GET links nothing");
    const done = await browser.submit(page, back);
    assert.equal(done.status, 200, done.text);
    assert.match(done.text, /Linked with Alexa/);
    assert.equal((await world.emulator.links("anna")).length, 1);
    assert.equal((await world.status("user-bob")).status, "LINKED");
    const said = await world.emulator.say("anna", ride.skillId, "OrderRideIntent");
    assert.equal(said.speech, "Your ride is on its way, Bob.");
    await assertUnlinked("user-bob", "anna", world.tokensSince(seen));
  });

  it("EN-04 linking again makes one link with the newest tokens, and the old ones die", async () => {
    const user = world.newUser();
    const first = await world.link(user);
    const second = await world.link(user, { amazonUser: first.amazonUser });
    assert.equal(second.answer.status, 200, second.answer.text);
    assert.equal((await world.emulator.links(first.amazonUser)).length, 1);
    assert.equal(await world.isLive(first.tokens[0].refresh_token), false);
    assert.equal(await world.isLive(second.tokens[0].refresh_token), true);
  });

  it("EN-03 each region, and a look-up that names several hosts or none", async () => {
    for (const region of ["NA", "EU", "FE"])
      for (const endpoints of ["region", "several", "none"]) {
        await world.emulator.api("PUT", "/switches", { endpoints });
        const amazonUser = await world.emulator.newUser({ region });
        const { answer } = await world.link(world.newUser(), { amazonUser });
        assert.equal(answer.status, 200, `${region}, ${endpoints}: ${answer.text}`);
        assert.equal((await world.emulator.links(amazonUser)).length, 1, `${region}, ${endpoints}`);
      }
    await world.emulator.api("PUT", "/switches", { endpoints: "region" });
  });

  it("CA-02 CA-03 a skill with credentials in the body, percent-needing id and secret", async () => {
    const { answer, tokens, amazonUser } = await world.link(world.newUser(), { skill: "second-skill" });
    assert.equal(answer.status, 200, answer.text);
    assert.equal(await world.isLive(tokens[0].refresh_token, world.clients["second-skill"]), true);
    assert.equal((await world.emulator.links(amazonUser))[0].skill_id, skills["second-skill"].skillId);
  });

  it("LK-05 a hundred states are all different and of the allowed letters", async () => {
    const states = await Promise.all(Array.from({ length: 100 }, () => world.start("user-alice")));
    const digests = new Set(states.map(({ state }) => createHash("sha256").update(state).digest("hex")));
    assert.equal(digests.size, 100);
    for (const { state } of states) assert.match(state, /^[A-Za-z0-9_-]+$/);
  });
});
