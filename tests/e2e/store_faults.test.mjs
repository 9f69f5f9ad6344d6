// SPDX-License-Identifier: Apache-2.0
// A store that cannot write: Alexa is told to come back, nobody is told that a token is bad, and it heals by itself.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { basic, call, form, formHeaders, until } from "./http.mjs";
import { skills } from "./settings.mjs";
import { whileFull, whileLocked } from "./store_faults.mjs";
import { startWorld } from "./world.mjs";

const overlap = "second-skill"; // its client's refresh writes; the other's does not

let world;
before(async () => (world = await startWorld({ refreshPolicies: { [overlap]: { refresh_policy: "overlap" } } })));
after(() => world?.stop());

const clientOf = (skill) => ({ client: world.clients[skill] });
const redeem = (code, skill) => world.redeem(code, world.redirectUri(skill), clientOf(skill));
const refresh = (token, skill) => world.refresh(token, clientOf(skill));
async function tokensOf(skill) {
  const answer = await redeem((await world.devCodes(1, skill))[0], skill);
  assert.equal(answer.status, 200, answer.text);
  return answer.json();
}
const revoke = (token) =>
  call(`${world.coupletUrl}/oauth/revoke`, {
    method: "POST",
    headers: { ...formHeaders, Authorization: basic(world.clients["ride-hailer"]) },
    body: form({ token }),
    agent: world.agent,
  });

/** 503, in words that no client takes for a verdict, well inside Alexa's 4.5 s. */
async function assertComeBack(calling, what, limitMs = 2000) {
  const began = performance.now();
  const answer = await calling;
  const took = performance.now() - began;
  assert.equal(answer.status, 503, `${what}: ${answer.text}`);
  assert.ok(Number(answer.headers["retry-after"]) > 0, what);
  assert.equal(answer.headers["cache-control"], "no-store", what);
  assert.equal(answer.json().error, "temporarily_unavailable", what);
  assert.ok(took < limitMs, `${what} took ${took} ms`);
}

const faults = {
  "another process holds the write lock": (test) => whileLocked(join(world.folder, "couplet.db"), test),
  "no file may grow": (test) => whileFull(world.couplet.pid, test),
};

for (const [name, during] of Object.entries(faults))
  describe(`while ${name}`, () => {
    it("TK-18 TK-19 codes and refreshes that write are 503 in time, and good again afterwards", async () => {
      const codes = Object.fromEntries(
        await Promise.all(Object.keys(skills).map(async (skill) => [skill, (await world.devCodes(1, skill))[0]])),
      );
      // Using the newest token retires an old one, which has to be written.
      const { refresh_token: first } = await tokensOf(overlap);
      const rotating = (await refresh(first, overlap)).json();
      await during(async () => {
        for (const [skill, code] of Object.entries(codes))
          await assertComeBack(redeem(code, skill), `code of ${skill}`);
        await assertComeBack(refresh(rotating.refresh_token, overlap), "refresh that writes");
      });
      const refreshed = await until(async () => {
        const answer = await refresh(rotating.refresh_token, overlap);
        assert.notEqual(answer.status, 400, answer.text);
        return answer.status === 200 && answer.json();
      }, "the refresh that writes works again");
      assert.notEqual(refreshed.refresh_token, rotating.refresh_token);
      for (const [skill, code] of Object.entries(codes)) {
        const answer = await redeem(code, skill);
        assert.equal(answer.status, 200, `the code of ${skill} was not spent: ${answer.text}`);
        assert.equal((await refresh(answer.json().refresh_token, skill)).status, 200, "nor taken for a replay");
      }
    });

    it("RT-01 IN-02 what only reads goes on: stable refreshes and introspection", async () => {
      const { refresh_token, access_token } = await tokensOf("ride-hailer");
      await during(async () => {
        for (let i = 0; i < 20; ++i) assert.equal((await refresh(refresh_token, "ride-hailer")).status, 200);
        assert.equal((await world.introspect(access_token)).json().active, true);
      });
    });

    it("RV-09 a revocation is 503 and has not happened, or has; the next one holds", async () => {
      const { refresh_token } = await tokensOf("ride-hailer");
      await during(() => assertComeBack(revoke(refresh_token), "revocation"));
      await until(async () => (await revoke(refresh_token)).status === 200, "the revocation works again");
      assert.equal((await refresh(refresh_token, "ride-hailer")).json().error, "invalid_grant");
    });

    it("CD-03 TK-19 fifty codes at once are all 503, and each is redeemed afterwards", async () => {
      const codes = await world.devCodes(50);
      await during(() =>
        Promise.all(codes.map((code) => assertComeBack(redeem(code, "ride-hailer"), "one of fifty codes", 4000))),
      );
      await until(
        async () => (await redeem((await world.devCodes())[0], "ride-hailer")).status === 200,
        "it writes again",
      );
      const answers = await Promise.all(codes.map((code) => redeem(code, "ride-hailer")));
      for (const answer of answers) assert.equal(answer.status, 200, answer.text);
    });

    it("LG-06 it is the same process all the time, and ready at the end", async () => {
      const ready = async () => (await call(`${world.operationsUrl}/readyz`)).status === 200;
      await until(ready, "couplet is ready again");
      assert.equal(world.couplet.log().includes("AddressSanitizer"), false);
    });
  });
