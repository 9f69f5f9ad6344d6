// SPDX-License-Identifier: Apache-2.0
// Every scenario of tests/scenarios, played against the real programs; and a swarm.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { call } from "./http.mjs";
import { run } from "./programs.mjs";
import { startWorld } from "./world.mjs";

const folder = join(import.meta.dirname, "../scenarios");
const files = readdirSync(folder).filter((name) => name.endsWith(".scenario"));
const swarmUsers = Number(process.env.COUPLET_SWARM_USERS ?? 40);

let world;
before(async () => (world = await startWorld({ ride: true })));
after(() => world?.stop());

const play = (...scenarios) =>
  run("couplet-emulator", [
    "play",
    ...scenarios,
    ...["--emulator", world.emulatorUrl, "--ca-file", world.authority.file],
    ...["--set", `COUPLET_URL=${world.coupletUrl}`, "--set", `API_KEY=${world.apiKey}`],
  ]);

describe("scenarios", () => {
  it("there are at least six", () => assert.ok(files.length >= 6, files.join()));

  for (const file of files)
    it(`${file}`, async () => {
      const { code, output, errors } = await play(join(folder, file));
      assert.equal(code, 0, output + errors);
      assert.match(output, /1 of 1 scenarios passed/);
    });

  it("a scenario is played over the control interface as well", async () => {
    const text = await readFile(join(folder, "parallel_refreshes.scenario"), "utf8");
    const variables = { COUPLET_URL: world.coupletUrl, API_KEY: world.apiKey };
    const report = await world.emulator.api("POST", "/scenarios", { text: text.replaceAll("paul", "petra"), variables });
    assert.equal(report.passed, true, JSON.stringify(report));
  });

  it("a step that does not come true ends the play and says why", async () => {
    const file = join(world.folder, "wrong.scenario");
    await writeFile(file, "account nora in EU\nexpect nora is linked to ride-hailer\nwait 1h\n");
    const { code, output } = await play(file);
    assert.equal(code, 1);
    assert.match(output, /FAIL {2}2 {2}expect nora is linked to ride-hailer\n +nora is not linked/);
    assert.doesNotMatch(output, /wait 1h/);
  });

  it("a line that cannot be read is named with its column, and nothing is played", async () => {
    const file = join(world.folder, "unreadable.scenario");
    await writeFile(file, "account nora in MARS\n");
    const { code, errors } = await play(file);
    assert.equal(code, 1);
    assert.match(errors, /unreadable\.scenario:1:17: found "MARS"; expected NA, EU, FE/);
    const answer = await call(`${world.emulatorUrl}/_emulator/api/scenarios`, { method: "POST", body: { text: "sing" } });
    assert.equal(answer.status, 400);
    assert.equal(answer.json().line, 1);
  });
});

describe("a swarm", () => {
  it(`${swarmUsers} people link, use the skill for a virtual week, and leave; both sides are equal`, async () => {
    const key = join(world.folder, "swarm-key");
    await writeFile(key, world.apiKey);
    const { code, output, errors } = await run("couplet-emulator", [
      "swarm",
      ...["--emulator", world.emulatorUrl, "--couplet", world.coupletUrl, "--ca-file", world.authority.file],
      ...["--skill", "ride-hailer", "--api-key-file", key, "--users", String(swarmUsers), "--uses", "5"],
    ]);
    assert.equal(code, 0, output + errors);
    assert.match(output, new RegExp(`^${swarmUsers} links, `, "m"));
    assert.match(output, /, 0 drops, 0 failures, /);
    assert.match(output, /, 0 are not the same on both/);
  });
});
