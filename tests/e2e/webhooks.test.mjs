// SPDX-License-Identifier: Apache-2.0
// What Couplet tells the provider's own systems: real programs, a real receiver, and everything that goes wrong between them.
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, afterEach, before, describe, it } from "node:test";
import { basic, call, form, formHeaders, until } from "./http.mjs";
import { freePorts, run } from "./programs.mjs";
import { startSecondNode } from "./second_node.mjs";
import { skills } from "./settings.mjs";
import { startWorld } from "./world.mjs";
import { verify, WebhookReceiver } from "./webhook_receiver.mjs";

const ride = skills["ride-hailer"].skillId;
let receiver, world;
before(async () => {
  const [port] = await freePorts(1);
  world = await startWorld({
    events: true,
    webhooks: ({ certificate, secrets }) => {
      receiver = new WebhookReceiver(certificate, secrets.webhook, port);
      const common = { url: receiver.url, ca_file: "authority.pem", allow_private: true };
      return [
        { name: "backend", secrets: ["file:webhook.secret", "file:other-webhook.secret"], ...common },
        { name: "nobody", secrets: ["file:webhook.secret"], ...common, skills: ["second-skill"] },
      ];
    },
  });
  await receiver.up();
});
after(async () => {
  await world?.stop();
  await receiver?.down();
});
afterEach(() => {
  receiver.answer = () => ({ status: 204 });
});

const told = async (user, count, deadlineMs) => {
  await until(() => receiver.of(user).length >= count, `${count} webhooks about ${user}`, deadlineMs);
  return receiver.of(user);
};
const shapes = (messages) => messages.map(({ type, data }) => `${type} ${data.reason ?? data.code ?? data.origin}`);
const linked = async (user) => {
  const made = await world.link(user);
  assert.equal(made.answer.status, 200, made.answer.text);
  return made;
};
const metrics = async () => (await call(`${world.operationsUrl}/metrics`)).text;
const couplet = async (...args) => {
  const { code, output, errors } = await run("couplet", [...args, "--config", join(world.folder, "couplet.toml")]);
  assert.equal(code, 0, errors);
  return output;
};
const list = async () =>
  (await couplet("webhooks", "list"))
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));

