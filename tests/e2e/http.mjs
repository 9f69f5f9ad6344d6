// SPDX-License-Identifier: Apache-2.0
// Calls as an app, a browser or Alexa makes them, by node's own http and https: redirects are not followed.
import http from "node:http";
import https from "node:https";

const callDeadlineMs = 40_000;

function answerOf(response, chunks) {
  const text = Buffer.concat(chunks).toString();
  return {
    status: response.statusCode,
    headers: response.headers,
    cookies: response.headers["set-cookie"] ?? [],
    text,
    json: () => JSON.parse(text),
  };
}

/** One call: `{ status, headers, cookies, text, json() }`. `body` may be text, or an object for JSON. */
export function call(url, { method = "GET", headers = {}, body, agent } = {}) {
  const isJson = body !== undefined && typeof body !== "string";
  const payload = isJson ? JSON.stringify(body) : body;
  const all = { ...(isJson && { "Content-Type": "application/json" }), ...headers };
  if (payload !== undefined) all["Content-Length"] = Buffer.byteLength(payload);
  const { request } = url.startsWith("https:") ? https : http;
  return new Promise((done, fail) => {
    const outgoing = request(url, { method, headers: all, agent, signal: AbortSignal.timeout(callDeadlineMs) });
    outgoing.on("response", (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("error", fail);
      response.on("end", () => done(answerOf(response, chunks)));
    });
    outgoing.on("error", fail);
    outgoing.end(payload);
  });
}

export const form = (fields) => new URLSearchParams(fields).toString();
export const formHeaders = { "Content-Type": "application/x-www-form-urlencoded" };

/** Basic as RFC 6749 2.3.1 has it: id and secret form-encoded before base64. */
export const basic = ({ id, secret }) => {
  const encode = (text) => new URLSearchParams({ "": text }).toString().slice(1);
  return `Basic ${Buffer.from(`${encode(id)}:${encode(secret)}`).toString("base64")}`;
};

/** Asks again until `condition()` gives something true, and gives that. */
export async function until(condition, what, deadlineMs = 20_000) {
  const giveUpAt = Date.now() + deadlineMs;
  for (;;) {
    const found = await condition();
    if (found) return found;
    if (Date.now() > giveUpAt) throw new Error(`not within ${deadlineMs} ms: ${what}`);
    await new Promise((again) => setTimeout(again, 15));
  }
}
