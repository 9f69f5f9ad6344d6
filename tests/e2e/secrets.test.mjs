// SPDX-License-Identifier: Apache-2.0
// After a run in which everything happened: no secret in the database, its log files, or anybody's log at debug level.
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { Browser } from "./browser.mjs";
import { basic, call } from "./http.mjs";
import { returnPageOf, skills } from "./settings.mjs";
import { startWorld } from "./world.mjs";

let world;
const known = new Map(); // secret → where it was met
before(async () => {
  world = await startWorld({ ride: true, tapAmazon: true, logLevel: "debug" });
});
after(() => world?.stop());

const secretNames = [
  "code",
  "state",
  "access_token",
  "refresh_token",
  "code_verifier",
  "client_secret",
  "authCode",
  "token",
];

function note(what, text) {
  if (typeof text === "string" && text.length >= 12) known.set(text, [...(known.get(text) ?? []), what]);
}

/** Every secret of a body, form or JSON, wherever it stands in it. */
function noteBody(where, text) {
  if (!text) return;
  const walk = (value) => {
    for (const [name, inner] of Object.entries(value ?? {}))
      if (typeof inner === "object") walk(inner);
      else if (secretNames.includes(name)) note(`${where} ${name}`, inner);
  };
  if (text.startsWith("{")) walk(JSON.parse(text));
  else walk(Object.fromEntries(new URLSearchParams(text)));
}

function noteExchanges(where, { exchanges }) {
  for (const { headers, body, answer } of exchanges) {
    noteBody(where, body);
    noteBody(where, answer?.body);
    const [scheme, credential] = (headers.authorization ?? "").split(" ");
    note(`${where} ${scheme} credential`, credential);
  }
}

async function storyOf(user) {
  const { state, code, amazonUser } = await world.link(user);
  await world.finish(user, { code, state });
  await world.finish("somebody-else", { code, state });
  await world.finish(user, { code: `${code}x`, state: state.slice(0, -3) });
  await world.status(user, { fresh: true });
  note("state", state);
  note("Amazon's code", code);
  return amazonUser;
}

async function browserStory() {
  const started = await world.start("browser-user", { body: { platform: "web", redirect_uri: undefined } });
  const browser = new Browser(world);
  const launched = await browser.get(started.launch_url, { "Sec-Fetch-Site": "same-site" });
  const back = await world.emulator.allow(launched.headers.location, "anna");
  for (const value of browser.cookies.values()) note("launch cookie", value);
  note("launch ticket", started.launch_url.split("/").at(-1));
  for (const [name, value] of new URL(back).searchParams) if (name !== "scope") note(`return page ${name}`, value);
  await new Browser(world).get(back);
  await browser.submit(await browser.get(back), back);
}

async function failureStory(amazonUser) {
  const fault = (match, action) => world.emulator.fault(match, action, 5);
  await fault({ direction: "in", method: "POST", path: "/v1/users" }, { status: 500, body: "{}" });
  await storyOf("failing");
  await world.emulator.clearFaults();
  await fault({ direction: "in", path: "/auth/o2/token" }, { reset: "after" });
  await storyOf("lost");
  await world.emulator.clearFaults();
  await fault({ direction: "in", method: "DELETE", path: "/v1/users" }, { status: 401, body: "{}" });
  await world.unlink("user-1");
  await world.emulator.clearFaults();
  await world.emulator.say(amazonUser, skills["ride-hailer"].skillId, "OrderRideIntent");
}

async function misuseStory() {
  const wrong = "wrong-secret-0123456789abcdef";
  note("a wrong client secret", wrong);
  await world.refresh("not-a-token-0123456789", { client: { id: "alexa", secret: wrong } });
  await world.refresh("not-a-token-0123456789");
  note("a garbage refresh token", "not-a-token-0123456789");
  // What stands in the wrong field is a secret all the same.
  await world.token(
    { grant_type: "authorization_code" },
    { client: { id: world.secrets["ride-hailer"], secret: "x" } },
  );
  const misplaced = `${world.coupletUrl}/oauth/token?client_secret=${world.secrets["ride-hailer"]}`;
  await call(misplaced, { method: "POST", agent: world.agent });
  await call(`${returnPageOf(world, skills["ride-hailer"])}?code=${wrong}&state=${wrong}&error_description=${wrong}`, {
    agent: world.agent,
  });
  await world.api("GET", `/v1/link-attempts/${world.apiKey}`, { key: `${world.apiKey}x` });
  await world.api("GET", `/${world.secrets.introspection}`);
}

