// SPDX-License-Identifier: Apache-2.0
// Every row of the guide's three error tables, and what Amazon does beyond them.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Browser } from "./browser.mjs";
import { parametersOf } from "./emulator.mjs";
import { call } from "./http.mjs";
import { texts } from "./messages.mjs";
import { returnPageOf, skills } from "./settings.mjs";
import { startWorld } from "./world.mjs";

let world;
before(async () => (world = await startWorld()));
after(() => world?.stop());

const ride = skills["ride-hailer"];
const lwaToken = { direction: "in", host: "api.amazon.com", path: "/auth/o2/token" };
const enablePost = { direction: "in", method: "POST", path: "/v1/users" };
const statusGet = { direction: "in", method: "GET", path: "/v1/users" };
const alexaRedeems = { direction: "out", path: "/oauth/token" };
const always = 50;
// Faults are meant for one account, so that tests may wait together. Not for more at once, as the circuit breaker opens
// after 20 failures in a row, and a test has up to five before a call that goes well.
const together = { concurrency: 3 };
/** An account that meets the fault; `mend()` takes it back. */
async function troubled(match, action, count = always) {
  const amazonUser = await world.emulator.newUser();
  const { id } = await world.emulator.fault({ ...match, user: amazonUser }, action, count);
  return { amazonUser, mend: () => world.emulator.takeBack(id) };
}

function assertProblem(answer, { status, code, step, message, retryable }) {
  assert.equal(answer.status, status, answer.text);
  assert.equal(answer.headers["content-type"], "application/problem+json");
  const problem = answer.json();
  const told = { status: problem.status, code: problem.code, step: problem.step, retryable: problem.retryable };
  assert.deepEqual(told, { status, code, step, retryable });
  assert.equal(problem.user_message, texts[message]);
  return problem;
}

const assertNotLinked = async (user, amazonUser, tokens) => {
  assert.equal((await world.status(user)).status, "NOT_LINKED");
  for (const { refresh_token } of tokens)
    assert.equal(await world.isLive(refresh_token), false, "a token outlived its attempt");
  if (amazonUser) assert.deepEqual(await world.emulator.links(amazonUser), []);
};

const authorizationRows = [
  ["invalid_request", 502, "problem", false],
  ["unauthorized_client", 502, "problem", false],
  ["access_denied", 403, "none", true],
  ["unsupported_response_type", 502, "problem", false],
  ["invalid_scope", 502, "problem", false],
  ["server_error", 502, "unexpected", true],
  ["temporarily_unavailable", 503, "momentary", true],
  ["a_code_of_tomorrow", 502, "problem", false, "other"],
];

describe("the authorization errors", () => {
  for (const [error, status, message, retryable, code = error] of authorizationRows) {
    it(`LK-09 LK-11 LK-12 ${error} handed in by the app`, async () => {
      const user = world.newUser();
      const from = await world.emulator.lastSeq();
      const { state, attempt_id } = await world.start(user);
      const answer = await world.finish(user, { error, error_description: "<script>alert(1)</script>", state });
      const problem = assertProblem(answer, { status, code, step: "authorization", message, retryable });
      assert.equal(problem.trace_id, attempt_id);
      const trace = await world.trace(attempt_id);
      assert.equal(trace.failure.step, "authorization");
      assert.equal(trace.failure.code, code);
      assert.ok(!answer.text.includes("script"), "Amazon's description is not shown");
      assert.deepEqual(await world.emulator.amazonCalls(from), []);
      await assertNotLinked(user, null, []);
    });

    it(`LK-09 LK-11 LK-12 ${error} at the return page`, async () => {
      const user = world.newUser();
      const from = await world.emulator.lastSeq();
      const { state, launch_url } = await world.start(user, { body: { platform: "web", redirect_uri: undefined } });
      const browser = new Browser(world);
      await browser.get(launch_url, { "Sec-Fetch-Site": "same-site" });
      const query = new URLSearchParams({ error, error_description: "<script>alert(1)</script>", state });
      const page = await browser.get(`${returnPageOf(world, ride)}?${query}`);
      assert.equal(page.status, error === "access_denied" ? 200 : status);
      assert.match(page.headers["content-type"], /^text\/html/);
      if (error === "access_denied") for (const text of Object.values(texts)) assert.ok(!page.text.includes(text));
      else assert.ok(page.text.includes(texts[message]), page.text);
      assert.ok(!page.text.includes("alert(1)"));
      assert.deepEqual(await world.emulator.amazonCalls(from), []);
      await assertNotLinked(user, null, []);
    });
  }

  it("LK-09 the errors of the real consent pages come through as they are", async () => {
    for (const [error, status, message, retryable] of authorizationRows.slice(0, 7)) {
      const user = world.newUser();
      const { alexa_app_url } = await world.start(user);
      const back = parametersOf(await world.emulator.decide(alexa_app_url, { decision: "error", error }));
      assert.equal(back.error, error);
      const answer = await world.finish(user, back);
      assertProblem(answer, { status, code: error, step: "authorization", message, retryable });
    }
  });

  it("LK-06 LK-09 an error with somebody else's state, or none, is refused as such", async () => {
    const { state } = await world.start("alice");
    const foreign = await world.finish("bob", { error: "server_error", state });
    assertProblem(foreign, {
      status: 403,
      code: "user_mismatch",
      step: "authorization",
      message: "startOver",
      retryable: false,
    });
    const none = await world.finish("bob", { error: "server_error" });
    assertProblem(none, {
      status: 400,
      code: "invalid_state",
      step: "authorization",
      message: "startOver",
      retryable: true,
    });
  });
});

