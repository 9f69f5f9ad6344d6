// SPDX-License-Identifier: Apache-2.0
// The three configurations of a test world, each from the same values.
import { createHash } from "node:crypto";
import { join } from "node:path";

export const skills = {
  "ride-hailer": {
    name: "ride-hailer",
    displayName: "Ride Hailer",
    skillId: "amzn1.ask.skill.11111111-2222-3333-4444-555555555555",
    alexaClientId: "amzn1.application-oa2-client.0123456789abcdef0123456789abcdef",
    clientId: "alexa",
    scheme: "HTTP_BASIC",
    scope: "profile rides",
    loginPath: "/alexa/login",
    asin: "B0RIDE0001",
    require: [],
  },
  "second-skill": {
    name: "second-skill",
    displayName: "Second Service",
    skillId: "amzn1.ask.skill.66666666-7777-8888-9999-000000000000",
    alexaClientId: "amzn1.application-oa2-client.fedcba9876543210fedcba9876543210",
    clientId: 'alexa:two+three %&/="four',
    scheme: "REQUEST_BODY_CREDENTIALS",
    scope: "profile",
    asin: "",
    require: ["terms-v1"],
  },
};

const toml = (value) => JSON.stringify(value);
const tomlLines = (settings) =>
  Object.entries(settings)
    .map(([name, value]) => `${name} = ${toml(value)}`)
    .join("\n");
const sha256 = (text) => createHash("sha256").update(text).digest("hex");

/** Alexa's own redirect URLs, one for each region. */
export const alexaRedirects = ["pitangui.amazon.com", "layla.amazon.com", "alexa.amazon.co.jp"].map(
  (host) => `https://${host}/api/skill/link/M1EXAMPLEVENDOR`,
);
export const returnPageOf = (world, skill) => `${world.coupletUrl}/link/return/${skill.name}`;
export const appReturnOf = (world, skill) => `${world.rideUrl}/${skill.name}/return`;

/** A skill whose authorization server is not Couplet: `{ codeUrl, tokenUrl, timeout? }` by the skill's name. */
const externalOf = (world, skill) => world.external?.[skill.name];

const ownClient = (world, skill) => `
[[clients]]
client_id = ${toml(skill.clientId)}
client_secrets = ["file:${skill.name}.secret"]
redirect_uris = ${toml(alexaRedirects)}
${tomlLines(world.refreshPolicies[skill.name] ?? { refresh_policy: "stable" })}
`;

const externalSettings = ({ codeUrl, timeout = 2000 }) => `authorization = "external"
external_code_url = ${toml(codeUrl)}
external_code_secret = "file:webhook.secret"
external_allow_private = true
external_timeout = ${timeout}`;

const coupletSkill = (world, skill) => `
${externalOf(world, skill) ? "" : ownClient(world, skill)}
[[skills]]
name = ${toml(skill.name)}
display_name = ${toml(skill.displayName)}
skill_id = ${toml(skill.skillId)}
asin = ${toml(skill.asin)}
alexa_client_id = ${toml(skill.alexaClientId)}
alexa_client_secret = "file:amazon-${skill.name}.secret"
client_id = ${toml(skill.clientId)}
redirect_uris = [${toml(returnPageOf(world, skill))}, ${toml(appReturnOf(world, skill))}]
scope = ${toml(skill.scope)}
require = ${toml(skill.require)}
${externalOf(world, skill) ? externalSettings(externalOf(world, skill)) : ""}
${skill.loginPath && !externalOf(world, skill) ? `login_url = ${toml(world.rideUrl + skill.loginPath)}` : ""}
app_return_uri = ${toml(`${world.rideUrl}/alexa`)}
${world.forwardTo?.[skill.name] ? `forward_to = ${toml(world.forwardTo[skill.name])}` : ""}
${world.skillSettings?.[skill.name] ?? ""}
`;

const apiKey = (name, key, skillNames) => `
[[api_keys]]
name = ${toml(name)}
sha256 = ${toml(sha256(key))}
skills = ${toml(skillNames)}
`;

const webhookTable = (settings) => `
[[webhooks]]
${tomlLines(settings)}
`;

