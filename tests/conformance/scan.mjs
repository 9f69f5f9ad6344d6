// SPDX-License-Identifier: Apache-2.0
// The names of the tests in this repository, and the requirement ids in them.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const skipped = new Set(["build", "node_modules", ".git", ".cache"]);
const isTestFile = (name) => /\.(cpp|hpp|test\.mjs|test\.js)$/.test(name);

function* filesUnder(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (skipped.has(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesUnder(path);
    else if (isTestFile(entry.name)) yield path;
  }
}

// TEST(Suite, CD_02_replay…), TEST(CD_02, replay…), and the rows of tables, {"CD_02_spent_code", …}
const gtestName = /\b(?:TYPED_)?TEST(?:_F|_P)?\(\s*(\w+),\s*(\w+)\s*\)|"([A-Z]{2}_\d{2}_\w+)"/g;
// it("CD-02 …", …), also over a line's end, and a title that is a template
const nodeTitle = /\b(?:it|test|describe)\(\s*(["'`])((?:(?!\1)[^\\]|\\.)*)\1/g;

const namesIn = (file, text) =>
  /\.(cpp|hpp)$/.test(file)
    ? [...text.matchAll(gtestName)].map(([, suite, test, row]) => row ?? `${suite}.${test}`)
    : [...text.matchAll(nodeTitle)].map(([, , title]) => title);

/** "CD_01_CD_02_replay" → ["CD-01", "CD-02"] */
export const idsIn = (name) =>
  [...name.matchAll(/(?<![A-Za-z0-9])([A-Z]{2})[_-](\d{2})(?!\d)/g)].map(([, group, number]) => `${group}-${number}`);

/** Tests with ids in a file's text: `[{ file, name, ids }]`. */
export const testsIn = (file, text) =>
  namesIn(file, text)
    .map((name) => ({ file, name, ids: [...new Set(idsIn(name))] }))
    .filter(({ ids }) => ids.length > 0);

/** The files that have tests, of the repository at `root`, in the order of their paths: `[{ file, text }]`. */
function testFiles(root) {
  const files = ["src", "tests", "web", "clients"].flatMap((folder) => {
    try {
      return [...filesUnder(join(root, folder))];
    } catch (problem) {
      if (problem.code === "ENOENT") return [];
      throw problem;
    }
  });
  return files.sort().map((path) => ({ file: path.slice(root.length + 1), text: readFileSync(path, "utf8") }));
}

/** Every test with ids. */
export const findTests = (root) => testFiles(root).flatMap(({ file, text }) => testsIn(file, text));

/** Every test's name, with ids or without. */
export const findNames = (root) => new Set(testFiles(root).flatMap(({ file, text }) => namesIn(file, text)));