describe("webhooks", () => {
  it("WH-08 a link is told, signed with both secrets while one is being replaced", async () => {
    const user = world.newUser();
    const { attempt_id } = await linked(user);
    const [message] = await told(user, 1);
    assert.equal(message.type, "link.linked");
    assert.deepEqual(message.data, { skill: "ride-hailer", user, origin: "app", trace_id: attempt_id });
    assert.ok(Math.abs(Date.now() - Date.parse(message.timestamp)) < 60_000, message.timestamp);
    assert.match(message.id, /^evt_\d+_\d+$/);
    assert.equal(message.call.headers["content-type"], "application/json");
    verify(message.call, world.secrets.webhook);
    verify(message.call, world.secrets["other-webhook"]);
    const altered = { ...message.call, body: message.call.body.replace(user, "somebody-else") };
    assert.throws(() => verify(altered, world.secrets.webhook));
  });

  it("WH-08 a link from the Alexa app is told with its origin", async () => {
    const user = world.newUser();
    const { url } = await world.emulator.startLink(await world.emulator.newUser(), ride, { platform: "iOS" });
    const answer = await world.api("POST", `${world.userPath(user)}/authorization-response`, {
      body: { authorization_request: url, decision: "accept" },
    });
    assert.equal((await world.emulator.bring(answer.json().redirect_to)).status, 200);
    const [message] = await told(user, 1);
    assert.equal(message.type, "link.linked");
    assert.deepEqual(message.data, { skill: "ride-hailer", user, origin: "alexa", trace_id: null });
  });

  it("WH-08 an unlink by the user is told with its reason", async () => {
    const user = world.newUser();
    await linked(user);
    assert.equal((await world.unlink(user)).status, 200);
    assert.deepEqual(shapes(await told(user, 2)), ["link.linked app", "link.unlinked user"]);
  });

  it("CD-02 RV-01 WH-08 a code used twice, and a token given back, end the link: told, traced, and told to Amazon", async () => {
    const ends = {
      replay: async (exchange) => world.token(Object.fromEntries(new URLSearchParams(exchange.body))),
      revocation: async (exchange) =>
        call(`${world.coupletUrl}/oauth/revoke`, {
          method: "POST",
          headers: { ...formHeaders, Authorization: basic(world.clients["ride-hailer"]) },
          body: form({ token: JSON.parse(exchange.answer.body).refresh_token }),
          agent: world.agent,
        }),
    };
    for (const [how, status] of [
      ["replay", 400],
      ["revocation", 200],
    ]) {
      const user = world.newUser();
      const { amazonUser } = await linked(user);
      assert.equal((await ends[how](world.tokenTap.exchanges.at(-1))).status, status, how);
      assert.deepEqual(shapes(await told(user, 2)), ["link.linked app", "link.unlinked revoked"], how);
      await until(async () => (await world.emulator.links(amazonUser)).length === 0, "Amazon is told, too");
      const after = await world.status(user);
      assert.equal(after.status, "NOT_LINKED", how);
      assert.equal(after.action, "link", how);
      assert.ok(after.evidence.some(({ source }) => source === "own_grant"), JSON.stringify(after.evidence));
      assert.match((await world.operatorTrace(user)).output, /its tokens were revoked here/);
    }
  });

  it("UL-05 WH-08 the erasure of a user is told as the end of the link, once, also where Amazon does not listen", async () => {
    const user = world.newUser();
    const { amazonUser } = await linked(user);
    const match = { direction: "in", method: "DELETE", path: "/v1/users", user: amazonUser };
    const { id } = await world.emulator.fault(match, { status: 503, body: "" }, 50);
    const erase = async () => (await world.api("DELETE", `/v1/users/${encodeURIComponent(user)}`)).json().skills[0].amazon;
    assert.equal(await erase(), "pending");
    assert.deepEqual(shapes(await told(user, 2)), ["link.linked app", "link.unlinked user"]);
    assert.equal(await erase(), "pending", "what is owed is known, and no news");
    await world.emulator.takeBack(id);
    await until(async () => (await world.emulator.links(amazonUser)).length === 0, "Amazon is told");
    assert.equal((await world.link(user, { amazonUser })).answer.status, 200);
    const expected = ["link.linked app", "link.unlinked user", "link.linked app"];
    assert.deepEqual(shapes(await told(user, 3)), expected, "nothing was told twice");
  });

  it("WH-06 WH-08 the skill disabled in the Alexa app: told once, however often Alexa says it", async () => {
    const user = world.newUser();
    const { amazonUser } = await linked(user);
    await until(
      async () => (await world.status(user)).evidence.some(({ source }) => source === "event"),
      "Alexa's event about the link",
    );
    await world.emulator.eventMode({ copies: 3 });
    await world.emulator.disable(amazonUser, ride);
    await told(user, 2);
    await world.emulator.eventMode({ copies: 1 });
    const other = world.newUser();
    await linked(other);
    await told(other, 1);
    assert.deepEqual(shapes(receiver.of(user)), ["link.linked app", "link.unlinked skill_disabled"]);
  });

  it("WH-08 a link that failed is told with step and code", async () => {
    const user = world.newUser();
    const { attempt_id, state } = await world.consented(user);
    const answer = await world.finish(user, { error: "access_denied", error_description: "no", state });
    assert.equal(answer.status, 403, answer.text);
    const [message] = await told(user, 1);
    assert.equal(message.type, "link.failed");
    assert.deepEqual(message.data, {
      skill: "ride-hailer",
      user,
      step: "authorization",
      code: "access_denied",
      reference: (await world.trace(attempt_id)).reference,
      trace_id: attempt_id,
    });
  });

  it("WH-08 a receiver that is down gets everything later, in order; the server is ready all the while", async () => {
    const user = world.newUser();
    await receiver.down();
    await linked(user);
    assert.equal((await world.unlink(user)).status, 200);
    await linked(user);
    await until(async () => (await list()).some(({ tries }) => tries > 0), "a failed try");
    assert.equal((await call(`${world.operationsUrl}/readyz`)).status, 200);
    await receiver.up();
    assert.deepEqual(shapes(await told(user, 3)), ["link.linked app", "link.unlinked user", "link.linked app"]);
    assert.match(await metrics(), /couplet_webhook_tries_total\{outcome="failed",target="backend"\} \d/);
  });

  it("FT-01 WH-08 kill -9 between the link and its delivery: it is delivered after the restart", async () => {
    const user = world.newUser();
    await receiver.down();
    await linked(user);
    await world.kill();
    await receiver.up();
    await world.upCouplet();
    // A call that was under way belongs to the dead process for `timeout` and five seconds.
    assert.deepEqual(shapes(await told(user, 1, 60_000)), ["link.linked app"]);
  });

  it("FT-08 WH-08 a receiver that does not answer does not hold up the stop, and gets it after the restart", async () => {
    const user = world.newUser();
    let asked = false;
    receiver.answer = ({ data }) => {
      asked ||= data.user === user;
      return null; // never
    };
    await linked(user);
    await until(() => asked, "the call is under way");
    const began = Date.now();
    await world.couplet.stop();
    const took = Date.now() - began;
    assert.ok(took < 5000, `${took} ms; the call alone may take 10000`);
    world.agent.destroy(); // connections to the former process
    receiver.answer = () => ({ status: 204 });
    await world.upCouplet();
    assert.deepEqual(shapes(await told(user, 1)), ["link.linked app"]);
  });

  it("HA-02 WH-08 two processes on one database: what one has under way the other leaves alone", async () => {
    const node = await startSecondNode(world);
    try {
      const arrived = new Set();
      let open;
      const gate = new Promise((done) => (open = done));
      const ids = [];
      receiver.answer = async ({ id, data }) => {
        ids.push(id);
        arrived.add(data.user);
        await gate;
        return { status: 204 };
      };
      const has = (user) => until(() => arrived.has(user), `the webhook about ${user}`);
      const refuse = async (user, base) => {
        const { state } = await world.consented(user);
        await call(`${base}${world.userPath(user)}/link`, {
          method: "POST",
          headers: { Authorization: `Bearer ${world.apiKey}` },
          body: { error: "access_denied", state },
          agent: world.agent,
        });
      };
      const users = [world.newUser(), world.newUser(), world.newUser()];
      await refuse(users[0], world.coupletUrl);
      await has(users[0]); // under way, and not answered
      for (const user of users.slice(1)) {
        await refuse(user, node.url);
        await has(user); // so the second process has looked at the outbox
      }
      open();
      for (const user of users) await told(user, 1);
      await until(async () => (await list()).length === 0, "nothing is left");
      assert.equal(new Set(ids).size, ids.length, "each was sent once");
      assert.equal(ids.length, users.length);
    } finally {
      await node.stop();
    }
  });

  it("WH-08 the same webhook comes again under the same id when its answer was an error", async () => {
    const user = world.newUser();
    const seen = [];
    receiver.answer = ({ id, data }) => (data.user === user && seen.push(id) === 1 ? { status: 500 } : { status: 204 });
    await linked(user);
    const [message] = await told(user, 1);
    assert.deepEqual(seen, [message.id, message.id]);
  });

  it("WH-08 a receiver that is gone (410) is left alone; list shows it, retry brings it back", async () => {
    const user = world.newUser();
    receiver.answer = () => ({ status: 410 });
    await linked(user);
    await until(async () => (await list()).some(({ state }) => state === "given_up"), "it was given up");
    const refused = receiver.refused.length;
    receiver.answer = () => ({ status: 204 });
    assert.equal((await world.unlink(user)).status, 200);
    await until(async () => (await list()).length === 2, "the second one is kept, too");
    const kept = await list();
    assert.deepEqual(
      kept.map(({ target, type, user: about, state, last_status }) => [target, type, about, state, last_status]),
      [
        ["backend", "link.linked", user, "given_up", 410],
        ["backend", "link.unlinked", user, "given_up", 410],
      ],
    );
    assert.equal(receiver.refused.length, refused, "one call was enough");
    assert.equal(await couplet("webhooks", "retry", "--target", "backend"), "2 wait again\n");
    assert.deepEqual(shapes(await told(user, 2)), ["link.linked app", "link.unlinked user"]);
    await until(async () => (await list()).length === 0, "nothing is left");
  });

  it("SE-04 WH-08 SIGHUP brings another target in, and a target that leads inside is refused", async () => {
    const file = join(world.folder, "couplet.toml");
    const text = await readFile(file, "utf8");
    await writeFile(file, text.replaceAll("allow_private = true", "allow_private = false"));
    world.couplet.signal("SIGHUP");
    await until(() => world.couplet.log().includes("config.reload_refused"), "the reload is refused");
    assert.match(world.couplet.log(), /webhooks\[0\]\.url/);
    const [port] = await freePorts(1);
    const second = new WebhookReceiver(world.certificate, world.secrets.webhook, port);
    await second.up();
    await writeFile(file, text.replaceAll(receiver.url, second.url));
    world.couplet.signal("SIGHUP");
    await until(() => world.couplet.log().includes('"config.reloaded"'), "the reload");
    const user = world.newUser();
    await linked(user);
    await until(() => second.of(user).length === 1, "the new target is told");
    assert.equal(receiver.of(user).length, 0);
    await second.down();
  });

  it("LG-01 no webhook secret, token or code in the log or in a webhook", () => {
    const texts = [world.couplet.log(), ...receiver.calls.map(({ call: { body } }) => body)];
    for (const text of texts) {
      assert.ok(!text.includes(world.secrets.webhook.slice("whsec_".length)));
      for (const { answer } of world.tokenTap.exchanges)
        if (answer?.status === 200) assert.ok(!text.includes(JSON.parse(answer.body).refresh_token));
    }
  });
});
