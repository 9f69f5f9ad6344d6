// SPDX-License-Identifier: Apache-2.0
// A client program's side of the conversation: one line of JSON in, `{ verb, ... }`; one line out, `{ value }` or `{ error }`.
import { createInterface } from "node:readline";
import { inspect } from "node:util";

/** `verbs` has a function for each verb; `codeOf` finds the OAuth error code in what the library throws. */
export function serveVerbs(verbs, codeOf) {
  createInterface({ input: process.stdin }).on("line", async (line) => {
    const { verb, ...fields } = JSON.parse(line);
    let answer;
    try {
      answer = { value: (await verbs[verb](fields)) ?? null };
    } catch (problem) {
      answer = { error: { code: (await codeOf(problem)) ?? null, message: inspect(problem) } };
    }
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  });
}
