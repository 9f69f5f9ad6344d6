// SPDX-License-Identifier: Apache-2.0
// Two things that happen to one user at once: whichever comes first, Couplet and Amazon agree in the end, and the
// tokens live or are dead accordingly. COUPLET_RACE_SEED has other offsets.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { dice } from "./dice.mjs";
import { eventually } from "./eventually.mjs";
import { skills } from "./settings.mjs";
import { startWorld, subjectOf } from "./world.mjs";

const seed = Number(process.env.COUPLET_RACE_SEED ?? 20261126);
const overlap = "second-skill"; // its client's refresh writes; the other's does not
const together = 5; // users who race at the same time

let world;
let pace; // how long this machine takes for a link just now, in milliseconds: the offsets are of that size
before(async () => {
  world = await startWorld({
    ioThreads: 4,
    tapAmazon: true,
    isPatient: true,
    events: true,
    refreshPolicies: { [overlap]: { refresh_policy: "overlap" } },
  });
  const visits = await Promise.all(
    Array.from({ length: together }, async () => {
      const user = world.newUser();
      return { user, ...(await world.consented(user)) };
    }),
  );
  const began = performance.now();
  await Promise.all(visits.map(async ({ user, code, state }) => ok(await world.finish(user, { code, state }))));
  pace = performance.now() - began;
});
after(() => world?.stop());

/** Login with Amazon is asked about this code. */
const isExchangeOf =
  ({ code }) =>
  ({ method, body }) =>
    method === "POST" && new URLSearchParams(body).get("code") === code;
const ok = (answer) => {
  assert.equal(answer.status, 200, answer.text);
  return answer;
};

/** What Alexa has ever got for this user: how many of its tokens live. */
async function livingTokens({ user, skill = "ride-hailer", seen }) {
  const tokens = world.tokensSince(seen).filter((each) => subjectOf(each) === user);
  const refresh = [...new Set(tokens.map(({ refresh_token }) => refresh_token).filter(Boolean))];
  const client = world.clients[skill];
  const living = await Promise.all(refresh.map((each) => world.isLive(each, client)));
  const active = await Promise.all(tokens.map(async (each) => (await world.introspect(each.access_token)).json().active));
  return { refresh: living.filter(Boolean).length, access: active.filter(Boolean).length };
}

/** What Couplet holds, what Amazon says when Couplet asks, and what Amazon holds are the same; gives it. */
async function assertAgreed(visit) {
  const { user, amazonUser, skill = "ride-hailer" } = visit;
  const asked = await world.status(user, { fresh: true, skill });
  const kept = await world.status(user, { skill });
  const links = await world.emulator.links(amazonUser);
  const living = await livingTokens(visit);
  const where = `${user}: ${JSON.stringify({ asked, kept, links, living })}`;
  assert.equal(asked.status, kept.status, where);
  assert.ok(["LINKED", "NOT_LINKED"].includes(kept.status), where);
  assert.equal(links.length, kept.status === "LINKED" ? 1 : 0, where);
  assert.equal(living.refresh, kept.status === "LINKED" ? 1 : 0, where);
  assert.equal(living.access > 0, kept.status === "LINKED", where);
  return kept.status;
}

/** Does both, the later one by so many milliseconds (negative: the first one); tells when each began and was over. */
async function race(first, second, offset) {
  const timed = async (wait, action) => {
    if (wait > 0) await pause(wait);
    const began = performance.now();
    const answer = await action();
    return { answer, began, over: performance.now() };
  };
  return Promise.all([timed(-offset, first), timed(offset, second)]);
}

/** Rounds of `together` users each; `visit()` prepares one, `play(visit)` races and gives what has to come of it. */
async function races(rounds, prepare, play) {
  const ends = {};
  for (let round = 0; round < rounds; ++round) {
    const visits = await Promise.all(Array.from({ length: together }, prepare));
    const expected = await Promise.all(visits.map(play));
    for (const [i, visit] of visits.entries()) {
      const end = await eventually(() => assertAgreed(visit));
      if (expected[i]) assert.equal(end, expected[i], `${visit.user}: whoever came last decides`);
      ends[end] = (ends[end] ?? 0) + 1;
    }
  }
  return ends;
}

const roll = dice(seed);
/** Up to so much of the time that a link takes, either way. */
const offset = (most) => Math.round((roll() * 2 - 1) * most * pace);

/** Linked, or a problem that says what came between and what to do. */
function assertToldWhy(answer) {
  if (answer.status === 200) return;
  const { step, code, retryable, user_message, trace_id } = answer.json();
  assert.deepEqual([step, retryable], ["enablement", true], answer.text);
  assert.match(user_message, /again/, code);
  assert.ok(trace_id, answer.text);
}

