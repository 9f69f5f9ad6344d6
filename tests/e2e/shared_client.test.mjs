// SPDX-License-Identifier: Apache-2.0
// Two skills that share a client, as an operator may have configured them: neither gets at the other's login page,
// redirect URI or scope.
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { call, form } from "./http.mjs";
import { run } from "./programs.mjs";
import { alexaRedirects, appReturnOf, skills } from "./settings.mjs";
import { startWorld } from "./world.mjs";

const secondLogin = "https://second.example.org/login";
let world;

/** The second skill on ride-hailer's client, with a scope and a login page of its own. */
function shareClient(text) {
  const at = text.indexOf('[[skills]]\nname = "second-skill"');
  const own = JSON.stringify(skills["second-skill"].clientId);
  const second = text
    .slice(at)
    .replace(`client_id = ${own}`, 'client_id = "alexa"')
    .replace('scope = "profile"', `scope = "second:admin"\nlogin_url = "${secondLogin}"`);
  assert.match(second, /second:admin/);
  return text.slice(0, at) + second;
}

before(async () => {
  world = await startWorld();
  const file = join(world.folder, "couplet.toml");
  await writeFile(file, shareClient(await readFile(file, "utf8")));
  await world.kill();
  await world.upCouplet();
});
after(() => world?.stop());

const ofSecond = () => appReturnOf(world, skills["second-skill"]);
const requestAt = (redirect_uri, more = {}) => ({
  client_id: "alexa",
  response_type: "code",
  state: "s",
  redirect_uri,
  ...more,
});
const leads = (url) => ({ to: url.split("?")[0], query: Object.fromEntries(new URL(url).searchParams) });
async function authorize(fields) {
  const answer = await call(`${world.coupletUrl}/oauth/authorize?${form(fields)}`, { agent: world.agent });
  assert.equal(answer.status, 303, answer.text);
  return leads(answer.headers.location);
}
/** Ride Hailer's app answers for its signed-in user, whose token is for ride-hailer alone. */
const respond = (fields) =>
  world.api("POST", `${world.userPath("me")}/authorization-response`, {
    key: world.userJwt({ sub: "user-mallory" }),
    body: { authorization_request: form(fields), decision: "accept" },
  });

describe("skills that share a client", () => {
  it("RU-01 AZ-08 AZ-17 the login page is that of the skill that redirect URI and scope belong to", async () => {
    const rideLogin = world.rideUrl + skills["ride-hailer"].loginPath;
    const [europe] = alexaRedirects;
    assert.equal((await authorize(requestAt(ofSecond()))).to, secondLogin);
    assert.equal((await authorize(requestAt(europe, { scope: "second:admin" }))).to, secondLogin);
    assert.equal((await authorize(requestAt(europe, { scope: "rides" }))).to, rideLogin);
    assert.equal((await authorize(requestAt(world.redirectUri()))).to, rideLogin);
    const { to, query } = await authorize(requestAt(ofSecond(), { scope: "rides" }));
    assert.equal(to, ofSecond());
    assert.equal(query.error, "invalid_scope");
    assert.equal((await authorize(requestAt(europe))).query.error, "invalid_request", "it fits both");
  });

  it("CA-17 AZ-08 a token for one skill gets no code for the other's redirect URI or scope", async () => {
    for (const more of [{}, { scope: "second:admin" }, { scope: "rides" }]) {
      const foreign = await respond(requestAt(ofSecond(), more));
      assert.equal(foreign.status, 403, foreign.text);
      assert.equal(foreign.json().code, "forbidden_client");
    }
    const [europe] = alexaRedirects;
    const { query } = leads((await respond(requestAt(europe, { scope: "second:admin" }))).json().redirect_to);
    assert.equal(query.error, "invalid_scope");
    assert.equal(query.code, undefined);
  });

  it("AZ-08 AT-10 without a scope the code carries that of its skill, and is for its audience", async () => {
    const [europe] = alexaRedirects;
    const { code } = leads((await respond(requestAt(europe))).json().redirect_to).query;
    const redeemed = await world.redeem(code, europe);
    assert.equal(redeemed.status, 200, redeemed.text);
    const told = (await world.introspect(redeemed.json().access_token)).json();
    assert.equal(told.scope, skills["ride-hailer"].scope);
    assert.match(String(told.aud), /\/skills\/ride-hailer$/);
  });

  it("CA-17 couplet check names them, and goes on", async () => {
    const { code, output, errors } = await run("couplet", ["check", "--config", join(world.folder, "couplet.toml")]);
    assert.equal(code, 0, errors);
    assert.match(output + errors, /warning: .*"alexa" is shared by the skills ride-hailer, second-skill/);
  });
});
