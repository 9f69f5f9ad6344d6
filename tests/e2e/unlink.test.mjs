// SPDX-License-Identifier: Apache-2.0
// Unlinking, and a status that is never guessed.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { eventually } from "./eventually.mjs";
import { skills } from "./settings.mjs";
import { startWorld } from "./world.mjs";

let world;
before(async () => (world = await startWorld()));
after(() => world?.stop());

const ride = skills["ride-hailer"];
const always = 50;
/** What this account of Amazon's meets, so that tests that wait can wait together; gives what takes it back. */
async function breakEnablement(user, method, action, count = always) {
  const { id } = await world.emulator.fault({ direction: "in", method, path: "/v1/users", user }, action, count);
  return () => world.emulator.takeBack(id);
}

async function linkedUser() {
  const user = world.newUser();
  const linked = await world.link(user);
  assert.equal(linked.answer.status, 200, linked.answer.text);
  return { user, ...linked };
}

function assertManageUrls({ manage_urls }) {
  for (const platform of ["ios", "android", "web"]) assert.match(manage_urls[platform], /B0RIDE0001/);
}

describe("unlinking", () => {
  it("UL-01 disables at Amazon, ends our tokens, and is answered the same when there is nothing to unlink", async () => {
    const { user, amazonUser, tokens } = await linkedUser();
    const from = await world.emulator.lastSeq();
    for (let i = 0; i < 2; ++i) {
      const answer = await world.unlink(user);
      assert.equal(answer.status, 200, answer.text);
      assert.deepEqual(answer.json(), { status: "NOT_LINKED" });
    }
    const calls = (await world.emulator.amazonCalls(from)).map(({ method, status }) => `${method} ${status}`);
    assert.deepEqual(calls, ["DELETE 204"]);
    assert.deepEqual(await world.emulator.links(amazonUser), []);
    assert.equal(await world.isLive(tokens[0].refresh_token), false);
    assert.equal((await world.status(user)).action, "link");
    assert.deepEqual((await world.unlink("never-linked")).json(), { status: "NOT_LINKED" });
    assert.equal((await world.link(user, { amazonUser })).answer.status, 200, "and links again");
  });

  for (const status of [401, 403, 404])
    it(`UL-03 Amazon answers ${status}: gone already, so it is unlinked`, async () => {
      const { user, amazonUser, tokens } = await linkedUser();
      await breakEnablement(amazonUser, "DELETE", { status, body: "{}" });
      assert.equal((await world.unlink(user)).status, 200);
      assert.equal((await world.status(user)).status, "NOT_LINKED");
      assert.equal(await world.isLive(tokens[0].refresh_token), false);
    });

  it("LW-09 Amazon's token has expired at Amazon: refreshed, and then unlinked", async () => {
    const { user, amazonUser } = await linkedUser();
    const from = await world.emulator.lastSeq();
    await breakEnablement(amazonUser, "DELETE", { status: 401, body: "{}" }, 1);
    assert.equal((await world.unlink(user)).status, 200);
    const calls = (await world.emulator.amazonCalls(from)).map(
      ({ method, path }) => `${method} ${path.split("/").at(-1)}`,
    );
    assert.deepEqual(calls, ["DELETE enablement", "POST token", "DELETE enablement"]);
    assert.deepEqual(await world.emulator.links(amazonUser), []);
  });

  it("UL-03 disabled in the Alexa app meanwhile: unlinking is done", async () => {
    const { user, amazonUser } = await linkedUser();
    await world.emulator.disable(amazonUser, ride.skillId);
    assert.equal((await world.unlink(user)).status, 200);
    assert.equal((await world.status(user)).status, "NOT_LINKED");
  });
});

