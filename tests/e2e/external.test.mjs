// SPDX-License-Identifier: Apache-2.0
// Skills whose authorization server is the provider's own: Ride Hailer with its two endpoints, and a provider that
// answers whatever a test says.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { after, afterEach, before, describe, it } from "node:test";
import { run } from "./programs.mjs";
import { rideToml, skills } from "./settings.mjs";
import { texts } from "./messages.mjs";
import { startWorld } from "./world.mjs";

const ride = skills["ride-hailer"];
const second = skills["second-skill"];
const enablePost = { direction: "in", method: "POST", path: "/v1/users" };

/** The provider of the second skill. `answer(call)` gives `{ status, body, headers }`, or null for no answer at all. */
async function startProvider() {
  const provider = { calls: [], answer: null };
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const piece of request) body += piece;
    const call = { headers: request.headers, path: request.url, body };
    provider.calls.push(call);
    const answer = provider.answer(call);
    if (!answer) return; // until stop() closes the connection
    response.writeHead(answer.status, { "Content-Type": "application/json", ...answer.headers }).end(answer.body);
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  provider.url = `http://127.0.0.1:${server.address().port}/code`;
  provider.stop = () => {
    server.closeAllConnections();
    return new Promise((done) => server.close(done));
  };
  return provider;
}

let provider, world;
before(async () => {
  provider = await startProvider();
  world = await startWorld({
    ride: true,
    external: ({ rideUrl }) => ({
      "ride-hailer": { codeUrl: `${rideUrl}/couplet/code`, tokenUrl: `${rideUrl}/oauth/token` },
      "second-skill": { codeUrl: provider.url, tokenUrl: `${rideUrl}/oauth/token`, timeout: 500 },
    }),
  });
});
after(async () => {
  await world?.stop();
  await provider?.stop();
});
afterEach(() => world.emulator.clearFaults());

const hopsOf = async (attemptId) => (await world.trace(attemptId)).hops.map(({ name, cause }) => [name, cause]);
/** What Alexa asked Ride Hailer's token endpoint for after `seq`. */
const tokenCalls = async (seq) =>
  (await world.emulator.since(seq)).filter(({ direction, path }) => direction === "out" && path === "/oauth/token");

