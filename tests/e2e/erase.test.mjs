// SPDX-License-Identifier: Apache-2.0
// One user erased everywhere, exported, and many asked about at once.
import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { tablesWith as tablesOf } from "./database.mjs";
import { eventually } from "./eventually.mjs";
import { startWorld } from "./world.mjs";

let world;
before(async () => (world = await startWorld({ ioThreads: 1 })));
after(() => world?.stop());
afterEach(() => world.emulator.clearFaults());

const userPath = (user) => `/v1/users/${encodeURIComponent(user)}`;
const erase = (user, options) => world.api("DELETE", userPath(user), options);
const exported = async (user, options) => (await world.api("GET", `${userPath(user)}/export`, options)).json();

const tablesWith = (...texts) => tablesOf(world, ...texts);

let users = 0;
/** A name that is part of no other. */
async function linkedUser() {
  const user = `erased-user-${++users}-of-these`;
  const linked = await world.link(user);
  assert.equal(linked.answer.status, 200, linked.answer.text);
  const [{ link }] = (await exported(user)).skills;
  assert.ok(link.alexa_user_id);
  return { user, alexaUserId: link.alexa_user_id, ...linked };
}

describe("erasing a user", () => {
  it("UL-05 leaves nothing of the user in any table, nothing at Amazon, and no token that works", async () => {
    const { user, alexaUserId, amazonUser, tokens, attempt_id } = await linkedUser();
    const before = tablesWith(user, alexaUserId);
    for (const table of ["alexa_ids", "attempts", "codes", "grants", "links"]) assert.ok(before.includes(table), table);
    const answer = await erase(user);
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual(answer.json(), { status: "ERASED", skills: [{ skill: "ride-hailer", amazon: "disabled" }] });
    await eventually(async () => assert.deepEqual(tablesWith(user, alexaUserId), []));
    assert.deepEqual(await world.emulator.links(amazonUser), []);
    assert.equal(await world.isLive(tokens[0].refresh_token), false);
    assert.equal((await world.trace(attempt_id)).code, "unknown_attempt");
    assert.equal((await world.status(user)).status, "NOT_LINKED");
    assert.deepEqual((await erase(user)).json(), { status: "ERASED", skills: [] });
    assert.equal((await world.link(user, { amazonUser })).answer.status, 200, "who comes back can link again");
  });

  it("UL-05 Amazon does not listen: the user is gone at once, only what is owed stays, and goes when it is told", async () => {
    const { user, alexaUserId, amazonUser, tokens } = await linkedUser();
    await world.emulator.fault({ direction: "in", method: "DELETE", path: "/v1/users" }, { status: 503, body: "" }, 50);
    const [{ amazon, manage_urls }] = (await erase(user)).json().skills;
    assert.equal(amazon, "pending");
    assert.match(manage_urls.web, /B0RIDE0001/);
    assert.equal(await world.isLive(tokens[0].refresh_token), false);
    await eventually(() => assert.deepEqual(tablesWith(user, alexaUserId), ["disablements"]));
    assert.equal((await erase(user)).json().skills[0].amazon, "pending");
    await world.kill();
    await world.upCouplet();
    await world.emulator.clearFaults();
    await eventually(async () => {
      assert.deepEqual(await world.emulator.links(amazonUser), []);
      assert.deepEqual(tablesWith(user, alexaUserId), []);
    });
  });

  it("UL-05 a user's own token erases and exports its own user, and nobody else", async () => {
    const { user } = await linkedUser();
    const key = world.userJwt({ sub: user });
    assert.equal((await erase("somebody", { key })).status, 403);
    assert.equal((await exported("me", { key })).user, user);
    assert.equal((await erase("me", { key })).json().status, "ERASED");
    assert.deepEqual((await exported("me", { key })).skills, []);
  });
});

describe("exporting a user", () => {
  it("UL-05 has the link, its attempt with the hops, the grant and the Alexa id, and no secret", async () => {
    const { user, attempt_id, alexaUserId, tokens } = await linkedUser();
    const answer = await world.api("GET", `${userPath(user)}/export`);
    assert.equal(answer.status, 200, answer.text);
    const [{ link, attempts, grants, alexa_ids, events }] = answer.json().skills;
    assert.deepEqual([link.status, link.origin, link.attempt_id], ["LINKED", "app", attempt_id]);
    assert.deepEqual([attempts.length, attempts[0].status], [1, "linked"]);
    assert.ok(attempts[0].hops.some(({ name }) => name === "alexa.enable"));
    assert.deepEqual([grants.length, grants[0].grant_id, grants[0].revoked_at], [1, link.grant_id, null]);
    assert.deepEqual(alexa_ids.map((each) => each.alexa_user_id), [alexaUserId]);
    assert.deepEqual(events, []);
    assert.ok(!answer.text.includes(tokens[0].refresh_token) && !/sealed|hash|fingerprint|Atz[ar]/.test(answer.text));
  });
});

describe("the status of many users", () => {
  it("is answered a line each, in the order asked", async () => {
    const { user } = await linkedUser();
    const answer = await world.api("POST", "/v1/skills/ride-hailer/link-status", { body: { users: ["nobody", user] } });
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.headers["content-type"], "application/x-ndjson");
    const lines = answer.text.trimEnd().split("\n").map((line) => JSON.parse(line));
    assert.deepEqual(lines.map((line) => [line.user, line.status, line.action]), [
      ["nobody", "NOT_LINKED", "link"],
      [user, "LINKED", "unlink"],
    ]);
  });
});
