// SPDX-License-Identifier: Apache-2.0
// Every row of the guide's error tables from end to end: what the app is answered, what the user reads in both
// languages, what the trace and `couplet trace` say, and which counters move. docs/errors.md has to agree.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, it } from "node:test";
import { parametersOf } from "./emulator.mjs";
import { authorizationRows, enablementRows, told, tokenRows } from "./error_rows.mjs";
import { call, until } from "./http.mjs";
import { germanTexts, texts } from "./messages.mjs";
import { skills } from "./settings.mjs";
import { startWorld } from "./world.mjs";

const ride = skills["ride-hailer"];
const always = 50;
const lwaToken = { direction: "in", host: "api.amazon.com", path: "/auth/o2/token" };
const enablePost = { direction: "in", method: "POST", path: "/v1/users" };
const alexaRedeems = { direction: "out", path: "/oauth/token" };

let world, staged, page;
before(async () => {
  page = readTables(await readFile(new URL("../../docs/errors.md", import.meta.url), "utf8"));
  // One I/O thread, so that a good link after each row is seen by the circuit breaker that saw the bad one.
  world = await startWorld({ ioThreads: 1, consoleSecrets: { "second-skill": "mistyped" } });
  staged = await startWorld({ ioThreads: 1, skillSettings: { "ride-hailer": 'stage = "live"' } });
});
after(() => Promise.all([world?.stop(), staged?.stop()]));

/** docs/errors.md: by step and code. */
function readTables(text) {
  const rows = {};
  let step;
  for (const line of text.split("\n")) {
    step = /^## step `(\w+)`/.exec(line)?.[1] ?? (line.startsWith("## ") ? undefined : step);
    const [, code, status, shown, retryable, cause, advice] = line.split("|").map((cell) => cell.trim());
    if (step && code?.startsWith("`"))
      rows[`${step} ${code.slice(1, -1)}`] = {
        told: {
          status: Number(status),
          text: shown.slice(1, -1) || "none",
          retryable: retryable === "yes",
          alert: advice.startsWith("**alert:** "),
        },
        cause,
        advice: advice.replace("**alert:** ", ""),
      };
  }
  return rows;
}

async function counters({ operationsUrl }, step, code, skill) {
  const { text } = await call(`${operationsUrl}/metrics`);
  const value = (family) => {
    const line = text
      .split("\n")
      .find((each) => each.startsWith(`${family}{`) && [`code="${code}"`, `skill="${skill}"`, `step="${step}"`].every((label) => each.includes(label)));
    return Number(line?.split(" ").at(-1) ?? 0);
  };
  return [value("couplet_links_failed_total"), value("couplet_operator_alerts_total")];
}

function assertProblem(answer, step, code, language, sentences) {
  const row = told[step][code];
  const documented = page[`${step} ${code}`];
  assert.deepEqual(documented.told, row, "docs/errors.md");
  assert.equal(answer.status, row.status, answer.text);
  const problem = answer.json();
  const { title, status, detail, user_message, retryable } = problem;
  assert.deepEqual(
    { code: problem.code, step: problem.step, title, status, detail, user_message, retryable },
    {
      code,
      step,
      title: documented.cause,
      status: row.status,
      detail: documented.advice,
      user_message: sentences[row.text],
      retryable: row.retryable,
    },
    language,
  );
  return problem;
}

const turns = new Map();
/** Who looks at the same counters goes one after the other; all else waits together. */
function inTurn(key, act) {
  const done = (turns.get(key) ?? Promise.resolve()).then(act);
  turns.set(key, done.catch(() => {}));
  return done;
}

/**
 * Finishes with what came back, twice: the second answer is the first one's, in the other language. `hop` is what has to
 * stand in the trace: `{ name, status, cause }`.
 */
