// SPDX-License-Identifier: Apache-2.0
// The emulator's own pages, as a developer uses them: the phone, a link from the Alexa app, voice, faults, the calls.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { inspect, laptop, openPage } from "./browser.mjs";
import { skillId } from "./programs.mjs";
import { browser, programs } from "./stage.mjs";

const button = (page, name) => page.getByRole("button", { name, exact: true });
const home = () => `${programs.emulatorUrl}/_emulator`;

/** From the phone's button over Ride Hailer's pages back to the phone. */
async function linkFromThePhone(page, decision = "Link") {
  await page.goto(home());
  await button(page, "Enable and link").click();
  await page.getByLabel("Name").or(button(page, decision)).waitFor();
  if (await page.getByLabel("Name").isVisible()) {
    await page.getByLabel("Name").fill("alice");
    await page.getByLabel("Password").fill("wonderland");
    await button(page, "Sign in").click();
  }
  await button(page, decision).click();
}

/** It is open already where the last scenario was a pasted one. */
async function openPaste(page) {
  if (!(await page.getByLabel("A step a line").isVisible())) await page.getByText("Paste a scenario").click();
}

describe("the emulator's page", { timeout: 180_000 }, () => {
  it("links from the Alexa app, speaks, shows who called whom, and disables", async () => {
    const { page, complaints, close } = await openPage(browser);
    await page.goto(home());
    await page.getByText("not enabled").waitFor();
    await inspect(page, "30-emulator-empty");
    await linkFromThePhone(page);
    await page.getByRole("heading", { name: "Ride Hailer is linked" }).waitFor();
    await inspect(page, "31-alexa-linked");
    await page.getByRole("link", { name: "Back to the phone" }).click();
    await page.getByText("enabled and linked").waitFor();
    await button(page, "“Alexa, ask Ride Hailer for a ride”").click();
    await page.locator(".bubble", { hasText: "Your ride is on its way, Alice." }).waitFor();
    await page.getByText("What Alexa knows").click();
    await page.locator(".knows dt", { hasText: "Refresh token" }).waitFor();
    await button(page, "Refresh now").click();
    await page.locator(".bubble", { hasText: "Alexa has new tokens." }).waitFor();
    const call = page.locator("summary", { hasText: "Alexa to Server: POST /oauth/token, 200" }).first();
    await call.click();
    await page.getByText("authorization_code", { exact: true }).waitFor();
    await inspect(page, "32-emulator-linked");
    await button(page, "Disable skill").click();
    await page.getByText("not enabled").waitFor();
    assert.deepEqual(complaints, []);
    await close();
  });

  it("shows Alexa's one text when the user refuses", async () => {
    const { page, complaints, close } = await openPage(browser);
    await linkFromThePhone(page, "Cancel");
    await page.getByRole("heading", { name: "We were unable to link Ride Hailer" }).waitFor();
    await inspect(page, "33-alexa-unable");
    assert.deepEqual(complaints, []);
    await close();
  });

  it("keeps itself current without a reload, and what was opened stays open", async () => {
    const { page, complaints, close } = await openPage(browser, { isMobile: false, hasTouch: false, ...laptop });
    await page.goto(home());
    await programs.say("OrderRideIntent");
    const call = page.locator("summary", { hasText: "Alexa to Provider" }).last();
    await call.waitFor();
    await call.focus();
    await page.keyboard.press("Enter");
    const opened = page.locator(".call details[open]");
    assert.equal(await opened.count(), 1);
    await programs.say("OrderRideIntent");
    await page.getByText(/^\d+ new calls?$/).waitFor();
    await page.waitForFunction((count) => document.querySelectorAll(".call").length > count, 1);
    assert.equal(await opened.count(), 1);
    await inspect(page, "34-emulator-laptop");
    assert.deepEqual(complaints, []);
    await close();
  });

  it("breaks things, moves the clock and changes switches", async () => {
    const { page, complaints, close } = await openPage(browser, { isMobile: false, hasTouch: false, ...laptop });
    await page.goto(home());
    await button(page, "LWA is down for three calls").click();
    await page.getByText('"status":503').waitFor();
    await page.getByText("Skills", { exact: true }).click();
    await page.getByText(/^Readings of Amazon/).click();
    await page.getByLabel("expires_in", { exact: true }).selectOption("string");
    await inspect(page, "35-emulator-workbench");
    await button(page, "Save the switches").click();
    await page.getByText(/1 changed$/).waitFor();
    await page.getByRole("button", { name: /^Take back/ }).click();
    await page.getByText("Nothing.").waitFor();
    const now = () => page.locator("[aria-labelledby=clock-title] .panel-head p").innerText();
    const before = Date.parse(await now());
    await Promise.all([page.waitForEvent("load"), button(page, "An hour on").click()]);
    assert.ok(Date.parse(await now()) - before >= 3_600_000);
    assert.deepEqual(complaints, []);
    await close();
  });

  it("plays a scenario by keyboard, and shows its report", async () => {
    const { page, complaints, close } = await openPage(browser, { isMobile: false, hasTouch: false, ...laptop });
    await page.goto(home());
    await page.getByLabel("Scenario", { exact: true }).selectOption("refusal");
    await page.getByLabel("Scenario", { exact: true }).focus();
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.textContent), "Play");
    await page.keyboard.press("Enter");
    const report = page.getByRole("group", { name: "A person who refuses is not linked, and may change their mind" });
    await report.getByText("passed", { exact: true }).waitFor();
    assert.equal(new URL(page.url()).hash, "#played");
    const steps = report.getByRole("listitem");
    assert.match(await report.innerText(), new RegExp(`${await steps.count()} steps in \\d+\\.\\d s`));
    assert.equal(await steps.getByText("ok", { exact: true }).count(), await steps.count());
    assert.ok(!(await page.content()).includes(programs.apiKey), "a variable stays a name");
    await inspect(page, "39-emulator-scenario");
    assert.deepEqual(complaints, []);
    await close();
  });

  it("says which step of a pasted scenario failed, and what cannot be read", async () => {
    const { page, complaints, close } = await openPage(browser);
    await page.goto(home());
    await openPaste(page);
    await page.getByLabel("A step a line").fill("scenario Too hopeful\naccount hope in EU\nexpect hope is linked to ride-hailer\nwait 1h\n");
    await button(page, "Play this text").click();
    const report = page.getByRole("group", { name: "Too hopeful" });
    await report.getByText("line 3: hope is not linked").waitFor();
    assert.equal(await report.getByRole("listitem").count(), 2);
    await inspect(page, "40-emulator-scenario-failed");
    assert.match(await page.getByLabel("A step a line").inputValue(), /^scenario Too hopeful/);
    await page.getByLabel("A step a line").fill("account hope in MARS");
    await button(page, "Play this text").click();
    await page.getByText("line 1, column 17").waitFor();
    await inspect(page, "41-emulator-scenario-unreadable");
    assert.deepEqual(complaints, []);
    await close();
  });

  it("takes a snapshot, and comes back to it", async () => {
    const { page, complaints, close } = await openPage(browser);
    await page.goto(home());
    await page.getByText("not enabled").waitFor();
    await page.getByLabel("Name, if you like").fill("Before the link");
    await button(page, "Take a snapshot").click();
    await page.getByText("Took “Before the link”.").waitFor();
    await linkFromThePhone(page);
    await page.getByRole("link", { name: "Back to the phone" }).click();
    await page.getByText("enabled and linked").waitFor();
    await button(page, "Take a snapshot").click();
    await page.getByText("Took “Snapshot 2”.").waitFor();
    await inspect(page, "42-emulator-snapshots");
    await button(page, "Restore Before the link").click();
    await page.getByText("Restored “Before the link”.").waitFor();
    await page.getByText("not enabled").waitFor();
    await button(page, "Restore Snapshot 2").click();
    await page.getByText("enabled and linked").waitFor();
    await button(page, "Delete Before the link").click();
    await page.getByText("Deleted “Before the link”.").waitFor();
    assert.equal(await button(page, "Restore Before the link").count(), 0);
    await button(page, "Disable skill").click();
    await page.getByText("not enabled").waitFor();
    assert.deepEqual(complaints, []);
    await close();
  });

  it("takes the token of an implicit grant out of the address", async () => {
    const { page, complaints, close } = await openPage(browser);
    const api = `${home()}/api`;
    const send = (method, path, body) =>
      fetch(`${api}${path}`, { method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
    await send("PUT", `/skills/${skillId}`, { account_linking: { type: "IMPLICIT" } });
    const started = await send("POST", "/alexa-link", { user: "alice", skill_id: skillId, return_to: "browser" });
    const { url, redirect_uri } = await started.json();
    const state = new URL(url).searchParams.get("state");
    assert.equal(new URL(url).searchParams.get("response_type"), "token");
    const answer = new URLSearchParams({ access_token: "implicit&token", token_type: "Bearer", expires_in: "3600", state });
    await page.goto(`${redirect_uri}#${answer}`);
    await page.getByRole("heading", { name: "Ride Hailer is linked" }).waitFor();
    assert.ok(!page.url().includes("implicit"), page.url());
    await inspect(page, "43-implicit-linked");
    await page.getByRole("link", { name: "Back to the phone" }).click();
    await page.getByText("What Alexa knows").click();
    await page.locator("dt", { hasText: "Refresh token" }).locator("xpath=following-sibling::dd[1]").getByText("none").waitFor();
    assert.deepEqual(complaints, []);
    await close();
    await fetch(`${api}/reset`, { method: "POST" });
  });

  it("works without JavaScript", async () => {
    const { page, close } = await openPage(browser, { javaScriptEnabled: false });
    await linkFromThePhone(page);
    await page.getByRole("link", { name: "Back to the phone" }).click();
    await page.getByText("enabled and linked").waitFor();
    await page.getByRole("link", { name: "Look again" }).click();
    await button(page, "Disable skill").click();
    await page.getByText("not enabled").waitFor();
    await openPaste(page);
    await page.getByLabel("A step a line").fill("scenario One more account\naccount otto in FE");
    await button(page, "Play this text").click();
    await page.getByRole("group", { name: "One more account" }).getByText("passed", { exact: true }).waitFor();
    await button(page, "Take a snapshot").click();
    await page.getByText(/^Took “Snapshot \d+”\.$/).waitFor();
    await button(page, "Reset to the configuration").click();
    await page.getByText("Reset: everything is as the configuration has it.").waitFor();
    assert.equal(await page.getByRole("link", { name: "otto" }).count(), 0);
    await page.getByRole("button", { name: /^Restore Snapshot/ }).first().click();
    await page.getByRole("link", { name: "otto" }).waitFor();
    await close();
  });
});

