// SPDX-License-Identifier: Apache-2.0
// Woken at night: from the eight characters on a user's screen to what happened and what to do.
import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { Browser } from "./browser.mjs";
import { until } from "./http.mjs";
import { returnPageOf, skills } from "./settings.mjs";
import { startWorld } from "./world.mjs";

// Somebody has typed a wrong client secret for the second skill into the developer console.
let world;
before(async () => (world = await startWorld({ events: true, consoleSecrets: { "second-skill": "mistyped" } })));
after(() => world?.stop());
afterEach(() => world.emulator.clearFaults());

const ride = skills["ride-hailer"];
const lwaToken = { direction: "in", host: "api.amazon.com", path: "/auth/o2/token" };
const referencePattern = /^[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}$/;
const logLines = (event, about) =>
  world.couplet
    .log()
    .split("\n")
    .filter((line) => line.includes(`"event":"${event}"`) && line.includes(about))
    .map((line) => JSON.parse(line));
/** The log is written beside the answers: it may take a moment. */
const logged = (event, about, count = 1) =>
  until(() => {
    const lines = logLines(event, about);
    return lines.length >= count && lines;
  }, `${event} in the log`);

function assertReadable(text) {
  for (const line of text.split("\n")) assert.ok([...line].length <= 80, `${[...line].length} columns: ${line}`);
}

/** What the operator reads; it was found. */
async function told(...args) {
  const { code, output, errors } = await world.operatorTrace(...args);
  assert.equal(code, 0, errors);
  assertReadable(output);
  return output;
}

async function failedLink(user = world.newUser()) {
  await world.emulator.fault(lwaToken, { status: 503, body: "" }, 50);
  const { answer, attempt_id } = await world.link(user);
  return { user, attempt_id, problem: answer.json() };
}

