// SPDX-License-Identifier: Apache-2.0
// The pages that browsers meet: whatever comes, a page answers, and nobody is linked by accident or by somebody else.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Browser, fieldsOf } from "./browser.mjs";
import { parametersOf } from "./emulator.mjs";
import { call } from "./http.mjs";
import { returnPageOf, skills } from "./settings.mjs";
import { startWorld } from "./world.mjs";

let world;
before(async () => (world = await startWorld()));
after(() => world?.stop());

const ride = skills["ride-hailer"];
const web = { platform: "web", redirect_uri: undefined };

/** Up to the return page: the browser has the cookie, `back` is where Amazon sends it. */
async function consentedInBrowser(user) {
  const started = await world.start(user, { body: web });
  const browser = new Browser(world);
  const launched = await browser.get(started.launch_url, { "Sec-Fetch-Site": "same-site" });
  const amazonUser = await world.emulator.newUser();
  const back = await world.emulator.allow(launched.headers.location, amazonUser);
  return { user, browser, back, amazonUser, started, fields: Object.fromEntries(new URL(back).searchParams) };
}

async function assertNothingLinked({ user, amazonUser }, from) {
  assert.deepEqual(await world.emulator.amazonCalls(from), []);
  assert.equal((await world.status(user)).status, "NOT_LINKED");
  if (amazonUser) assert.deepEqual(await world.emulator.links(amazonUser), []);
}

