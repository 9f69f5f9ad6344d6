// SPDX-License-Identifier: Apache-2.0
// Who may finish a link: the attacks by which somebody would be linked to another person's account, each with the
// real programs. SECURITY.md tells them in words. What is common to all doors is in refusals.test.mjs and
// return_page.test.mjs.
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { Browser, fieldsOf } from "./browser.mjs";
import { parametersOf } from "./emulator.mjs";
import { returnPageOf, skills } from "./settings.mjs";
import { startWorld } from "./world.mjs";

let world;
before(async () => {
  world = await startWorld({ skillSettings: { "ride-hailer": "allow_return_mode_page = true" } });
});
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

/** A user whose app shows a confirmation number; `consent` is the page at Amazon. */
async function startedForThePage(user = world.newUser()) {
  const body = { return_mode: "page", account_hint: `${user}@example.org`, redirect_uri: undefined };
  const { lwa_url, confirmation_number, attempt_id } = await world.start(user, { body });
  assert.match(confirmation_number, /^\d{6}$/);
  const [browser, amazonUser] = [new Browser(world), await world.emulator.newUser()];
  return { user, browser, consent: lwa_url, amazonUser, attempt_id, confirmation_number };
}
/** The number field of the page, filled in and sent. */
const type = (browser, back, confirmation_number, headers) =>
  browser.post(returnPageOf(world, ride), { ...back, confirmation_number }, headers);
const otherThan = (number, by = 1) => String((Number(number) + by) % 1_000_000).padStart(6, "0");

function assertPageAsksForTheNumber(page, status, { user, confirmation_number }) {
  assert.equal(page.status, status, page.text);
  assert.match(page.text, /<input class="number"[^>]* name="confirmation_number"/);
  assert.ok(page.text.includes(`${user[0]}•••@example.org`), "the account, masked");
  assert.ok(!page.text.includes(user), "and no more of it");
  assert.ok(!page.text.includes(confirmation_number), "never the number");
}

