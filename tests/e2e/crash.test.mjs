// SPDX-License-Identifier: Apache-2.0
// kill -9 in the middle of a link, at each outside call; then the same again, and what was answered before.
import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { until } from "./http.mjs";
import { startWorld } from "./world.mjs";

let world;
before(async () => (world = await startWorld({ tapAmazon: true })));
after(() => world?.stop());
afterEach(() => world.emulator.clearFaults());

const inbound = (method, path) => ({ direction: "in", method, path });
const isEnablement = (method) => (call) => call.method === method && call.path.endsWith("/enablement");
const isTokenUrl = ({ path }) => path === "/oauth/token";
const isLwa = ({ path }) => path === "/auth/o2/token";

const ended = (attemptId) =>
  until(async () => {
    const trace = await world.trace(attemptId);
    return ["linked", "failed"].includes(trace.status) && trace;
  }, "the attempt ends after the restart");

/** Kills couplet once `reached` says so, starts it again, and gives how the attempt ended. */
async function killAt(reached, visit, user) {
  const finishing = world.finish(user, { code: visit.code, state: visit.state }).then(
    () => assert.fail("answered by a dead process"),
    () => "cut off",
  );
  await reached();
  await world.kill();
  assert.equal(await finishing, "cut off");
  await world.upCouplet();
  return ended(visit.attempt_id);
}

async function assertBothSidesAgree(trace, user, amazonUser, seen) {
  const live = await Promise.all(world.tokensSince(seen).map(({ refresh_token }) => world.isLive(refresh_token)));
  const linked = trace.status === "linked";
  assert.equal(live.filter(Boolean).length, linked ? 1 : 0, `${trace.status}: ${live}`);
  assert.equal((await world.status(user)).status, linked ? "LINKED" : "NOT_LINKED");
  if (linked) assert.equal((await world.status(user, { fresh: true })).status, "LINKED");
  assert.equal((await world.emulator.links(amazonUser)).length, linked ? 1 : 0);
}

async function assertSecondTryLinks(user, amazonUser) {
  const again = await world.link(user, { amazonUser });
  assert.equal(again.answer.status, 200, again.answer.text);
  assert.equal(await world.isLive(again.tokens.at(-1).refresh_token), true);
}

// Where couplet dies, and what must have become of the attempt.
const places = [
  [
    "before Login with Amazon did anything",
    { fault: inbound("POST", "/auth/o2/token"), reached: isLwa },
    "failed",
    "interrupted",
  ],
  ["after Login with Amazon gave tokens", { hold: isLwa, at: "amazonTap" }, "failed", "interrupted"],
  ["at the endpoint look-up", { hold: ({ path }) => path === "/v1/alexaApiEndpoint", at: "amazonTap" }, "linked"],
  [
    "while Alexa holds our code and has not redeemed it",
    { fault: inbound("POST", "/v1/users"), reached: isEnablement("POST") },
    "linked",
  ],
  ["after Alexa's redeeming, before Alexa heard the answer", { hold: isTokenUrl, at: "tokenTap" }, "linked"],
  ["after Alexa linked, before its answer came", { hold: isEnablement("POST"), at: "amazonTap" }, "linked"],
];