describe("Login with Amazon's pages", { timeout: 60_000 }, () => {
  before(() => fetch(`${home()}/api/reset`, { method: "POST" })); // one account only
  const query = () =>
    new URLSearchParams({
      ...{ client_id: "amzn1.application-oa2-client.0123456789abcdef0123456789abcdef", response_type: "code" },
      ...{ scope: "alexa::skills:account_linking", redirect_uri: `${programs.rideUrl}/alexa/return`, state: "xyz" },
    });

  it("sign in, make an account, and come back by a tap", async () => {
    const { page, complaints, close } = await openPage(browser);
    await page.goto(`${programs.emulatorUrl}/ap/oa?${query()}`);
    await button(page, "Use another account").click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await inspect(page, "36-lwa-sign-in");
    await page.getByText("Create a new Amazon account").click();
    await page.getByLabel("Your name").fill("Nora New");
    await inspect(page, "37-lwa-create");
    await button(page, "Create your Amazon account").click();
    await page.getByText("Nora New").waitFor();
    await page.getByLabel("By opening the app, with a tap").check();
    await button(page, "Allow").click();
    const tap = page.getByRole("link", { name: "Open the app" });
    await tap.waitFor();
    await inspect(page, "38-open-the-app");
    const { origin, searchParams } = new URL(await tap.getAttribute("href"));
    assert.equal(origin, programs.rideUrl);
    assert.equal(searchParams.get("state"), "xyz");
    assert.match(searchParams.get("code"), /^AN\w{18}$/);
    assert.deepEqual(complaints, []);
    await close();
  });
});
