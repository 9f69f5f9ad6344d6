// SPDX-License-Identifier: Apache-2.0
// Twenty copies of one return, each over a connection of its own: one exchange, one enabling call, one answer.
import assert from "node:assert/strict";
import { Agent } from "node:https";
import { after, before, describe, it } from "node:test";
import { Browser } from "./browser.mjs";
import { parametersOf } from "./emulator.mjs";
import { call } from "./http.mjs";
import { startSecondNode } from "./second_node.mjs";
import { returnPageOf, skills } from "./settings.mjs";
import { startWorld } from "./world.mjs";

const copies = 20;
const ride = skills["ride-hailer"];

let world, second, strangers;
before(async () => {
  world = await startWorld({
    ioThreads: 4,
    isPatient: true,
    skillSettings: { "ride-hailer": "allow_return_mode_page = true" },
  });
  second = await startSecondNode(world);
  strangers = new Agent({ ca: world.authority.pem, keepAlive: false }); // a connection for every call
});
after(async () => {
  strangers?.destroy();
  await second?.stop();
  await world?.stop();
});

/** Where copy `i` goes to. */
const doors = {
  "one server with four I/O threads": () => world.coupletUrl,
  "two servers on one database": (i) => (i % 2 === 0 ? world.coupletUrl : second.url),
};

/** The body that all of them answered, by what was asked of Amazon: each call once, and Alexa redeemed one code. */
async function assertOneLink({ user, amazonUser, from }, answers) {
  for (const answer of answers) assert.equal(answer.status, 200, answer.text);
  assert.equal(new Set(answers.map(({ text }) => text)).size, 1, answers.map(({ text }) => text).join("\n"));
  const calls = (await world.emulator.amazonCalls(from)).map(
    ({ method, path }) => `${method} ${path.split("/").at(-1)}`,
  );
  assert.deepEqual(calls, ["POST token", "GET alexaApiEndpoint", "POST enablement"]);
  const redeemed = (await world.emulator.since(from)).filter(({ direction }) => direction === "out");
  assert.equal(redeemed.length, 1, "one code of ours");
  assert.equal((await world.emulator.links(amazonUser)).length, 1);
  assert.equal((await world.status(user, { fresh: true })).status, "LINKED");
}

async function inApp(doorOf) {
  const user = world.newUser();
  const { code, state, amazonUser } = await world.consented(user);
  const visit = { user, amazonUser, from: await world.emulator.lastSeq() };
  const finish = (i) =>
    call(`${doorOf(i)}${world.userPath(user)}/link`, {
      method: "POST",
      headers: { Authorization: `Bearer ${world.apiKey}` },
      body: { code, state },
      agent: strangers,
    });
  return { visit, finish };
}

/** The return page's form, sent `copies` times before the first answer is there, as a double tap does. */
async function inBrowser(doorOf, startBody, fieldsFor) {
  const user = world.newUser();
  const started = await world.start(user, { body: { redirect_uri: undefined, ...startBody } });
  const browser = new Browser({ coupletUrl: world.coupletUrl, agent: strangers });
  let consent = started.lwa_url;
  if (started.launch_url) {
    const launched = await browser.get(started.launch_url, { "Sec-Fetch-Site": "same-site" });
    consent = launched.headers.location;
  }
  const amazonUser = await world.emulator.newUser();
  const back = parametersOf(await world.emulator.allow(consent, amazonUser));
  const visit = { user, amazonUser, from: await world.emulator.lastSeq() };
  const { pathname } = new URL(returnPageOf(world, ride));
  const finish = (i) => browser.post(`${doorOf(i)}${pathname}`, { ...back, ...fieldsFor(started) });
  return { visit, finish };
}

const modes = {
  "the app's call": inApp,
  "the browser's page": (doorOf) => inBrowser(doorOf, { platform: "web" }, () => ({})),
  "the page that asks for the number": (doorOf) =>
    inBrowser(doorOf, { return_mode: "page", account_hint: "alice@example.org" }, ({ confirmation_number }) => ({
      confirmation_number,
    })),
};

for (const [where, doorOf] of Object.entries(doors))
  describe(`twenty copies of one return, ${where}`, () => {
    for (const [how, prepare] of Object.entries(modes))
      it(`SG-03 HA-02 ${how}: one exchange, one enabling call, one answer`, async () => {
        const { visit, finish } = await prepare(doorOf);
        const answers = await Promise.all(Array.from({ length: copies }, (_, i) => finish(i)));
        await assertOneLink(visit, answers);
      });

    it("SG-03 HA-02 a code that Amazon refuses: asked once, and refused twenty times in the same words", async () => {
      const { visit, finish } = await inApp(doorOf);
      await world.emulator.fault(
        { direction: "in", host: "api.amazon.com", path: "/auth/o2/token" },
        { status: 400, body: JSON.stringify({ error: "invalid_grant", error_description: "used" }) },
      );
      const answers = await Promise.all(Array.from({ length: copies }, (_, i) => finish(i)));
      const [first] = answers;
      assert.deepEqual([first.status, first.json().code, first.json().step], [400, "invalid_grant", "token"]);
      assert.match(first.json().reference, /^[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}$/);
      assert.equal(new Set(answers.map(({ text }) => text)).size, 1);
      const calls = (await world.emulator.amazonCalls(visit.from)).map(({ path }) => path);
      assert.deepEqual(calls, ["/auth/o2/token"]);
      assert.deepEqual(await world.emulator.links(visit.amazonUser), []);
    });
  });
