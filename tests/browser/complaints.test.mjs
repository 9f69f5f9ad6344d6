// SPDX-License-Identifier: Apache-2.0
// What counts as a complaint of the browser: the other tests rest on it.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, before, describe, it } from "node:test";
import { openBrowser, openPage } from "./browser.mjs";

const html = (body) => `<!doctype html><html lang="en"><title>Page</title><link rel="icon" href="data:,">${body}</html>`;
const asked = new Map(); // path → resolves when the browser has asked for it
const answers = {
  "/waiting": (response) => response.end(html('<img src="/never" alt="">')),
  "/never": () => {},
  "/elsewhere": (response) => response.end(html("<h1>Elsewhere</h1>")),
  "/broken": (response) => response.end(html('<img src="/dropped" alt="">')),
  "/dropped": (response) => response.destroy(),
  "/forbidden": (response) => {
    response.setHeader("Content-Security-Policy", "img-src 'none'");
    response.end(html('<img src="/never" alt="">'));
  },
};

let server, browser, origin;
before(
  async () => {
    browser = await openBrowser();
    server = createServer((request, response) => {
      response.setHeader("Content-Type", "text/html");
      asked.get(request.url)?.();
      answers[request.url](response);
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    origin = `http://127.0.0.1:${server.address().port}`;
  },
  { timeout: 60_000 },
);
after(async () => {
  await browser?.close();
  server?.closeAllConnections();
  server?.close();
});

/** Opens a page whose picture never comes; resolves while the picture is waited for. */
async function openWaiting(page) {
  const arrived = new Promise((done) => asked.set("/never", done));
  await page.goto(`${origin}/waiting`, { waitUntil: "commit" });
  await arrived;
}

const failureOf = (page) => page.waitForEvent("requestfailed");

describe("complaints", { timeout: 120_000 }, () => {
  it("have nothing of a request that was under way when the page was left", async () => {
    const { page, complaints, close } = await openPage(browser);
    await openWaiting(page);
    const [failed] = await Promise.all([failureOf(page), page.goto(`${origin}/elsewhere`)]);
    assert.equal(failed.failure().errorText, "net::ERR_ABORTED");
    await openWaiting(page);
    await Promise.all([failureOf(page), page.evaluate(() => location.assign("/elsewhere"))]);
    assert.deepEqual(complaints, []);
    await close();
  });

  it("have a request that was stopped on a page that stays", async () => {
    const { page, complaints, close } = await openPage(browser);
    await page.goto(`${origin}/elsewhere`);
    const stop = () => {
      const stopping = new AbortController();
      fetch("/never", { signal: stopping.signal }).catch(() => {});
      stopping.abort();
    };
    await Promise.all([failureOf(page), page.evaluate(stop)]);
    assert.deepEqual(complaints, [`${origin}/never: net::ERR_ABORTED`]);
    await close();
  });

  it("have a request that was dropped, forbidden or stopped on the way, also where the page was left later", async () => {
    const { page, complaints, close } = await openPage(browser);
    await Promise.all([failureOf(page), page.goto(`${origin}/broken`)]);
    await Promise.all([failureOf(page), page.goto(`${origin}/forbidden`)]);
    await page.route("**/never", (route) => route.abort("connectionrefused"));
    await Promise.all([failureOf(page), page.goto(`${origin}/waiting`)]);
    await page.goto(`${origin}/elsewhere`);
    const failures = complaints.filter((each) => each.startsWith(origin));
    assert.deepEqual(failures, [
      `${origin}/dropped: net::ERR_EMPTY_RESPONSE`,
      `${origin}/never: csp`,
      `${origin}/never: net::ERR_CONNECTION_REFUSED`,
    ]);
    await close();
  });
});
