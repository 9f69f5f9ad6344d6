// SPDX-License-Identifier: Apache-2.0
// The command: each check removed in place, the tests built and run, the source put back.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { mutantsOf, mutated } from "./mutants.mjs";

const build = "build/dev";
const suites = ["oauth_test", "server_test"]; // the quick one first
const sources = readdirSync("src/oauth")
  .filter((name) => name.endsWith(".cpp") && !name.endsWith("_test.cpp"))
  .map((name) => `src/oauth/${name}`);
const testDeadlineMs = 600_000; // a mutant that hangs has been noticed

const here = dirname(fileURLToPath(import.meta.url));
const harmless = new Map(
  readFileSync(join(here, "harmless.tsv"), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.split("\t")),
);

const run = (command, args, timeout) => spawnSync(command, args, { encoding: "utf8", timeout });

/** Who noticed: a test's name, or null when everything stayed green. */
function noticedBy() {
  for (const suite of suites) {
    const built = run("ninja", ["-j2", "-C", build, suite]);
    if (built.status !== 0) throw new Error(`does not compile:\n${built.stdout.slice(-3000)}`);
    const tested = run(join(build, "bin", suite), ["--gtest_brief=1", "--gtest_fail_fast"], testDeadlineMs);
    if (tested.status !== 0)
      return /\[  FAILED  \] (\S+)/.exec(tested.stdout)?.[1] ?? `${suite} (${tested.signal ?? tested.error?.code})`;
  }
  return null;
}

let restore = () => {};
for (const signal of ["SIGINT", "SIGTERM"])
  process.on(signal, () => {
    restore();
    process.exit(1);
  });

function tryMutant(file, text, mutant) {
  restore = () => writeFileSync(file, text);
  try {
    writeFileSync(file, mutated(text, mutant));
    return noticedBy();
  } finally {
    restore();
  }
}

const files = process.argv.length > 2 ? process.argv.slice(2) : sources;
let survivors = 0;
for (const file of files) {
  const text = readFileSync(file, "utf8");
  for (const mutant of mutantsOf(text)) {
    const reason = harmless.get(mutant.name);
    if (reason) {
      console.log(`harmless  ${file}: ${mutant.name} (${reason})`);
      continue;
    }
    const test = tryMutant(file, text, mutant);
    if (!test) ++survivors;
    console.log(`${test ? "noticed  " : "SURVIVED "} ${file}: ${mutant.name}${test ? ` by ${test}` : ""}`);
  }
}
for (const suite of suites) run("ninja", ["-j2", "-C", build, suite]);
console.log(survivors === 0 ? "every check is held by a test" : `${survivors} checks can be removed unnoticed`);
process.exitCode = survivors === 0 ? 0 : 1;
