// SPDX-License-Identifier: Apache-2.0
// Who is linked links again, and something is lost in between: whatever Alexa holds then goes on working.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { skills } from "./settings.mjs";
import { startWorld } from "./world.mjs";

const skill_id = skills["ride-hailer"].skillId;

let world;
before(async () => (world = await startWorld()));
after(() => world?.stop());

/** Linked once; the second link meets the fault. Gives both links, with the refresh token that Alexa got. */
async function linkedAgain(match, action) {
  const user = world.newUser();
  const amazonUser = await world.emulator.newUser();
  const first = await world.link(user, { amazonUser });
  assert.equal(first.answer.status, 200, first.answer.text);
  await world.emulator.fault({ ...match, user: amazonUser }, action);
  const second = await world.link(user, { amazonUser });
  assert.equal(second.answer.status, 200, second.answer.text);
  assert.equal(second.answer.json().status, "LINKED");
  return { user, amazonUser, before: first.tokens[0].refresh_token, now: second.tokens.at(-1).refresh_token };
}

/** Alexa refreshes with what it holds; it would end the link if that were refused. */
async function alexaRefreshes(user, amazonUser) {
  const outcome = await world.emulator.api("POST", "/refresh", { user: amazonUser, skill_id });
  const [link, ...others] = await world.emulator.links(amazonUser);
  assert.deepEqual(others, []);
  assert.equal(link.unlinked_because, undefined, JSON.stringify(outcome));
  assert.match(JSON.stringify(outcome), /"status":200/);
  assert.equal((await world.status(user, { fresh: true })).status, "LINKED");
}

describe("linking again, with an answer lost", () => {
  const alexaRedeems = { direction: "out", path: "/oauth/token" };
  const enablePost = { direction: "in", method: "POST", path: "/v1/users" };

  it("RT-15 Alexa does not hear our answer and keeps the old tokens: they live", async () => {
    const { user, amazonUser, before } = await linkedAgain(alexaRedeems, { reset: "after" });
    await alexaRefreshes(user, amazonUser);
    assert.ok(await world.isLive(before));
  });

  it("UL-01 unlinking then ends the old tokens and the new ones", async () => {
    const { user, amazonUser, before, now } = await linkedAgain(alexaRedeems, { reset: "after" });
    assert.deepEqual((await world.unlink(user)).json(), { status: "NOT_LINKED" });
    assert.deepEqual(await world.emulator.links(amazonUser), []);
    assert.ok(!(await world.isLive(before)) && !(await world.isLive(now)));
  });

  it("SG-04 we do not hear Amazon's answer and Alexa has the new tokens: its first refresh ends the old ones", async () => {
    const { user, amazonUser, before, now } = await linkedAgain(enablePost, { reset: "after" });
    await alexaRefreshes(user, amazonUser);
    assert.ok(!(await world.isLive(before)));
    assert.ok(await world.isLive(now));
  });
});