function assertPageHeaders(page) {
  assert.equal(page.headers["content-type"], "text/html; charset=utf-8");
  assert.equal(page.headers["cache-control"], "no-store");
  assert.equal(page.headers["referrer-policy"], "no-referrer");
  assert.equal(page.headers["x-frame-options"], "DENY");
  assert.equal(page.headers["x-content-type-options"], "nosniff");
  assert.ok(page.headers["strict-transport-security"]);
  const policy = page.headers["content-security-policy"];
  for (const part of ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"])
    assert.ok(policy.includes(part), `${part} in ${policy}`);
  assert.ok(!policy.includes("unsafe"));
  assert.deepEqual(
    [...page.text.matchAll(/(?:src|href)="(https?:)?\/\//g)].filter(([, scheme]) => scheme === undefined),
    [],
  );
}

describe("the return page", () => {
  it("LK-14 BR-01 BR-02 BR-03 BR-04 each page has the headers and brings nothing from elsewhere", async () => {
    const { browser, back } = await consentedInBrowser(world.newUser());
    const page = `${world.coupletUrl}/link/return/`;
    const finishing = await browser.get(back);
    const done = await browser.submit(finishing, back);
    const pages = [finishing, done, await browser.get(`${page}ride-hailer`), await browser.get(`${page}no-such`)];
    pages.push(await new Browser(world).get(back), await browser.get(`${world.coupletUrl}/link/launch/garbage`));
    for (const each of pages) assertPageHeaders(each);
    for (const [, asset] of finishing.text.matchAll(/(?:src|href)="(\/[^"]+)"/g)) {
      const got = await browser.get(`${world.coupletUrl}${asset}`);
      assert.equal(got.status, 200, asset);
      assert.equal(got.headers["x-content-type-options"], "nosniff");
    }
  });

  it("BR-06 GET changes nothing, however often; the POST links; again, it answers the same", async () => {
    const visit = await consentedInBrowser(world.newUser());
    const from = await world.emulator.lastSeq();
    for (let i = 0; i < 3; ++i) assert.equal((await visit.browser.get(visit.back)).status, 200);
    await assertNothingLinked(visit, from);
    const page = await visit.browser.get(visit.back);
    assert.deepEqual(fieldsOf(page.text), { code: visit.fields.code, state: visit.fields.state });
    const cookies = new Map(visit.browser.cookies);
    const done = await visit.browser.submit(page, visit.back);
    assert.equal(done.status, 200, done.text);
    assert.equal(visit.browser.cookies.size, 0, "the cookie is gone with its use");
    assert.equal((await world.status(visit.user)).status, "LINKED");
    visit.browser.cookies = cookies; // two taps at once: both had the cookie
    assert.match((await visit.browser.submit(page, visit.back)).text, /Linked with Alexa/);
    const calls = (await world.emulator.amazonCalls(from)).filter(({ path }) => path === "/auth/o2/token");
    assert.equal(calls.length, 1);
  });

  it("LK-15 LK-06 without the cookie, or with another attempt's: a page, and nothing is linked", async () => {
    const victim = await consentedInBrowser(world.newUser());
    const attacker = await consentedInBrowser(world.newUser());
    const from = await world.emulator.lastSeq();
    for (const browser of [new Browser(world), attacker.browser]) {
      const page = await browser.get(victim.back);
      assert.equal(page.status, 403);
      assert.deepEqual(fieldsOf(page.text), {}, "no form to submit");
      const posted = await browser.post(returnPageOf(world, ride), victim.fields);
      assert.equal(posted.status, 403);
    }
    await assertNothingLinked(victim, from);
    await assertNothingLinked(attacker, from);
    const forged = new Browser(world);
    const [name] = [...victim.browser.cookies.keys()];
    forged.cookies.set(name, "A".repeat(43));
    assert.equal((await forged.post(returnPageOf(world, ride), victim.fields)).status, 403);
    forged.cookies.set(name, "");
    assert.equal((await forged.post(returnPageOf(world, ride), victim.fields)).status, 403);
    await assertNothingLinked(victim, from);
    const page = await victim.browser.get(victim.back);
    assert.equal((await victim.browser.submit(page, victim.back)).status, 200, "the right browser still can");
  });

  it("BR-06 LK-18 a POST from another site links nothing", async () => {
    const visit = await consentedInBrowser(world.newUser());
    const from = await world.emulator.lastSeq();
    const page = await visit.browser.get(visit.back);
    for (const headers of [
      { Origin: "https://evil.test", "Sec-Fetch-Site": "cross-site" },
      { Origin: world.coupletUrl, "Sec-Fetch-Site": "cross-site" },
      { Origin: world.coupletUrl, "Sec-Fetch-Site": "same-site" },
      { Origin: world.coupletUrl, "Sec-Fetch-Site": "none" },
      { Origin: "https://evil.test", "Sec-Fetch-Site": "same-origin" },
      { Origin: "https://evil.test" },
      { Origin: "null" },
      { "Sec-Fetch-Site": "cross-site" },
    ]) {
      const posted = await visit.browser.submit(page, visit.back, headers);
      assert.equal(posted.status, 403, JSON.stringify(headers));
    }
    await assertNothingLinked(visit, from);
    const own = { Origin: "null", "Sec-Fetch-Site": "same-origin" }; // as a page without referrer sends it
    assert.equal((await visit.browser.submit(page, visit.back, own)).status, 200);
  });

  it("LK-13 LK-15 an app link at the page is sent back to the app and not finished there", async () => {
    const user = world.newUser();
    const { code, state, amazonUser } = await world.consented(user, {
      body: { redirect_uri: returnPageOf(world, ride) },
    });
    const from = await world.emulator.lastSeq();
    const browser = new Browser(world);
    const page = await browser.get(`${returnPageOf(world, ride)}?${new URLSearchParams({ code, state })}`);
    assert.equal(page.status, 200);
    const button = /href="([^"]+)">Back to Ride Hailer/.exec(page.text)[1].replaceAll("&amp;", "&");
    assert.equal(new URL(button).searchParams.get("code"), code);
    assert.equal(new URL(button).searchParams.get("state"), state);
    assert.equal((await browser.post(returnPageOf(world, ride), { code, state })).status, 403);
    await assertNothingLinked({ user, amazonUser }, from);
    assert.equal((await world.finish(user, { code, state })).status, 200, "the app finishes it");
  });

  it("LK-08 LK-10 missing, garbage, altered, repeated: a page with a status, never a 404, never a call to Amazon", async () => {
    const visit = await consentedInBrowser(world.newUser());
    const from = await world.emulator.lastSeq();
    const { code, state } = visit.fields;
    const altered = state.slice(0, 9) + (state[9] === "A" ? "B" : "A") + state.slice(10);
    const queries = [
      "",
      "?",
      "?code=x",
      `?code=${code}`,
      `?state=${state}`,
      "?code=x&state=garbage",
      `?code=${code}&state=${altered}`,
    ];
    queries.push(`?code=${code}&code=${code}&state=${state}`, `?code=${code}&state=${state}&state=${state}`);
    queries.push(
      `?code=${code}&error=access_denied&state=${state}`,
      `?code=${"x".repeat(3000)}&state=${state}`,
      "?%zz",
      "?code=%00&state=%ff",
    );
    queries.push(
      `?code=${code}&state=${state.slice(0, -2)}`,
      "?error=access_denied",
      "?state=%3Cscript%3Ealert(1)%3C/script%3E&code=1",
    );
    for (const query of queries) {
      const page = await visit.browser.get(returnPageOf(world, ride) + query);
      assert.equal(page.status, 400, `${query}: ${page.status}`);
      assertPageHeaders(page);
      assert.deepEqual(fieldsOf(page.text), {});
      assert.ok(!page.text.includes("alert(1)"));
      const posted = await visit.browser.post(returnPageOf(world, ride), query.slice(1));
      assert.equal(posted.status, 400, `POST ${query}: ${posted.status}`);
      assertPageHeaders(posted);
    }
    assert.equal(
      (await visit.browser.get(`${world.coupletUrl}/link/return/no-such?code=${code}&state=${state}`)).status,
      400,
    );
    await assertNothingLinked(visit, from);
  });
});

