// SPDX-License-Identifier: Apache-2.0
// SIGHUP: keys and secrets are replaced under load, and nobody notices.
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { basic, call, form, formHeaders, until } from "./http.mjs";
import { run } from "./programs.mjs";
import { startWorld } from "./world.mjs";

let world;
before(async () => (world = await startWorld()));
after(() => world?.stop());

const opaqueAndPairwise = 'access_token_format = "opaque"\nsubject = "pairwise"';
const file = (name) => join(world.folder, name);
const count = (event) => world.couplet.log().split(`"${event}"`).length - 1;
const kidOf = (token) => JSON.parse(Buffer.from(token.split(".")[0], "base64url")).kid;
const publishedKids = async () =>
  (await call(`${world.coupletUrl}/oauth/jwks.json`, { agent: world.agent })).json().keys.map(({ kid }) => kid);

async function freshTokens() {
  const [code] = await world.devCodes();
  const answer = await world.redeem(code, world.redirectUri());
  assert.equal(answer.status, 200, answer.text);
  return answer.json();
}

/** Rewrites the configuration, sends SIGHUP, and resolves when it is in use. */
async function reload(change) {
  const text = await readFile(file("couplet.toml"), "utf8");
  const changed = change(text);
  assert.notEqual(changed, text, "the change found its place");
  await writeFile(file("couplet.toml"), changed);
  const seen = count("config.reloaded");
  world.couplet.signal("SIGHUP");
  await until(() => count("config.reloaded") > seen, "config.reloaded in the log");
}

/** Refreshes, introspects and asks for the user without a pause until `stop()`; each answer has to be a good one. */
function startLoad(refreshToken, workers = 4) {
  const failures = [];
  let going = true;
  let answers = 0;
  const work = async () => {
    while (going) {
      const refreshed = await world.refresh(refreshToken);
      if (refreshed.status !== 200) return failures.push(`refresh ${refreshed.status} ${refreshed.text}`);
      const token = refreshed.json().access_token;
      const told = await world.introspect(token);
      if (told.status !== 200 || !told.json().active) return failures.push(`introspect ${told.status} ${told.text}`);
      const user = await world.userinfo(token);
      if (user.status !== 200) return failures.push(`userinfo ${user.status} ${user.text}`);
      answers += 3;
    }
  };
  const working = Promise.all(Array.from({ length: workers }, work));
  return {
    more: () => {
      const before = answers;
      return until(() => failures.length > 0 || answers > before + 30, "more answers under load");
    },
    stop: async () => {
      going = false;
      await working;
      assert.deepEqual(failures, []);
      return answers;
    },
  };
}