// Amazon is told again after some seconds: everybody waits for that at once.
describe("unlinking, and Amazon is told later", { concurrency: true }, () => {
  for (const [name, action] of [
    ["500", { status: 500, body: "" }],
    ["503", { status: 503, body: "" }],
    ["429", { status: 429, body: "" }],
    ["a reset before the effect", { reset: "before" }],
    ["a reset after the effect", { reset: "after" }],
  ])
    it(`UL-02 Amazon answers ${name}: our side ends at once, the answer is honest, and Amazon is told when it listens`, async () => {
      const { user, amazonUser, tokens } = await linkedUser();
      const mend = await breakEnablement(amazonUser, "DELETE", action);
      const answer = await world.unlink(user);
      assert.equal(answer.status, 200, answer.text);
      const { status, amazon, ...rest } = answer.json();
      assert.deepEqual([status, amazon], ["NOT_LINKED", "pending"]);
      assertManageUrls(rest);
      assert.equal(await world.isLive(tokens[0].refresh_token), false);
      const seen = await world.status(user);
      assert.deepEqual([seen.status, seen.evidence[0].source], ["NOT_LINKED", "unlink_request"]);
      await mend();
      await eventually(async () => {
        assert.deepEqual(await world.emulator.links(amazonUser), []);
        assert.equal((await world.status(user)).evidence[0].source, "enablement_answer");
      });
    });

  it("UL-02, SG-05 who links again before Amazon was told stays linked", async () => {
    const { user, amazonUser } = await linkedUser();
    const mend = await breakEnablement(amazonUser, "DELETE", { status: 503, body: "" });
    assert.equal((await world.unlink(user)).json().amazon, "pending");
    const again = await world.link(user, { amazonUser });
    assert.equal(again.answer.status, 200, again.answer.text);
    await mend();
    await eventually(async () => assert.match(await world.metrics(), /couplet_disablements_total\{outcome="kept"/));
    assert.equal((await world.emulator.links(amazonUser)).length, 1);
    assert.equal((await world.status(user, { fresh: true })).status, "LINKED");
    assert.equal(await world.isLive(again.tokens[0].refresh_token), true);
  });

  it("SG-04 who moves to another Amazon account leaves nothing behind at the first one", async () => {
    const { user, amazonUser } = await linkedUser();
    const moved = await world.link(user);
    assert.equal(moved.answer.status, 200, moved.answer.text);
    await eventually(async () => assert.deepEqual(await world.emulator.links(amazonUser), []));
    assert.equal((await world.emulator.links(moved.amazonUser)).length, 1);
    assert.equal((await world.status(user, { fresh: true })).status, "LINKED");
  });
});

describe("the status", () => {
  it("EN-12 disabled at Alexa only: a fresh look says NOT_LINKED, ends our tokens, and a new link works", async () => {
    const { user, amazonUser, tokens } = await linkedUser();
    await world.emulator.disable(amazonUser, ride.skillId);
    const fresh = await world.status(user, { fresh: true });
    assert.equal(fresh.status, "NOT_LINKED");
    assert.equal(fresh.action, "link");
    assert.equal(fresh.evidence[0].source, "status_answer");
    assert.equal((await world.status(user)).status, "NOT_LINKED", "kept");
    assert.equal(await world.isLive(tokens[0].refresh_token), false);
    const again = await world.link(user, { amazonUser });
    assert.equal(again.answer.status, 200, again.answer.text);
    assert.equal((await world.status(user, { fresh: true })).status, "LINKED");
  });

  for (const [name, action] of [
    ["answers 500", { status: 500, body: "" }],
    ["answers 429", { status: 429, body: "" }],
    ["answers no JSON", { status: 200, body: "<html>" }],
    ["resets the connection", { reset: "before" }],
  ])
    it(`EN-11 Amazon ${name}: UNKNOWN, and the link stays`, async () => {
      const { user, amazonUser, tokens } = await linkedUser();
      const mend = await breakEnablement(amazonUser, "GET", action);
      const fresh = await world.status(user, { fresh: true });
      assert.equal(fresh.status, "UNKNOWN");
      assert.equal(fresh.action, "unlink");
      assertManageUrls(fresh);
      assert.equal((await world.status(user)).status, "LINKED");
      assert.equal(await world.isLive(tokens[0].refresh_token), true);
      await mend();
      assert.equal((await world.status(user, { fresh: true })).status, "LINKED");
    });

  it("EN-11 what was never linked is not asked for", async () => {
    const from = await world.emulator.lastSeq();
    const status = await world.status("never-linked", { fresh: true });
    assert.deepEqual(
      [status.status, status.origin, status.checked_at, status.evidence],
      ["NOT_LINKED", null, null, []],
    );
    assert.deepEqual(await world.emulator.amazonCalls(from), []);
  });
});
