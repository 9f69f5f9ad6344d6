// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { link, startAmazon } from "./amazon.mjs";
import { accepts, notRun, refuses } from "./unchecked.mjs";
import { call, judge, leadToEmulator, libraries } from "./verifiers.mjs";

let amazon;
before(async () => {
  amazon = await startAmazon();
  leadToEmulator(amazon.amazonPort, amazon.root);
});
after(() => amazon.stop());

async function assertAccepted(request, what) {
  for (const library of Object.keys(libraries)) {
    const { verdict, reason } = await judge(library, request);
    assert.equal(verdict, "accepted", `${library}, ${what}: ${reason}`);
  }
}

describe("good requests are accepted by both libraries", () => {
  test("voice requests, without a link and with one, and the events of a link", async () => {
    await assertAccepted(await amazon.say({ launch: true }), "launch");
    const linked = await link(amazon, call);
    assert.equal(linked.status, 201, linked.body);
    const spoken = await amazon.say({ intent: "OrderRideIntent" });
    assert.equal(JSON.parse(spoken.body).context.System.user.accessToken, "made-up-access-token");
    await assertAccepted(spoken, "intent");
    await amazon.api("POST", "/events/deliver");
    const events = amazon.received.filter(({ url }) => url === "/events");
    assert.deepEqual(events.map(({ body }) => JSON.parse(body).request.type).sort(), [
      "AlexaSkillEvent.SkillAccountLinked",
      "AlexaSkillEvent.SkillEnabled",
    ]);
    for (const event of events) await assertAccepted(event, "event of the link");
  });

  for (const event of ["SKILL_ENABLED", "SKILL_DISABLED", "SKILL_PERMISSION_ACCEPTED", "SKILL_PERMISSION_CHANGED"])
    test(`event ${event}`, async () => assertAccepted(await amazon.event(event), event));

  test("before and after the leaf is rotated", async () => {
    const old = await amazon.event("SKILL_DISABLED");
    await amazon.api("POST", "/signing/rotate");
    const fresh = await amazon.event("SKILL_DISABLED");
    assert.notEqual(old.headers.signaturecertchainurl, fresh.headers.signaturecertchainurl);
    await assertAccepted(old, "old leaf");
    await assertAccepted(fresh, "new leaf");
  });
});

describe("wrong ways get the verdict of their row", () => {
  const kinds = {
    request: (wrong) => amazon.say({ launch: true, wrong }),
    event: (wrong) => amazon.event("SKILL_DISABLED", { wrong }),
  };
  for (const library of Object.keys(libraries))
    for (const [kind, send] of Object.entries(kinds))
      test(`${library}, ${kind}s`, async () => {
        const { wrong_ways: ways } = await amazon.api("GET", "/wrong-ways");
        const surprises = [];
        for (const way of ways) {
          if (notRun.has(way.name)) continue;
          const row = `${kind} ${way.name}`;
          const expected = accepts[library].has(way.name)
            ? "accepted"
            : refuses[library].has(row)
              ? "refused"
              : way[`on_${kind}`].verdict;
          const { verdict, reason } = await judge(library, await send(way.name));
          if (verdict !== expected) surprises.push(`${row}: ${verdict} (${reason}) in place of ${expected}`);
        }
        assert.deepEqual(surprises, []);
      });

  test("the tables name rows that there are", async () => {
    const { wrong_ways: ways } = await amazon.api("GET", "/wrong-ways");
    const names = new Set(ways.map(({ name }) => name));
    for (const name of [...notRun, ...Object.values(accepts).flatMap((rows) => [...rows])])
      assert.ok(names.has(name), name);
  });
});