async function assertFailure({ on = world, skill = "ride-hailer", user, back, attempt_id, step, code, hop }) {
  const finish = (language) =>
    on.api("POST", `${on.userPath(user, skill)}/link`, { body: back, headers: { "Accept-Language": language } });
  const { reference } = await inTurn(`${step} ${code}`, async () => {
    const [failed, alerts] = await counters(on, step, code, skill);
    const problem = assertProblem(await finish("de-DE"), step, code, "German", germanTexts);
    assert.deepEqual(await counters(on, step, code, skill), [failed + 1, alerts + Number(told[step][code].alert)], "metrics");
    return problem;
  });
  assert.equal(assertProblem(await finish("en"), step, code, "English", texts).reference, reference);

  const trace = await on.trace(attempt_id);
  const { cause, advice } = page[`${step} ${code}`];
  assert.deepEqual([trace.status, trace.failure], ["failed", { step, code, cause, advice }]);
  const wanted = trace.hops.find(
    ({ name, status, cause }) => name === hop.name && status === hop.status && cause === hop.cause,
  );
  assert.ok(wanted, `${JSON.stringify(hop)} in ${JSON.stringify(trace.hops)}`);
  assert.deepEqual([Boolean(wanted.meaning), Boolean(wanted.advice)], [hop.cause !== null, hop.cause !== null]);
  assert.equal((await on.status(user, { skill })).status, "NOT_LINKED");

  const printed = await on.operatorTrace(reference);
  assert.equal(printed.code, 0, printed.errors);
  assert.ok(printed.output.startsWith(`Link attempt ${reference}: failed, ${step} ${code}\n`), printed.output);
  const flat = printed.output.replace(/\s+/g, " ");
  const explained = hop.cause ? `${hop.cause}: ${wanted.meaning}` : "";
  for (const part of [explained, `What happened ${cause[0].toUpperCase()}`, "What to do"])
    assert.ok(flat.includes(part), `${part} in ${flat}`);
}

/** A link that has to go well, with an account that meets no fault: the circuit breaker sees an answer. */
async function assertLinks(user) {
  const { answer } = await world.link(user);
  assert.equal(answer.status, 200, answer.text);
}

describe("the authorization errors, end to end", () => {
  for (const row of authorizationRows)
    it(`LK-09 LK-11 LW-05 ${row.code}: ${row.name}`, async () => {
      const user = world.newUser();
      for (const door of ["alexa_app_url", "lwa_url"]) {
        const { attempt_id, [door]: url } = await world.start(user);
        const to = row.press
          ? await world.emulator.decide(url, { ...row.press, user: "anna" })
          : (await call(row.url(url), { headers: { Accept: "text/html" } })).headers.location;
        const back = parametersOf(to);
        assert.equal(back.error, row.code, door);
        const hop = { name: "amazon.consent", status: null, cause: row.code };
        await assertFailure({ user, back, attempt_id, step: "authorization", code: row.code, hop });
      }
    });

  it("LK-11 other: an error that is not in the guide", async () => {
    const user = world.newUser();
    const { attempt_id, state } = await world.start(user);
    const back = { error: "a_code_of_tomorrow", error_description: "<script>", state };
    const hop = { name: "amazon.consent", status: null, cause: "other" };
    await assertFailure({ user, back, attempt_id, step: "authorization", code: "other", hop });
  });

  it("LK-05 LK-08 invalid_request: without state nobody can be told apart, so it is our invalid_state", async () => {
    const answer = await world.finish(world.newUser(), { error: "invalid_request" });
    assert.deepEqual([answer.status, answer.json().code, answer.json().reference], [400, "invalid_state", null]);
  });
});

const nameOf = (step, { code, name }) =>
  `${step === "token" ? "LW-03 LW-04 LW-05 LW-08" : "EN-05 EN-10"} ${code}: ${name}`;

