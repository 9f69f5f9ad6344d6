// SPDX-License-Identifier: Apache-2.0
// A provider's endpoint for webhooks, over TLS, that believes nobody: the signature is checked by node's own HMAC, as the
// Standard Webhooks specification has it.
import { createHmac } from "node:crypto";
import { createServer } from "node:https";

const toleranceSeconds = 300;

/** Throws unless one of the signatures is of this secret. */
export function verify({ headers, body }, secret) {
  const id = headers["webhook-id"];
  const timestamp = headers["webhook-timestamp"];
  if (Math.abs(Date.now() / 1000 - Number(timestamp)) > toleranceSeconds) throw new Error(`too old: ${timestamp}`);
  const key = Buffer.from(secret.slice("whsec_".length), "base64");
  const wanted = `v1,${createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64")}`;
  if (!headers["webhook-signature"].split(" ").includes(wanted)) throw new Error("no signature of this secret");
}

/** `calls` has what was taken (2xx), in order; `answer(call)` may give another `{ status, headers }`, later or never. */
export class WebhookReceiver {
  calls = [];
  refused = [];
  answer = () => ({ status: 204 });
  #server;

  constructor({ key, cert }, secret, port) {
    Object.assign(this, { tls: { key, cert }, secret, port, url: `https://127.0.0.1:${port}/couplet/webhooks` });
  }

  async up() {
    this.#server = createServer(this.tls, async (request, response) => {
      let body = "";
      for await (const piece of request) body += piece;
      const call = { headers: request.headers, body };
      verify(call, this.secret); // an unhandled rejection ends the test
      const message = { id: call.headers["webhook-id"], ...JSON.parse(body), call };
      const answer = await this.answer(message);
      if (!answer) return; // until the other side gives up
      const { status, headers } = answer;
      (status < 300 ? this.calls : this.refused).push(message);
      response.writeHead(status, headers).end();
    });
    await new Promise((done) => this.#server.listen(this.port, "127.0.0.1", done));
  }

  /** Connections are refused from now on. */
  async down() {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }

  of = (user) => this.calls.filter(({ data }) => data.user === user);
}
