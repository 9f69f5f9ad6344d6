// SPDX-License-Identifier: Apache-2.0
// Who may finish a link: the attacks by which somebody would be linked to another person's account, each with the
// real programs. SECURITY.md tells them in words. What is common to all doors is in refusals.test.mjs and
// return_page.test.mjs.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Browser, fieldsOf } from "./browser.mjs";
import { parametersOf } from "./emulator.mjs";
import { returnPageOf, skills } from "./settings.mjs";
import { startWorld } from "./world.mjs";

let world;
before(async () => (world = await startWorld()));
after(() => world?.stop());

const ride = skills["ride-hailer"];
const second = skills["second-skill"];
const web = { platform: "web", redirect_uri: undefined };
const pageOf = (skill, fields) => `${returnPageOf(world, skill)}?${new URLSearchParams(fields)}`;

/** A user who started in a browser, which holds the cookie; `consent` is the page at Amazon. */
async function startedInBrowser(user = world.newUser()) {
  const { launch_url } = await world.start(user, { body: web });
  const browser = new Browser(world);
  const launched = await browser.get(launch_url, { "Sec-Fetch-Site": "same-site" });
  return { user, browser, consent: launched.headers.location, amazonUser: await world.emulator.newUser() };
}

/** Where Amazon sends `who`, after a yes on that consent page. */
const consents = async (who, consent) => parametersOf(await world.emulator.allow(consent, who.amazonUser));

/** Does it; nobody is linked by it, on neither side, and Amazon is not called. */
async function withoutALink(people, action) {
  const from = await world.emulator.lastSeq();
  const result = await action();
  assert.deepEqual(await world.emulator.amazonCalls(from), []);
  await assertUnlinked(people);
  return result;
}

async function assertUnlinked(people) {
  for (const { user, amazonUser } of people) {
    assert.equal((await world.status(user)).status, "NOT_LINKED", user);
    assert.deepEqual(await world.emulator.links(amazonUser), [], amazonUser);
  }
}

/** A page that leads on: no form, a sentence, and the way back to where links start. */
function assertPageSaysStartAgain(page, status) {
  assert.equal(page.status, status, page.text);
  assert.deepEqual(fieldsOf(page.text), {}, "nothing to tap that would finish");
  assert.match(page.text, /<p>[^<]*(again|Go back)[^<]*<\/p>/);
  assert.match(page.text, /<a class="button" href="[^"]+">Back to /);
}

function assertProblemSaysStartAgain(answer, status, code) {
  assert.equal(answer.status, status, answer.text);
  assert.equal(answer.json().code, code);
  assert.match(answer.json().user_message, /again/);
}

/** Each try at each door of the page. */
async function assertPageRefuses(browser, skill, fields, status) {
  assertPageSaysStartAgain(await browser.get(pageOf(skill, fields)), status);
  assertPageSaysStartAgain(await browser.post(returnPageOf(world, skill), fields), status);
}

async function assertStillFinishes({ user, browser }, fields) {
  const done = await browser.submit(await browser.get(pageOf(ride, fields)), pageOf(ride, fields));
  assert.equal(done.status, 200, done.text);
  assert.equal((await world.status(user)).status, "LINKED");
}

describe("who may finish: the app", () => {
  const appUser = async (user = world.newUser()) => ({ user, amazonUser: await world.emulator.newUser() });

  it("LK-06 the victim opens the attacker's consent link, and the victim's app brings the answer", async () => {
    const [attacker, victim] = [await appUser(), await appUser()];
    const { alexa_app_url, lwa_url } = await world.start(attacker.user);
    for (const consent of [alexa_app_url, lwa_url]) {
      const back = await consents(victim, consent);
      const answer = await withoutALink([attacker, victim], () => world.finish(victim.user, back));
      assertProblemSaysStartAgain(answer, 403, "user_mismatch");
    }
  });

  it("LK-06 the attacker's code and state, put into the victim's session", async () => {
    const [attacker, victim] = [await appUser(), await appUser()];
    const back = await world.consented(attacker.user, attacker);
    const body = { code: back.code, state: back.state };
    const answer = await withoutALink([attacker, victim], () => world.finish(victim.user, body));
    assertProblemSaysStartAgain(answer, 403, "user_mismatch");
    assert.equal((await world.finish(attacker.user, body)).status, 200);
    await assertUnlinked([victim]);
    assertProblemSaysStartAgain(await world.finish(victim.user, body), 403, "user_mismatch"); // nor afterwards
    await assertUnlinked([victim]);
  });

  it("LK-06 LW-01 the attacker's code with the victim's own state fails at Amazon, by PKCE", async () => {
    const [attacker, victim] = [await appUser(), await appUser()];
    const foreign = await world.consented(attacker.user, attacker);
    const own = await world.start(victim.user);
    const from = await world.emulator.lastSeq();
    const answer = await world.finish(victim.user, { code: foreign.code, state: own.state });
    assertProblemSaysStartAgain(answer, 400, "invalid_grant");
    assert.equal(answer.json().step, "token");
    const calls = (await world.emulator.amazonCalls(from)).map(({ path }) => path);
    assert.deepEqual(calls, ["/auth/o2/token"], "no enablement");
    await assertUnlinked([attacker, victim]);
    assert.equal((await world.link(victim.user, victim)).answer.status, 200, "a new start works");
  });

  it("LK-06 LK-09 another user cannot end a link by bringing an error with its state", async () => {
    const [attacker, victim] = [await appUser(), await appUser()];
    const { code, state } = await world.consented(victim.user, victim);
    const refused = { error: "access_denied", state };
    const answer = await withoutALink([attacker, victim], () => world.finish(attacker.user, refused));
    assertProblemSaysStartAgain(answer, 403, "user_mismatch");
    assert.equal((await world.finish(victim.user, { code, state })).status, 200);
  });
});

