// SPDX-License-Identifier: Apache-2.0
// A provider that is not Couplet, as short as it can be: a linking backend, an authorization server and a skill in plain
// node. For tests of the emulator, and to read; it has no sign-in, keeps everything in memory, and is not an example of
// how to keep secrets.
import { createHash, randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { request } from "node:https";

const fresh = () => randomBytes(24).toString("base64url");
const sha256 = (text) => createHash("sha256").update(text).digest("base64url");
const bodyOf = async (stream) => {
  let text = "";
  for await (const chunk of stream) text += chunk;
  return text;
};

/** `settings`: { port, emulatorUrl, amazonPort, ca, skillId, alexaClient, ourClient }, clients as { id, secret }. */
export function startProvider(settings) {
  const { port, emulatorUrl, amazonPort, ca, skillId, alexaClient, ourClient } = settings;
  const callback = `http://127.0.0.1:${port}/cb`;
  const attempts = new Map(); // state → { user, verifier }
  const codes = new Map(); // our code → { user, redirect_uri, challenge }
  const users = new Map(); // access or refresh token → user
  const amazon = new Map(); // user → { access_token, refresh_token, host }

  /** Amazon's real names, at the emulator's port. */
  const callAmazon = (host, method, path, { headers = {}, body } = {}) =>
    new Promise((done, fail) => {
      const options = { host: "127.0.0.1", port: amazonPort, servername: host, ca, method, path };
      const call = request({ ...options, headers: { Host: host, ...headers } }, async (answer) => {
        const text = await bodyOf(answer);
        done({ status: answer.statusCode, json: text ? JSON.parse(text) : null });
      });
      call.on("error", fail).end(body);
    });
  const lwaToken = (fields) => {
    const body = new URLSearchParams({ ...fields, client_id: alexaClient.id, client_secret: alexaClient.secret });
    const headers = { "Content-Type": "application/x-www-form-urlencoded" };
    return callAmazon("api.amazon.com", "POST", "/auth/o2/token", { headers, body: body.toString() });
  };
  const bearer = (token) => ({ Authorization: `Bearer ${token}`, "Content-Type": "application/json" });
  const enablement = `/v1/users/~current/skills/${skillId}/enablement`;
  const mint = (user, redirect_uri, challenge) => {
    const code = fresh();
    codes.set(code, { user, redirect_uri, challenge });
    return code;
  };
  const issue = (user) => {
    const [access_token, refresh_token] = [fresh(), fresh()];
    users.set(access_token, user).set(refresh_token, user);
    return { access_token, refresh_token, token_type: "Bearer", expires_in: 3600 };
  };

  const routes = {
    "GET /start": ({ query }) => {
      const [state, verifier] = [fresh(), fresh() + fresh()];
      attempts.set(state, { user: query.get("user"), verifier });
      const url = new URL("/spa/skill-account-linking-consent", emulatorUrl);
      url.search = new URLSearchParams({
        ...{ fragment: "skill-account-linking-consent", client_id: alexaClient.id, redirect_uri: callback, state },
        ...{ scope: "alexa::skills:account_linking", skill_stage: "development", response_type: "code" },
        ...{ code_challenge: sha256(verifier), code_challenge_method: "S256" },
      });
      return { status: 302, headers: { Location: url.href } };
    },
    "GET /cb": async ({ query }) => {
      const attempt = attempts.get(query.get("state"));
      attempts.delete(query.get("state"));
      if (!attempt || !query.get("code")) return { status: 400, json: { error: query.get("error") ?? "state" } };
      const grant = { grant_type: "authorization_code", code: query.get("code"), redirect_uri: callback };
      const lwa = await lwaToken({ ...grant, code_verifier: attempt.verifier });
      if (lwa.status !== 200) return { status: 502, json: lwa.json };
      const headers = bearer(lwa.json.access_token);
      const found = await callAmazon("api.amazonalexa.com", "GET", "/v1/alexaApiEndpoint", { headers });
      const host = found.json.endpoints[0];
      const authCode = mint(attempt.user, callback);
      const accountLinkRequest = { redirectUri: callback, authCode, type: "AUTH_CODE" };
      const body = JSON.stringify({ stage: "development", accountLinkRequest });
      const enabled = await callAmazon(host, "POST", enablement, { headers, body });
      if (enabled.status === 201) amazon.set(attempt.user, { ...lwa.json, host });
      return { status: enabled.status, json: enabled.json };
    },
    "POST /unlink": async ({ query }) => {
      const { refresh_token, host } = amazon.get(query.get("user"));
      const lwa = await lwaToken({ grant_type: "refresh_token", refresh_token });
      const gone = await callAmazon(host, "DELETE", enablement, { headers: bearer(lwa.json.access_token) });
      if (gone.status === 204) for (const [token, user] of users) if (user === query.get("user")) users.delete(token);
      return { status: gone.status };
    },
    "GET /authorize": ({ query }) => { // a real one would sign the user in here, and ask
      const code = mint("somebody", query.get("redirect_uri"), query.get("code_challenge"));
      const back = new URLSearchParams({ code, state: query.get("state") });
      return { status: 302, headers: { Location: `${query.get("redirect_uri")}?${back}` } };
    },
    "POST /token": ({ form, headers }) => {
      const basic = `Basic ${Buffer.from(`${ourClient.id}:${ourClient.secret}`).toString("base64")}`;
      if (headers.authorization !== basic) return { status: 401, json: { error: "invalid_client" } };
      const refused = { status: 400, json: { error: "invalid_grant" } };
      if (form.get("grant_type") === "refresh_token") {
        const user = users.get(form.get("refresh_token"));
        return user ? { status: 200, json: issue(user) } : refused;
      }
      const code = codes.get(form.get("code"));
      codes.delete(form.get("code"));
      if (!code || code.redirect_uri !== form.get("redirect_uri")) return refused;
      if (code.challenge && sha256(form.get("code_verifier") ?? "") !== code.challenge) return refused;
      return { status: 200, json: issue(code.user) };
    },
    "POST /skill": ({ body }) => {
      const user = users.get(JSON.parse(body).context.System.user.accessToken);
      const response = user
        ? { outputSpeech: { type: "PlainText", text: `Hello, ${user}.` } }
        : { outputSpeech: { type: "PlainText", text: "Please link your account." }, card: { type: "LinkAccount" } };
      return { status: 200, json: { version: "1.0", response } };
    },
  };
  const server = createServer(async (incoming, outgoing) => {
    const { pathname, searchParams } = new URL(incoming.url, callback);
    const body = await bodyOf(incoming);
    const asked = { query: searchParams, body, form: new URLSearchParams(body), headers: incoming.headers };
    const { status, headers = {}, json } = (await routes[`${incoming.method} ${pathname}`]?.(asked)) ?? { status: 404 };
    const type = json ? { "Content-Type": "application/json" } : {};
    outgoing.writeHead(status, { ...type, ...headers }).end(json ? JSON.stringify(json) : "");
  });
  return new Promise((done) => server.listen(port, "127.0.0.1", () => done(server)));
}
