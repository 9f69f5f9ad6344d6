// SPDX-License-Identifier: Apache-2.0
// One installation: couplet on TLS, the emulated Amazon, Ride Hailer where it is wanted, and what a backend, an app,
// a browser and Alexa do with them.
import assert from "node:assert/strict";
import { generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { Agent } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeAuthority, makeCertificate } from "./certificates.mjs";
import { Emulator, parametersOf } from "./emulator.mjs";
import { basic, call, form, formHeaders } from "./http.mjs";
import { freePorts, run, serve } from "./programs.mjs";
import { appReturnOf, coupletToml, emulatorToml, rideToml, skills } from "./settings.mjs";
import { startTap } from "./tap.mjs";

const amazonHosts = ["api.amazon.com", "api.amazonalexa.com", "api.eu.amazonalexa.com", "api.fe.amazonalexa.com"];
const newSecret = () => randomBytes(32).toString("base64url");
/** Whose access token it is, where it says so. */
export const subjectOf = ({ access_token }) => {
  const payload = access_token.split(".")[1];
  return payload && JSON.parse(Buffer.from(payload, "base64url")).sub;
};
const base64url = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

async function namePorts() {
  const names = ["couplet", "operations", "emulator", "amazon", "ride", "tokenTap", "amazonTap"];
  const ports = await freePorts(names.length);
  return Object.fromEntries(names.map((name, i) => [name, ports[i]]));
}

class World {
  #running = new Map();
  #taps = [];
  #users = 0;

  constructor(values) {
    Object.assign(this, values);
    this.agent = new Agent({ ca: this.authority.pem, keepAlive: true, maxSockets: 200 });
    this.emulator = new Emulator(this.emulatorUrl);
    this.clients = {
      "ride-hailer": { id: skills["ride-hailer"].clientId, secret: this.secrets["ride-hailer"] },
      "second-skill": { id: skills["second-skill"].clientId, secret: this.secrets["second-skill"] },
      resourceServer: { id: "ride-hailer-api", secret: this.secrets.introspection },
    };
  }

  // ---- programs

  async up(program, configFile) {
    const started = await serve(program, join(this.folder, configFile));
    this.#running.set(program, started);
    return started;
  }
  upCouplet = () => this.up("couplet", "couplet.toml");
  /** Ride Hailer, started again if it was up; `tokens` as for rideToml. */
  async upRide(tokens) {
    const before = this.#running.get("ride-hailer");
    this.#running.delete("ride-hailer");
    await before?.stop();
    await writeFile(join(this.folder, "ride-hailer.toml"), rideToml(this, tokens));
    return this.up("ride-hailer", "ride-hailer.toml");
  }
  get couplet() {
    return this.#running.get("couplet");
  }
  program = (name) => this.#running.get(name);

  async startTaps() {
    const amazonCa = await readFile(join(this.folder, "emulator/ca.pem"), "utf8");
    const { ports, authority } = this;
    const certificate = await makeCertificate(authority, "amazon", amazonHosts.map((host) => `DNS:${host}`).join());
    this.tokenTap = await startTap({
      certificate: this.certificate,
      port: ports.tokenTap,
      target: { port: ports.couplet, ca: authority.pem },
    });
    this.#taps.push(this.tokenTap);
    if (!this.tapAmazon) return;
    this.amazonTap = await startTap({
      certificate,
      port: ports.amazonTap,
      target: { port: ports.amazon, ca: amazonCa },
    });
    this.#taps.push(this.amazonTap);
  }

  async kill() {
    const { couplet } = this;
    this.#running.delete("couplet");
    await couplet.kill();
    this.agent.destroy(); // connections to the dead process
  }

