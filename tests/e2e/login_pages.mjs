// SPDX-License-Identifier: Apache-2.0
// What a person does in a link that starts at another party: couplet's authorization endpoint, then Ride Hailer's
// sign-in and consent pages.
import assert from "node:assert/strict";
import { Browser, fieldsOf } from "./browser.mjs";
import { call } from "./http.mjs";

/** A browser before the consent page of this authorization request: `{ page, decide(decision), go }`. */
export async function consentPage(world, authorizationUrl, login = "alice") {
  const browser = new Browser({ coupletUrl: world.rideUrl });
  const go = (answered) => browser.get(new URL(answered.headers.location, world.rideUrl).href);
  const signIn = await go(await go(await call(authorizationUrl, { agent: world.agent })));
  const credentials = { login, password: world.secrets.password };
  const signedIn = await browser.post(`${world.rideUrl}/sign-in`, { ...fieldsOf(signIn.text), ...credentials });
  assert.equal(signedIn.status, 303, signedIn.text);
  const page = await go(signedIn);
  assert.equal(page.status, 200, page.text);
  const decide = (decision) => browser.post(`${world.rideUrl}/alexa/login`, { ...fieldsOf(page.text), decision });
  return { page, decide, go };
}
