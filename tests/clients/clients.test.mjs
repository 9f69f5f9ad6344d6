// SPDX-License-Identifier: Apache-2.0
// Libraries that we did not write find couplet, link a user through Ride Hailer's pages, and live with the tokens.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { consentPage } from "../e2e/login_pages.mjs";
import { alexaRedirects } from "../e2e/settings.mjs";
import { startWorld } from "../e2e/world.mjs";
import { ClientProgram } from "./client_program.mjs";

const libraries = {
  "openid-client": {
    command: [process.execPath, "openid_client.mjs"],
    encodesBasic: true,
    validates: true,
    seesIss: true,
  },
  "@badgateway/oauth2-client": { command: [process.execPath, "oauth2_client.mjs"], encodesBasic: true },
  Authlib: { command: ["/usr/bin/python3", "authlib_client.py"], validates: true }, // Debian's own, whatever the PATH says
};
const methods = ["client_secret_basic", "client_secret_post"];
const europe = alexaRedirects[1];

let world;
before(async () => (world = await startWorld({ ride: true })));
after(() => world?.stop());

/** The library as the given client of couplet's; it is ended with the test. */
async function start(test, library, { id, secret }, method = "client_secret_basic") {
  const client = new ClientProgram(library.command, world.authority.file);
  test.after(() => client.stop());
  await client.ask("configure", { issuer: world.coupletUrl, client_id: id, client_secret: secret, method });
  return client;
}

/** The person signs in at Ride Hailer and decides; gives the URL that leads back to the client. */
async function callbackOf(
  client,
  { decision = "link", state = randomBytes(16).toString("hex"), scope = "rides" } = {},
) {
  const url = await client.ask("authorization_url", { redirect_uri: europe, scope, state });
  const { decide } = await consentPage(world, url);
  const decided = await decide(decision);
  assert.equal(decided.status, 303, decided.text);
  return decided.headers.location;
}
const link = async (client, options) => client.ask("redeem", { callback: await callbackOf(client, options) });
const refuses = (promise, code, what) =>
  assert.rejects(promise, (problem) => (assert.equal(problem.code, code, problem.message), true), what);

