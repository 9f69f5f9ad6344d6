// SPDX-License-Identifier: Apache-2.0
// Refresh tokens that rotate, in the real program: what a crash must not forget, and what it must not break.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startWorld } from "./world.mjs";

let world;
const strict = "second-skill";
const overlap = "ride-hailer";
before(async () => {
  const refreshPolicies = {
    [strict]: { refresh_policy: "strict", refresh_grace: 0 },
    [overlap]: { refresh_policy: "overlap", refresh_generations: 2 },
  };
  world = await startWorld({ refreshPolicies });
});
after(() => world?.stop());

const refresh = (token, skill) => world.refresh(token, { client: world.clients[skill] });
const isLive = (token, skill) => world.isLive(token, world.clients[skill]);
async function firstToken(skill) {
  const [code] = await world.devCodes(1, skill);
  const answer = await world.redeem(code, world.redirectUri(skill), { client: world.clients[skill] });
  assert.equal(answer.status, 200, answer.text);
  return answer.json().refresh_token;
}
async function nextOf(token, skill) {
  const answer = await refresh(token, skill);
  assert.equal(answer.status, 200, answer.text);
  return answer.json().refresh_token;
}
async function crash() {
  await world.kill();
  await world.upCouplet();
}

describe("strict rotation", () => {
  it("RT-05 RT-10 RT-12 reuse is found after kill -9, and ends this grant and no other", async () => {
    const first = await firstToken(strict);
    const bystander = await firstToken(strict);
    const second = await nextOf(first, strict);
    assert.notEqual(second, first);
    await crash();
    assert.equal((await refresh(first, strict)).json().error, "invalid_grant");
    assert.equal(await isLive(second, strict), false, "the family has ended");
    assert.equal(await isLive(bystander, strict), true);
  });

  it("RT-08 of fifty refreshes at once exactly one wins", async () => {
    const token = await firstToken(strict);
    const answers = await Promise.all(Array.from({ length: 50 }, () => refresh(token, strict)));
    assert.equal(answers.filter(({ status }) => status === 200).length, 1);
    for (const answer of answers) if (answer.status !== 200) assert.equal(answer.json().error, "invalid_grant");
  });
});

describe("overlapping rotation", () => {
  it("RT-04 RT-10 an answer that was lost in a crash comes again, the same, as often as it is asked for", async () => {
    const first = await firstToken(overlap);
    const second = await nextOf(first, overlap);
    await crash();
    for (let i = 0; i < 3; ++i) assert.equal(await nextOf(first, overlap), second);
    const third = await nextOf(second, overlap);
    await crash();
    assert.equal(await nextOf(second, overlap), third);
    assert.equal(await isLive(third, overlap), true);
  });

  it("RT-04 fifty refreshes at once all get a token that lives", async () => {
    const first = await firstToken(overlap);
    const answers = await Promise.all(Array.from({ length: 50 }, () => refresh(first, overlap)));
    for (const answer of answers) assert.equal(answer.status, 200, answer.text);
    const tokens = new Set(answers.map((answer) => answer.json().refresh_token));
    assert.equal(tokens.size, 1, "the same successor for all");
    assert.equal(await isLive([...tokens][0], overlap), true);
  });
});