describe("link against unlink", () => {
  const consented = async (linkedBefore) => {
    const user = world.newUser();
    const seen = world.tokenTap.exchanges.length;
    const before = linkedBefore ? await world.link(user) : {};
    if (before.answer) ok(before.answer);
    const { code, state, amazonUser } = await world.consented(user, { amazonUser: before.amazonUser });
    return { user, seen, amazonUser, code, finish: () => world.finish(user, { code, state }) };
  };
  const play = async ({ user, finish }) => {
    const [link, unlink] = await race(finish, () => world.unlink(user), offset(1));
    ok(unlink.answer);
    assertToldWhy(link.answer);
    if (link.over < unlink.began && link.answer.status === 200) return "NOT_LINKED";
    return unlink.over < link.began ? "LINKED" : null;
  };

  for (const [who, linkedBefore, rounds] of [
    ["a user who was linked", true, 24],
    ["a new user", false, 16],
  ])
    it(`SG-05 ${who}: ${rounds * together} races with offsets of a seed; both sides agree about each`, async () => {
      const ends = await races(rounds, () => consented(linkedBefore), play);
      console.log(`seed ${seed}: ${JSON.stringify(ends)}`);
    });

  const answers = {
    "the exchange of Amazon's code": isExchangeOf,
    "the look for the API's host": () => ({ path }) => path.endsWith("/alexaApiEndpoint"),
    "the enabling call": () => ({ method, path }) => method === "POST" && path.endsWith("/enablement"),
  };
  for (const [which, matcherOf] of Object.entries(answers))
    for (const linkedBefore of [true, false])
      it(`SG-05 ${linkedBefore ? "a link" : "no link"} before, and unlinked while the answer of ${which} is on its way`, async () => {
        const visit = await consented(linkedBefore);
        const held = world.amazonTap.hold(matcherOf(visit));
        const finishing = visit.finish();
        await held.reached;
        const unlinking = world.unlink(visit.user);
        if (!linkedBefore) ok(await unlinking); // there is nothing to end yet
        held.release();
        assertToldWhy(await finishing);
        ok(await unlinking);
        await eventually(() => assertAgreed(visit));
      });
});

describe("two attempts of one user at once", () => {
  /** Both consents are given; `finish` brings the answer back. */
  const attempts = async (sameAccount) => {
    const user = world.newUser();
    const seen = world.tokenTap.exchanges.length;
    const first = await world.consented(user);
    const second = await world.consented(user, { amazonUser: sameAccount ? first.amazonUser : undefined });
    const both = [first, second].map(({ code, state, ...more }) => ({
      ...more,
      code,
      user,
      seen,
      finish: () => world.finish(user, { code, state }),
    }));
    return both;
  };
  const ended = async (last, other) => {
    assert.equal(await assertAgreed(last), "LINKED");
    if (other.amazonUser !== last.amazonUser) assert.deepEqual(await world.emulator.links(other.amazonUser), []);
  };

  for (const sameAccount of [true, false])
    for (const order of ["started first", "started second"])
      it(`SG-04 ${sameAccount ? "one Amazon account" : "two Amazon accounts"}: the one that was ${order} ends last and is the link`, async () => {
        const both = await attempts(sameAccount);
        const [late, early] = order === "started first" ? both : both.toReversed();
        const held = world.amazonTap.hold(isExchangeOf(late));
        const finishing = late.finish();
        await held.reached;
        ok(await early.finish());
        held.release();
        ok(await finishing);
        await eventually(() => ended(late, early));
        const { links } = JSON.parse((await world.operatorTrace("--json", late.user)).output);
        assert.deepEqual(
          links.map(({ attempt_id }) => attempt_id),
          [late.attempt_id],
        );
      });

  it("SG-04 one Amazon account, a hundred races with offsets of a seed: one link and one token that lives", async () => {
    const play = async ({ both: [one, other] }) => {
      const [first, second] = await race(one.finish, other.finish, offset(1));
      ok(first.answer);
      ok(second.answer);
      return "LINKED";
    };
    await races(
      20,
      async () => {
        const both = await attempts(true);
        return { ...both[0], both };
      },
      play,
    );
  });
});

describe("unlink against Alexa's refresh", () => {
  const linked = async (skill) => {
    const user = world.newUser();
    const seen = world.tokenTap.exchanges.length;
    const { answer, amazonUser } = await world.link(user, { skill });
    ok(answer);
    return { user, seen, amazonUser, skill };
  };
  const alexaRefreshes = ({ amazonUser, skill }, more = {}) =>
    world.emulator.api("POST", "/refresh", { user: amazonUser, skill_id: skills[skill].skillId, ...more });

  for (const skill of Object.keys(skills)) {
    const writes = skill === overlap ? "that writes" : "that only reads";
    it(`SG-05 a refresh ${writes}: eighty races with offsets of a seed, and no token outlives the link`, async () => {
      const play = async (visit) => {
        const refreshing = () => alexaRefreshes(visit).catch((gone) => gone); // after the DELETE it has nothing to refresh
        const [unlink] = await race(() => world.unlink(visit.user, skill), refreshing, offset(0.5));
        ok(unlink.answer);
        return "NOT_LINKED";
      };
      await races(16, () => linked(skill), play);
    });

    it(`SG-05 a refresh ${writes} was answered, and the link ends before Alexa hears it`, async () => {
      const visit = await linked(skill);
      const held = world.tokenTap.hold(({ body }) => body.includes("grant_type=refresh_token"));
      const refreshing = alexaRefreshes(visit).catch((gone) => gone);
      const { answer } = await held.reached;
      assert.equal(answer.status, 200, answer.body);
      ok(await world.unlink(visit.user, skill));
      held.release();
      await refreshing;
      await eventually(async () => assert.equal(await assertAgreed(visit), "NOT_LINKED"));
      const { access_token, refresh_token = null } = JSON.parse(answer.body);
      assert.deepEqual((await world.introspect(access_token)).json(), { active: false });
      if (refresh_token) assert.equal(await world.isLive(refresh_token, world.clients[skill]), false);
    });
  }
});