  /** Ends everything, whatever fails on the way, and then tells the first failure. */
  async stop() {
    this.agent.destroy();
    const stopping = [...this.#taps, ...this.#running.values()].map((each) => each.stop());
    const ends = await Promise.allSettled(stopping);
    await rm(this.folder, { recursive: true });
    for (const { reason } of ends) if (reason) throw reason;
  }

  // ---- the linking API, as the provider's backend calls it

  newUser = () => `user-${++this.#users}`;

  api(method, path, { key = this.apiKey, headers = {}, body } = {}) {
    const authorization = key === null ? {} : { Authorization: `Bearer ${key}` };
    return call(`${this.coupletUrl}${path}`, {
      method,
      headers: { ...authorization, ...headers },
      body,
      agent: this.agent,
    });
  }
  userPath = (user, skill = "ride-hailer") => `/v1/skills/${skill}/users/${encodeURIComponent(user)}`;

  /** Starts an app link, or what `body` says. */
  async start(user, { skill = "ride-hailer", body = {}, key } = {}) {
    const redirect_uri = appReturnOf(this, skills[skill]);
    const acknowledged = skills[skill].require;
    const answer = await this.api("POST", `${this.userPath(user, skill)}/link-attempts`, {
      body: { platform: "android", redirect_uri, acknowledged, ...body },
      key,
    });
    assert.equal(answer.status, 201, answer.text);
    return answer.json();
  }
  finish = (user, body, { skill = "ride-hailer", key } = {}) =>
    this.api("POST", `${this.userPath(user, skill)}/link`, { body, key });
  status = async (user, { fresh = false, skill = "ride-hailer" } = {}) =>
    (await this.api("GET", `${this.userPath(user, skill)}/link${fresh ? "?fresh=true" : ""}`)).json();
  unlink = (user, skill = "ride-hailer") => this.api("DELETE", `${this.userPath(user, skill)}/link`);
  metrics = async () => (await call(`${this.operationsUrl}/metrics`)).text;
  trace = async (attemptId) => (await this.api("GET", `/v1/link-attempts/${attemptId}`)).json();

  /** Start and consent: `{ attempt_id, code, state }` as they come back to the app. */
  async consented(user, { amazonUser, skill = "ride-hailer", body } = {}) {
    const { attempt_id, alexa_app_url } = await this.start(user, { skill, body });
    const account = amazonUser ?? (await this.emulator.newUser());
    const { code, state } = parametersOf(await this.emulator.allow(alexa_app_url, account));
    return { attempt_id, code, state, amazonUser: account };
  }

  /** A complete app link; the answer, what came back, and the tokens that Alexa got. */
  async link(user, options = {}) {
    const seen = this.tokenTap.exchanges.length;
    const { attempt_id, code, state, amazonUser } = await this.consented(user, options);
    const answer = await this.finish(user, { code, state }, options);
    const tokens = this.tokensSince(seen).filter((each) => (subjectOf(each) ?? user) === user);
    return { answer, attempt_id, code, state, amazonUser, tokens };
  }

  // ---- the authorization server, as Alexa and the resource server call it

  /** What Alexa was answered at the token URL after the first `seen` calls. */
  tokensSince = (seen) =>
    this.tokenTap.exchanges
      .slice(seen)
      .filter(({ answer }) => answer?.status === 200)
      .map(({ answer }) => JSON.parse(answer.body));

  token(fields, { client = this.clients["ride-hailer"], inBody = false, headers = {} } = {}) {
    const body = inBody ? { ...fields, client_id: client.id, client_secret: client.secret } : fields;
    const authorization = inBody ? {} : { Authorization: basic(client) };
    return call(`${this.coupletUrl}/oauth/token`, {
      method: "POST",
      headers: { ...formHeaders, ...authorization, ...headers },
      body: form(body),
      agent: this.agent,
    });
  }
  refresh = (refresh_token, options) => this.token({ grant_type: "refresh_token", refresh_token }, options);
  redeem = (code, redirect_uri, options) =>
    this.token({ grant_type: "authorization_code", code, redirect_uri }, options);
  introspect = (token, client = this.clients.resourceServer) =>
    call(`${this.coupletUrl}/oauth/introspect`, {
      method: "POST",
      headers: { ...formHeaders, Authorization: basic(client) },
      body: form({ token }),
      agent: this.agent,
    });

  userinfo = (token) =>
    call(`${this.coupletUrl}/oauth/userinfo`, { headers: { Authorization: `Bearer ${token}` }, agent: this.agent });

  /** Fresh codes for scripts, by `couplet dev-code`. */
  async devCodes(count = 1, skill = "ride-hailer") {
    const options = ["--skill", skill, "--user", "u1", "--redirect-uri", appReturnOf(this, skills[skill])];
    const args = ["dev-code", "--config", join(this.folder, "couplet.toml"), ...options, "--count", String(count)];
    const { code, output, errors } = await run("couplet", args);
    assert.equal(code, 0, errors);
    return output.trim().split("\n");
  }
  /** `couplet trace` as the operator calls it: `{ code, output, errors }`. */
  operatorTrace = (...args) => run("couplet", ["trace", "--config", join(this.folder, "couplet.toml"), ...args]);

  redirectUri = (skill = "ride-hailer") => appReturnOf(this, skills[skill]);

  async isLive(refreshToken, client) {
    const answer = await this.refresh(refreshToken, { client });
    if (answer.status === 200) return true;
    assert.equal(answer.status, 400, answer.text);
    assert.equal(answer.json().error, "invalid_grant");
    return false;
  }

  /** The token with which the provider's app calls for its own user. */
  userJwt(claims, key = this.userKey) {
    const now = Math.floor(Date.now() / 1000);
    const standard = { iss: this.userIssuer, aud: "couplet", iat: now, exp: now + 300 };
    const text = `${base64url({ alg: "ES256", typ: "JWT", kid: "users-1" })}.${base64url({ ...standard, ...claims })}`;
    return `${text}.${sign("sha256", text, { key, dsaEncoding: "ieee-p1363" }).toString("base64url")}`;
  }
}

async function writeSecrets(world, jwks) {
  const write = (name, text) => writeFile(join(world.folder, name), text, { mode: 0o600 });
  for (const [name, text] of Object.entries(world.secrets)) await write(`${name}.secret`, text);
  await write("api-key.secret", world.apiKey);
  await write("users.jwks", JSON.stringify(jwks));
  await write("couplet.toml", coupletToml(world));
  await write("emulator.toml", emulatorToml(world));
  await write("ride-hailer.toml", rideToml(world));
  const { code, errors } = await run("couplet", ["keys", "init", "--dir", world.folder]);
  assert.equal(code, 0, errors);
}

/**
 * Everything up and ready. `tapAmazon` listens in on Couplet's calls to Amazon, too; `refreshPolicies` has the
 * settings of clients that are not "stable", by skill; `events` subscribes the skills; `forwardTo` has the services, by
 * skill, that share their endpoint with the events; `skillSettings` has more lines of Couplet's table of a skill;
 * `consoleSecrets` what was typed into the developer console instead of the skill's client secret;
 * `webhooks` makes the [[webhooks]] tables; `authenticationFailures` is how many an address may have in a minute,
 * `startsPerUser` how many links a user may start; an `isPatient` Couplet takes a busy machine for no fault of Amazon's.
 */
export async function startWorld({
  ride = false,
  tapAmazon = false,
  ioThreads = 2,
  logLevel = "info",
  refreshPolicies = {},
  external,
  events = false,
  forwardTo,
  skillSettings,
  consoleSecrets,
  webhooks,
  authenticationFailures = 100_000,
  startsPerUser = 1000,
  isPatient = false,
} = {}) {
  const folder = await mkdtemp(join(tmpdir(), "couplet-e2e-"));
  const ports = await namePorts();
  const authority = await makeAuthority(folder);
  const users = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const secretNames = ["ride-hailer", "second-skill", "amazon-ride-hailer", "amazon-second-skill"];
  const secrets = Object.fromEntries(
    [...secretNames, "introspection", "session", "password"].map((name) => [name, newSecret()]),
  );
  for (const name of ["webhook", "other-webhook"]) secrets[name] = `whsec_${randomBytes(32).toString("base64")}`;
  secrets["second-skill"] = `needs: percent+encoding %&/="${newSecret()}`;
  const world = new World({
    folder,
    ports,
    authority,
    secrets,
    ioThreads,
    logLevel,
    tapAmazon,
    refreshPolicies,
    events,
    forwardTo,
    skillSettings,
    consoleSecrets,
    authenticationFailures,
    startsPerUser,
    isPatient,
    certificate: await makeCertificate(authority, "couplet", "DNS:localhost,IP:127.0.0.1"),
    coupletUrl: `https://127.0.0.1:${ports.couplet}`,
    operationsUrl: `http://127.0.0.1:${ports.operations}`,
    emulatorUrl: `http://127.0.0.1:${ports.emulator}`,
    rideUrl: `http://127.0.0.1:${ports.ride}`,
    apiKey: `cpk_${newSecret()}`,
    secondApiKey: `cpk_${newSecret()}`,
    userIssuer: "https://accounts.ride-hailer.test",
    userKey: users.privateKey,
  });
  world.external = external?.(world); // needs the world's URLs
  world.webhooks = webhooks?.(world) ?? [];
  const jwk = { ...users.publicKey.export({ format: "jwk" }), kid: "users-1", use: "sig", alg: "ES256" };
  await writeSecrets(world, { keys: [jwk] });
  try {
    await world.up("couplet-emulator", "emulator.toml"); // first: it makes the authority that couplet trusts
    await world.startTaps();
    await world.upCouplet();
    if (ride) await world.up("ride-hailer", "ride-hailer.toml");
    return world;
  } catch (problem) {
    await Promise.allSettled([world.stop()]); // the first problem is the one to tell
    throw problem;
  }
}