describe("who may finish: the browser", () => {
  it("LK-06 LK-15 the victim opens the attacker's consent link, on the same or on another device", async () => {
    const attacker = await startedInBrowser();
    const victim = await startedInBrowser(); // holds a cookie too, of the victim's own link
    const back = await consents(victim, attacker.consent);
    for (const browser of [victim.browser, new Browser(world)])
      await withoutALink([attacker, victim], () => assertPageRefuses(browser, ride, back, 403));
  });

  it("LK-06 the attacker's code and state, put into the victim's browser", async () => {
    const [attacker, victim] = [await startedInBrowser(), await startedInBrowser()];
    const back = await consents(attacker, attacker.consent);
    await withoutALink([attacker, victim], () => assertPageRefuses(victim.browser, ride, back, 403));
    await assertStillFinishes(attacker, back);
    await assertPageRefuses(victim.browser, ride, back, 403); // nor afterwards
    await assertUnlinked([victim]);
  });

  it("LK-06 LW-01 the attacker's code with the victim's own state fails at Amazon, by PKCE", async () => {
    const [attacker, victim] = [await startedInBrowser(), await startedInBrowser()];
    const { code } = await consents(attacker, attacker.consent);
    const { state } = parametersOf(victim.consent);
    const from = await world.emulator.lastSeq();
    const page = await victim.browser.get(pageOf(ride, { code, state }));
    const done = await victim.browser.submit(page, pageOf(ride, { code, state }));
    assertPageSaysStartAgain(done, 400);
    const calls = (await world.emulator.amazonCalls(from)).map(({ path }) => path);
    assert.deepEqual(calls, ["/auth/o2/token"], "no enablement");
    await assertUnlinked([attacker, victim]);
  });

  it("LK-15 LK-09 another browser cannot end a link by bringing an error with its state", async () => {
    const victim = await startedInBrowser();
    const back = await consents(victim, victim.consent);
    const stranger = new Browser(world);
    const fields = { error: "invalid_scope", state: back.state };
    await withoutALink([victim], async () => {
      await assertPageRefuses(stranger, ride, fields, 502);
    });
    await assertStillFinishes(victim, back);
  });

  it("LK-07 SG-03 a replay with another code, with the cookie and without", async () => {
    const victim = await startedInBrowser();
    const back = await consents(victim, victim.consent);
    const cookies = new Map(victim.browser.cookies);
    await assertStillFinishes(victim, back);
    victim.browser.cookies = cookies;
    const other = await consents({ amazonUser: await world.emulator.newUser() }, victim.consent);
    const from = await world.emulator.lastSeq();
    const again = await victim.browser.post(returnPageOf(world, ride), other);
    assertPageSaysStartAgain(again, 409);
    await assertPageRefuses(new Browser(world), ride, other, 403);
    await assertPageRefuses(new Browser(world), ride, back, 403);
    assert.deepEqual(await world.emulator.amazonCalls(from), []);
    assert.equal((await world.status(victim.user)).status, "LINKED");
  });
});

describe("who may finish: the wrong door", () => {
  it("LK-08 MD-05 a state at another skill's page", async () => {
    const victim = await startedInBrowser();
    const back = await consents(victim, victim.consent);
    await withoutALink([victim], () => assertPageRefuses(victim.browser, second, back, 400));
    await assertStillFinishes(victim, back);
  });

  it("LK-15 the state of an app link at the page, in a browser with a cookie of its own", async () => {
    const [attacker, victim] = [{ user: world.newUser() }, await startedInBrowser()];
    attacker.amazonUser = await world.emulator.newUser();
    const { code, state } = await world.consented(attacker.user, { body: { redirect_uri: returnPageOf(world, ride) } });
    await withoutALink([attacker, victim], async () => {
      const page = await victim.browser.get(pageOf(ride, { code, state }));
      assert.deepEqual(fieldsOf(page.text), {});
      assert.match(page.text, /Go back to Ride Hailer/);
      assertPageSaysStartAgain(await victim.browser.post(returnPageOf(world, ride), { code, state }), 403);
    });
  });

  it("LK-06 the state of a browser link at the API, for another user", async () => {
    const [attacker, victim] = [await startedInBrowser(), await startedInBrowser()];
    const back = await consents(victim, attacker.consent);
    const answer = await withoutALink([attacker, victim], () => world.finish(victim.user, back));
    assertProblemSaysStartAgain(answer, 403, "user_mismatch");
  });
});