describe("couplet trace", () => {
  it("SG-07 a failure has a reference code that leads to what happened and what to do", async () => {
    const { user, attempt_id, problem } = await failedLink();
    assert.match(problem.reference, referencePattern);
    const byReference = await told(problem.reference);
    assert.ok(byReference.startsWith(`Link attempt ${problem.reference}: failed, token unavailable\n`), byReference);
    assert.match(byReference, /Couplet → Login with Amazon {2}trade code {5}503 /);
    assert.match(byReference, /What happened\n {2}Login with Amazon answered 429 or 5xx\.\nWhat to do\n/);
    for (const asked of [attempt_id, user, problem.reference.toLowerCase().replace("-", "")])
      assert.equal(await told(asked), byReference, asked);
    const [line] = await logged("link.failed", problem.reference);
    assert.deepEqual([line.trace_id, line.code], [attempt_id, "unavailable"]);
  });

  it("SG-07 the API takes the reference code as well, from whoever may see the attempt", async () => {
    const { user, attempt_id, problem } = await failedLink();
    const byReference = await world.trace(problem.reference);
    assert.deepEqual(byReference, await world.trace(attempt_id));
    assert.equal(byReference.reference, problem.reference);
    const hop = byReference.hops.at(-1);
    assert.deepEqual([hop.from, hop.to, hop.status, hop.cause], ["Couplet", "Login with Amazon", 503, "unavailable"]);
    assert.equal(hop.meaning, "Login with Amazon answered 429 or 5xx");
    assert.ok(hop.advice.length > 0);
    const ask = async (key) => (await world.api("GET", `/v1/link-attempts/${problem.reference}`, { key })).status;
    assert.equal(await ask(world.secondApiKey), 404, "another skill's key");
    assert.equal(await ask(world.userJwt({ sub: "somebody-else" })), 404);
    assert.equal(await ask(world.userJwt({ sub: user })), 200);
    assert.equal((await world.api("GET", "/v1/link-attempts/ZZZZ-ZZZZ")).status, 404);
  });

  it("SG-07 a wrong client secret in the console: the trace names it, though Amazon only says 400", async () => {
    const { answer } = await world.link(world.newUser(), { skill: "second-skill" });
    const { reference, code } = answer.json();
    assert.equal(code, "bad_request");
    const calls = await until(async () => {
      const { hops } = await world.trace(reference);
      return hops.some(({ name }) => name === "token_endpoint") && hops;
    }, "Alexa's call in the trace");
    const refused = calls.find(({ name }) => name === "token_endpoint");
    assert.deepEqual([refused.from, refused.status, refused.cause], ["Alexa", 401, "invalid_client: client_secret_differs"]);
    const text = await told(reference);
    assert.match(text, /Alexa → Couplet {14}redeem code {4}401 /);
    assert.match(text, /What to do\n {2}In the developer console, type the client id and secret/);
  });

  it("SG-07 a refusal at Amazon's consent is in the trace, from the app and from the browser", async () => {
    const user = world.newUser();
    const app = await world.start(user);
    const answer = await world.finish(user, { error: "temporarily_unavailable", state: app.state });
    const text = await told(answer.json().reference);
    assert.match(text, /failed, authorization temporarily_unavailable/);
    assert.match(text, /Amazon → Couplet {13}consent /);

    const web = await world.start(user, { body: { platform: "web", redirect_uri: undefined } });
    const back = `${returnPageOf(world, ride)}?${new URLSearchParams({ error: "server_error", state: web.state })}`;
    const starting = new Browser(world);
    await starting.get(web.launch_url, { "Sec-Fetch-Site": "same-site" });
    const foreign = await new Browser(world).get(back);
    assert.equal((await world.operatorTrace(web.attempt_id)).code, 3, "another browser stores nothing");
    const page = await starting.get(back);
    const [, shown] = /Reference ([2-9A-Z-]{9})</.exec(page.text);
    assert.ok(foreign.text.includes(shown));
    assert.match(await told(shown), /failed, authorization server_error/);
    await logged("link.refused", shown, 2);
  });

  it("SG-07 LK-06 what was refused before it became an attempt is in the log, with the request's id", async () => {
    const { state, attempt_id } = await world.start("alice");
    const answer = await world.finish("mallory", { code: "ANCode", state });
    assert.equal(answer.json().reference, null);
    const [entry] = await logged("link.refused", attempt_id);
    assert.deepEqual([entry.code, entry.user, entry.request_id], ["user_mismatch", "alice", answer.headers["x-request-id"]]);
    const forged = await world.finish("alice", { code: "ANCode", state: "garbage" });
    const [refused] = await logged("link.refused", forged.headers["x-request-id"]);
    assert.equal(refused.code, "invalid_state");
  });

  it("SG-07 a user's attempts come the newest first, with the link and what ended it", async () => {
    const { user } = await failedLink();
    await world.emulator.clearFaults();
    const { answer, amazonUser } = await world.link(user);
    assert.equal(answer.status, 200, answer.text);
    const [newest, older] = (await told(user)).split("Link attempt ").slice(1);
    assert.match(newest, /: linked\n/);
    assert.match(older, /: failed, token unavailable/);
    assert.match(await told(user), new RegExp(`Link of ${user} with ride-hailer: LINKED\n`));
    await world.emulator.disable(amazonUser, ride.skillId);
    await until(async () => (await world.status(user)).status === "NOT_LINKED", "the event has come");
    const over = await told("--user", user);
    assert.match(over, /NOT_LINKED\n/);
    assert.match(over, /ended by {2}the user, in the Alexa app: Alexa sent a signed SkillDisabled\n/);
  });

  it("SG-07 a link that was made in the Alexa app has no attempt, and is told all the same", async () => {
    const amazonUser = await world.emulator.newUser();
    const user = world.newUser();
    const { url } = await world.emulator.startLink(amazonUser, ride.skillId, { platform: "iOS" });
    const body = { authorization_request: url, decision: "accept" };
    const given = await world.api("POST", `${world.userPath(user)}/authorization-response`, { body });
    assert.equal(given.status, 200, given.text);
    assert.equal((await world.emulator.bring(given.json().redirect_to)).status, 200);
    const text = await told(user);
    assert.match(text, new RegExp(`^Link of ${user} with ride-hailer: LINKED\n {2}made {6}in the Alexa app\n`));
    const { attempts, links } = JSON.parse((await world.operatorTrace("--json", user)).output);
    assert.deepEqual([attempts.length, links.length, links[0].origin], [0, 1, "alexa"]);
  });

  it("SG-07 nothing found is 3, a wrong call is 2, no database is 1; it works without the server", async () => {
    const nothing = await world.operatorTrace("nobody-of-this-name");
    assert.equal(nothing.code, 3);
    assert.equal(nothing.output, "");
    assert.match(nothing.errors, /link\.refused/);
    assert.equal((await world.operatorTrace()).code, 2);
    const { problem } = await failedLink();
    const json = JSON.parse((await world.operatorTrace("--json", problem.reference)).output);
    assert.equal(json.attempts[0].reference, problem.reference);
    await world.kill();
    assert.match(await told(problem.reference), /failed, token unavailable/);
    await world.upCouplet();
    assert.match(await told(problem.reference), /failed, token unavailable/);
  });
});