describe("an external authorization server", () => {
  it("EN-02 a link from end to end: the code is Ride Hailer's, Couplet's token endpoint is never called", async () => {
    const seq = await world.emulator.lastSeq();
    const { answer, attempt_id } = await world.link("user-alice", { amazonUser: "anna" });
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual(await hopsOf(attempt_id), [
      ["lwa.token", null],
      ["alexa.endpoint", null],
      ["external.code", null],
      ["alexa.enable", null],
    ]);
    assert.deepEqual((await tokenCalls(seq)).map(({ status }) => status), [200]);
    assert.deepEqual(world.tokenTap.exchanges, [], "nobody called Couplet's /oauth/token");
    const status = await world.status("user-alice", { fresh: true });
    assert.deepEqual([status.status, status.origin, status.action], ["LINKED", "app", "unlink"]);
    const said = await world.emulator.say("anna", ride.skillId, "OrderRideIntent");
    assert.equal(said.speech, "Your ride is on its way, Alice.");

    assert.equal((await world.unlink("user-alice")).status, 200);
    assert.deepEqual(await world.emulator.links("anna"), []);
    assert.equal((await world.status("user-alice")).status, "NOT_LINKED");
  });

  it("EN-10 a second enablement has a code of its own; both are redeemed, and one link comes of it", async () => {
    await world.emulator.fault(enablePost, { reset: "after" });
    const user = await world.emulator.newUser();
    const seq = await world.emulator.lastSeq();
    const { answer, attempt_id } = await world.link("user-bob", { amazonUser: user });
    assert.equal(answer.status, 200, answer.text);
    const names = (await hopsOf(attempt_id)).map(([name]) => name);
    assert.equal(names.filter((name) => name === "external.code").length, 2);
    assert.ok(names.includes("alexa.status"), "Amazon was asked in between (EN-09)");
    assert.equal((await world.emulator.links(user)).length, 1);
    assert.ok((await tokenCalls(seq)).every(({ status }) => status === 200));
    assert.equal((await world.emulator.say(user, ride.skillId, "OrderRideIntent")).speech, "Your ride is on its way, Bob.");
  });

  it("EN-02 a user whom the provider does not know gets no code", async () => {
    const { answer, attempt_id } = await world.link("user-nobody");
    assert.equal(answer.status, 502, answer.text);
    assert.equal(answer.json().code, "external_refused");
    assert.deepEqual((await hopsOf(attempt_id)).at(-1), ["external.code", "external_refused"]);
  });

  it("WH-08 with another secret on the other side nothing is linked, and the operator is told", async () => {
    world.rideCodeSecret = "other-webhook.secret";
    await writeFile(join(world.folder, "ride-hailer.toml"), rideToml(world));
    await world.program("ride-hailer").stop();
    await world.up("ride-hailer", "ride-hailer.toml");
    const { answer, attempt_id } = await world.link("user-alice");
    const problem = answer.json();
    assert.deepEqual(
      [answer.status, problem.step, problem.code, problem.retryable, problem.user_message],
      [502, "enablement", "external_unauthorized", false, texts.problem],
    );
    assert.match(problem.detail, /external_code_secret/);
    assert.deepEqual((await hopsOf(attempt_id)).at(-1), ["external.code", "external_unauthorized"]);
    const metrics = await (await fetch(`${world.operationsUrl}/metrics`)).text();
    assert.match(metrics, /couplet_operator_alerts_total\{code="external_unauthorized",skill="ride-hailer"/);
    assert.match(metrics, /couplet_external_code_calls_total\{result="external_unauthorized",skill="ride-hailer"\} 1/);
  });
});

const json = (value) => ({ status: 200, body: JSON.stringify(value) });
// what the provider answers, our status, code, message, retryable, calls
const failures = {
  "no answer": [() => null, 504, "external_timeout", "momentary", true, 3],
  "a fault of its own": [() => ({ status: 500 }), 503, "external_unavailable", "momentary", true, 3],
  "too many requests": [() => ({ status: 429 }), 503, "external_unavailable", "momentary", true, 3],
  "a refusal": [() => ({ status: 422, body: "{}" }), 502, "external_refused", "problem", false, 1],
  "no JSON": [() => ({ status: 200, body: "<html>" }), 502, "external_bad_answer", "problem", false, 1],
  "a code that is no text": [() => json({ code: 7 }), 502, "external_bad_answer", "problem", false, 1],
  "a code with a line break": [() => json({ code: "a\r\nb" }), 502, "external_bad_answer", "problem", false, 1],
  "a redirect": [
    () => ({ status: 307, headers: { Location: "/elsewhere" } }),
    502,
    "external_bad_answer",
    "problem",
    false,
    1,
  ],
  "a megabyte": [
    () => json({ code: "c", more: "x".repeat(1_000_000) }),
    502,
    "external_bad_answer",
    "problem",
    false,
    1,
  ],
  "a foreign redirect_uri": [
    () => json({ code: "c", redirect_uri: "https://evil.example/" }),
    502,
    "external_bad_answer",
    "problem",
    false,
    1,
  ],
};

describe("a provider that answers anything", () => {
  for (const [what, [answers, status, code, message, retryable, calls]] of Object.entries(failures))
    it(`EN-02 WH-08 ${what}: a problem with step, code and advice, a hop, and no link`, async () => {
      provider.answer = answers;
      provider.calls.length = 0;
      const seq = await world.emulator.lastSeq();
      const { answer, attempt_id, amazonUser } = await world.link(world.newUser(), { skill: "second-skill" });
      const problem = answer.json();
      assert.deepEqual(
        [answer.status, problem.step, problem.code, problem.user_message, problem.retryable],
        [status, "enablement", code, texts[message], retryable],
      );
      assert.ok(problem.detail.length > 0, "advice");
      const hops = (await hopsOf(attempt_id)).filter(([name]) => name === "external.code");
      assert.deepEqual(hops, Array(calls).fill(["external.code", code]));
      assert.equal(provider.calls.length, calls);
      assert.ok(provider.calls.every(({ path }) => path === "/code"), "no redirect is followed");
      const ids = new Set(provider.calls.map(({ headers }) => headers["webhook-id"]));
      assert.deepEqual([...ids], [`${attempt_id}.1`], "the same call each time");
      assert.deepEqual(await world.emulator.links(amazonUser), []);
      const enablements = (await world.emulator.amazonCalls(seq)).filter(({ path }) => path.includes("/enablement"));
      assert.deepEqual(enablements, [], "Alexa is not asked to redeem nothing");
    });

  it("WH-08 the call is signed as Standard Webhooks say, over the body as it is", async () => {
    provider.answer = () => json({ code: "not-redeemable" });
    provider.calls.length = 0;
    const user = world.newUser();
    await world.link(user, { skill: "second-skill" });
    const { headers, body } = provider.calls[0];
    const key = Buffer.from((await readFile(join(world.folder, "webhook.secret"), "utf8")).slice(6), "base64");
    const content = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
    const wanted = createHmac("sha256", key).update(content).digest("base64");
    assert.equal(headers["webhook-signature"], `v1,${wanted}`);
    const asked = JSON.parse(body);
    assert.deepEqual(Object.keys(asked), ["attempt_id", "try", "skill", "user", "client_id", "redirect_uri", "scope"]);
    assert.deepEqual([asked.skill, asked.user, asked.client_id], ["second-skill", user, second.clientId]);
  });

  it("LG-01 the code is in no log line and not in the store", async () => {
    const code = "a-very-secret-provider-code-7c1e";
    provider.answer = () => json({ code });
    await world.link(world.newUser(), { skill: "second-skill" });
    const printed = world.couplet.log() + world.couplet.output();
    assert.ok(!printed.includes(code) && !printed.includes("whsec_"));
    for (const file of ["couplet.db", "couplet.db-wal"])
      assert.ok(!(await readFile(join(world.folder, file))).includes(code), file);
  });

  it("couplet check says what this skill needs, and what it does not", async () => {
    const { code, output, errors } = await run("couplet", ["check", "--config", join(world.folder, "couplet.toml")]);
    assert.equal(code, 0, errors);
    assert.match(output, /skill second-skill: external authorization server/);
    assert.match(output, /not needed here: a \[\[clients\]\] table for Alexa/);
    assert.ok(!output.includes("whsec_"));
  });
});
