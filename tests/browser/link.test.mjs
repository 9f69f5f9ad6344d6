// SPDX-License-Identifier: Apache-2.0
// Alice links Ride Hailer with Alexa, orders a ride by voice, and unlinks, as she would on her phone.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { inspect, laptop, openPage } from "./browser.mjs";
import { browser, programs } from "./stage.mjs";

const button = (page, name) => page.getByRole("button", { name, exact: true });
const status = (page) => page.getByRole("status").innerText();

async function signIn(page) {
  await page.goto(programs.rideUrl);
  await page.getByLabel("Name").fill("alice");
  await page.getByLabel("Password").fill("wonderland");
  await button(page, "Sign in").click();
  await page.getByRole("heading", { name: "Hello, Alice" }).waitFor();
}

async function openAlexaScreen(page) {
  await page.goto(programs.rideUrl);
  await page.getByRole("link", { name: "Link with Alexa" }).click();
  await page.getByRole("heading", { name: "Rides by voice" }).waitFor();
  await page.waitForLoadState(); // what stands below the heading, too
}

async function unlinkIfLinked(page) {
  await openAlexaScreen(page);
  if (await button(page, "Unlink").isVisible()) await button(page, "Unlink").click();
  await page.getByText("Not linked with Alexa").waitFor();
}

