// SPDX-License-Identifier: Apache-2.0
// The command: takes each guard away in place, runs the tests that have to notice, puts the source back, and writes who
// noticed to noticed.tsv. Arguments are words of the guards to run; none means all.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { guards } from "./guards.mjs";
import { readNoticed, withoutGuard, writeNoticed } from "./noticed.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const noticedFile = join(here, "noticed.tsv");
const build = "build/dev";
const deadlineMs = 300_000; // a mutant that hangs has been noticed

const run = (command, args, timeout) => spawnSync(command, args, { encoding: "utf8", timeout });

function ninja(target) {
  const built = run("ninja", ["-j2", "-C", build, target]);
  if (built.status !== 0) throw new Error(`does not compile:\n${built.stdout.slice(-3000)}`);
}

// The first that failed; where the program died, the one it was at.
const failedTest = {
  node: (report) => /^\s+✖ ([A-Z]{2}-\d{2}.*) \([\d.]+ms\)$/m.exec(report)?.[1],
  google: (report) =>
    /\[  FAILED  \] ([\w./]+)/.exec(report)?.[1] ?? [...report.matchAll(/\[ RUN      \] ([\w./]+)/g)].at(-1)?.[1],
};

const isNodes = ({ suite }) => suite.endsWith(".mjs");
const targetOf = (guard) => (isNodes(guard) ? "couplet" : guard.suite);

/** The test that noticed, or null. */
function noticedBy(guard) {
  const { suite, filter } = guard;
  const isNode = isNodes(guard);
  ninja(targetOf(guard));
  const tested = isNode
    ? run("tests/e2e/run", [suite], deadlineMs)
    : run(join(build, "bin", suite), [`--gtest_filter=${filter}`], deadlineMs);
  if (tested.status === 0) return null;
  const name = failedTest[isNode ? "node" : "google"](tested.stdout);
  if (!name) throw new Error(`no test's name in:\n${tested.stdout.slice(-3000)}`);
  return name;
}

let restore = () => {};
for (const signal of ["SIGINT", "SIGTERM"])
  process.on(signal, () => {
    restore();
    process.exit(1);
  });

function tryWithout(guard) {
  const text = readFileSync(guard.file, "utf8");
  restore = () => writeFileSync(guard.file, text);
  try {
    writeFileSync(guard.file, withoutGuard(text, guard));
    return noticedBy(guard);
  } finally {
    restore();
  }
}

const words = process.argv.slice(2);
const chosen = guards.filter(({ guard, file, suite }) =>
  words.every((word) => `${guard} ${file} ${suite}`.includes(word)),
);
const noticed = readNoticed(readFileSync(noticedFile, "utf8"));
let survivors = 0;
for (const guard of chosen) {
  let test = null;
  try {
    test = tryWithout(guard);
  } catch (problem) {
    console.log(`${guard.guard}: ${problem.message}`);
  }
  if (test) noticed.set(guard.guard, test);
  else ++survivors;
  if (!test) noticed.delete(guard.guard);
  writeFileSync(noticedFile, writeNoticed(guards, noticed));
  console.log(`${test ? "noticed  " : "SURVIVED "} ${guard.guard}${test ? ` by ${test}` : ""}`);
}
for (const target of new Set(chosen.map(targetOf))) ninja(target);
process.exitCode = survivors === 0 ? 0 : 1;
