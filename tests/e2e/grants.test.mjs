// SPDX-License-Identifier: Apache-2.0
// Users of another server, brought along: their refresh tokens work, and everybody stays linked.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { basic, call, form, formHeaders, until } from "./http.mjs";
import { run } from "./programs.mjs";
import { skills } from "./settings.mjs";
import { startWorld } from "./world.mjs";

let world;
before(async () => (world = await startWorld()));
after(() => world?.stop());

const count = 5000;
const tokenOf = (i) => `old-server.${i}/Y2hhbmdl+me==`;
const issuedAt = 1_700_000_000;
const digestOf = (text, encoding) => createHash("sha256").update(text).digest(encoding);

/** Plain, hex and base64url tokens by turns. */
function rowOf(i) {
  const token = tokenOf(i);
  const forms = [
    { refresh_token: token },
    { refresh_token_sha256: digestOf(token, "hex") },
    { refresh_token_sha256: digestOf(token, "base64url") },
  ];
  const common = { client_id: skills["ride-hailer"].clientId, user: `old-user-${i}`, scope: "profile rides" };
  return { ...common, issued_at: issuedAt + i, ...forms[i % 3] };
}
const rowsOf = (items) => `${items.map((item) => JSON.stringify(item)).join("\n")}\n`;

async function importRows(rows, ...options) {
  const file = join(world.folder, "grants.ndjson");
  await writeFile(file, rows);
  return run("couplet", ["import", "grants", file, "--config", join(world.folder, "couplet.toml"), ...options]);
}
const exported = async () => {
  const { code, output } = await run("couplet", ["export", "grants", "--config", join(world.folder, "couplet.toml")]);
  assert.equal(code, 0);
  return output.trim().split("\n").map((line) => JSON.parse(line));
};

