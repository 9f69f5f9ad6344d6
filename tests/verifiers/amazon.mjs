// SPDX-License-Identifier: Apache-2.0
// The emulator with one skill, whose endpoint is skill.mjs; and what a person does with it.
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePorts, serve } from "../e2e/programs.mjs";
import { startSkill } from "./skill.mjs";

export const skillId = "amzn1.ask.skill.11111111-2222-3333-4444-555555555555";
const clientId = "amzn1.application-oa2-client.0123456789abcdef0123456789abcdef";
const redirectUri = "http://127.0.0.1/alexa/return";

const configuration = ({ folder, browserPort, amazonPort, skillPort }) => `
state_dir = ${JSON.stringify(join(folder, "state"))}
[listen]
browser = "127.0.0.1:${browserPort}"
amazon = "127.0.0.1:${amazonPort}"
[[users]]
id = "anna"
name = "Anna"
owner = true
[[skills]]
skill_id = "${skillId}"
name = "Ride Hailer"
stages = ["development"]
alexa_client_id = "${clientId}"
alexa_client_secret = "amazon-secret"
endpoint = "http://127.0.0.1:${skillPort}/skill"
[skills.events]
endpoint = "http://127.0.0.1:${skillPort}/events"
subscriptions = ["SKILL_ENABLED", "SKILL_DISABLED", "SKILL_ACCOUNT_LINKED"]
[skills.account_linking]
accessTokenUrl = "http://127.0.0.1:${skillPort}/token"
clientId = "alexa"
clientSecret = "our-secret"
redirectUrls = ["${redirectUri}"]
`;

export async function startAmazon() {
  const folder = await mkdtemp(join(tmpdir(), "couplet-verifiers-"));
  const [browserPort, amazonPort, skillPort] = await freePorts(3);
  const file = join(folder, "emulator.toml");
  await writeFile(file, configuration({ folder, browserPort, amazonPort, skillPort }));
  const skill = await startSkill(skillPort);
  const emulator = await serve("couplet-emulator", file);
  const root = await readFile(join(folder, "state", "ca.pem"), "utf8");

  const base = `http://127.0.0.1:${browserPort}`;
  const api = async (method, path, body) => {
    const headers = { "Content-Type": "application/json" };
    const answer = await fetch(`${base}/_emulator/api${path}`, { method, headers, body: body && JSON.stringify(body) });
    const text = await answer.text();
    assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${text}`);
    return text ? JSON.parse(text) : null;
  };
  /** What came to the skill because of `cause`: the last request. */
  const receive = async (cause) => {
    const before = skill.received.length;
    await cause();
    assert.ok(skill.received.length > before, "nothing was posted to the skill");
    return skill.received.at(-1);
  };
  return {
    base,
    amazonPort,
    root,
    api,
    received: skill.received,
    say: (fields) => receive(() => api("POST", "/voice", { user: "anna", skill_id: skillId, ...fields })),
    event: (event, fields = {}) =>
      receive(() =>
        api("POST", "/events", {
          user: "anna",
          skill_id: skillId,
          event,
          alexa_user_id: "amzn1.ask.account.SOMEBODY",
          ...fields,
        }),
      ),
    stop: async () => {
      skill.stop();
      await emulator.stop();
      await rm(folder, { recursive: true });
    },
  };
}

const hidden = (page, name) => page.match(new RegExp(`name="${name}" value="([^"]*)"`))[1];

/** A link by the whole way: consent, Amazon's token, enablement. `call` reaches Amazon's API hosts. */
export async function link(amazon, call) {
  const query = new URLSearchParams({
    client_id: clientId,
    scope: "alexa::skills:account_linking",
    response_type: "code",
    redirect_uri: redirectUri,
    state: "opaque",
    skill_stage: "development",
    fragment: "skill-account-linking-consent",
  });
  const page = `${amazon.base}/spa/skill-account-linking-consent`;
  const text = await (await fetch(`${page}?${query}`)).text();
  const decision = new URLSearchParams({ form_token: hidden(text, "form_token"), user: "anna", decision: "allow" });
  const answer = await fetch(page, { method: "POST", body: decision, redirect: "manual" });
  const code = new URL(answer.headers.get("location")).searchParams.get("code");
  const token = await call("POST", "https://api.amazon.com/auth/o2/token", {
    type: "application/x-www-form-urlencoded",
    body: new URLSearchParams({
      grant_type: "authorization_code",
      code,
      client_id: clientId,
      client_secret: "amazon-secret",
      redirect_uri: redirectUri,
    }).toString(),
  });
  return call("POST", `https://api.amazonalexa.com/v1/users/~current/skills/${skillId}/enablement`, {
    type: "application/json",
    authorization: `Bearer ${JSON.parse(token.body).access_token}`,
    body: JSON.stringify({
      stage: "development",
      accountLinkRequest: { redirectUri, authCode: "OUR-CODE", type: "AUTH_CODE" },
    }),
  });
}
