// SPDX-License-Identifier: Apache-2.0
// What Alexa tells Couplet: events in every order, and every way to sign one wrongly.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, afterEach, before, describe, it } from "node:test";
import { tablesWith } from "./database.mjs";
import { eventually } from "./eventually.mjs";
import { call, until } from "./http.mjs";
import { skills } from "./settings.mjs";
import { startWorld } from "./world.mjs";

const ride = skills["ride-hailer"].skillId;
const second = skills["second-skill"].skillId;

/** The skill's own service, behind `forward_to`. */
async function startService() {
  const service = { calls: [], answer: { version: "1.0", response: { outputSpeech: { type: "PlainText", text: "Here." } } } };
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const piece of request) body += piece;
    service.calls.push({ headers: request.headers, path: request.url, message: JSON.parse(body) });
    response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(service.answer));
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  service.url = `http://127.0.0.1:${server.address().port}/alexa`;
  service.stop = () => {
    server.closeAllConnections();
    return new Promise((done) => server.close(done));
  };
  return service;
}

let service, world;
before(async () => {
  service = await startService();
  world = await startWorld({ events: true, forwardTo: { "second-skill": service.url } });
});
after(async () => {
  await world?.stop();
  await service?.stop();
});
afterEach(async () => {
  await world.emulator.eventMode({ held: false, order: "as_created", copies: 1, wrong: null });
  await world.emulator.clearFaults();
});

const sources = async (user) => (await world.status(user)).evidence.map(({ source, status }) => `${source} ${status}`);
const linked = async (options) => {
  const user = world.newUser();
  const made = await world.link(user, options);
  assert.equal(made.answer.status, 200, made.answer.text);
  await until(async () => (await sources(user)).includes("event LINKED"), "Alexa's event about the link");
  return { user, ...made };
};
const isUnlinked = async (user) => (await world.status(user)).status === "NOT_LINKED";