async function everything() {
  const amazonUser = await storyOf("user-1");
  await storyOf("user-2");
  await browserStory();
  const jwt = world.userJwt({ sub: "user-1" });
  note("a user's JWT", jwt);
  await world.api("GET", `${world.userPath("me")}/link`, { key: jwt });
  const [code, replayed] = await world.devCodes(2);
  for (const each of [code, replayed]) note("a code of ours", each);
  const tokens = (await world.redeem(code, world.redirectUri())).json();
  noteBody("direct", JSON.stringify(tokens));
  await world.redeem(code, world.redirectUri());
  await world.introspect(tokens.access_token);
  await world.refresh(tokens.refresh_token);
  await failureStory(amazonUser);
  await misuseStory();
  noteExchanges("token URL", world.tokenTap);
  noteExchanges("Amazon", world.amazonTap);
  note("the API key", world.apiKey);
  for (const [name, text] of Object.entries(world.secrets)) note(`secret ${name}`, text);
  for (const [name, client] of Object.entries(world.clients)) note(`Basic of ${name}`, basic(client).split(" ")[1]);
}

/** The secret, its end (the part behind a token's selector), and its bytes where it is base64url. */
function formsOf(secret) {
  const forms = [Buffer.from(secret), Buffer.from(secret.slice(-20))];
  if (/^[A-Za-z0-9_-]{40,}$/.test(secret)) forms.push(Buffer.from(secret.slice(-32), "base64url").subarray(1));
  return forms;
}

function assertNoneIn(name, content) {
  const found = [];
  for (const [secret, what] of known) if (formsOf(secret).some((form) => content.includes(form))) found.push(what[0]);
  assert.deepEqual([...new Set(found)], [], `secrets in ${name}`);
}

describe("secrets", () => {
  before(everything);

  it("the run met each kind of secret", () => {
    const kinds = [...known.values()].flat().join("\n");
    for (const kind of [
      "Amazon access_token",
      "Amazon refresh_token",
      "Amazon code_verifier",
      "Amazon authCode",
      "Amazon client_secret",
      "Amazon Bearer credential",
      "token URL code",
      "token URL refresh_token",
      "token URL Basic credential",
      "launch cookie",
    ])
      assert.ok(kinds.includes(kind), kind);
    assert.ok(known.size > 50, `${known.size}`);
  });

  it("SE-01 SE-02 SE-03 none of them is in the database or its write-ahead log", async () => {
    const files = (await readdir(world.folder)).filter((name) => name.startsWith("couplet.db"));
    assert.ok(files.includes("couplet.db-wal"));
    for (const name of files) assertNoneIn(name, await readFile(join(world.folder, name)));
    const database = await readFile(join(world.folder, "couplet.db-wal"));
    assert.ok(database.includes("user-1"), "the search looks at what was written");
  });

  it("LG-01 none of them is in the log of any program, at level debug", () => {
    for (const name of ["couplet", "couplet-emulator", "ride-hailer"]) {
      const program = world.program(name);
      assertNoneIn(`${name}'s log`, Buffer.from(program.log() + program.output()));
    }
    const log = world.couplet.log();
    for (const event of [
      "link.linked",
      "link.failed",
      "token.issued",
      "token.refused",
      "client.refused",
      "http.answered",
    ])
      assert.ok(log.includes(event), `${event} is logged`);
    for (const line of log.trim().split("\n")) JSON.parse(line);
  });

  it("SE-05 none of them is in the metrics or a trace", async () => {
    assertNoneIn("metrics", Buffer.from((await call(`${world.operationsUrl}/metrics`)).text));
    const { attempt_id } = await world.link("user-3");
    assertNoneIn("trace", Buffer.from(JSON.stringify(await world.trace(attempt_id))));
  });

  it("SE-01 nor in what is left when the programs have stopped", async () => {
    await world.couplet.stop();
    const files = (await readdir(world.folder)).filter((name) => name.startsWith("couplet.db"));
    for (const name of files) assertNoneIn(name, await readFile(join(world.folder, name)));
    await world.upCouplet();
  });
});

it("SE-07 a crash leaves no core with secrets in it", async () => {
  const limits = await readFile(`/proc/${world.couplet.pid}/limits`, "utf8");
  assert.match(limits, /^Max core file size\s+0\s+0\s/m);
});