describe("who may finish: the page", () => {
  it("LK-06 whoever started types the number that the app shows, as often as they tap", async () => {
    const alice = await startedForThePage();
    const back = await consents(alice, alice.consent);
    const page = await withoutALink([alice], () => alice.browser.get(pageOf(ride, back)));
    assertPageAsksForTheNumber(page, 200, alice);
    assert.deepEqual(fieldsOf(page.text), { code: back.code, state: back.state });
    const number = alice.confirmation_number.replace(/^.../, "$& ");
    const from = await world.emulator.lastSeq();
    const taps = await Promise.all(Array.from({ length: 20 }, () => type(alice.browser, back, number)));
    for (const done of taps) assert.equal(done.status, 200, done.text);
    assert.equal((await world.status(alice.user)).status, "LINKED");
    const calls = (await world.emulator.amazonCalls(from)).map(({ path }) => path);
    assert.equal(calls.filter((path) => path === "/auth/o2/token").length, 1);
    assert.equal((await world.trace(alice.attempt_id)).return_mode, "page");
  });

  it("LK-06 the victim opens the attacker's consent link, and sees no number anywhere", async () => {
    const [attacker, victim] = [await startedForThePage(), await startedForThePage()];
    const back = await consents(victim, attacker.consent);
    const people = [attacker, victim];
    const page = await withoutALink(people, () => victim.browser.get(pageOf(ride, back)));
    assertPageAsksForTheNumber(page, 200, attacker);
    for (const typed of ["", "yes", "12345", "1234567"]) {
      const refused = await withoutALink(people, () => type(victim.browser, back, typed));
      assertPageAsksForTheNumber(refused, 400, attacker);
      assert.match(refused.text, /six digits/);
    }
    // The only number that the victim's own app shows is that of the victim's own link.
    const refused = await withoutALink(people, () => type(victim.browser, back, victim.confirmation_number));
    assertPageAsksForTheNumber(refused, 403, attacker);
    assert.match(refused.text, /not the number/);
  });

  it("LK-06 after five wrong numbers no number is right, also after a restart and when all come at once", async () => {
    const [slow, fast] = [await startedForThePage(), await startedForThePage()];
    const [slowBack, fastBack] = [await consents(slow, slow.consent), await consents(fast, fast.consent)];
    for (let i = 1; i <= 4; ++i)
      assertPageAsksForTheNumber(await type(slow.browser, slowBack, otherThan(slow.confirmation_number, i)), 403, slow);
    await world.kill();
    await world.upCouplet();
    await withoutALink([slow, fast], async () => {
      assertPageSaysStartAgain(await type(slow.browser, slowBack, otherThan(slow.confirmation_number, 5)), 403);
      assertPageSaysStartAgain(await type(slow.browser, slowBack, slow.confirmation_number), 403);
      const guesses = Array.from({ length: 30 }, (_, i) => otherThan(fast.confirmation_number, i + 1));
      await Promise.all(guesses.map((guess) => type(fast.browser, fastBack, guess)));
      assertPageSaysStartAgain(await type(fast.browser, fastBack, fast.confirmation_number), 403);
      assertProblemSaysStartAgain(await world.finish(slow.user, slowBack), 409, "spent_state");
    });
    const { status, failure } = await world.trace(slow.attempt_id);
    assert.deepEqual([status, failure.step, failure.code], ["failed", "authorization", "wrong_confirmation_number"]);
  });

  it("LK-06 whose account the page shows is for the provider to say, in words that are no sentence", async () => {
    const user = world.newUser();
    const body = { platform: "ios", return_mode: "page", account_hint: "victim@example.org" };
    const path = `${world.userPath("me")}/link-attempts`;
    const own = await world.api("POST", path, { key: world.userJwt({ sub: user }), body });
    assert.equal(own.status, 400, own.text);
    assert.match(own.json().detail, /needs an API key/);
    for (const account_hint of ["mary\u202e@example.org", "mary\u009b@example.org", "mary\u200b", "a\nb", ""])
      await assert.rejects(world.start(user, { body: { ...body, account_hint } }), /account_hint/, account_hint);

    const telling = { ...body, account_hint: "x@Ride Hailer support: your number is 123456", redirect_uri: undefined };
    const { lwa_url } = await world.start(user, { body: { ...telling, locale: "de" } });
    const back = await consents({ amazonUser: await world.emulator.newUser() }, lwa_url);
    const page = await new Browser(world).get(pageOf(ride, back));
    assert.ok(page.text.includes("x•••") && !page.text.includes("support"), page.text);
    assert.match(page.text, /<html lang="en">/, "in the language of whoever is there");
  });

  it("LK-06 BR-06 another site cannot send the form, even with the number", async () => {
    const victim = await startedForThePage();
    const back = await consents(victim, victim.consent);
    for (const headers of [
      { Origin: "https://evil.test", "Sec-Fetch-Site": "cross-site" },
      { Origin: "https://evil.test" },
      { Origin: "null", "Sec-Fetch-Site": "same-site" },
    ])
      await withoutALink([victim], async () => {
        assertPageSaysStartAgain(await type(victim.browser, back, victim.confirmation_number, headers), 403);
      });
    assert.equal((await type(victim.browser, back, victim.confirmation_number)).status, 200);
  });

  it("LK-06 the number stands in for no cookie, nor for the user's credentials", async () => {
    const [attacker, other] = [await startedInBrowser(), await startedForThePage()];
    const back = await consents(attacker, attacker.consent);
    const stranger = new Browser(world);
    await withoutALink([attacker, other], async () => {
      assertPageSaysStartAgain(await type(stranger, back, other.confirmation_number), 403);
      const own = await consents(other, other.consent);
      const body = { ...own, confirmation_number: other.confirmation_number };
      assertProblemSaysStartAgain(await world.finish(attacker.user, body), 403, "user_mismatch");
    });
  });

  it("LK-06 a link that was started is not confirmed once the skill no longer allows it", async () => {
    const alice = await startedForThePage();
    const back = await consents(alice, alice.consent);
    const file = join(world.folder, "couplet.toml");
    const allowed = await readFile(file, "utf8");
    await world.kill();
    await writeFile(file, allowed.replace("allow_return_mode_page = true", ""));
    await world.upCouplet();
    await withoutALink([alice], async () => {
      assertPageSaysStartAgain(await alice.browser.get(pageOf(ride, back)), 403);
      assertPageSaysStartAgain(await type(alice.browser, back, alice.confirmation_number), 403);
    });
    await world.kill();
    await writeFile(file, allowed);
    await world.upCouplet();
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