describe("events", () => {
  it("WH-02 a link from the app is confirmed by Alexa's event", async () => {
    const { user } = await linked();
    const status = await world.status(user);
    assert.equal(status.status, "LINKED");
    assert.equal(status.action, "unlink");
  });

  it("SG-04 UL-02 who then links in the Alexa app with another Amazon account leaves nothing at the first one", async () => {
    const { user, amazonUser } = await linked();
    const other = await world.emulator.newUser();
    const { url } = await world.emulator.startLink(other, ride, { platform: "iOS" });
    const answer = await world.api("POST", `${world.userPath(user)}/authorization-response`, {
      body: { authorization_request: url, decision: "accept" },
    });
    assert.equal(answer.status, 200, answer.text);
    await world.emulator.bring(answer.json().redirect_to);
    await eventually(async () => assert.deepEqual(await world.emulator.links(amazonUser), []));
    assert.equal((await world.emulator.links(other))[0].account_link, "LINKED");
    const { status, origin } = await world.status(user);
    assert.deepEqual([status, origin], ["LINKED", "alexa"]);
  });

  it("WH-01 WH-06 the skill disabled in the Alexa app: unlinked, our tokens revoked", async () => {
    const { user, amazonUser, tokens } = await linked();
    await world.emulator.disable(amazonUser, ride);
    await until(() => isUnlinked(user), "the link has ended here, too");
    assert.equal(await world.isLive(tokens[0].refresh_token), false);
    assert.deepEqual((await world.introspect(tokens[0].access_token)).json(), { active: false });
    assert.deepEqual(await sources(user), ["event LINKED", "event NOT_LINKED"]);
    assert.equal((await world.status(user)).action, "link");
  });

  it("WH-01 the longest codes and tokens, and an enablement that names the user otherwise than events do, change nothing", async () => {
    const usual = await world.emulator.api("GET", "/switches");
    const odd = { amazon_code_length: "128", token_length: "longest", enablement_user_id: "another", event_timestamp: "as_sent" };
    await world.emulator.api("PUT", "/switches", odd);
    try {
      const { user, amazonUser, tokens } = await linked();
      assert.equal((await world.status(user)).status, "LINKED");
      await world.emulator.disable(amazonUser, ride);
      await until(() => isUnlinked(user), "the link has ended here, too");
      assert.equal(await world.isLive(tokens[0].refresh_token), false);
    } finally {
      await world.emulator.api("PUT", "/switches", usual);
    }
  });

  it("WH-03 AX-17 five copies of an event are answered 200 and acted on once", async () => {
    await world.emulator.eventMode({ copies: 5 });
    const { user, amazonUser } = await linked();
    await world.emulator.disable(amazonUser, ride);
    await until(() => isUnlinked(user), "the link has ended");
    await world.emulator.eventMode({ copies: 1 });
    const relinked = await world.link(user, { amazonUser });
    assert.equal(relinked.answer.status, 200);
    const { finished } = await world.emulator.deliverEvents();
    assert.ok(finished.every(({ outcome }) => outcome === "acknowledged"), JSON.stringify(finished));
    assert.equal(await world.isLive(relinked.tokens.at(-1).refresh_token), true);
  });

  it("WH-04 a late SkillDisabled that is older than the link leaves it alone", async () => {
    const { user, amazonUser, tokens } = await linked();
    const created_at = new Date(Date.now() - 600_000).toISOString();
    const told = await world.emulator.tell(amazonUser, ride, "SKILL_DISABLED", { created_at });
    assert.equal(told.last_status, 200, JSON.stringify(told));
    assert.equal((await world.status(user)).status, "LINKED");
    assert.equal(await world.isLive(tokens[0].refresh_token), true);
  });

  it("WH-04 events that arrive in the wrong order end where the right order ends", async () => {
    await world.emulator.eventMode({ held: true, order: "reversed" });
    const user = world.newUser();
    const { answer, amazonUser, tokens } = await world.link(user);
    assert.equal(answer.status, 200, answer.text);
    await world.emulator.disable(amazonUser, ride);
    await world.emulator.deliverEvents();
    await until(() => isUnlinked(user), "disabled came last at Amazon");
    assert.equal(await world.isLive(tokens[0].refresh_token), false);
  });

  it("WH-06 an event about somebody unknown is answered 200", async () => {
    const { amazonUser } = await linked();
    const more = { alexa_user_id: "amzn1.ask.account.NOBODY" };
    assert.equal((await world.emulator.tell(amazonUser, ride, "SKILL_DISABLED", more)).last_status, 200);
  });

  it("UL-05 WH-06 what Alexa says about an erased user is answered 200, and stays as an event of nobody", async () => {
    const { user, amazonUser } = await linked();
    const path = `/v1/users/${encodeURIComponent(user)}`;
    const [{ link }] = (await world.api("GET", `${path}/export`)).json().skills;
    assert.deepEqual((await world.api("DELETE", path)).json().skills, [{ skill: "ride-hailer", amazon: "disabled" }]);
    const late = { alexa_user_id: link.alexa_user_id };
    assert.equal((await world.emulator.tell(amazonUser, ride, "SKILL_DISABLED", late)).last_status, 200);
    assert.deepEqual(tablesWith(world, link.alexa_user_id), ["events"]);
    await eventually(() => assert.deepEqual(tablesWith(world, user), []));
  });

  it("WH-07 an event that was acknowledged survives kill -9", async () => {
    const { user, amazonUser, tokens } = await linked();
    assert.equal((await world.emulator.tell(amazonUser, ride, "SKILL_DISABLED")).last_status, 200);
    await world.kill();
    await world.upCouplet();
    assert.equal((await world.status(user)).status, "NOT_LINKED");
    assert.equal(await world.isLive(tokens[0].refresh_token), false);
  });

  it("permission events are recorded", async () => {
    const { amazonUser } = await linked();
    const permissions = ["alexa::devices:all:address:full:read"];
    const person = { person: "amzn1.ask.person.SPEAKER", person_permissions: ["alexa::person_id:read"] };
    for (const more of [{ permissions }, { permissions, ...person }]) {
      const told = await world.emulator.tell(amazonUser, ride, "SKILL_PERMISSION_CHANGED", more);
      assert.equal(told.last_status, 200, JSON.stringify(told));
    }
    const metrics = (await call(`${world.operationsUrl}/metrics`)).text;
    assert.match(metrics, /couplet_events_total\{outcome="applied",skill="ride-hailer",type="AlexaSkillEvent.SkillPermissionChanged"\} 2/);
  });
});

