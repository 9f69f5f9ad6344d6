// SPDX-License-Identifier: Apache-2.0
// couplet, couplet-emulator and ride-hailer as one would install them, each on ports that were free a moment ago.
import { createHash, generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePorts, serve } from "../e2e/programs.mjs";

export const alexaRedirect = "https://layla.amazon.com/api/skill/link/M0000000000000";
export const skillId = "amzn1.ask.skill.11111111-2222-3333-4444-555555555555";
const alexaClientId = "amzn1.application-oa2-client.0123456789abcdef0123456789abcdef";

const toml = (value) => JSON.stringify(value);

const coupletToml = ({ coupletUrl, operationsPort, emulatorUrl, amazonPort, rideUrl, apiKey }) => `
[server]
listen = ${toml(new URL(coupletUrl).host)}
public_url = ${toml(coupletUrl)}
[operations]
listen = "127.0.0.1:${operationsPort}"
[storage]
path = "couplet.db"
[keys]
master = ["1=file:master.key"]
signing = ["file:signing.jwk"]
[log]
level = "warn"
[amazon]
connect_to = "127.0.0.1:${amazonPort}"
ca_file = "emulator/ca.pem"
alexa_app_base = ${toml(emulatorUrl)}
lwa_base = ${toml(emulatorUrl)}
[[clients]]
client_id = "alexa"
client_secrets = ["file:alexa.secret"]
redirect_uris = [${toml(alexaRedirect)}, ${toml(`${emulatorUrl}/api/skill/link/M0000000000000`)}]
scopes = ["profile"]
[[clients]]
client_id = "ride-hailer-api"
client_secrets = ["file:introspection.secret"]
may_introspect = true
[[skills]]
name = "ride-hailer"
display_name = "Ride Hailer"
skill_id = ${toml(skillId)}
alexa_client_id = ${toml(alexaClientId)}
alexa_client_secret = "file:amazon.secret"
client_id = "alexa"
redirect_uris = [${toml(`${coupletUrl}/link/return/ride-hailer`)}, ${toml(`${rideUrl}/alexa/return`)}]
app_return_uri = ${toml(`${rideUrl}/alexa/return`)}
allow_return_mode_page = true
login_url = ${toml(`${rideUrl}/alexa/login`)}
[[api_keys]]
name = "ride-hailer"
sha256 = ${toml(createHash("sha256").update(apiKey).digest("hex"))}
skills = ["ride-hailer"]
`;

const emulatorToml = ({ folder, coupletUrl, emulatorUrl, amazonPort, rideUrl, alexaSecret, amazonSecret }) => `
state_dir = ${toml(join(folder, "emulator"))}
[listen]
browser = ${toml(new URL(emulatorUrl).host)}
amazon = "127.0.0.1:${amazonPort}"
[scenarios]
folder = ${toml(join(import.meta.dirname, "../scenarios"))}
[scenarios.variables]
COUPLET_URL = ${toml(coupletUrl)}
API_KEY = "file:api.key"
[[users]]
id = "alice"
name = "Alice"
email = "alice@example.org"
owner = true
[[skills]]
skill_id = ${toml(skillId)}
name = "Ride Hailer"
stages = ["development"]
alexa_client_id = ${toml(alexaClientId)}
alexa_client_secret = ${toml(amazonSecret)}
vendor_id = "M0000000000000"
endpoint = ${toml(`${rideUrl}/alexa/skill`)}
[[skills.utterances]]
say = "Alexa, ask Ride Hailer for a ride"
intent = "OrderRideIntent"
[skills.account_linking]
authorizationUrl = ${toml(`${coupletUrl}/oauth/authorize`)}
pkce = true
accessTokenUrl = ${toml(`${coupletUrl}/oauth/token`)}
accessTokenScheme = "HTTP_BASIC"
clientId = "alexa"
clientSecret = ${toml(alexaSecret)}
scopes = ["profile"]
redirectUrls = [${toml(`${coupletUrl}/link/return/ride-hailer`)}, ${toml(`${rideUrl}/alexa/return`)}]
`;

const rideToml = ({ coupletUrl, rideUrl }) => `
listen = ${toml(new URL(rideUrl).host)}
base_url = ${toml(rideUrl)}
session_key = "file:session.key"
development = true
[couplet]
url = ${toml(coupletUrl)}
api_key = "file:api.key"
skill = "ride-hailer"
introspection_client_id = "ride-hailer-api"
introspection_client_secret = "file:introspection.secret"
[alexa]
skill_id = ${toml(skillId)}
[[users]]
id = "user-alice"
name = "Alice"
login = "alice"
password = "wonderland"
`;

const signingKey = () => {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return JSON.stringify({ ...privateKey.export({ format: "jwk" }), kid: "test", use: "sig", alg: "ES256" });
};

async function write(folder, files) {
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text, { mode: 0o600 });
}

/** All three, ready. `coupletDown()` and `coupletUp()` make and end an outage; `stop()` ends everything. */
export async function startPrograms() {
  const folder = await mkdtemp(join(tmpdir(), "couplet-browser-"));
  const [couplet, operationsPort, emulator, amazonPort, ride] = await freePorts(5);
  const secret = () => randomBytes(32).toString("base64url");
  const world = {
    folder,
    operationsPort,
    amazonPort,
    coupletUrl: `http://127.0.0.1:${couplet}`,
    emulatorUrl: `http://127.0.0.1:${emulator}`,
    rideUrl: `http://127.0.0.1:${ride}`,
    apiKey: `cpk_${secret()}`,
    alexaSecret: secret(),
    amazonSecret: secret(),
  };
  await write(folder, {
    "master.key": secret(),
    "signing.jwk": signingKey(),
    "alexa.secret": world.alexaSecret,
    "amazon.secret": world.amazonSecret,
    "introspection.secret": secret(),
    "session.key": secret(),
    "api.key": world.apiKey,
    "couplet.toml": coupletToml(world),
    "emulator.toml": emulatorToml(world),
    "ride-hailer.toml": rideToml(world),
  });

  const running = new Map();
  const up = async (program, config) => {
    running.set(program, await serve(program, join(folder, config)));
  };
  const down = async (program) => {
    const ending = running.get(program);
    running.delete(program);
    await ending.stop();
  };
  const stop = async () => {
    const endings = await Promise.allSettled([...running.keys()].map(down));
    await rm(folder, { recursive: true });
    for (const { reason } of endings) if (reason) throw reason;
  };
  try {
    await up("couplet-emulator", "emulator.toml"); // first: it makes the authority that couplet trusts
    await up("couplet", "couplet.toml");
    await up("ride-hailer", "ride-hailer.toml");
  } catch (problem) {
    await stop().catch(() => {}); // the first problem is the one to tell
    throw problem;
  }
  return {
    ...world,
    stop,
    coupletDown: () => down("couplet"),
    coupletUp: () => up("couplet", "couplet.toml"),
    say: async (intent) => {
      const answer = await fetch(`${world.emulatorUrl}/_emulator/api/voice`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ user: "alice", skill_id: skillId, intent }),
      });
      return answer.json();
    },
  };
}
