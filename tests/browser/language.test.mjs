// SPDX-License-Identifier: Apache-2.0
// The pages in German on the narrowest phone: the longest words have to fit as well.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { inspect, openPage } from "./browser.mjs";
import { browser, programs } from "./stage.mjs";

const narrow = { viewport: { width: 320, height: 640 }, locale: "de-DE" };

async function start(body = { platform: "web" }) {
  const answer = await fetch(`${programs.coupletUrl}/v1/skills/ride-hailer/users/user-alice/link-attempts`, {
    method: "POST",
    headers: { Authorization: `Bearer ${programs.apiKey}`, "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  assert.equal(answer.status, 201);
  return answer.json();
}

const languageOf = (page) => page.evaluate(() => document.documentElement.lang);

describe("Couplet's pages in German, 320 px wide", { timeout: 120_000 }, () => {
  it("LK-11 a failure, the question of the launch page, a foreign browser and a broken link fit", async () => {
    const { page, complaints, close } = await openPage(browser, narrow);
    const returned = `${programs.coupletUrl}/link/return/ride-hailer`;
    const { state, launch_url } = await start();
    await page.goto(launch_url);
    await page.getByRole("heading", { name: "Ride Hailer mit Alexa verknüpfen" }).waitFor();
    assert.equal(await languageOf(page), "de");
    await inspect(page, "20-german-launch");
    const visits = [
      [new URLSearchParams({ error: "temporarily_unavailable", state }), /vorübergehende Störung/, "21-german-failure"],
      [new URLSearchParams({ code: "ANCode", state }), /in einem anderen Browser/, "22-german-other-browser"],
      ["state=garbage", /nicht mehr gültig/, "23-german-no-state"],
    ];
    for (const [query, text, name] of visits) {
      await page.goto(`${returned}?${query}`);
      await page.getByText(text).waitFor();
      assert.equal(await languageOf(page), "de");
      await inspect(page, name);
    }
    // The status of an error page is no fault of the page.
    assert.deepEqual(complaints.filter((each) => !/status of (400|403|503)/.test(each)), []);
    await close();
  });

  it("LK-06 the account and the number that confirms it fit, and a wrong one is said in place", async () => {
    const { page, complaints, close } = await openPage(browser, narrow);
    const account_hint = "alice.with.a.very.long.name@mail.ride-hailer-verwaltungsgesellschaft.example.org";
    const { state, confirmation_number } = await start({ platform: "ios", return_mode: "page", account_hint });
    await page.goto(`${programs.coupletUrl}/link/return/ride-hailer?${new URLSearchParams({ code: "ANCode", state })}`);
    const field = page.getByLabel("Nummer, die Ride Hailer Ihnen anzeigt");
    await page.getByText(`a•••${account_hint.slice(account_hint.indexOf("@"))}`).waitFor();
    assert.equal(new URL(page.url()).search, "", "code and state are gone from the address");
    await inspect(page, "24-german-confirmation");
    await field.fill(String((Number(confirmation_number) + 1) % 1_000_000).padStart(6, "0"));
    await page.getByRole("button", { name: "Verknüpfung abschließen" }).click();
    await page.getByRole("alert").waitFor();
    assert.ok(await field.evaluate((element) => element === document.activeElement), "the field has the focus");
    await inspect(page, "25-german-wrong-number");
    assert.deepEqual(complaints.filter((each) => !/status of 403/.test(each)), []);
    await close();
  });
});
