// SPDX-License-Identifier: Apache-2.0
// The programs and a browser: up before the tests of the file that imports this, gone after them.
import { after, before } from "node:test";
import { openBrowser } from "./browser.mjs";
import { startPrograms } from "./programs.mjs";

export let programs;
export let browser;

before(
  async () => {
    programs = await startPrograms();
    browser = await openBrowser();
  },
  { timeout: 60_000 },
);
after(async () => {
  await browser?.close();
  await programs?.stop();
});