describe("Ride Hailer on a phone", { timeout: 120_000 }, () => {
  it("links by Login with Amazon, orders by voice, unlinks", async () => {
    const { page, complaints, close } = await openPage(browser);
    await page.goto(programs.rideUrl);
    await inspect(page, "01-sign-in");
    await signIn(page);
    await inspect(page, "02-home");
    await openAlexaScreen(page);
    assert.match(await status(page), /Not linked with Alexa/);
    await inspect(page, "03-not-linked");

    await button(page, "Link with Alexa").click();
    await button(page, "Allow").waitFor();
    await inspect(page, "04-amazon-consent");
    await button(page, "Allow").click();
    await page.getByRole("heading", { name: "Linked with Alexa" }).waitFor();
    assert.equal(new URL(page.url()).search, "", "code and state are gone from the address");
    await inspect(page, "05-couplet-linked");
    await page.getByRole("link", { name: "Back to Ride Hailer" }).click();
    await page.getByText("Linked with Alexa", { exact: true }).waitFor();
    assert.match(await status(page), /^Linked with Alexa/);
    await inspect(page, "06-linked");

    const answer = await programs.say("OrderRideIntent");
    assert.equal(answer.speech, "Your ride is on its way, Alice.");
    await page.goto(programs.rideUrl);
    await page.getByText("Ordered with Alexa").waitFor();
    await inspect(page, "07-ride-by-voice");

    await openAlexaScreen(page);
    await button(page, "Unlink").click();
    await page.getByText("Not linked with Alexa").waitFor();
    await inspect(page, "08-unlinked");
    const afterwards = await programs.say("OrderRideIntent");
    assert.equal(afterwards.card, "LinkAccount");
    assert.deepEqual(complaints, []);
    await close();
  });

  it("cancel at Amazon shows no error", async () => {
    const { page, complaints, close } = await openPage(browser);
    await signIn(page);
    await openAlexaScreen(page);
    await button(page, "Link with Alexa").click();
    await button(page, "Cancel").click();
    await page.getByRole("heading", { name: "Not linked" }).waitFor();
    await inspect(page, "09-couplet-cancelled");
    await page.getByRole("link", { name: "Back to Ride Hailer" }).click();
    await page.getByText("Not linked with Alexa").waitFor();
    assert.equal(await page.locator(".notice").count(), 0);

    await button(page, "Open the Alexa app").click();
    await button(page, "Cancel").click();
    await page.getByText("Not linked with Alexa").waitFor();
    assert.equal(await page.locator(".notice").count(), 0);
    assert.deepEqual(complaints, []);
    await close();
  });

  it("links by the Alexa app", async () => {
    const { page, complaints, close } = await openPage(browser);
    await signIn(page);
    await openAlexaScreen(page);
    await button(page, "Open the Alexa app").click();
    await button(page, "Allow").waitFor();
    await inspect(page, "10-alexa-app-consent");
    await button(page, "Allow").click();
    await page.getByText("Linked with Alexa", { exact: true }).waitFor();
    assert.equal(page.url(), `${programs.rideUrl}/alexa`);
    await inspect(page, "11-linked-by-app");
    await unlinkIfLinked(page);
    assert.deepEqual(complaints, []);
    await close();
  });

  it("shows Amazon's failure in Couplet's words", async () => {
    const { page, close } = await openPage(browser);
    await signIn(page);
    await openAlexaScreen(page);
    await button(page, "Open the Alexa app").click();
    await page.getByLabel("Error").selectOption("server_error");
    await button(page, "Answer with an error").click();
    await page.locator(".notice.bad").waitFor();
    await inspect(page, "12-amazon-error");
    await close();
  });

  it("works without JavaScript", async () => {
    const { page, close } = await openPage(browser, { javaScriptEnabled: false });
    await signIn(page);
    await openAlexaScreen(page);
    await button(page, "Link with Alexa").click();
    await button(page, "Allow").click();
    await button(page, "Finish linking").click();
    await page.getByRole("heading", { name: "Linked with Alexa" }).waitFor();
    await unlinkIfLinked(page);
    await button(page, "Open the Alexa app").click();
    await button(page, "Allow").click();
    await button(page, "Finish linking").click();
    await page.getByText("Linked with Alexa", { exact: true }).waitFor();
    await unlinkIfLinked(page);
    await close();
  });

  it("waits for a tap where its script did not come", async () => {
    const { page, complaints, close } = await openPage(browser);
    await page.route(/\.js$/, (route) => route.fulfill({ contentType: "text/javascript", body: "" }));
    await signIn(page);
    await openAlexaScreen(page);
    await button(page, "Link with Alexa").click();
    await button(page, "Allow").click();
    await button(page, "Finish linking").waitFor();
    await inspect(page, "13-couplet-finishing");
    await openAlexaScreen(page);
    await button(page, "Open the Alexa app").click();
    await button(page, "Allow").click();
    await button(page, "Finish linking").waitFor();
    await inspect(page, "14-finish-in-app");
    assert.equal(new URL(page.url()).search, "", "code and state are gone from the address");
    await openAlexaScreen(page);
    assert.match(await status(page), /Not linked with Alexa/, "opening the pages finished nothing");
    assert.deepEqual(complaints, []);
    await close();
  });

  it("asks before it goes on when the launch link was opened by itself", async () => {
    const { page, complaints, close } = await openPage(browser);
    const started = await fetch(`${programs.coupletUrl}/v1/skills/ride-hailer/users/user-alice/link-attempts`, {
      method: "POST",
      headers: { Authorization: `Bearer ${programs.apiKey}`, "Content-Type": "application/json" },
      body: JSON.stringify({ platform: "web", return_mode: "browser" }),
    });
    const { launch_url } = await started.json();
    await page.goto(launch_url);
    await button(page, "Continue").waitFor();
    await inspect(page, "15-couplet-launch");
    await button(page, "Continue").click();
    await button(page, "Allow").waitFor();
    assert.deepEqual(complaints, []);
    await close();
  });

  it("says that it cannot tell while Couplet is down", async () => {
    const { page, complaints, close } = await openPage(browser);
    await signIn(page);
    await programs.coupletDown();
    await openAlexaScreen(page);
    assert.match(await status(page), /We cannot tell right now/);
    assert.equal(await button(page, "Link with Alexa").count(), 0);
    assert.equal(await button(page, "Unlink").count(), 0);
    await inspect(page, "16-outage");
    await programs.coupletUp();
    await page.getByRole("link", { name: "Look again" }).click();
    await page.getByText("Not linked with Alexa").waitFor();
    assert.deepEqual(complaints, []);
    await close();
  });
});

describe("Ride Hailer on a laptop", { timeout: 60_000 }, () => {
  it("has no button for the Alexa app, and can be used by keyboard", async () => {
    const { page, complaints, close } = await openPage(browser, { isMobile: false, hasTouch: false, deviceScaleFactor: 1, ...laptop });
    await signIn(page);
    await page.getByLabel("Where to?").focus();
    await page.keyboard.type("Main <b>station</b>");
    await page.keyboard.press("Enter");
    await page.getByText("Main <b>station</b>").waitFor();
    await inspect(page, "17-laptop-home");
    await openAlexaScreen(page);
    assert.equal(await button(page, "Open the Alexa app").isVisible(), false);
    await inspect(page, "18-laptop-alexa");
    await button(page, "Link with Alexa").focus();
    await page.keyboard.press("Enter");
    await button(page, "Allow").waitFor();
    assert.deepEqual(complaints, []);
    await close();
  });
});
