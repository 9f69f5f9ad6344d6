// SPDX-License-Identifier: Apache-2.0
// What an operator sees: health, metrics, stopping under load, and clear words when it cannot start.
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { call } from "./http.mjs";
import { run, within } from "./programs.mjs";
import { startWorld } from "./world.mjs";

let world;
before(async () => (world = await startWorld()));
after(() => world?.stop());

const metric = async (name) => {
  const { text } = await call(`${world.operationsUrl}/metrics`);
  return text
    .split("\n")
    .filter((line) => line.startsWith(name))
    .reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
};

describe("the operations listener", () => {
  it("LG-06 health, readiness and metrics are there, and on no other listener", async () => {
    const expected = { "/healthz": /ok/, "/readyz": /ready/, "/metrics": /# HELP couplet_/ };
    for (const [path, content] of Object.entries(expected)) {
      const answer = await call(world.operationsUrl + path);
      assert.equal(answer.status, 200);
      assert.match(answer.text, content);
      assert.equal((await call(world.coupletUrl + path, { agent: world.agent })).status, 404);
    }
    for (const path of ["/oauth/token", "/oauth/jwks.json", "/v1/link-attempts/x", "/link/return/ride-hailer"])
      assert.equal((await call(world.operationsUrl + path)).status, 404);
  });

  it("LW-04 the metrics count links that were made and links that failed", async () => {
    const [linked, failed] = [await metric("couplet_links_finished_total"), await metric("couplet_links_failed_total")];
    await world.link(world.newUser());
    await world.finish("alice", { error: "access_denied", state: (await world.start("alice")).state });
    const { text } = await call(`${world.operationsUrl}/metrics`);
    assert.equal(await metric("couplet_links_finished_total"), linked + 1, text);
    assert.equal(await metric("couplet_links_failed_total"), failed + 1);
  });

  it("TL-01 the public listener speaks TLS, with a certificate that is checked", async () => {
    await assert.rejects(call(world.coupletUrl), /certificate|verify/i);
    await assert.rejects(call(world.coupletUrl.replace("https:", "http:")));
    const answer = await call(`https://localhost:${world.ports.couplet}/oauth/jwks.json`, { agent: world.agent });
    assert.equal(answer.status, 200);
  });
});

describe("stopping", () => {
  it("FT-08 SIGTERM under load: exit 0, every answer whole, and no code was spent without its answer", async () => {
    const codes = await world.devCodes(400);
    const unanswered = [];
    const tokens = [];
    let stopped = null;
    const redeemAll = async () => {
      for (let code = codes.pop(); code; code = codes.pop()) {
        const answer = await world.redeem(code, world.redirectUri()).catch(() => null);
        if (answer?.status === 200) tokens.push(answer.json().refresh_token);
        else {
          if (answer) assert.equal(answer.status, 503, answer.text);
          unanswered.push(code);
        }
        if (tokens.length >= 60 && !stopped) {
          stopped = within(world.couplet.exited, 20_000, "couplet ends");
          world.couplet.signal("SIGTERM");
        }
      }
    };
    await Promise.all(Array.from({ length: 12 }, redeemAll));
    assert.equal(await stopped, 0);
    assert.ok(unanswered.length > 0, "the stop came while there was work");
    world.agent.destroy();
    await world.upCouplet();
    for (const token of tokens) assert.equal(await world.isLive(token), true);
    const again = await Promise.all(unanswered.map((code) => world.redeem(code, world.redirectUri())));
    for (const answer of again) assert.equal(answer.status, 200, `spent, and nobody heard: ${answer.text}`);
  });

  it("FT-08 SIGTERM in the middle of a link: the link is made, and answered, before the end", async () => {
    const user = world.newUser();
    await world.emulator.fault({ direction: "in", method: "POST", path: "/v1/users" }, { delay_ms: 800 });
    const from = await world.emulator.lastSeq();
    const linking = world.link(user);
    await world.emulator.waitForCall(
      from,
      ({ path, status }) => path.endsWith("/enablement") && status === null,
      "the enablement call",
    );
    const ended = within(world.couplet.exited, 20_000, "couplet ends");
    world.couplet.signal("SIGTERM");
    const { answer } = await linking;
    assert.equal(await ended, 0);
    world.agent.destroy();
    await world.upCouplet();
    assert.equal(answer.status, 200, answer.text);
    assert.equal((await world.status(user, { fresh: true })).status, "LINKED");
  });

  it("SIGINT ends it, too", async () => {
    const ended = within(world.couplet.exited, 20_000, "couplet ends");
    world.couplet.signal("SIGINT");
    assert.equal(await ended, 0);
    world.agent.destroy();
    await world.upCouplet();
  });
});

describe("when it cannot start", () => {
  const file = (name) => join(world.folder, name);
  const variant = async (name, change) => {
    await writeFile(file(name), change(await readFile(file("couplet.toml"), "utf8")));
    return run("couplet", ["serve", "--config", file(name)]);
  };

  it("a port that is taken: says which, exit 1, for both listeners", async () => {
    const taken = createServer();
    await new Promise((done) => taken.listen(0, "127.0.0.1", done));
    const { port } = taken.address();
    try {
      for (const name of ["couplet", "operations"]) {
        const swap = (text) =>
          text.replace(`listen = "127.0.0.1:${world.ports[name]}"`, `listen = "127.0.0.1:${port}"`);
        const other = (text) =>
          swap(text).replaceAll(/listen = "127\.0\.0\.1:(\d+)"/g, (line, given) =>
            given === `${port}` ? line : 'listen = "127.0.0.1:0"',
          );
        const began = Date.now();
        const { code, errors } = await variant("taken.toml", (text) =>
          other(text).replace('path = "couplet.db"', 'path = "other.db"'),
        );
        assert.equal(code, 1, errors);
        assert.ok(Date.now() - began < 5000, "at once, not after the grace for requests in flight");
        assert.match(errors, new RegExp(`127\\.0\\.0\\.1:${port} is taken by another program`));
      }
    } finally {
      await new Promise((done) => taken.close(done));
    }
  });

  it("a second couplet on the same ports does not share them", async () => {
    const { code, errors } = await variant("second.toml", (text) =>
      text.replace('path = "couplet.db"', 'path = "other.db"'),
    );
    assert.equal(code, 1, errors);
    assert.match(errors, /is taken by another program/);
    assert.equal((await call(`${world.operationsUrl}/readyz`)).status, 200, "the first one goes on");
  });

  it("a bad configuration: every fault at once, each with its line and its cure", async () => {
    const { code, errors } = await variant("bad.toml", (text) =>
      text
        .replace('skill_id = "amzn1.ask.skill.1', 'stage = "beta"\nskill_id = "wrong.1')
        .replace("[storage]", "[storage]\nfolder = 1")
        .replace('client_secrets = ["file:ride-hailer.secret"]', 'client_secrets = ["file:no-such"]')
        .replace('level = "info"', 'level = "loud"')
        .replace("token_timeout = 2500", "token_timeout = 1"),
    );
    assert.equal(code, 1);
    const lines = (await readFile(file("bad.toml"), "utf8")).split("\n");
    const lineOf = (text) => 1 + lines.findIndex((line) => line.includes(text));
    for (const text of ['stage = "beta"', '"wrong.1', "folder = 1", "file:no-such", '"loud"', "token_timeout = 1"])
      assert.match(errors, new RegExp(`bad\\.toml:${lineOf(text)}: error: .+\\n    \\S.+`), text);
    const check = await run("couplet", ["check", "--config", file("bad.toml")]);
    assert.equal(check.code, 1);
    assert.equal(check.errors, errors);
    assert.equal((await run("couplet", ["check", "--config", file("couplet.toml")])).code, 0);
  });

  it("no configuration, or one that is no TOML: says so, exit 1", async () => {
    const missing = await run("couplet", ["serve", "--config", file("no-such.toml")]);
    assert.equal(missing.code, 1);
    assert.match(missing.errors, /no-such\.toml/);
    const broken = await variant("broken.toml", () => "[server\nlisten=");
    assert.equal(broken.code, 1);
    assert.match(broken.errors, /broken\.toml:1/);
  });
});