export const coupletToml = (world) => `
[server]
listen = "127.0.0.1:${world.ports.couplet}"
public_url = ${toml(world.coupletUrl)}
tls_certificate_file = "couplet.pem"
tls_private_key_file = "couplet.key"
io_threads = ${world.ioThreads}
[operations]
listen = "127.0.0.1:${world.ports.operations}"
[storage]
path = "couplet.db"
[keys]
master = ["1=file:master-1.key"]
signing = ["file:signing-1.jwk"]
[log]
level = ${toml(world.logLevel)}
[amazon]
connect_to = "127.0.0.1:${world.tapAmazon ? world.ports.amazonTap : world.ports.amazon}"
ca_file = ${toml(world.tapAmazon ? "authority.pem" : "emulator/ca.pem")}
alexa_app_base = ${toml(world.emulatorUrl)}
lwa_base = ${toml(world.emulatorUrl)}
${world.isPatient ? "connect_timeout = 30000\n" : ""}token_timeout = ${world.isPatient ? 30_000 : 2500}
enablement_timeout = ${world.isPatient ? 30_000 : 5000}
[limits]
starts_per_user_per_minute = ${world.startsPerUser}
authentication_failures_per_minute = ${world.authenticationFailures}
${Object.values(skills)
  .map((skill) => coupletSkill(world, skill))
  .join("")}
[[clients]]
client_id = "ride-hailer-api"
client_secrets = ["file:introspection.secret"]
may_introspect = true
${apiKey("backend", world.apiKey, Object.keys(skills))}
${apiKey("second-backend", world.secondApiKey, ["second-skill"])}
[[user_jwts]]
issuer = ${toml(world.userIssuer)}
audience = "couplet"
jwks_file = "users.jwks"
skills = ["ride-hailer"]
${world.webhooks.map(webhookTable).join("")}`;

/** By a name that the tap on token calls does not stand in for. */
const eventsUrl = (world, skill) => `https://localhost:${world.ports.couplet}/alexa/${skill.name}/events`;
const eventSettings = (world, skill) => `[skills.events]
endpoint = ${toml(eventsUrl(world, skill))}
subscriptions = ["SKILL_ENABLED", "SKILL_DISABLED", "SKILL_ACCOUNT_LINKED", "SKILL_PERMISSION_CHANGED"]`;

const emulatorSkill = (world, skill) => `
[[skills]]
skill_id = ${toml(skill.skillId)}
name = ${toml(skill.displayName)}
stages = ["development"]
alexa_client_id = ${toml(skill.alexaClientId)}
alexa_client_secret = ${toml(world.secrets[`amazon-${skill.name}`])}
vendor_id = "M1EXAMPLEVENDOR"
endpoint = ${toml(world.forwardTo?.[skill.name] ? eventsUrl(world, skill) : `${world.rideUrl}/alexa/skill`)}
utterances = [{ say = ${toml(`Alexa, ask ${skill.displayName} for a ride`)}, intent = "OrderRideIntent" }]
${world.events ? eventSettings(world, skill) : ""}
[skills.account_linking]
authorizationUrl = ${toml(`${world.coupletUrl}/oauth/authorize`)}
authorizationUrlsByPlatform = [{ platformType = "iOS", platformAuthorizationUrl = "https://app.example.org/alexa-auth" }]
pkce = true
accessTokenUrl = ${toml(externalOf(world, skill)?.tokenUrl ?? `${world.coupletUrl}/oauth/token`)}
accessTokenScheme = ${toml(skill.scheme)}
clientId = ${toml(skill.clientId)}
clientSecret = ${toml(world.consoleSecrets?.[skill.name] ?? world.secrets[skill.name])}
scopes = ${toml(skill.scope.split(" "))}
redirectUrls = [${toml(returnPageOf(world, skill))}, ${toml(appReturnOf(world, skill))}]
`;

// Alexa's calls to the token URL go through a tap: the tests know every token that Alexa holds.
export const emulatorToml = (world) => `
state_dir = ${toml(join(world.folder, "emulator"))}
[listen]
browser = "127.0.0.1:${world.ports.emulator}"
amazon = "127.0.0.1:${world.ports.amazon}"
[token_client]
ca_file = ${toml(world.authority.file)}
connect_to = ["127.0.0.1:${world.ports.couplet}:127.0.0.1:${world.ports.tokenTap}"]
[[users]]
id = "anna"
name = "Anna Amazon"
email = "anna@example.org"
region = "EU"
owner = true
${Object.values(skills)
  .map((skill) => emulatorSkill(world, skill))
  .join("")}
`;

const ownAuthorization = (world) => `
[authorization]
code_secret = "file:${world.rideCodeSecret ?? "webhook.secret"}"
client_id = ${toml(skills["ride-hailer"].clientId)}
client_secret = "file:ride-hailer.secret"
`;

/** `tokens`: how Ride Hailer finds out whose a token is, e.g. `{ validation: "jwks", audience: "…" }`. */
export const rideToml = (world, tokens = {}) => `
listen = "127.0.0.1:${world.ports.ride}"
base_url = ${toml(world.rideUrl)}
session_key = "file:session.secret"
development = true
[couplet]
url = ${toml(world.coupletUrl)}
ca_file = ${toml(world.authority.file)}
api_key = "file:api-key.secret"
skill = "ride-hailer"
introspection_client_id = "ride-hailer-api"
introspection_client_secret = "file:introspection.secret"
[alexa]
skill_id = ${toml(skills["ride-hailer"].skillId)}
${externalOf(world, skills["ride-hailer"]) ? ownAuthorization(world) : ""}
[tokens]
${tomlLines(tokens)}
[[users]]
id = "user-alice"
name = "Alice"
login = "alice"
password = ${toml(world.secrets.password)}
[[users]]
id = "user-bob"
name = "Bob"
login = "bob"
password = ${toml(world.secrets.password)}
`;
