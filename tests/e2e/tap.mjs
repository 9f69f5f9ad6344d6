// SPDX-License-Identifier: Apache-2.0
// A TLS server on the way between two programs: passes each call on, remembers what was said in the clear, and holds
// answers back where a test wants to.
import { createServer, request as httpsRequest } from "node:https";
import { isIP } from "node:net";

const bodyOf = async (stream) => {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
};

function passOn(incoming, body, target) {
  const name = incoming.headers.host.split(":")[0];
  return new Promise((done, fail) => {
    const onward = httpsRequest({
      host: "127.0.0.1",
      port: target.port,
      servername: isIP(name) ? "" : name,
      ca: target.ca,
      method: incoming.method,
      path: incoming.url,
      headers: incoming.headers,
    });
    onward.on("response", async (response) => {
      try {
        done({ status: response.statusCode, headers: response.headers, body: await bodyOf(response) });
      } catch (broken) {
        fail(broken);
      }
    });
    onward.on("error", fail);
    onward.end(body);
  });
}

/** `target` is `{ port, ca }`. `exchanges` has `{ method, host, path, headers, body, answer }` of every call. */
export async function startTap({ certificate, port, target }) {
  const exchanges = [];
  const holds = [];
  const server = createServer({ cert: certificate.cert, key: certificate.key }, async (incoming, outgoing) => {
    try {
      const body = await bodyOf(incoming);
      const { method, url: path, headers } = incoming;
      const exchange = { method, host: headers.host, path, headers, body: body.toString(), answer: null };
      exchanges.push(exchange);
      const answer = await passOn(incoming, body, target);
      exchange.answer = { status: answer.status, body: answer.body.toString() };
      const hold = holds.findIndex((held) => held.matches(exchange));
      if (hold >= 0) await holds.splice(hold, 1)[0].wait(exchange);
      outgoing.writeHead(answer.status, answer.headers).end(answer.body);
    } catch {
      incoming.socket.destroy(); // as the far side did
    }
  });
  await new Promise((done, fail) => server.once("error", fail).listen(port, "127.0.0.1", done));
  return {
    exchanges,
    /** The next answer that fits is kept back: `{ reached, release() }`; `reached` resolves with the exchange. */
    hold: (matches) => {
      let release;
      const released = new Promise((done) => (release = done));
      let arrive;
      const reached = new Promise((done) => (arrive = done));
      holds.push({ matches, wait: (exchange) => (arrive(exchange), released) });
      return { reached, release };
    },
    stop: () => {
      server.closeAllConnections();
      return new Promise((done) => server.close(done));
    },
  };
}