// name, what Amazon does, our status, code, message, retryable, whether Amazon's code is spent
const json = (error) => JSON.stringify({ error, error_description: "as in the guide" });
const tokenRows = [
  ["an answer after the deadline", { delay_ms: 3500 }, 504, "timeout", "momentary", true],
  ["invalid_request", { status: 400, body: json("invalid_request") }, 502, "invalid_request", "problem", false],
  ["invalid_client", { status: 401, body: json("invalid_client") }, 502, "invalid_client", "problem", false],
  ["invalid_grant", { status: 400, body: json("invalid_grant") }, 400, "invalid_grant", "problem", true],
  [
    "unauthorized_client",
    { status: 400, body: json("unauthorized_client") },
    502,
    "unauthorized_client",
    "problem",
    false,
  ],
  [
    "unsupported_grant_type",
    { status: 400, body: json("unsupported_grant_type") },
    502,
    "unsupported_grant_type",
    "problem",
    false,
  ],
  ["an unknown error", { status: 400, body: json("a_code_of_tomorrow") }, 502, "other", "problem", false],
  ["400 without JSON", { status: 400, body: "<html>" }, 502, "bad_answer", "problem", true],
  ["200 without JSON", { status: 200, body: "<html>" }, 502, "bad_answer", "problem", true],
  ["200 without tokens", { status: 200, body: "{}" }, 502, "bad_answer", "problem", true],
  ["a redirect", { status: 302, body: "" }, 502, "bad_answer", "problem", true],
  ["429", { status: 429, body: "{}" }, 503, "unavailable", "momentary", true],
  ["500", { status: 500, body: "{}" }, 503, "unavailable", "momentary", true],
  ["502", { status: 502, body: "" }, 503, "unavailable", "momentary", true],
  ["503", { status: 503, body: "" }, 503, "unavailable", "momentary", true],
  ["a reset before the effect", { reset: "before" }, 503, "unavailable", "momentary", true],
  ["a reset after the effect", { reset: "after" }, 503, "unavailable", "momentary", true],
];

describe("the token errors", together, () => {
  for (const [name, action, status, code, message, retryable] of tokenRows)
    it(`LW-03 LW-04 LW-08 ${name}`, async () => {
      const user = world.newUser();
      const { amazonUser, mend } = await troubled(lwaToken, action);
      const { answer, attempt_id, tokens } = await world.link(user, { amazonUser });
      const problem = assertProblem(answer, { status, code, step: "token", message, retryable });
      assert.equal(problem.trace_id, attempt_id);
      const trace = await world.trace(attempt_id);
      assert.equal(trace.status, "failed");
      assert.equal(trace.failure.step, "token");
      assert.equal(trace.failure.code, code);
      const last = trace.hops.at(-1);
      assert.equal(last.name, "lwa.token");
      assert.equal(last.cause, code);
      await assertNotLinked(user, amazonUser, tokens);
      await mend();
      const again = await world.link(user, { amazonUser });
      assert.equal(again.answer.status, 200, "the next try links at once");
    });
});

// The status of the POST, again and again: our status, code, message, retryable.
const enablementRows = [
  [400, 502, "bad_request", "problem", true],
  [401, 502, "unauthorized", "problem", true],
  [403, 502, "forbidden", "problem", false],
  [404, 502, "not_found", "problem", false],
  [418, 502, "other", "problem", false],
  [429, 503, "unavailable", "momentary", true],
  [500, 502, "server_error", "unexpected", true],
  [502, 503, "unavailable", "momentary", true],
  [503, 503, "unavailable", "momentary", true],
  [504, 503, "unavailable", "momentary", true],
];
const triedAgain = [429, 500, 502, 503, 504];