describe("alerts", () => {
  const counted = async () =>
    (await world.metrics()).split("\n").filter((line) => /^couplet_(links_failed|operator_alerts)_total\{code="invalid_scope"/.test(line));
  const countOf = (lines) => lines.map((line) => Number(line.split(" ").at(-1)));

  it("LW-05 LK-15 another browser's error raises none, however often; that of the browser that started does", async () => {
    const visit = await consentedInBrowser(world.newUser());
    const page = returnPageOf(world, ride);
    const answers = { error: "invalid_scope", state: visit.fields.state };
    const url = `${page}?${new URLSearchParams(answers)}`;
    const before = await counted();
    const stranger = new Browser(world);
    const other = await consentedInBrowser(world.newUser());
    for (const browser of [stranger, other.browser]) {
      assert.equal((await browser.get(url)).status, 502);
      assert.equal((await browser.post(page, answers)).status, 502);
      assert.equal((await browser.get(`${page}?error=invalid_scope&state=made-up`)).status, 400);
      assert.equal((await browser.get(`${page}?error=invalid_scope`)).status, 400);
    }
    assert.deepEqual(await counted(), before);
    assert.equal((await visit.browser.get(url)).status, 502);
    const after = countOf(await counted());
    assert.deepEqual(after, [0, 1].map((i) => (countOf(before)[i] ?? 0) + 1), "failed, and an alert");
  });

  it("LW-05 LK-13 where no cookie is set, our own state is enough", async () => {
    const { state } = parametersOf((await world.start(world.newUser())).alexa_app_url);
    const before = countOf(await counted());
    const answer = await new Browser(world).get(`${returnPageOf(world, ride)}?${new URLSearchParams({ error: "invalid_scope", state })}`);
    assert.equal(answer.status, 502);
    assert.deepEqual(countOf(await counted()), [0, 1].map((i) => (before[i] ?? 0) + 1));
  });
});

describe("the launch link", () => {
  const launch = async (headers, accept = "text/html") => {
    const { launch_url, lwa_url } = await world.start("alice", { body: web });
    return {
      lwa_url,
      launch_url,
      answer: await call(launch_url, { headers: { Accept: accept, ...headers }, agent: world.agent }),
    };
  };

  it("LK-18 from another site: 403, no cookie, no way to Amazon", async () => {
    const { answer, lwa_url } = await launch({ "Sec-Fetch-Site": "cross-site" });
    assert.equal(answer.status, 403);
    assert.deepEqual(answer.cookies, []);
    assert.equal(answer.headers.location, undefined);
    assert.ok(!answer.text.includes(new URL(lwa_url).host));
  });

  it("LK-18 typed, or from a message: a page asks first, without a cookie; its POST goes on", async () => {
    const { answer, launch_url, lwa_url } = await launch({ "Sec-Fetch-Site": "none" });
    assert.equal(answer.status, 200);
    assert.deepEqual(answer.cookies, []);
    assert.match(answer.text, /Continue/);
    const browser = new Browser(world);
    const foreign = await browser.post(launch_url, {}, { Origin: "https://evil.test", "Sec-Fetch-Site": "cross-site" });
    assert.equal(foreign.status, 400);
    assert.equal(browser.cookies.size, 0);
    const onward = await browser.post(launch_url, {});
    assert.equal(onward.status, 303);
    assert.equal(onward.headers.location, lwa_url);
    assert.equal(browser.cookies.size, 1);
  });

  it("BR-05 from the provider's own pages: 302 to LWA with a __Host- cookie, Secure, HttpOnly, Lax", async () => {
    for (const site of ["same-site", "same-origin"]) {
      const { answer, lwa_url } = await launch({ "Sec-Fetch-Site": site });
      assert.equal(answer.status, 302);
      assert.equal(answer.headers.location, lwa_url);
      assert.equal(answer.cookies.length, 1);
      const [pair, ...attributes] = answer.cookies[0].split("; ");
      assert.match(pair, /^__Host-[\w-]+=[A-Za-z0-9_-]{43}$/);
      assert.deepEqual(attributes.filter((each) => !each.startsWith("Max-Age")).sort(), [
        "HttpOnly",
        "Path=/",
        "SameSite=Lax",
        "Secure",
      ]);
      assert.equal(answer.headers["cache-control"], "no-store");
      assert.equal(answer.headers["referrer-policy"], "no-referrer");
    }
  });

  it("LK-08 a ticket that was changed: a page, no redirect", async () => {
    const { launch_url } = await world.start("alice", { body: web });
    const at = launch_url.length - 12;
    const changed = launch_url.slice(0, at) + (launch_url[at] === "A" ? "B" : "A") + launch_url.slice(at + 1);
    for (const url of [changed, launch_url.slice(0, -4), `${world.coupletUrl}/link/launch/x`]) {
      const answer = await call(url, { headers: { "Sec-Fetch-Site": "same-site" }, agent: world.agent });
      assert.equal(answer.status, 400);
      assert.equal(answer.headers.location, undefined);
      assert.deepEqual(answer.cookies, []);
    }
  });
});