describe("SIGHUP", () => {
  it("SE-04 MD-03 a signing key is replaced under load without a failed request, and old tokens live on", async () => {
    const { access_token, refresh_token } = await freshTokens();
    const oldKid = kidOf(access_token);
    const made = await run("couplet", ["keys", "signing", "new", "--dir", world.folder]);
    assert.equal(made.code, 0, made.errors);
    const newKid = /kid: (\S+)/.exec(made.output)[1];
    const load = startLoad(refresh_token);
    await load.more();

    await reload((text) => text.replace(/^signing = .*$/m, 'signing = ["file:signing-1.jwk", "file:signing-2.jwk"]'));
    assert.deepEqual(await publishedKids(), [oldKid, newKid], "published before it signs");
    assert.equal(kidOf((await world.refresh(refresh_token)).json().access_token), oldKid);
    await load.more();

    await reload((text) => text.replace(/^signing = .*$/m, 'signing = ["file:signing-2.jwk", "file:signing-1.jwk"]'));
    const signer = async () => kidOf((await world.refresh(refresh_token)).json().access_token);
    assert.equal(await signer(), newKid);
    await load.more();

    await reload((text) => text.replace(/^signing = .*$/m, 'signing = ["file:signing-2.jwk"]'));
    assert.deepEqual(await publishedKids(), [newKid, oldKid], "removed too early: published until its tokens are dead");
    assert.match(world.couplet.log(), /signing_key\.removed_early/);
    assert.equal((await world.introspect(access_token)).json().active, true);
    await load.more();
    assert.ok((await load.stop()) > 100);

    const { code, output } = await run("couplet", ["keys", "signing", "list", "--config", file("couplet.toml")]);
    assert.equal(code, 0);
    assert.equal(output, `signing key ${newKid}: signs\n`);
  });

  it("CA-14 a client secret is replaced under load without a failed request, and the old one ends", async () => {
    const { refresh_token } = await freshTokens();
    const client = world.clients["ride-hailer"];
    const old = client.secret;
    await writeFile(file("ride-hailer-2.secret"), "n".repeat(43), { mode: 0o600 });
    const load = startLoad(refresh_token);
    await reload((text) =>
      text.replace('["file:ride-hailer.secret"]', '["file:ride-hailer-2.secret", "file:ride-hailer.secret"]'),
    );
    await load.more(); // with the old one
    client.secret = "n".repeat(43);
    await load.more(); // with the new one
    await load.more(); // nothing with the old one is in flight any more
    await reload((text) =>
      text.replace('["file:ride-hailer-2.secret", "file:ride-hailer.secret"]', '["file:ride-hailer-2.secret"]'),
    );
    await load.more();
    await load.stop();
    const refused = await world.refresh(refresh_token, { client: { ...client, secret: old } });
    assert.equal(refused.status, 401, refused.text);
    assert.equal((await world.refresh(refresh_token)).status, 200);
  });

  it("AT-06 AT-11 a client becomes opaque and pairwise by a reload, and what it holds stays good", async () => {
    const before = await freshTokens();
    const made = await run("couplet", ["keys", "subject"]);
    await writeFile(file("subject.key"), made.output, { mode: 0o600 });
    await reload((text) =>
      text
        .replace("[keys]", '[keys]\nsubject = "file:subject.key"')
        .replace(/^client_secrets = \["file:ride-hailer.*$/m, (line) => `${line}\n${opaqueAndPairwise}`),
    );
    assert.equal((await world.introspect(before.access_token)).json().active, true, "a JWT with the public subject");
    const { access_token } = (await world.refresh(before.refresh_token)).json();
    assert.match(access_token, /^ca_[A-Za-z0-9_-]+$/);
    const told = (await world.introspect(access_token)).json();
    assert.equal(told.username, "u1");
    assert.match(told.sub, /^[A-Za-z0-9_-]{43}$/);
    assert.equal(told.aud, `${world.coupletUrl}/skills/ride-hailer`);
    assert.deepEqual((await world.userinfo(access_token)).json(), { sub: told.sub, scope: told.scope });
    const revoked = await call(`${world.coupletUrl}/oauth/revoke`, {
      method: "POST",
      headers: { ...formHeaders, Authorization: basic(world.clients["ride-hailer"]) },
      body: form({ token: access_token }),
      agent: world.agent,
    });
    assert.equal(revoked.status, 200);
    assert.deepEqual((await world.introspect(access_token)).json(), { active: false });
    assert.equal((await world.userinfo(access_token)).status, 401);
  });

  it("a file with faults changes nothing, and each fault is in the log with its line", async () => {
    const { refresh_token } = await freshTokens();
    const good = await readFile(file("couplet.toml"), "utf8");
    const seen = count("config.reload_refused");
    const bad = good.replace("[storage]", "[storage]\nfolder = 1");
    await writeFile(file("couplet.toml"), bad.replace("token_timeout = 2500", "token_timeout = 1"));
    world.couplet.signal("SIGHUP");
    await until(() => count("config.reload_refused") > seen, "config.reload_refused in the log");
    const lines = world.couplet.log().split("\n");
    const faults = lines.filter((line) => line.includes('"config.fault"')).map((line) => JSON.parse(line));
    const errors = faults.filter(({ level }) => level === "error");
    assert.deepEqual(errors.map(({ setting }) => setting).sort(), ["amazon.token_timeout", "storage.folder"]);
    for (const { line } of errors) assert.ok(line > 0);
    assert.equal((await world.refresh(refresh_token)).status, 200);
    await writeFile(file("couplet.toml"), good);
  });

  it("what only a start reads is named, and the rest of the file is taken", async () => {
    await reload((text) =>
      text.replace('level = "info"', 'level = "warn"').replace("[storage]", "[storage]\nkeep_attempts = 7200"),
    );
    assert.match(world.couplet.log(), /config\.needs_restart.*log\.level/);
  });

  it("another public_url is refused: it is the issuer of every token that is out", async () => {
    const { refresh_token } = await freshTokens();
    const good = await readFile(file("couplet.toml"), "utf8");
    const seen = count("config.reload_refused");
    await writeFile(file("couplet.toml"), good.replace(/^public_url = .*$/m, 'public_url = "https://elsewhere.test"'));
    world.couplet.signal("SIGHUP");
    await until(() => count("config.reload_refused") > seen, "config.reload_refused in the log");
    assert.equal((await world.refresh(refresh_token)).status, 200);
    await writeFile(file("couplet.toml"), good);
  });
});
