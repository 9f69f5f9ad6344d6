// SPDX-License-Identifier: Apache-2.0
// The emulator's control interface and its consent pages, as docs/emulator.md has them.
import assert from "node:assert/strict";
import { call, form, formHeaders, until } from "./http.mjs";

export class Emulator {
  #url;
  #users = 0;
  constructor(url) {
    this.#url = url;
  }

  async api(method, path, body) {
    const answer = await call(`${this.#url}/_emulator/api${path}`, { method, body });
    assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.text ? answer.json() : null;
  }

  /** An Amazon account of its own for a test; a beta tester, so that it may enable skills in development. */
  async newUser(fields = {}) {
    const id = `amazon-${++this.#users}`;
    await this.api("PUT", `/users/${id}`, {
      name: id,
      email: `${id}@example.org`,
      region: "NA",
      tester: true,
      ...fields,
    });
    return id;
  }

  lastSeq = async () => (await this.api("GET", "/journal?since=0")).last_seq;
  since = async (seq) => (await this.api("GET", `/journal?since=${seq}`)).entries;
  /** Calls from Couplet to Amazon after `seq`. */
  amazonCalls = async (seq) =>
    (await this.since(seq)).filter(({ direction, host }) => direction === "in" && host.startsWith("api."));

  waitForCall = (seq, fits, what) => until(async () => (await this.since(seq)).find(fits), what);

  fault = (match, action, count = 1) => this.api("POST", "/faults", { match, action, count });
  takeBack = (id) => this.api("DELETE", `/faults/${id}`);
  clearFaults = () => this.api("DELETE", "/faults");
  links = async (user) => (await this.api("GET", `/users/${user}/links`)).links;
  disable = (user, skillId) => this.api("DELETE", `/users/${user}/links/${skillId}`);
  /** The Alexa app starts a link: `{ url, redirect_uri }` of what it opens. */
  startLink = (user, skillId, more = {}) => this.api("POST", "/alexa-link", { user, skill_id: skillId, ...more });
  /** Brings the provider's answer back to Alexa, whatever host the redirect names. */
  bring = (redirectTo) => {
    const { pathname, search } = new URL(redirectTo);
    return call(`${this.#url}${pathname}${search}`, { headers: { Accept: "text/html" } });
  };
  /** Sends one event by hand and gives what came of it, `last_status` among it. */
  tell = (user, skillId, event, more = {}) => this.api("POST", "/events", { user, skill_id: skillId, event, ...more });
  eventMode = (mode) => this.api("PUT", "/events/mode", mode);
  events = () => this.api("GET", "/events");
  deliverEvents = () => this.api("POST", "/events/deliver");
  say = (user, skillId, intent) => this.api("POST", "/voice", { user, skill_id: skillId, intent });

  /** Opens a consent page and answers it; gives where the browser is sent. */
  async decide(pageUrl, fields) {
    const page = await call(pageUrl, { headers: { Accept: "text/html" } });
    assert.equal(page.status, 200, page.headers["x-emulator-note"] ?? page.text);
    const token = /name="form_token" value="([^"]*)"/.exec(page.text)[1];
    const answer = await call(pageUrl.split("?")[0], {
      method: "POST",
      headers: formHeaders,
      body: form({ form_token: token, ...fields }),
    });
    assert.equal(answer.status, 302, answer.text);
    return answer.headers.location;
  }

  allow = (pageUrl, user) => this.decide(pageUrl, { user, decision: "allow" });
}

export const parametersOf = (url) => Object.fromEntries(new URL(url).searchParams);
