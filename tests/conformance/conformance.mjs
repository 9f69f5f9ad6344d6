// SPDX-License-Identifier: Apache-2.0
// The command: checks docs/conformance.md, or writes it with --write.
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { guards } from "../mutation/guards.mjs";
import { guardFaults, readNoticed } from "../mutation/noticed.mjs";
import { faultsOf, pageOf, readRequirements } from "./page.mjs";
import { findNames, findTests } from "./scan.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, "../..");
const pageFile = resolve(root, "docs/conformance.md");

const known = readRequirements(readFileSync(resolve(here, "requirements.tsv"), "utf8"));
const tests = findTests(root);
const noticed = readNoticed(readFileSync(resolve(root, "tests/mutation/noticed.tsv"), "utf8"));
const sourceOf = (file) => readFileSync(resolve(root, file), "utf8");
const page = pageOf(known, tests, guards, noticed);
const faults = [...faultsOf(known, tests), ...guardFaults(guards, noticed, sourceOf, findNames(root))];
if (process.argv.includes("--write")) writeFileSync(pageFile, page);
else if (readFileSync(pageFile, "utf8") !== page)
  faults.push("docs/conformance.md is stale: run tests/conformance/run --write");
for (const fault of faults) console.error(`conformance: ${fault}`);
process.exitCode = faults.length > 0 ? 1 : 0;
