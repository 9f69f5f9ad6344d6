// SPDX-License-Identifier: Apache-2.0
// Any server, in any language: the provider of this folder links, refreshes, speaks and unlinks against the emulator.
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { Emulator } from "../e2e/emulator.mjs";
import { call } from "../e2e/http.mjs";
import { freePorts, serve } from "../e2e/programs.mjs";
import { startProvider } from "./provider.mjs";

const skillId = "amzn1.ask.skill.aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee";
const alexaClient = { id: "amzn1.application-oa2-client.00112233445566778899aabbccddeeff", secret: "alexa-pair" };
const ourClient = { id: "alexa", secret: "our-pair" };
const emulatorToml = ({ folder, browserPort, amazonPort, url }) => `
state_dir = ${JSON.stringify(join(folder, "emulator"))}
[listen]
browser = "127.0.0.1:${browserPort}"
amazon = "127.0.0.1:${amazonPort}"
[[users]]
id = "anna"
name = "Anna Amazon"
email = "anna@example.org"
region = "EU"
owner = true
[[skills]]
skill_id = "${skillId}"
name = "Other Service"
stages = ["development"]
alexa_client_id = "${alexaClient.id}"
alexa_client_secret = "${alexaClient.secret}"
vendor_id = "M1EXAMPLEVENDOR"
endpoint = "${url}/skill"
[skills.account_linking]
authorizationUrl = "${url}/authorize"
pkce = true
accessTokenUrl = "${url}/token"
clientId = "${ourClient.id}"
clientSecret = "${ourClient.secret}"
redirectUrls = ["${url}/cb"]
`;

let folder;
let program;
let provider;
let emulator;
let url;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "other-provider-"));
  const [port, browserPort, amazonPort] = await freePorts(3);
  url = `http://127.0.0.1:${port}`;
  await writeFile(join(folder, "emulator.toml"), emulatorToml({ folder, browserPort, amazonPort, url }));
  program = await serve("couplet-emulator", join(folder, "emulator.toml"));
  const ca = await readFile(join(folder, "emulator/ca.pem"), "utf8");
  const emulatorUrl = `http://127.0.0.1:${browserPort}`;
  provider = await startProvider({ port, emulatorUrl, amazonPort, ca, skillId, alexaClient, ourClient });
  emulator = new Emulator(emulatorUrl);
});
after(async () => {
  provider?.close();
  await program?.stop();
  await rm(folder, { recursive: true });
});

const linkOf = async () => (await emulator.links("anna"))[0];

async function link(user) {
  const started = await call(`${url}/start?user=${user}`);
  return call(await emulator.allow(started.headers.location, "anna"));
}

describe("a provider that is not Couplet", () => {
  it("section_1 links from its own app, with PKCE at LWA and its code redeemed inside the enablement", async () => {
    const answer = await link("pat");
    assert.equal(answer.status, 201, answer.text);
    assert.equal(answer.json().accountLink.status, "LINKED");
    assert.equal((await linkOf()).account_link, "LINKED");
    const calls = (await emulator.since(0)).map(({ direction, path, status }) => `${direction} ${path} ${status}`);
    const order = ["in /auth/o2/token 200", "in /v1/alexaApiEndpoint 200"];
    order.push(`in /v1/users/~current/skills/${skillId}/enablement 201`, "out /token 200");
    assert.deepEqual(calls.filter((line) => order.includes(line)), order);
  });

  it("section_2_4 is refreshed when an hour has passed, and the skill knows the user", async () => {
    const before = await linkOf();
    await emulator.api("POST", "/clock/advance", { seconds: 3601 });
    assert.equal((await emulator.say("anna", skillId, "HelloIntent")).speech, "Hello, pat.");
    const refreshed = await linkOf();
    assert.ok(refreshed.access_token_expires_at > before.access_token_expires_at);
    assert.equal(refreshed.alexa_user_id, before.alexa_user_id);
  });

  it("section_1_8 unlinks with a refreshed Amazon token, and Alexa asks to link again", async () => {
    assert.equal((await call(`${url}/unlink?user=pat`, { method: "POST" })).status, 204);
    assert.equal(await linkOf(), undefined);
    assert.equal((await emulator.say("anna", skillId, "HelloIntent")).card, "LinkAccount");
  });

  it("section_3 is linked from the Alexa app, with PKCE at its own token URL", async () => {
    const { url: opened } = await emulator.startLink("anna", skillId);
    const page = await emulator.bring((await call(opened)).headers.location);
    assert.match(page.text, /Other Service is linked/);
    assert.equal((await emulator.say("anna", skillId, "HelloIntent")).speech, "Hello, somebody.");
  });

  it("section_2_3 a token URL that forgets the refresh token is refused, with the cause in the journal", async () => {
    const seq = await emulator.lastSeq();
    const tokens = JSON.stringify({ access_token: "a", token_type: "Bearer", expires_in: 3600 });
    await emulator.fault({ direction: "out", path: "/token" }, { status: 200, body: tokens });
    const answer = await link("pat");
    assert.equal(answer.status, 400);
    assert.equal(answer.json().message, "Invalid account linking credentials");
    const refused = (await emulator.since(seq)).find(({ status, path }) => status === 400 && path.endsWith("enablement"));
    assert.match(refused.note, /no refresh_token/);
  });
});