for (const [name, library] of Object.entries(libraries))
  describe(`${name} finds its way by the metadata alone, and`, () => {
    for (const method of methods)
      it(`CA-01 CA-02 TK-16 RT-01 RV-01 RV-02 RV-04 QA-06 links, refreshes, introspects and revokes by ${method}`, async (test) => {
        const client = await start(test, library, world.clients["ride-hailer"], method);
        const resourceServer = await start(test, library, world.clients.resourceServer, method);
        const tokens = await link(client);
        assert.ok(tokens.expires_in >= 360 && tokens.expires_in <= 3600, tokens.expires_in);

        const refreshed = await client.ask("refresh", { refresh_token: tokens.refresh_token });
        for (const access_token of [tokens.access_token, refreshed.access_token]) {
          const seen = await resourceServer.ask("introspect", { token: access_token });
          assert.equal(seen.active, true, "RT-14 the earlier access token is as good as the new one");
          assert.equal(seen.sub, "user-alice");
          assert.equal(seen.scope, "rides");
          assert.equal(seen.client_id, "alexa");
        }

        await client.ask("revoke", { token: tokens.refresh_token, token_type_hint: "refresh_token" });
        const dead = await resourceServer.ask("introspect", { token: tokens.access_token });
        assert.deepEqual(dead, { active: false });
        await refuses(client.ask("refresh", { refresh_token: tokens.refresh_token }), "invalid_grant");
        await client.ask("revoke", { token: tokens.refresh_token, token_type_hint: "refresh_token" }); // RV-04
      });

    it("MD-01 MD-02 MD-03 takes the metadata for true, and every method it names works", async (test) => {
      const client = await start(test, library, world.clients["ride-hailer"]);
      const metadata = await client.ask("metadata");
      assert.equal(metadata.issuer, world.coupletUrl);
      assert.deepEqual(metadata.token_endpoint_auth_methods_supported, methods);
      assert.deepEqual(metadata.response_types_supported, ["code"]);
      assert.deepEqual(metadata.code_challenge_methods_supported, ["S256"]);
    });

    it("PK-05 AZ-15 CD-01 hears invalid_grant and access_denied where they are due", async (test) => {
      const client = await start(test, library, world.clients["ride-hailer"]);
      await refuses(
        client.ask("redeem", { callback: await callbackOf(client), wrong_verifier: true }),
        "invalid_grant",
      );
      await refuses(
        client.ask("redeem", { callback: await callbackOf(client, { decision: "cancel" }) }),
        "access_denied",
      );
      const callback = await callbackOf(client);
      const { refresh_token } = await client.ask("redeem", { callback });
      await refuses(client.ask("redeem", { callback }), "invalid_grant", "the second time");
      await refuses(client.ask("refresh", { refresh_token }), "invalid_grant", "CD-02 what the first time gave");
    });

    it("RT-02 narrows the scope of a refresh, and is refused more than was granted", async (test) => {
      const client = await start(test, library, world.clients["ride-hailer"]);
      const { refresh_token } = await link(client, { scope: "profile rides" });
      const narrowed = await client.ask("refresh", { refresh_token, scope: "rides" });
      const resourceServer = await start(test, library, world.clients.resourceServer);
      const scopeOf = async ({ access_token }) =>
        (await resourceServer.ask("introspect", { token: access_token })).scope.split(" ").sort();
      assert.deepEqual(await scopeOf(narrowed), ["rides"]);
      assert.deepEqual(await scopeOf(await client.ask("refresh", { refresh_token })), ["profile", "rides"]);
      await refuses(client.ask("refresh", { refresh_token, scope: "rides admin" }), "invalid_scope");
    });

    it("CA-05 RV-06 IN-01 hears invalid_client with a wrong secret, at all three endpoints", async (test) => {
      const wrong = { ...world.clients["ride-hailer"], secret: "wrong" };
      for (const method of methods) {
        const client = await start(test, library, wrong, method);
        await refuses(client.ask("refresh", { refresh_token: "any" }), "invalid_client", method);
        await refuses(client.ask("introspect", { token: "any" }), "invalid_client", method);
        await refuses(
          client.ask("revoke", { token: "any", token_type_hint: "access_token" }),
          "invalid_client",
          method,
        );
      }
    });

    const odd = library.encodesBasic ? methods : methods.slice(1);
    it(`CA-03 gets through with an id and a secret full of reserved characters by ${odd.join(" and ")}`, async (test) => {
      for (const method of odd) {
        const client = await start(test, library, world.clients["second-skill"], method);
        await refuses(client.ask("refresh", { refresh_token: "any" }), "invalid_grant", method);
      }
    });

    if (library.seesIss)
      it("MD-05 AZ-10 refuses an answer that names another issuer", async (test) => {
        const client = await start(test, library, world.clients["ride-hailer"]);
        const callback = new URL(await callbackOf(client));
        callback.searchParams.set("iss", "https://another.test");
        await assert.rejects(client.ask("redeem", { callback: callback.href }), /iss/);
      });

    if (library.validates)
      it("AT-07 finds a JWT access token in order by the published keys, and one with a letter changed not", async (test) => {
        const client = await start(test, library, world.clients["ride-hailer"]);
        const { access_token } = await link(client);
        const { aud } = JSON.parse(Buffer.from(access_token.split(".")[1], "base64url"));
        const claims = await client.ask("validate", { access_token, audience: aud });
        assert.equal(claims.sub, "user-alice");
        assert.equal(claims.iss, world.coupletUrl);
        const [head, body, signature] = access_token.split(".");
        const changed = `${head}.${body}.${signature[0] === "A" ? "B" : "A"}${signature.slice(1)}`;
        await assert.rejects(client.ask("validate", { access_token: changed, audience: aud }));
        await assert.rejects(client.ask("validate", { access_token, audience: "https://another.test" }));
      });
  });
