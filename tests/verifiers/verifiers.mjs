// SPDX-License-Identifier: Apache-2.0
// The two libraries as published, and the little that they are given: the way to the emulator, and its root.
import https from "node:https";
import { createRequire } from "node:module";
import { SkillRequestSignatureVerifier, TimestampVerifier } from "ask-sdk-express-adapter";
import verifyIndependently from "alexa-verifier";

/** Every host is the emulator's TLS port, under its real name in SNI and Host. */
class AgentToEmulator extends https.Agent {
  #port;
  constructor(port, root) {
    super({ ca: root });
    this.#port = port;
  }
  createConnection(options, ready) {
    return super.createConnection({ ...options, host: "127.0.0.1", port: this.#port }, ready);
  }
}

/** Both libraries fetch chains by https.get(), which uses the global agent. */
export function leadToEmulator(port, root) {
  https.globalAgent = new AgentToEmulator(port, root);
  // Amazon's library builds chains to the roots that node was built with; it asks this function for its store.
  const helper = createRequire(import.meta.url)("ask-sdk-express-adapter/dist/verifier/helper.js");
  const { generateCAStore } = helper;
  helper.generateCAStore = (roots) => generateCAStore([...roots, root]);
}

/** One call to an Amazon API host, by the same agent. */
export const call = (method, url, { type, authorization, body }) =>
  new Promise((done, fail) => {
    const headers = { "Content-Type": type };
    if (authorization) headers.Authorization = authorization;
    const request = https.request(url, { method, headers }, async (response) => {
      let text = "";
      for await (const chunk of response) text += chunk;
      done({ status: response.statusCode, body: text });
    });
    request.on("error", fail);
    request.end(body);
  });

// Each resolves when it accepts and rejects when it refuses. New verifiers every time: no cached chains.
export const libraries = {
  "ask-sdk-express-adapter": async ({ headers, body }) => {
    await new SkillRequestSignatureVerifier().verify(body, headers);
    await new TimestampVerifier().verify(body);
  },
  "alexa-verifier": ({ headers, body }) =>
    verifyIndependently(headers.signaturecertchainurl, headers["signature-256"], body),
};

/** "accepted", or "refused" with the library's reason. */
export async function judge(library, request) {
  try {
    await libraries[library](request);
    return { verdict: "accepted", reason: "" };
  } catch (problem) {
    return { verdict: "refused", reason: String(problem.message ?? problem) };
  }
}