describe("grants of another server", () => {
  it("five thousand are imported while the server runs, and again change nothing", async () => {
    const rows = rowsOf(Array.from({ length: count }, (_, i) => rowOf(i)));
    const first = await importRows(rows);
    assert.equal(first.code, 0, first.output + first.errors);
    assert.match(first.output, /^5000 rows in [\d.]+ s: 5000 imported, 0 unchanged, 0 refused\n$/);
    const again = await importRows(rows);
    assert.equal(again.code, 0);
    assert.match(again.output, /5000 rows in [\d.]+ s: 0 imported, 5000 unchanged, 0 refused/);
  });

  it("RT-01 the old tokens refresh, plain and hashed alike, and name the right user", async () => {
    for (const i of [0, 1, 2, 2500, count - 1]) {
      const answer = await world.refresh(tokenOf(i));
      assert.equal(answer.status, 200, answer.text);
      assert.equal(answer.json().refresh_token ?? tokenOf(i), tokenOf(i));
      const seen = (await world.introspect(answer.json().access_token)).json();
      assert.deepEqual([seen.active, seen.sub, seen.scope], [true, `old-user-${i}`, "profile rides"]);
    }
    assert.equal(await world.isLive(`${tokenOf(0)}x`), false);
    assert.equal(await world.isLive(tokenOf(1), world.clients["second-skill"]), false, "another client's");
  });

  it("the users are linked since the token was issued, and manage the link in Alexa", async () => {
    const status = await world.status("old-user-7");
    assert.deepEqual([status.status, status.origin, status.action], ["LINKED", "alexa", "manage_in_alexa"]);
    assert.equal(Date.parse(status.checked_at), (issuedAt + 7) * 1000);
  });

  it("RV-01 revoking an old token ends it", async () => {
    const revoked = await call(`${world.coupletUrl}/oauth/revoke`, {
      method: "POST",
      headers: { ...formHeaders, Authorization: basic(world.clients["ride-hailer"]) },
      body: form({ token: tokenOf(11) }),
      agent: world.agent,
    });
    assert.equal(revoked.status, 200);
    assert.equal(await world.isLive(tokenOf(11)), false);
    assert.equal((await world.status("old-user-11")).status, "NOT_LINKED");
  });

  it("SG-04 linking from the app takes the place of an imported link; importing again does not undo it", async () => {
    const { answer, tokens } = await world.link("old-user-3");
    assert.equal(answer.status, 200, answer.text);
    assert.equal(await world.isLive(tokenOf(3)), false);
    const late = { ...rowOf(3), refresh_token: "another-old-token" };
    const { code, output } = await importRows(rowsOf([rowOf(3), late]));
    assert.equal(code, 3);
    assert.match(output, /0 imported, 1 unchanged, 1 refused\nline 2: the user is linked already/);
    assert.equal(await world.isLive(tokens[0].refresh_token), true);
  });

  it("what is refused is told with its line, the first twenty on the screen and all in the report", async () => {
    const bad = Array.from({ length: 25 }, (_, i) => ({ ...rowOf(i), user: "somebody-else" }));
    const report = join(world.folder, "refused.ndjson");
    const { code, output } = await importRows(`not json\n${rowsOf(bad)}`, "--report", report);
    assert.equal(code, 3);
    const lines = output.trim().split("\n");
    assert.equal(lines.length, 22, output);
    assert.match(lines[1], /^line 1: not one JSON object/);
    assert.match(lines[20], /^line 20: this token is stored already, with another client, skill, user/);
    assert.match(lines[21], /^and 6 more; all are in /);
    const reported = (await readFile(report, "utf8")).trim().split("\n").map((line) => JSON.parse(line));
    assert.deepEqual(reported.map(({ line }) => line), Array.from({ length: 26 }, (_, i) => i + 1));
    assert.ok(!JSON.stringify(reported).includes("old-server"), "no token in the report");
  });

  it("SE-01 the export has every grant and no secret, and the store no token", async () => {
    const grants = await exported();
    const old = grants.filter(({ user }) => user.startsWith("old-user-"));
    assert.equal(old.length, count + 1, "and the one linked from the app");
    const seven = old.find(({ user }) => user === "old-user-7");
    assert.deepEqual([seven.client_id, seven.skill, seven.scope, seven.origin], ["alexa", "ride-hailer", "profile rides", "alexa"]);
    assert.equal(Date.parse(seven.created_at), (issuedAt + 7) * 1000);
    assert.equal(seven.revoked_at, null);
    assert.notEqual(old.find(({ user }) => user === "old-user-11").revoked_at, null);
    assert.ok(!JSON.stringify(grants).includes("old-server"));
    for (const file of ["couplet.db", "couplet.db-wal"])
      assert.ok(!(await readFile(join(world.folder, file))).includes("old-server."), file);
  });

  it("FT-01 an import that was killed goes on where it was, and no row is there twice", async () => {
    const config = join(world.folder, "couplet.toml");
    const rows = Array.from({ length: 9000 }, (_, i) => ({ ...rowOf(count + i), user: `late-user-${i}` }));
    const program = join(process.env.COUPLET_BIN_DIR, "couplet");
    const child = spawn(program, ["import", "grants", "-", "--config", config], { stdio: ["pipe", "ignore", "ignore"] });
    const ended = once(child, "close");
    const late = async () => (await exported()).filter(({ user }) => user.startsWith("late-user-"));
    try {
      child.stdin.write(rowsOf(rows.slice(0, 6000))); // and no end: it waits for the rest
      await until(async () => (await late()).length > 0, "a batch is stored");
    } finally {
      child.kill("SIGKILL");
      await ended;
    }
    const before = (await late()).length;
    assert.ok(before < rows.length);
    const resumed = await importRows(rowsOf(rows));
    assert.equal(resumed.code, 0, resumed.output);
    const [, imported, unchanged] = /: (\d+) imported, (\d+) unchanged, 0 refused/.exec(resumed.output).map(Number);
    assert.deepEqual([imported, unchanged], [rows.length - before, before]);
    assert.equal((await late()).length, rows.length);
    assert.equal(await world.isLive(tokenOf(count + 8999)), true);
  });

  it("a file that is not there, or a configuration that is not good, is no import", async () => {
    const config = join(world.folder, "couplet.toml");
    assert.equal((await run("couplet", ["import", "grants", "/nowhere", "--config", config])).code, 1);
    assert.equal((await run("couplet", ["import", "grants", "-", "--config", "/nowhere"])).code, 1);
    assert.equal((await run("couplet", ["import", "grants"])).code, 2);
  });
});
