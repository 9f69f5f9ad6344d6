// SPDX-License-Identifier: Apache-2.0
// A phone-sized Chromium, and a careful look at what it shows.
import assert from "node:assert/strict";
import { join } from "node:path";
import axe from "axe-core";
import { chromium } from "playwright-core";

const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
const stepDeadlineMs = 30_000;
export const laptop = { viewport: { width: 1280, height: 800 } };
const axeRules = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"];

export const openBrowser = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      ..."--no-sandbox --disable-gpu --disable-quic --no-first-run".split(" "),
      ..."--disable-background-networking --disable-component-update --disable-sync".split(" "),
    ],
  });

/** Tells a request that was given up because its page was left from one that somebody stopped: since it began, the page
 * has asked for another document. */
function watchDepartures(page) {
  let departures = 0;
  const before = new WeakMap();
  page.on("request", (request) => {
    if (request.isNavigationRequest()) ++departures;
    before.set(request, departures);
  });
  return (request) => request.failure()?.errorText === "net::ERR_ABORTED" && departures > (before.get(request) ?? departures);
}

/** A page of a fresh visitor. `complaints` collects what the console, scripts and failed requests say; a request that the
 * browser gave up because the page was left while it was under way is nothing to complain about. */
export async function openPage(browser, options = {}) {
  const context = await browser.newContext({ ...phone, reducedMotion: "reduce", ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(stepDeadlineMs);
  const complaints = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  const wasLeftBehind = watchDepartures(page);
  page.on("requestfailed", (request) => {
    if (!wasLeftBehind(request)) complaints.push(`${request.url()}: ${request.failure()?.errorText}`);
  });
  return { page, complaints, close: () => context.close() };
}

/** In light and dark: axe has nothing to say, nothing is wider than the screen; a picture where they are wanted. */
export async function inspect(page, name) {
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    await page.evaluate(axe.source);
    const { violations } = await page.evaluate((rules) => axe.run(document, { runOnly: rules }), axeRules);
    const found = violations.map((rule) => `${rule.id}: ${rule.nodes.map((node) => node.target).join(", ")}`);
    assert.deepEqual(found, [], `${name} in ${colorScheme}`);
    const wider = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    assert.equal(wider, false, `${name} scrolls sideways`);
    if (process.env.COUPLET_SCREENSHOTS)
      await page.screenshot({ path: join(process.env.COUPLET_SCREENSHOTS, `${name}-${colorScheme}.png`), fullPage: true });
  }
  await page.emulateMedia({ colorScheme: "light" });
}
