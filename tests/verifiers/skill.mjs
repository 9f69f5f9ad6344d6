// SPDX-License-Identifier: Apache-2.0
// A skill's endpoint and its authorization server in one: keeps what Alexa posts, octet by octet, and gives tokens.
import { createServer } from "node:http";
import { once } from "node:events";

const tokens = JSON.stringify({
  access_token: "made-up-access-token",
  refresh_token: "made-up-refresh-token",
  token_type: "Bearer",
  expires_in: 3600,
});
const answers = {
  "/token": tokens,
  "/skill": JSON.stringify({ version: "1.0", response: {} }),
  "/events": JSON.stringify({ version: "1.0", response: {} }),
};

/** `received` holds `{ url, headers, body }` of what came to /skill and /events, newest last. */
export async function startSkill(port) {
  const received = [];
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    if (request.url !== "/token")
      received.push({ url: request.url, headers: request.headers, body: Buffer.concat(chunks).toString("utf8") });
    response.writeHead(200, { "Content-Type": "application/json" }).end(answers[request.url]);
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return { received, stop };
}
