// SPDX-License-Identifier: Apache-2.0
// openid-client in its strict OAuth 2.0 mode, and oauth4webapi's check of JWT access tokens.
import { webcrypto } from "node:crypto";
import { serveVerbs } from "./verbs.mjs";

globalThis.crypto ??= webcrypto; // Debian 12's Node.js has it under its own name only
const client = await import("openid-client");
const { validateJwtAccessToken } = await import("oauth4webapi");

const methods = { client_secret_basic: client.ClientSecretBasic, client_secret_post: client.ClientSecretPost };
let config;
let checks;

const tokensOf = ({ access_token, refresh_token, expires_in }) => ({ access_token, refresh_token, expires_in });

const verbs = {
  async configure({ issuer, client_id, client_secret, method }) {
    const authentication = methods[method](client_secret);
    const options = { algorithm: "oauth2" }; // RFC 8414, not OpenID Connect
    config = await client.discovery(new URL(issuer), client_id, undefined, authentication, options);
  },
  metadata: () => config.serverMetadata(),

  async authorization_url({ redirect_uri, scope, state }) {
    const pkceCodeVerifier = client.randomPKCECodeVerifier();
    const code_challenge = await client.calculatePKCECodeChallenge(pkceCodeVerifier);
    checks = { pkceCodeVerifier, expectedState: state };
    const pkce = { code_challenge, code_challenge_method: "S256" };
    return client.buildAuthorizationUrl(config, { redirect_uri, scope, state, ...pkce }).href;
  },
  async redeem({ callback, wrong_verifier }) {
    const used = wrong_verifier ? { ...checks, pkceCodeVerifier: client.randomPKCECodeVerifier() } : checks;
    return tokensOf(await client.authorizationCodeGrant(config, new URL(callback), used));
  },
  refresh: async ({ refresh_token, scope }) =>
    tokensOf(await client.refreshTokenGrant(config, refresh_token, scope ? { scope } : {})),
  introspect: ({ token }) => client.tokenIntrospection(config, token),
  revoke: ({ token, token_type_hint }) => client.tokenRevocation(config, token, { token_type_hint }),

  validate({ access_token, audience }) {
    const headers = { Authorization: `Bearer ${access_token}` };
    return validateJwtAccessToken(config.serverMetadata(), new Request("https://api.test/", { headers }), audience);
  },
};

// A 401 with a challenge is an error of its own in this library: the code is in the answer that comes with it.
const codeOf = async (problem) =>
  problem.code === "OAUTH_WWW_AUTHENTICATE_CHALLENGE" ? (await problem.response.json()).error : problem.error;

serveVerbs(verbs, codeOf);
