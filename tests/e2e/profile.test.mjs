// SPDX-License-Identifier: Apache-2.0
// The profile for outside testers, tests/profile, on ports of its own: it starts, its files agree, a walk goes through.
import assert from "node:assert/strict";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { Emulator, parametersOf } from "./emulator.mjs";
import { basic, call, form, formHeaders } from "./http.mjs";
import { freePorts, run, serve } from "./programs.mjs";

const fixedPorts = [8080, 9090, 8090, 8443, 8000];
const oddClient = 'alexa:two+three %&/="four';
let folder;
let ports;
const running = [];

const url = (fixedPort) => `http://127.0.0.1:${ports.get(fixedPort)}`;
const secret = async (name) => (await readFile(join(folder, "secrets", name), "utf8")).trim();

async function moveToOwnPorts(name) {
  const file = join(folder, name);
  const text = await readFile(file, "utf8");
  const moved = text.replaceAll(/127\.0\.0\.1:(\d+)/g, (_, port) => `127.0.0.1:${ports.get(Number(port))}`);
  await writeFile(file, moved.replace("tests/profile/state", join(folder, "state")));
}

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "couplet-profile-"));
  const free = await freePorts(fixedPorts.length);
  ports = new Map(fixedPorts.map((port, i) => [port, free[i]]));
  for (const name of ["couplet.toml", "emulator.toml", "ride-hailer.toml", "secrets"])
    await cp(new URL(`../profile/${name}`, import.meta.url), join(folder, name), { recursive: true });
  await mkdir(join(folder, "state/emulator"), { recursive: true });
  for (const [program, config] of [
    ["couplet-emulator", "emulator.toml"],
    ["couplet", "couplet.toml"],
    ["ride-hailer", "ride-hailer.toml"],
  ]) {
    await moveToOwnPorts(config);
    running.unshift(await serve(program, join(folder, config)));
  }
});
after(async () => {
  await Promise.all(running.map((program) => program.stop()));
  await rm(folder, { recursive: true });
});

describe("the profile for outside testers", () => {
  it("a walk prints 8 good steps", async () => {
    const where = ["--emulator", url(8090), "--couplet", url(8080), "--app", url(8000)];
    const who = ["--skill", "ride-hailer", "--user", "user-alice", "--api-key-file", join(folder, "secrets/api-key")];
    const { code, output } = await run("couplet-emulator", ["walk", ...where, ...who]);
    assert.equal(code, 0, output);
    assert.match(output, /8 of 8 steps succeeded/);
  });

  it("the second skill links, too, with its percent-needing client", async () => {
    const headers = { Authorization: `Bearer ${await secret("api-key")}` };
    const path = `${url(8080)}/v1/skills/second-skill/users/u1`;
    const started = await call(`${path}/link-attempts`, {
      method: "POST",
      headers,
      body: { platform: "ios", acknowledged: ["terms-v1"] },
    });
    assert.equal(started.status, 201, started.text);
    const back = parametersOf(await new Emulator(url(8090)).allow(started.json().alexa_app_url, "tom"));
    const finished = await call(`${path}/link`, {
      method: "POST",
      headers,
      body: { code: back.code, state: back.state },
    });
    assert.equal(finished.status, 200, finished.text);
  });

  it("dev-code prints fresh codes for both clients", async () => {
    for (const [skill, id, file] of [
      ["ride-hailer", "alexa", "alexa-client-secret"],
      ["second-skill", oddClient, "odd-client-secret"],
    ]) {
      const { code, output, errors } = await run("couplet", [
        "dev-code",
        "--config",
        join(folder, "couplet.toml"),
        "--skill",
        skill,
        "--user",
        "u1",
      ]);
      assert.equal(code, 0, errors);
      const answer = await call(`${url(8080)}/oauth/token`, {
        method: "POST",
        headers: { ...formHeaders, Authorization: basic({ id, secret: await secret(file) }) },
        body: form({
          grant_type: "authorization_code",
          code: output.trim(),
          redirect_uri: `${url(8080)}/link/return/${skill}`,
        }),
      });
      assert.equal(answer.status, 200, answer.text);
    }
  });
});
