// SPDX-License-Identifier: Apache-2.0
// The login and consent pages that the Alexa app opens, on the smallest phone.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { inspect, openPage } from "./browser.mjs";
import { alexaRedirect } from "./programs.mjs";
import { browser, programs } from "./stage.mjs";

const smallest = { viewport: { width: 320, height: 568 } };
const button = (page, name) => page.getByRole("button", { name, exact: true });

describe("a link that starts in the Alexa app, on a small phone", { timeout: 120_000 }, () => {
  it("AZ-19 needs no dialog, no second window and no sideways scrolling, and shows its errors in place", async () => {
    const { page, close } = await openPage(browser, smallest);
    const surprises = [];
    page.on("dialog", (dialog) => {
      surprises.push(dialog.message());
      return dialog.dismiss();
    });
    page.on("popup", (popup) => surprises.push(popup.url()));
    const back = page.waitForRequest((request) => request.url().startsWith(alexaRedirect));
    await page.route(`${alexaRedirect}**`, (route) => route.fulfill({ body: "back in the Alexa app" }));

    const query = { client_id: "alexa", response_type: "code", state: "s", redirect_uri: alexaRedirect };
    await page.goto(`${programs.coupletUrl}/oauth/authorize?${new URLSearchParams(query)}`);
    await page.getByLabel("Name").fill("alice");
    await page.getByLabel("Password").fill("wrong");
    await button(page, "Sign in").click();
    await page.getByText("do not go together").waitFor();
    await inspect(page, "20-alexa-sign-in-refused");

    await page.getByLabel("Name").fill("alice");
    await page.getByLabel("Password").fill("wonderland");
    await button(page, "Sign in").click();
    await page.getByRole("heading", { name: "Link with Alexa?" }).waitFor();
    await inspect(page, "21-alexa-consent");
    await button(page, "Link").click();
    const { searchParams } = new URL((await back).url());
    assert.equal(searchParams.get("state"), "s");
    assert.ok(searchParams.get("code"));
    assert.deepEqual(surprises, []);
    await close();
  });
});
