// SPDX-License-Identifier: Apache-2.0
// One library as a process of its own. It trusts the test's authority as any program would: by its environment.
import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { within } from "../e2e/programs.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const answerDeadlineMs = 40_000;
const running = new Set();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** What a library said was wrong: `code` is the OAuth error code that it found. */
export class ClientError extends Error {
  constructor({ code, message }) {
    super(message);
    this.code = code;
  }
}

export class ClientProgram {
  #child;
  #lines;
  #errors = "";

  constructor([command, file], caFile) {
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: caFile, REQUESTS_CA_BUNDLE: caFile };
    this.#child = spawn(command, [join(here, file)], { env, stdio: ["pipe", "pipe", "pipe"] });
    running.add(this.#child);
    this.#child.stderr.on("data", (text) => (this.#errors += text));
    this.#child.stdin.on("error", () => {}); // it has ended: the missing answer tells
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  async ask(verb, fields = {}) {
    this.#child.stdin.write(`${JSON.stringify({ verb, ...fields })}\n`);
    const { value: line, done } = await within(this.#lines.next(), answerDeadlineMs, `an answer to ${verb}`);
    if (done) throw new Error(`the client ended before it answered ${verb}:\n${this.#errors}`);
    const { value, error } = JSON.parse(line);
    if (error) throw new ClientError(error);
    return value;
  }

  stop() {
    const ended = new Promise((done) => this.#child.once("close", done));
    running.delete(this.#child);
    this.#child.stdin.end();
    return within(ended, answerDeadlineMs, "the client ends");
  }
}