/** Each try of this account meets the fault; the next link, of another one, goes well. */
async function meetsFault(step, row) {
  const user = world.newUser();
  const { attempt_id, code, state, amazonUser } = await world.consented(user);
  const [match, fault] = row.lwa ? [lwaToken, row.lwa] : row.api ? [enablePost, row.api] : [alexaRedeems, row.alexa];
  await world.emulator.fault({ ...match, user: amazonUser }, fault, always);
  const status = row.hop === undefined ? fault.status : row.hop;
  const hop = { name: step === "token" ? "lwa.token" : "alexa.enable", status, cause: row.code };
  await assertFailure({ user, back: { code, state }, attempt_id, step, code: row.code, hop });
  assert.deepEqual(await world.emulator.links(amazonUser), []);
  await assertLinks(user);
}

// Most of the time of a row is a pause before the next try, or a deadline: the rows wait together, the longest first. Not
// more at once, as the circuit breaker opens after 20 failures in a row, and a row has up to three before its good link.
describe("each row that Amazon answers, end to end", { concurrency: 4 }, () => {
  const rows = [...tokenRows.map((row) => ["token", row]), ...enablementRows.map((row) => ["enablement", row])];
  const isSlow = ([, { slow }]) => Boolean(slow);
  for (const [step, row] of [...rows.filter(isSlow), ...rows.filter((each) => !isSlow(each))])
    it(nameOf(step, row), () => meetsFault(step, row));
});

describe("the token errors, end to end", () => {
  it("LW-03 invalid_grant: the code is older than five minutes", async () => {
    const user = world.newUser();
    const { attempt_id, code, state } = await world.consented(user);
    await world.emulator.api("POST", "/clock/advance", { seconds: 301 });
    const hop = { name: "lwa.token", status: 400, cause: "invalid_grant" };
    await assertFailure({ user, back: { code, state }, attempt_id, step: "token", code: "invalid_grant", hop });
  });

  it("LW-07 a reset after the effect: the code is burnt, and said to be", async () => {
    const user = world.newUser();
    const { attempt_id, code, state, amazonUser } = await world.consented(user);
    await world.emulator.fault(lwaToken, { reset: "after" });
    const hop = { name: "lwa.token", status: 400, cause: "invalid_grant" };
    await assertFailure({ user, back: { code, state }, attempt_id, step: "token", code: "invalid_grant", hop });
    assert.ok((await world.trace(attempt_id)).hops.some(({ status, cause }) => status === null && cause === "unavailable"));
    await assertLinks(user);
  });
});

