// SPDX-License-Identifier: Apache-2.0
// Users are told what happened in their own language, and in the skill's own words where it has some.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Browser } from "./browser.mjs";
import { germanTexts, texts } from "./messages.mjs";
import { returnPageOf, skills } from "./settings.mjs";
import { startWorld } from "./world.mjs";

const skillSettings = {
  "second-skill": `default_locale = "de"
[skills.messages]
server_error = "Alexa is having a nap."
[skills.messages.de]
temporarily_unavailable = "{service} ist gleich wieder da."
declined = "Dann eben nicht."`,
};

let world;
before(async () => (world = await startWorld({ skillSettings })));
after(() => world?.stop());

const ride = skills["ride-hailer"];
const second = skills["second-skill"];
const web = { platform: "web", redirect_uri: undefined };
const langOf = (page) => /<html lang="([^"]*)">/.exec(page.text)?.[1];

/** A link that Amazon ends with this error; answered by the API. */
async function refused(error, { skill = "ride-hailer", locale, headers } = {}) {
  const user = world.newUser();
  const { state } = await world.start(user, { skill, body: { locale } });
  const answer = await world.api("POST", `${world.userPath(user, skill)}/link`, { body: { error, state }, headers });
  return answer.json();
}

describe("languages", () => {
  it("LK-11 the locale of the start call, then Accept-Language, then the skill's language", async () => {
    const german = { "Accept-Language": "de-CH, en;q=0.5" };
    const expected = [
      [{}, texts],
      [{ locale: "de-AT" }, germanTexts],
      [{ locale: "en-GB", headers: german }, texts],
      [{ headers: german }, germanTexts],
      [{ locale: "ja", headers: german }, texts],
      [{ headers: { "Accept-Language": "ja" }, skill: "second-skill" }, texts],
      [{ skill: "second-skill" }, germanTexts],
    ];
    for (const [options, wanted] of expected)
      assert.equal((await refused("invalid_scope", options)).user_message, wanted.problem, JSON.stringify(options));
    assert.equal((await refused("access_denied", { locale: "de" })).user_message, null);
  });

  it("LK-11 the skill's own words go before the built-in ones", async () => {
    const skill = "second-skill";
    for (const locale of ["en", "de"])
      assert.equal((await refused("server_error", { skill, locale })).user_message, "Alexa is having a nap.");
    const later = (locale) => refused("temporarily_unavailable", { skill, locale });
    assert.equal((await later("de")).user_message, "Second Service ist gleich wieder da.");
    assert.equal((await later("en")).user_message, texts.momentary);
    assert.equal((await refused("server_error", { locale: "de" })).user_message, germanTexts.unexpected);
  });

  it("LK-11 a locale that is no language tag is refused at the start", async () => {
    for (const locale of ["", "german!", 7, null, "x".repeat(40)]) {
      const answer = await world.api("POST", `${world.userPath("alice")}/link-attempts`, {
        body: { platform: "web", locale },
      });
      assert.equal(answer.status, 400, JSON.stringify(locale));
      assert.match(answer.json().detail, /locale/);
    }
  });

  it("LK-11 the pages speak the language, and say which one it is", async () => {
    const body = { ...web, locale: "de" };
    const { launch_url, attempt_id } = await world.start(world.newUser(), { body });
    const browser = new Browser(world);
    const asking = await browser.get(launch_url, { "Sec-Fetch-Site": "none" });
    assert.equal(langOf(asking), "de");
    assert.match(asking.text, /<h1>Ride Hailer mit Alexa verknüpfen<\/h1>/);
    const launched = await browser.get(launch_url, { "Sec-Fetch-Site": "same-site" });
    const amazonUser = await world.emulator.newUser();
    const back = await world.emulator.allow(launched.headers.location, amazonUser);
    const finishing = await browser.get(back, { "Accept-Language": "en" });
    assert.equal(langOf(finishing), "de");
    assert.match(finishing.text, />Verknüpfung abschließen</);
    const elsewhere = await new Browser(world).get(back);
    assert.equal(langOf(elsewhere), "de");
    const done = await browser.submit(finishing, back);
    assert.equal(langOf(done), "de");
    assert.match(done.text, /Ihr Konto bei Ride Hailer und Alexa arbeiten jetzt zusammen\./);
    assert.equal((await world.trace(attempt_id)).status, "linked");
  });

  it("LK-11 a failure at the return page is told in the language of the link", async () => {
    const { state } = await world.start(world.newUser(), { body: { ...web, locale: "de" } });
    const query = new URLSearchParams({ error: "server_error", state });
    const failed = await new Browser(world).get(`${returnPageOf(world, ride)}?${query}`);
    assert.equal(langOf(failed), "de");
    assert.ok(failed.text.includes(germanTexts.unexpected));
    assert.match(failed.text, /Referenz [2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}</);
    const { reference } = (await world.finish("alice", { error: "server_error", state })).json();
    assert.equal(reference, null, "it is another user's");
  });

  it("LK-11 where the state says nothing, the browser's language or the skill's counts", async () => {
    const page = (skill, query, language) =>
      new Browser(world).get(`${returnPageOf(world, skill)}?${query}`, language && { "Accept-Language": language });
    assert.equal(langOf(await page(ride, "state=garbage", "de")), "de");
    assert.equal(langOf(await page(ride, "state=garbage", "fr")), "en");
    assert.equal(langOf(await page(second, "state=garbage")), "de");
    assert.equal(langOf(await page({ name: "no-such" }, "", "de")), "de");
    const { state } = await world.start(world.newUser(), { skill: "second-skill" });
    const declined = await page(second, new URLSearchParams({ error: "access_denied", state }), "de");
    assert.match(declined.text, /Dann eben nicht\./);
    const authorize = await new Browser(world).get(`${world.coupletUrl}/oauth/authorize`, { "Accept-Language": "de" });
    assert.equal(langOf(authorize), "de");
    assert.match(authorize.text, /Dieser Link funktioniert nicht/);
  });
});