async function linkFailing(user, amazonUser) {
  const result = await world.link(user, { amazonUser });
  const { hops } = await world.trace(result.attempt_id);
  return { ...result, posts: hops.filter(({ name }) => name === "alexa.enable").length };
}

describe("the enablement statuses", together, () => {
  it("EN-07 EN-09 an answer after the deadline: asked for before it is repeated, both sides agree", async () => {
    const user = world.newUser();
    const { amazonUser } = await troubled(enablePost, { delay_ms: 6000 }, 1);
    const { answer, attempt_id, posts } = await linkFailing(user, amazonUser);
    assert.equal(answer.status, 200, answer.text);
    assert.equal(posts, 2);
    const names = (await world.trace(attempt_id)).hops.map(({ name, cause }) => `${name} ${cause}`);
    assert.ok(names.indexOf("alexa.status null") > names.indexOf("alexa.enable timeout"), names.join(", "));
    assert.equal((await world.status(user, { fresh: true })).status, "LINKED");
    assert.equal((await world.emulator.links(amazonUser)).length, 1);
  });

  for (const [amazon, status, code, message, retryable] of enablementRows)
    it(`EN-05 EN-10 ${amazon} each time`, async () => {
      const user = world.newUser();
      const { amazonUser, mend } = await troubled(enablePost, { status: amazon, body: { message: "as in the guide" } });
      const { answer, attempt_id, tokens, posts } = await linkFailing(user, amazonUser);
      const problem = assertProblem(answer, { status, code, step: "enablement", message, retryable });
      assert.equal(problem.trace_id, attempt_id);
      assert.equal(posts, triedAgain.includes(amazon) ? 3 : 1);
      const trace = await world.trace(attempt_id);
      assert.equal(trace.status, "failed");
      assert.deepEqual([trace.failure.step, trace.failure.code], ["enablement", code]);
      assert.ok(trace.hops.some((hop) => hop.name === "alexa.enable" && hop.status === amazon && hop.cause === code));
      await assertNotLinked(user, amazonUser, tokens);
      await mend();
      const again = await world.link(user, { amazonUser });
      assert.equal(again.answer.status, 200, "the next try links at once");
    });

  for (const amazon of triedAgain)
    it(`EN-10 ${amazon} once: the second try, with a fresh code, links`, async () => {
      const { amazonUser } = await troubled(enablePost, { status: amazon, body: "" }, 1);
      const { answer, posts } = await linkFailing(world.newUser(), amazonUser);
      assert.equal(answer.status, 200, answer.text);
      assert.equal(posts, 2);
      assert.equal((await world.emulator.links(amazonUser)).length, 1);
    });

  it("EN-08 EN-09 the answer is lost after the effect: asked for, and linked with the tokens Alexa has", async () => {
    const user = world.newUser();
    const { amazonUser } = await troubled(enablePost, { reset: "after" }, 1);
    const { answer, tokens, posts } = await linkFailing(user, amazonUser);
    assert.equal(answer.status, 200, answer.text);
    assert.equal(posts, 1, "asked, not repeated");
    assert.equal((await world.status(user, { fresh: true })).status, "LINKED");
    assert.equal((await world.emulator.links(amazonUser)).length, 1);
    assert.deepEqual(await Promise.all(tokens.map((token) => world.isLive(token.refresh_token))), [true]);
  });

  it("EN-09 the connection is reset before the effect: asked for, and tried again", async () => {
    const user = world.newUser();
    const { amazonUser } = await troubled(enablePost, { reset: "before" }, 1);
    const { answer, posts } = await linkFailing(user, amazonUser);
    assert.equal(answer.status, 200, answer.text);
    assert.equal(posts, 2);
    assert.equal((await world.emulator.links(amazonUser)).length, 1);
  });

  it("EN-08 Alexa took tokens and then answered 500: the first tokens die, the second try links", async () => {
    const user = world.newUser();
    const { amazonUser } = await troubled(alexaRedeems, { reset: "after" }, 1);
    const { answer, tokens, posts } = await linkFailing(user, amazonUser);
    assert.equal(answer.status, 200, answer.text);
    assert.equal(posts, 2);
    assert.deepEqual(await Promise.all(tokens.map((token) => world.isLive(token.refresh_token))), [false, true]);
    assert.equal((await world.status(user, { fresh: true })).status, "LINKED");
  });

  it("EN-08 SG-02 Alexa takes tokens and answers 500 each time: failed, and none of them lives", async () => {
    const user = world.newUser();
    const { amazonUser } = await troubled(alexaRedeems, { reset: "after" });
    const { answer, tokens, attempt_id } = await linkFailing(user, amazonUser);
    assertProblem(answer, {
      status: 502,
      code: "server_error",
      step: "enablement",
      message: "unexpected",
      retryable: true,
    });
    assert.equal(tokens.length, 3);
    const trace = await world.trace(attempt_id);
    assert.ok(
      trace.hops.some(({ name, status }) => name === "token_endpoint" && status === 200),
      "Alexa's call is in the trace",
    );
    await assertNotLinked(user, amazonUser, tokens);
  });

  it("EN-09 EN-08 the outcome cannot be asked for either: nothing is decided, and what Alexa holds lives", async () => {
    const user = world.newUser();
    const { amazonUser } = await troubled(enablePost, { reset: "after" }, 1);
    const { id } = await world.emulator.fault({ ...statusGet, user: amazonUser }, { status: 503, body: "" }, always);
    const { answer, tokens, attempt_id } = await linkFailing(user, amazonUser);
    assertProblem(answer, {
      status: 503,
      code: "in_progress",
      step: "enablement",
      message: "momentary",
      retryable: true,
    });
    assert.equal((await world.trace(attempt_id)).hops.at(-1).name, "alexa.status");
    assert.equal(await world.isLive(tokens[0].refresh_token), true, "Alexa may be using it");
    await world.emulator.takeBack(id);
    const again = await world.link(user, { amazonUser });
    assert.equal(again.answer.status, 200, again.answer.text);
    assert.equal(await world.isLive(again.tokens[0].refresh_token), true);
  });

  it("EN-05 201 without JSON is linked all the same: the status decides", async () => {
    const user = world.newUser();
    const { amazonUser } = await troubled(enablePost, { status: 201, body: "created" }, 1);
    const { answer, tokens } = await linkFailing(user, amazonUser);
    // Alexa never redeemed our code, so there is no link to speak of: nothing is claimed that is not so.
    assert.equal(tokens.length, 0);
    assertProblem(answer, {
      status: 502,
      code: "bad_answer",
      step: "enablement",
      message: "unexpected",
      retryable: true,
    });
    assert.equal((await world.status(user)).status, "NOT_LINKED");
  });

  it("EN-05 a 500 without JSON is a 500", async () => {
    const { amazonUser } = await troubled(enablePost, { status: 500, body: "<html>" });
    const { answer } = await linkFailing(world.newUser(), amazonUser);
    assertProblem(answer, {
      status: 502,
      code: "server_error",
      step: "enablement",
      message: "unexpected",
      retryable: true,
    });
  });

  it("EN-05 an account that may not use the skill, and our own client refused by Alexa", async () => {
    const outsider = await world.emulator.newUser({ tester: false });
    const forbidden = await world.link(world.newUser(), { amazonUser: outsider });
    assertProblem(forbidden.answer, {
      status: 502,
      code: "forbidden",
      step: "enablement",
      message: "problem",
      retryable: false,
    });
    const { amazonUser } = await troubled(alexaRedeems, { status: 400, body: { error: "invalid_client" } }, 1);
    const refused = await world.link(world.newUser(), { amazonUser });
    assertProblem(refused.answer, {
      status: 502,
      code: "bad_request",
      step: "enablement",
      message: "problem",
      retryable: true,
    });
    await assertNotLinked("nobody", refused.amazonUser, refused.tokens);
  });

  it("EN-01 Amazon's endpoint look-up fails: the configured hosts are tried", async () => {
    for (const action of [{ status: 500, body: "" }, { status: 200, body: "<html>" }, { reset: "before" }]) {
      const amazonUser = await world.emulator.newUser({ region: "FE" });
      await world.emulator.fault({ direction: "in", path: "/v1/alexaApiEndpoint", user: amazonUser }, action);
      const { answer } = await world.link(world.newUser(), { amazonUser });
      assert.equal(answer.status, 200, answer.text);
    }
  });
});

describe("the operator", () => {
  it("LW-05 invalid_client raises the operator's alert, invalid_grant does not", async () => {
    const alerts = async () =>
      (await call(`${world.operationsUrl}/metrics`)).text
        .split("\n")
        .filter((line) => /alert/.test(line) && !line.startsWith("#"))
        .join("\n");
    await world.emulator.fault(lwaToken, { status: 400, body: json("invalid_grant") });
    const before = await alerts();
    await world.link(world.newUser());
    assert.equal(await alerts(), before);
    await world.emulator.fault(lwaToken, { status: 401, body: json("invalid_client") });
    await world.link(world.newUser());
    assert.notEqual(await alerts(), before);
  });
});