describe("kill -9 in the middle of a link", () => {
  it("EN-09 SG-01 an outcome that Amazon could not tell is settled after the restart", async () => {
    const user = world.newUser();
    await world.emulator.fault(inbound("POST", "/v1/users"), { reset: "after" });
    await world.emulator.fault(inbound("GET", "/v1/users"), { status: 503, body: "" }, 1000);
    const { answer, tokens, attempt_id } = await world.link(user);
    assert.equal(answer.json().code, "in_progress");
    await world.emulator.clearFaults();
    await world.kill();
    await world.upCouplet();
    assert.equal((await ended(attempt_id)).status, "linked");
    assert.equal(await world.isLive(tokens[0].refresh_token), true);
    assert.equal((await world.status(user, { fresh: true })).status, "LINKED");
  });

  for (const [name, place, status, code] of places)
    it(`SG-01 SG-02 FT-01 ${name}`, async () => {
      const user = world.newUser();
      const visit = await world.consented(user);
      const seen = world.tokenTap.exchanges.length;
      const from = await world.emulator.lastSeq();
      let reached;
      let held;
      if (place.fault) {
        await world.emulator.fault(place.fault, { delay_ms: 1500 });
        reached = () => world.emulator.waitForCall(from, (call) => place.reached(call) && call.status === null, name);
      } else {
        held = world[place.at].hold(place.hold);
        reached = () => held.reached;
      }
      const trace = await killAt(reached, visit, user);
      held?.release();
      // The emulator's own work for the call that was cut off ends, too.
      await until(
        async () => (await world.emulator.since(from)).every(({ elapsed_ms }) => elapsed_ms !== null),
        "no open call",
      );
      assert.equal(trace.status, status, JSON.stringify(trace));
      if (code) assert.equal(trace.failure.code, code);
      await assertBothSidesAgree(trace, user, visit.amazonUser, seen);
      const same = await world.finish(user, { code: visit.code, state: visit.state });
      assert.equal(same.status, status === "linked" ? 200 : 503, "the same answer to the same question");
      await assertSecondTryLinks(user, visit.amazonUser);
    });

  it("SG-02 a relink that dies midway leaves the user with a link or with a way to make one", async () => {
    const user = world.newUser();
    const first = await world.link(user);
    const seen = world.tokenTap.exchanges.length;
    const visit = await world.consented(user, { amazonUser: first.amazonUser });
    const held = world.amazonTap.hold(isEnablement("POST"));
    const trace = await killAt(() => held.reached, visit, user);
    held.release();
    assert.equal(trace.status, "linked");
    // Amazon's answer died with the server, and its status cannot say whether Alexa kept the tokens of before.
    assert.equal(await world.isLive(first.tokens[0].refresh_token), true, "RT-15");
    await assertBothSidesAgree(trace, user, first.amazonUser, seen);
    assert.equal(await world.isLive(first.tokens[0].refresh_token), false, "SG-04: Alexa has used the new ones");
  });
});

describe("what was answered before kill -9", () => {
  it("FT-01 tokens still work, spent codes stay spent, unlinked users stay unlinked", async () => {
    const linked = await world.link(world.newUser());
    const gone = world.newUser();
    const unlinked = await world.link(gone);
    assert.equal((await world.unlink(gone)).status, 200);
    const codes = await world.devCodes(20);
    const answers = await Promise.all(codes.map((code) => world.redeem(code, world.redirectUri())));
    await world.kill();
    await world.upCouplet();
    for (const answer of answers) assert.equal(await world.isLive(answer.json().refresh_token), true);
    assert.equal(await world.isLive(linked.tokens[0].refresh_token), true);
    assert.equal(await world.isLive(unlinked.tokens[0].refresh_token), false);
    assert.equal((await world.status(gone)).status, "NOT_LINKED");
    for (const code of codes)
      assert.equal((await world.redeem(code, world.redirectUri())).json().error, "invalid_grant");
  });

  it("FT-01 SG-02 kill -9 with ten links under way at once: each ends, and both sides agree on each", async () => {
    const users = Array.from({ length: 10 }, () => world.newUser());
    const visits = await Promise.all(users.map((user) => world.consented(user)));
    const seen = world.tokenTap.exchanges.length;
    const from = await world.emulator.lastSeq();
    const outcomes = visits.map(({ code, state }, i) =>
      world.finish(users[i], { code, state }).then(
        (a) => a.status,
        () => null,
      ),
    );
    await world.emulator.waitForCall(from, isEnablement("POST"), "the first enablement call");
    await world.kill();
    const answered = await Promise.all(outcomes);
    await world.upCouplet();
    for (const [i, visit] of visits.entries()) {
      // An attempt that was never stored is answered by trying it again.
      const known = await world.api("GET", `/v1/link-attempts/${visit.attempt_id}`);
      const trace = known.status === 404 ? { status: "none" } : await ended(visit.attempt_id);
      const { status } = await world.status(users[i]);
      assert.equal(status, trace.status === "linked" ? "LINKED" : "NOT_LINKED");
      if (answered[i] === 200) assert.equal(trace.status, "linked", "what was answered stays so");
      assert.equal((await world.emulator.links(visit.amazonUser)).length, trace.status === "linked" ? 1 : 0);
    }
    const live = await Promise.all(world.tokensSince(seen).map(({ refresh_token }) => world.isLive(refresh_token)));
    const linked = await Promise.all(users.map(async (user) => (await world.status(user, { fresh: true })).status));
    assert.equal(live.filter(Boolean).length, linked.filter((status) => status === "LINKED").length);
    for (const [i, visit] of visits.entries()) await assertSecondTryLinks(users[i], visit.amazonUser);
  });
});
