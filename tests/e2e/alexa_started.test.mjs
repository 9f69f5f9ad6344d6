// SPDX-License-Identifier: Apache-2.0
// The whole of a link that starts in the Alexa app: the emulated Alexa opens Couplet, Ride Hailer signs in and asks, and
// Alexa redeems the code.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Browser, fieldsOf } from "./browser.mjs";
import { call } from "./http.mjs";
import { skills } from "./settings.mjs";
import { startWorld } from "./world.mjs";

let world;
before(async () => (world = await startWorld({ ride: true })));
after(() => world?.stop());

const { skillId } = skills["ride-hailer"];

/** Alice's browser from Alexa's URL to Ride Hailer's decision: where it is sent then. */
async function decideAtRideHailer(url, decision) {
  const browser = new Browser({ coupletUrl: world.rideUrl });
  const go = (answered) => browser.get(new URL(answered.headers.location, world.rideUrl).href);
  const signIn = await go(await go(await call(url, { agent: world.agent })));
  const credentials = { login: "alice", password: world.secrets.password };
  const signedIn = await browser.post(`${world.rideUrl}/sign-in`, { ...fieldsOf(signIn.text), ...credentials });
  const page = await go(signedIn);
  const decided = await browser.post(`${world.rideUrl}/alexa/login`, { ...fieldsOf(page.text), decision });
  assert.equal(decided.status, 303, decided.text);
  return decided.headers.location;
}
const linkOf = async (user) => (await world.emulator.links(user))[0];

describe("a link that starts in the emulated Alexa app", () => {
  it("AZ-10 AZ-14 PK-01 signs in at Ride Hailer, and then both sides say linked", async () => {
    const user = await world.emulator.newUser({ region: "EU" });
    const { url, redirect_uri } = await world.emulator.startLink(user, skillId);
    assert.equal(redirect_uri, "https://layla.amazon.com/api/skill/link/M1EXAMPLEVENDOR");
    const back = await decideAtRideHailer(url, "link");
    assert.ok(back.startsWith(`${redirect_uri}?`), back);
    const page = await world.emulator.bring(back);
    assert.equal(page.status, 200, page.headers["x-emulator-note"]);
    assert.match(page.text, /Ride Hailer is linked/);
    assert.equal((await linkOf(user)).account_link, "LINKED");
    assert.equal((await world.status("user-alice")).origin, "alexa");
    const exchange = world.tokenTap.exchanges.at(-1);
    assert.match(exchange.body, /code_verifier=[\w-]{43}/);
    assert.match(exchange.body, /redirect_uri=https%3A%2F%2Flayla/);
    const said = await world.emulator.say(user, skillId, "OrderRideIntent");
    assert.equal(said.speech, "Your ride is on its way, Alice.");
    assert.equal((await world.emulator.bring(back)).status, 400, "AZ-11 a state is good once");
  });

  it("AZ-15 cancelling at Ride Hailer links nobody", async () => {
    const user = await world.emulator.newUser();
    const { url } = await world.emulator.startLink(user, skillId);
    const page = await world.emulator.bring(await decideAtRideHailer(url, "cancel"));
    assert.match(page.text, /We were unable to link Ride Hailer/);
    assert.equal(await linkOf(user), undefined);
  });

  it("AZ-10 opens the provider's app, which answers with source=app", async () => {
    const user = await world.emulator.newUser({ region: "FE" });
    const { url } = await world.emulator.startLink(user, skillId, { platform: "iOS" });
    assert.ok(url.startsWith("https://app.example.org/alexa-auth?"));
    const answer = await world.api("POST", `${world.userPath("user-app")}/authorization-response`, {
      body: { authorization_request: url, decision: "accept" },
    });
    const { redirect_to } = answer.json();
    assert.match(redirect_to, /^https:\/\/alexa\.amazon\.co\.jp\/.*source=app/);
    const page = await world.emulator.bring(redirect_to);
    assert.match(page.headers["x-emulator-note"], /source=app/);
    assert.equal((await linkOf(user)).account_link, "LINKED");
    assert.equal((await world.status("user-app")).status, "LINKED");
  });

  it("PK-06 a code that was stolen on the way back is no good without Alexa's verifier", async () => {
    const user = await world.emulator.newUser({ region: "EU" });
    const { url, redirect_uri } = await world.emulator.startLink(user, skillId);
    const { searchParams } = new URL(await decideAtRideHailer(url, "link"));
    const refused = await world.redeem(searchParams.get("code"), redirect_uri);
    assert.equal(refused.json().error, "invalid_grant");
    assert.equal(await linkOf(user), undefined);
  });
});
