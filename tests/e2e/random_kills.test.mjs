// SPDX-License-Identifier: Apache-2.0
// 300 links while Amazon fails at random and kill -9 comes at random times: in the end each is linked on both sides,
// or failed on both sides with a reason.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { after, before, it } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { dice } from "./dice.mjs";
import { eventually } from "./eventually.mjs";
import { startWorld } from "./world.mjs";

const rounds = 30;
const linksPerRound = 10;
const seed = Number(process.env.COUPLET_KILL_SEED ?? 20261125);

const lwa = { direction: "in", host: "api.amazon.com", path: "/auth/o2/token" };
const enablement = (method) => ({ direction: "in", method, path: "/v1/users" });
const faults = [
  [lwa, { status: 503, body: "" }, 0.05],
  [lwa, { reset: "after" }, 0.05],
  [enablement("POST"), { status: 500, body: "" }, 0.08],
  [enablement("POST"), { reset: "before" }, 0.08],
  [enablement("POST"), { reset: "after" }, 0.08],
  [enablement("POST"), { delay_ms: 80 }, 0.2],
  [enablement("GET"), { status: 503, body: "" }, 0.15],
  [{ direction: "out", path: "/oauth/token" }, { reset: "after" }, 0.05],
];

let world;
before(async () => (world = await startWorld()));
after(() => world?.stop());

async function breakAmazon() {
  for (const [i, [match, action, probability]] of faults.entries())
    await world.emulator.api("POST", "/faults", { match, action, probability, seed: seed + i, count: "forever" });
}

/** Ten people come back from Amazon at once, and the process dies while it works for them. */
async function round(roll) {
  const visits = await Promise.all(
    Array.from({ length: linksPerRound }, async () => {
      const user = world.newUser();
      return { user, ...(await world.consented(user)) };
    }),
  );
  const finishing = visits.map(({ user, code, state }) => world.finish(user, { code, state }).catch(() => "cut off"));
  await pause(roll() * 250);
  await world.kill();
  await Promise.all(finishing);
  await world.upCouplet();
  return visits;
}

/** The rows of a query, in JSON. */
const query = (sql) =>
  JSON.parse(
    execFileSync("python3", [
      "-c",
      "import json, sqlite3, sys; print(json.dumps(sqlite3.connect(sys.argv[1]).execute(sys.argv[2]).fetchall()))",
      join(world.folder, "couplet.db"),
      sql,
    ]),
  );
const count = (from) => query(`SELECT count(*) FROM ${from}`)[0][0];

/** An attempt that died before it was stored is none: nobody has anything of it. */
async function assertBothSides({ user, attempt_id, amazonUser }, counts) {
  const trace = await world.trace(attempt_id);
  const outcome = trace.code === "unknown_attempt" ? "never begun" : trace.status;
  const links = await world.emulator.links(amazonUser);
  const where = `${user}: ${JSON.stringify(trace)}`;
  counts[outcome] = (counts[outcome] ?? 0) + 1;
  assert.ok(["linked", "failed", "never begun"].includes(outcome), where);
  assert.equal(links.length, outcome === "linked" ? 1 : 0, where);
  const status = await world.status(user, { fresh: true });
  assert.equal(status.status, outcome === "linked" ? "LINKED" : "NOT_LINKED", where);
  if (outcome === "failed") assert.ok(trace.failure.code, where);
}

it("SG-01 SG-02 300 links under faults and kill -9: both sides agree about each, and nothing is left over", async () => {
  const roll = dice(seed);
  await breakAmazon();
  const visits = [];
  for (let i = 0; i < rounds; ++i) visits.push(...(await round(roll)));
  await world.emulator.clearFaults();
  const open = () =>
    query(
      "SELECT user_id, status, failed_code, enablement_tries, updated_at - created_at FROM attempts" +
        " WHERE status NOT IN ('linked', 'failed')",
    );
  // What Amazon could not tell is asked for at each start, and later in its own time.
  await world.kill();
  await world.upCouplet();
  await eventually(() => assert.deepEqual(open(), []), 120_000);

  const counts = {};
  for (const visit of visits) await assertBothSides(visit, counts);
  assert.equal(visits.length, rounds * linksPerRound);
  assert.ok(counts.linked > 20 && counts.failed > 20, `both ends are met: ${JSON.stringify(counts)}`);

  const live = await Promise.all(world.tokensSince(0).map(({ refresh_token }) => world.isLive(refresh_token)));
  assert.equal(live.filter(Boolean).length, counts.linked, "one live token a link, and none of a failed attempt");
  assert.equal(count("grants WHERE revoked_at IS NULL"), counts.linked);
  assert.equal(count("attempts WHERE length(sealed_amazon_tokens) > 0"), 0);
  assert.equal(count("links WHERE status = 'NOT_LINKED' AND length(sealed_amazon_tokens) > 0"), 0);
  console.log(`seed ${seed}: ${JSON.stringify(counts)}`);
});
