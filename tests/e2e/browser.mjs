// SPDX-License-Identifier: Apache-2.0
// What matters of a browser: a cookie jar of one origin, and forms that are sent as they stand on the page.
import { call, form, formHeaders } from "./http.mjs";

export class Browser {
  constructor({ coupletUrl, agent }) {
    this.origin = coupletUrl;
    this.agent = agent;
    this.cookies = new Map();
  }

  async #send(url, options) {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const headers = { Accept: "text/html", ...(cookie && { Cookie: cookie }), ...options.headers };
    const answer = await call(url, { ...options, headers, agent: this.agent });
    for (const line of answer.cookies) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      if (/Max-Age=0\b/i.test(line)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return answer;
  }

  get = (url, headers = {}) => this.#send(url, { headers });

  /** `fields` as an object, or as the body's text. */
  post = (url, fields, headers = { Origin: this.origin, "Sec-Fetch-Site": "same-origin" }) =>
    this.#send(url, {
      method: "POST",
      headers: { ...formHeaders, ...headers },
      body: typeof fields === "string" ? fields : form(fields),
    });

  /** The page's form, sent to where the page came from. */
  submit = (page, url, headers) => this.post(url.split("?")[0], fieldsOf(page.text), headers);
}

export const fieldsOf = (html) =>
  Object.fromEntries(
    [...html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)].map((m) => [m[1], m[2]]),
  );
