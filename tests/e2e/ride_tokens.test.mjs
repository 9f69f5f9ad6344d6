// SPDX-License-Identifier: Apache-2.0
// What a skill and an API do with Alexa's token, in both ways of looking at it, while Couplet is there, slow or gone.
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { after, before, describe, it } from "node:test";
import { call, until } from "./http.mjs";
import { skills } from "./settings.mjs";
import { startWorld } from "./world.mjs";

let world;
let refreshToken;
before(async () => {
  world = await startWorld();
  const { answer, tokens } = await world.link("user-alice");
  assert.equal(answer.status, 200, answer.text);
  refreshToken = tokens[0].refresh_token;
});
after(() => world?.stop());

const freshToken = async () => (await world.refresh(refreshToken)).json().access_token;
const claimsOf = (token) => JSON.parse(Buffer.from(token.split(".")[1], "base64url"));
const withAnotherSignature = (token) => {
  const [head, body, signature] = token.split(".");
  return `${head}.${body}.${signature[0] === "A" ? "B" : "A"}${signature.slice(1)}`;
};
const withAnotherKey = (token) => {
  const [head, ...rest] = token.split(".");
  const header = { ...JSON.parse(Buffer.from(head, "base64url")), kid: "never-published" };
  return [Buffer.from(JSON.stringify(header)).toString("base64url"), ...rest].join(".");
};

/** "Alexa, ask Ride Hailer for a ride", as Alexa posts it. */
async function ask(accessToken) {
  const application = { applicationId: skills["ride-hailer"].skillId };
  const user = { userId: "amzn1.ask.account.E2E", ...(accessToken && { accessToken }) };
  const request = { type: "IntentRequest", requestId: "r", intent: { name: "OrderRideIntent" } };
  const body = { version: "1.0", context: { System: { application, user } }, request };
  const answer = await call(`${world.rideUrl}/alexa/skill`, { method: "POST", body });
  assert.equal(answer.status, 200, answer.text);
  return answer.json().response;
}
const rides = (accessToken) =>
  call(`${world.rideUrl}/api/rides`, { headers: accessToken ? { Authorization: `Bearer ${accessToken}` } : {} });

const assertOrdered = (response) => assert.equal(response.outputSpeech.text, "Your ride is on its way, Alice.");
const assertAsksToLink = (response) => assert.deepEqual(response.card, { type: "LinkAccount" });
function assertTryAgain(response) {
  assert.match(response.outputSpeech.text, /try again/);
  assert.equal(response.card, undefined, "nothing that would make anybody link again");
}

async function assertGood(token) {
  assertOrdered(await ask(token));
  const answer = await rides(token);
  assert.equal(answer.status, 200, answer.text);
  assert.equal(answer.json().rides[0].via, "alexa");
  assert.equal(answer.headers["cache-control"], "no-store");
}
async function assertInactive(token) {
  assertAsksToLink(await ask(token));
  const answer = await rides(token);
  assert.equal(answer.status, 401);
  assert.match(answer.headers["www-authenticate"], /^Bearer .*error="invalid_token"$/);
}
async function assertNobodyCanTell(token) {
  assertTryAgain(await ask(token));
  const answer = await rides(token);
  assert.equal(answer.status, 503);
  assert.ok(Number(answer.headers["retry-after"]) > 0);
  assert.equal(answer.headers["www-authenticate"], undefined);
}

/** The signal is sent at once; on a busy machine a thread may go on for a moment. */
async function standsStill(pid) {
  const threads = await readdir(`/proc/${pid}/task`);
  const states = await Promise.all(threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/stat`, "utf8")));
  return states.every((state) => state.slice(state.lastIndexOf(")")).startsWith(") T "));
}

async function whileStopped(test) {
  const { couplet } = world;
  couplet.signal("SIGSTOP");
  await until(() => standsStill(couplet.pid), "every thread of couplet stands still");
  try {
    await test();
  } finally {
    couplet.signal("SIGCONT");
  }
}
async function whileGone(test) {
  await world.kill();
  world.agent.destroy();
  try {
    await test();
  } finally {
    await world.upCouplet();
  }
}

describe("tokens that are introspected", () => {
  before(() => world.upRide());

  it("AT-01 AT-03 AT-09 a live token opens skill and API; without one there is a card, and a bare challenge", async () => {
    await assertGood(await freshToken());
    assertAsksToLink(await ask(undefined));
    const none = await rides(undefined);
    assert.equal(none.status, 401);
    assert.doesNotMatch(none.headers["www-authenticate"], /error/);
  });

  it("AT-04 AT-07 a changed token is a bad one", async () => assertInactive(withAnotherSignature(await freshToken())));

  it("TK-19 IN-03 with couplet stopped or gone nobody can tell, and afterwards it works by itself", async () => {
    const [first, second] = [await freshToken(), await freshToken()];
    await whileStopped(() => assertNobodyCanTell(first));
    await assertGood(first);
    await whileGone(() => assertNobodyCanTell(second));
    await assertGood(second);
  });

  it("AT-11 RV-02 a revocation holds at once for a token that was not seen before", async () => {
    const { tokens } = await world.link("user-bob");
    assert.equal((await rides(tokens[0].access_token)).status, 200);
    const unseen = (await world.refresh(tokens[0].refresh_token)).json().access_token;
    assert.equal((await world.unlink("user-bob")).status, 200);
    await assertInactive(unseen);
  });
});

describe("tokens that are looked at with the published keys", () => {
  before(async () => world.upRide({ validation: "jwks", audience: claimsOf(await freshToken()).aud }));

  it("AT-07 a live token is good, one with another signature is not", async () => {
    const token = await freshToken();
    await assertGood(token);
    await assertInactive(withAnotherSignature(token));
  });

  it("TK-19 goes on with couplet stopped and gone, and blames no token whose key it cannot fetch", async () => {
    const token = await freshToken();
    await assertGood(token);
    await whileStopped(() => assertGood(token));
    await whileGone(async () => {
      await assertGood(token);
      await assertNobodyCanTell(withAnotherKey(token));
    });
  });

  it("AT-10 a token for another audience is a bad one", async () => {
    await world.upRide({ validation: "jwks", audience: "https://another.test" });
    await assertInactive(await freshToken());
  });
});
