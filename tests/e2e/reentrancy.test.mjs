// SPDX-License-Identifier: Apache-2.0
// Alexa calls the token endpoint while our enablement call is open: nothing may be held meanwhile.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startWorld } from "./world.mjs";

let world;
before(async () => (world = await startWorld({ ioThreads: 1 })));
after(() => world?.stop());

describe("one worker", () => {
  it("EN-06 fifty links of fifty users at once all succeed", async () => {
    const users = Array.from({ length: 50 }, () => world.newUser());
    const visits = await Promise.all(users.map((user) => world.consented(user)));
    const from = await world.emulator.lastSeq();
    const answers = await Promise.all(visits.map(({ code, state }, i) => world.finish(users[i], { code, state })));
    for (const answer of answers) assert.equal(answer.status, 200, answer.text);
    assert.deepEqual(
      answers.map((answer) => answer.json().user),
      users,
    );
    const redeemed = (await world.emulator.since(from)).filter(({ direction }) => direction === "out");
    assert.equal(redeemed.length, 50, "one code each, none tried again");
    for (const { amazonUser } of visits) assert.equal((await world.emulator.links(amazonUser)).length, 1);
    for (const user of users) assert.equal((await world.status(user, { fresh: true })).status, "LINKED");
  });

  it("EN-06 the token endpoint answers others at once while an enablement call is open", async () => {
    await world.emulator.fault({ direction: "in", method: "POST", path: "/v1/users" }, { delay_ms: 2000 });
    const from = await world.emulator.lastSeq();
    const linking = world.link(world.newUser());
    await world.emulator.waitForCall(
      from,
      ({ path, status }) => path.endsWith("/enablement") && status === null,
      "the enablement call",
    );
    const [code] = await world.devCodes();
    const began = Date.now();
    assert.equal((await world.redeem(code, world.redirectUri())).status, 200);
    assert.ok(Date.now() - began < 1000);
    const { answer } = await linking;
    assert.equal(answer.status, 200, answer.text);
  });

  it("EN-07 Alexa redeems our code twice: the link is not made, and no token of it lives", async () => {
    const user = world.newUser();
    const { code, state, amazonUser } = await world.consented(user);
    const seen = world.tokenTap.exchanges.length;
    const held = world.tokenTap.hold(({ path }) => path === "/oauth/token");
    const finishing = world.finish(user, { code, state });
    const exchange = await held.reached;
    const replay = await world.token(Object.fromEntries(new URLSearchParams(exchange.body)));
    assert.equal(replay.json().error, "invalid_grant");
    held.release();
    const answer = await finishing;
    const live = await Promise.all(world.tokensSince(seen).map(({ refresh_token }) => world.isLive(refresh_token)));
    // The grant was ended by the replay before Amazon answered; saying "linked" would be a link with a dead token.
    assert.deepEqual(live, [false]);
    assert.notEqual(answer.status, 200, answer.text);
    assert.equal((await world.status(user)).status, "NOT_LINKED");
    assert.equal((await world.link(user, { amazonUser })).answer.status, 200);
  });
});
