// SPDX-License-Identifier: Apache-2.0
// @badgateway/oauth2-client: finds every endpoint in the metadata; form-encodes Basic credentials to the letter.
import { webcrypto } from "node:crypto";
import { serveVerbs } from "./verbs.mjs";

globalThis.crypto ??= webcrypto; // Debian 12's Node.js has it under its own name only
const { OAuth2Client, generateCodeVerifier } = await import("@badgateway/oauth2-client");

let client;
let asked;

const tokensOf = ({ accessToken, refreshToken, expiresAt }) => ({
  access_token: accessToken,
  refresh_token: refreshToken,
  expires_in: Math.round((expiresAt - Date.now()) / 1000),
});

const verbs = {
  async configure({ issuer, client_id, client_secret, method }) {
    client = new OAuth2Client({
      server: issuer,
      clientId: client_id,
      clientSecret: client_secret,
      authenticationMethod: method,
    });
    await client.discover();
  },
  metadata: () => client.serverMetadata,

  async authorization_url({ redirect_uri, scope, state }) {
    asked = { redirectUri: redirect_uri, state, codeVerifier: await generateCodeVerifier() };
    return client.authorizationCode.getAuthorizeUri({ ...asked, scope: scope.split(" ") });
  },
  async redeem({ callback, wrong_verifier }) {
    const used = wrong_verifier ? { ...asked, codeVerifier: await generateCodeVerifier() } : asked;
    return tokensOf(await client.authorizationCode.getTokenFromCodeRedirect(callback, used));
  },
  refresh: async ({ refresh_token, scope }) =>
    tokensOf(await client.refreshToken({ refreshToken: refresh_token }, scope ? { scope: scope.split(" ") } : {})),
  introspect: ({ token }) => client.introspect({ accessToken: token }),
  revoke: ({ token, token_type_hint }) => client.revoke({ accessToken: token, refreshToken: token }, token_type_hint),
};

serveVerbs(verbs, (problem) => problem.oauth2Code);