describe("signatures", () => {
  it("AX-01..06 AX-09..16 WH-05 every wrong way is answered as it should be", async () => {
    const { user, amazonUser, tokens } = await linked();
    const { wrong_ways } = await world.emulator.api("GET", "/wrong-ways");
    assert.ok(wrong_ways.length >= 40, String(wrong_ways.length));
    const faults = [];
    for (const { name, does, requirement, on_event } of wrong_ways) {
      // An event that does nothing to the link where it is taken.
      const told = await world.emulator.tell(amazonUser, ride, "SKILL_PERMISSION_CHANGED", { permissions: [], wrong: name });
      if (!on_event.statuses.includes(told.last_status))
        faults.push(`${requirement} ${name} (${does}): ${told.last_status}, not ${on_event.statuses}`);
    }
    assert.deepEqual(faults, []);
    assert.equal((await world.status(user)).status, "LINKED");
    assert.equal(await world.isLive(tokens[0].refresh_token), true);
  });

  it("AX-01 AX-16 an unsigned request is refused without a word", async () => {
    const answer = await call(`${world.coupletUrl}/alexa/ride-hailer/events`, {
      method: "POST",
      body: { request: { type: "AlexaSkillEvent.SkillDisabled" } },
      agent: world.agent,
    });
    assert.equal(answer.status, 400);
    assert.equal(answer.text, "");
  });

  it("AX-19 a new certificate at a new URL needs no restart", async () => {
    const { user, amazonUser } = await linked();
    await world.emulator.api("POST", "/signing/rotate", {});
    assert.equal((await world.emulator.tell(amazonUser, ride, "SKILL_DISABLED")).last_status, 200);
    assert.equal(await isUnlinked(user), true);
  });

  it("AX-18 a certificate that cannot be fetched is 503, and nothing is done", async () => {
    const { user, amazonUser } = await linked();
    await world.emulator.api("POST", "/signing/rotate", {});
    const match = { direction: "in", host: "s3.amazonaws.com" };
    await world.emulator.fault(match, { status: 503 }, 1);
    const first = await world.emulator.tell(amazonUser, ride, "SKILL_DISABLED");
    assert.equal(first.last_status, 503, JSON.stringify(first));
    assert.equal((await world.status(user)).status, "LINKED");
    // The failure is remembered for a moment; a certificate elsewhere is not touched by that.
    await world.emulator.api("POST", "/signing/rotate", {});
    assert.equal((await world.emulator.tell(amazonUser, ride, "SKILL_DISABLED")).last_status, 200);
    assert.equal(await isUnlinked(user), true);
  });
});

describe("certificates that do not end", () => {
  const eventsUrl = () => `${world.coupletUrl}/alexa/ride-hailer/events`;
  const fetched = (seq, note) => world.emulator.waitForCall(seq, (entry) => entry.note?.includes(note), "the chain is asked for");

  it("AX-07 AX-18 one that drips is given up in time, and another user's event does not wait for it", async () => {
    const [{ user, amazonUser }, neighbour] = [await linked(), await linked()];
    await world.emulator.api("POST", "/signing/rotate", {});
    const seq = await world.emulator.lastSeq();
    let isAnswered = false;
    const dripping = world.emulator.tell(amazonUser, ride, "SKILL_DISABLED", { wrong: "chain_drips" }).finally(() => (isAnswered = true));
    const { path } = await fetched(seq, "ten bytes a second");
    assert.equal((await world.emulator.tell(neighbour.amazonUser, ride, "SKILL_DISABLED")).last_status, 200);
    assert.equal(isAnswered, false, "the neighbour's certificate, new as well, came meanwhile");
    assert.equal(await isUnlinked(neighbour.user), true);

    const told = await dripping; // Alexa itself waits for eight seconds
    assert.equal(told.last_status, 503, JSON.stringify(told));
    assert.equal((await world.status(user)).status, "LINKED");
    const again = await call(eventsUrl(), {
      method: "POST",
      headers: { SignatureCertChainUrl: `https://s3.amazonaws.com${path}`, "Signature-256": "AAAA" },
      body: {},
      agent: world.agent,
    });
    assert.equal(again.status, 503);
    assert.ok(Number(again.headers["retry-after"]) > 0, "when to come back");
    assert.equal(again.text, "");
  });

  it("AX-07 one that streams on is cut off at its limit, and refused", async () => {
    const { user, amazonUser, tokens } = await linked();
    const seq = await world.emulator.lastSeq();
    const told = await world.emulator.tell(amazonUser, ride, "SKILL_DISABLED", { wrong: "chain_endless" });
    await fetched(seq, "without an end");
    assert.equal(told.last_status, 400, JSON.stringify(told));
    assert.equal((await world.status(user)).status, "LINKED");
    assert.equal(await world.isLive(tokens[0].refresh_token), true);
  });
});

describe("forward_to", () => {
  const say = (more) => call(`${world.emulatorUrl}/_emulator/api/voice`, { method: "POST", body: { skill_id: second, launch: true, ...more } });

  it("a signed request that is no event goes to the skill's own service, and its answer comes back", async () => {
    const amazonUser = await world.emulator.newUser();
    const said = await say({ user: amazonUser });
    assert.equal(said.status, 200, said.text);
    assert.equal(said.json().speech, "Here.");
    const [request] = service.calls;
    assert.equal(request.message.request.type, "LaunchRequest");
    assert.equal(request.message.context.System.application.applicationId, second);
    assert.ok(request.headers["signature-256"] && request.headers.signaturecertchainurl);
  });

  it("AX-02 WH-05 what is not signed by Alexa for this skill is not sent on", async () => {
    const amazonUser = await world.emulator.newUser();
    const before = service.calls.length;
    for (const wrong of ["flipped_bit", "other_skill", "age_151_s", "self_signed_leaf"])
      assert.equal((await say({ user: amazonUser, wrong })).status, 502, `${wrong}: Alexa got no answer from the skill`);
    assert.equal(service.calls.length, before);
  });
});