describe("the enablement statuses, end to end", () => {
  it("EN-05 SG-07 bad_request: a wrong client secret in the console, and the trace says so", async () => {
    const skill = "second-skill";
    const user = world.newUser();
    const { attempt_id, code, state } = await world.consented(user, { skill });
    const hop = { name: "alexa.enable", status: 400, cause: "bad_request" };
    await assertFailure({ skill, user, back: { code, state }, attempt_id, step: "enablement", code: "bad_request", hop });
    const { hops } = await world.trace(attempt_id);
    assert.ok(hops.some(({ name, cause }) => name === "token_endpoint" && cause === "invalid_client: client_secret_differs"));
  });

  it("EN-05 unauthorized: the skill is disabled while the user links again, so Amazon's token is dead", async () => {
    const user = world.newUser();
    const { amazonUser } = await world.link(user);
    const { attempt_id, code, state } = await world.consented(user, { amazonUser });
    await world.emulator.fault({ direction: "in", path: "/v1/alexaApiEndpoint" }, { delay_ms: 1500 });
    const from = await world.emulator.lastSeq();
    const finishing = world.finish(user, { code, state });
    await world.emulator.waitForCall(from, ({ path }) => path === "/auth/o2/token", "the code is traded");
    await world.emulator.disable(amazonUser, ride.skillId);
    const { status, text } = await finishing;
    assert.equal(status, told.enablement.unauthorized.status, text);
    assert.equal(JSON.parse(text).user_message, texts.problem);
    const { failure, hops } = await world.trace(attempt_id);
    assert.deepEqual([failure.step, failure.code], ["enablement", "unauthorized"]);
    assert.ok(hops.some((hop) => hop.name === "alexa.enable" && hop.status === 401 && hop.meaning && hop.advice));
    await assertLinks(user);
  });

  it("EN-05 unauthorized: each time", async () => {
    const user = world.newUser();
    const { attempt_id, code, state, amazonUser } = await world.consented(user);
    const says = { status: 401, body: { message: "as in the guide" } };
    await world.emulator.fault({ ...enablePost, user: amazonUser }, says, always);
    const hop = { name: "alexa.enable", status: 401, cause: "unauthorized" };
    await assertFailure({ user, back: { code, state }, attempt_id, step: "enablement", code: "unauthorized", hop });
    await assertLinks(user);
  });

  it("EN-05 forbidden: a skill in development, and neither its owner nor a beta tester", async () => {
    const user = world.newUser();
    const amazonUser = await world.emulator.newUser({ tester: false });
    const { attempt_id, code, state } = await world.consented(user, { amazonUser });
    const hop = { name: "alexa.enable", status: 403, cause: "forbidden" };
    await assertFailure({ user, back: { code, state }, attempt_id, step: "enablement", code: "forbidden", hop });
  });

  it("EN-05 not_found: the skill has no such stage", async () => {
    const user = staged.newUser();
    const { attempt_id, code, state } = await staged.consented(user);
    const hop = { name: "alexa.enable", status: 404, cause: "not_found" };
    await assertFailure({ on: staged, user, back: { code, state }, attempt_id, step: "enablement", code: "not_found", hop });
  });

  it("EN-05 bad_answer: 201 that is no JSON, and Alexa never took our code", async () => {
    const user = world.newUser();
    const { attempt_id, code, state } = await world.consented(user);
    await world.emulator.fault(enablePost, { status: 201, body: "created" });
    const hop = { name: "alexa.enable", status: 201, cause: null };
    await assertFailure({ user, back: { code, state }, attempt_id, step: "enablement", code: "bad_answer", hop });
    assert.match((await world.operatorTrace(attempt_id)).output, /\n {2}Alexa did not call our token endpoint\.\nWhat to do\n/);
  });

  it("EN-05 an answer that is no JSON is no failure where it happened: any 2xx is good", async () => {
    await world.emulator.fault(enablePost, { malformed: "not_json" });
    const { answer } = await world.link(world.newUser());
    assert.equal(answer.status, 200, answer.text);
  });

  it("EN-08 EN-09 a reset after the effect is no failure: linked, and the trace has the lost answer", async () => {
    const user = world.newUser();
    await world.emulator.fault(enablePost, { reset: "after" });
    const { answer, attempt_id } = await world.link(user);
    assert.equal(answer.status, 200, answer.text);
    const { hops } = await world.trace(attempt_id);
    const lost = hops.find(({ name, cause }) => name === "alexa.enable" && cause === "unavailable");
    assert.equal(lost.status, null);
    assert.ok(hops.some(({ name, status, cause }) => name === "alexa.status" && status === 200 && cause === null));
    const printed = await until(async () => {
      const { output } = await world.operatorTrace(attempt_id);
      return output.includes("ask status") && output;
    }, "the trace is printed");
    assert.match(printed, /: linked\n/);
  });
});

it("LK-11 no row of the guide is left out", () => {
  const codes = (rows) => new Set(rows.map(({ code }) => code));
  assert.deepEqual(
    [...codes(authorizationRows)].sort(),
    Object.keys(told.authorization).filter((code) => code !== "other").sort(),
  );
  const guide = ["invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type"];
  for (const code of guide) assert.ok(codes(tokenRows).has(code), code);
  for (const code of ["bad_request", "forbidden", "not_found", "server_error"])
    assert.ok(codes(enablementRows).has(code), code);
});
