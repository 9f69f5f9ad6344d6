// SPDX-License-Identifier: Apache-2.0
// Requirements and tests side by side: what is wrong, and the page.

/** `{ groups: [{ id, title, enforced, count }], requirements: Map(id → { title, notOffered }) }` */
export function readRequirements(text) {
  const groups = [];
  const requirements = new Map();
  for (const line of text.split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    const [id, title, more] = line.split("\t");
    if (/^[A-Z]{2}$/.test(id)) {
      const enforced = more === "enforced";
      groups.push({ id, title, enforced, count: enforced ? 0 : Number(more.split("-")[1]) });
    } else requirements.set(id, { title, notOffered: more ?? null });
  }
  return { groups, requirements };
}

const groupOf = (id) => id.slice(0, 2);
const testsOf = (id, tests) => tests.filter(({ ids }) => ids.includes(id));

function exists(id, { groups, requirements }) {
  const group = groups.find((each) => each.id === groupOf(id));
  if (!group) return false;
  return group.enforced ? requirements.has(id) : Number(id.slice(3)) >= 1 && Number(id.slice(3)) <= group.count;
}

/** What is wrong, a sentence each: requirements without a test, tests of no requirement. */
export function faultsOf(known, tests) {
  const faults = [];
  for (const { file, name, ids } of tests)
    for (const id of ids)
      if (!exists(id, known)) faults.push(`${file}: "${name}" names ${id}, which is no requirement`);
  for (const [id, { title, notOffered }] of known.requirements) {
    const count = testsOf(id, tests).length;
    if (count === 0 && !notOffered) faults.push(`${id} has no test: ${title}`);
    if (count > 0 && notOffered) faults.push(`${id} has a test, but is said not to be offered`);
  }
  return faults;
}

const escaped = (text) => text.replaceAll("|", "\\|").replaceAll("`", "'");
const link = (file) => `[${file.split("/").at(-1)}](../${file})`;

/** The tests of one requirement, by file. */
function cell(tests) {
  const files = [...new Set(tests.map(({ file }) => file))];
  const namesOf = (file) => [...new Set(tests.filter((test) => test.file === file).map(({ name }) => name))];
  return files
    .map(
      (file) =>
        `${link(file)}: ${namesOf(file)
          .map((name) => `\`${escaped(name)}\``)
          .join(", ")}`,
    )
    .join("<br>");
}

function enforcedSection({ id: group, title }, { requirements }, tests) {
  const rows = [...requirements].filter(([id]) => groupOf(id) === group);
  const lines = rows.map(
    ([id, { title: asked, notOffered }]) =>
      `| ${id} | ${asked.replaceAll("|", "\\|")} | ${notOffered ? `**Not offered.** ${notOffered}` : cell(testsOf(id, tests))} |`,
  );
  return [`## ${title} (${group})`, "", "| id | requirement | tests |", "|---|---|---|", ...lines, ""];
}

function listedSection({ id: group, title }, tests) {
  const ids = [...new Set(tests.flatMap(({ ids }) => ids))].filter((id) => groupOf(id) === group).sort();
  if (ids.length === 0) return [];
  const lines = ids.map((id) => `| ${id} | ${cell(testsOf(id, tests))} |`);
  return [`### ${title} (${group})`, "", "| id | tests |", "|---|---|", ...lines, ""];
}

function guardSection(group, guards, noticed) {
  const rows = guards.filter((each) => each.group === group);
  const lines = rows.map(
    ({ guard, file }) => `| ${guard} | ${link(file)} | ${noticed.has(guard) ? `\`${escaped(noticed.get(guard))}\`` : "**nobody notices**"} |`,
  );
  return [`### ${group}`, "", "| taken away | of | goes red |", "|---|---|---|", ...lines, ""];
}

/** `docs/conformance.md` */
export function pageOf(known, tests, guards = [], noticed = new Map()) {
  const enforced = known.groups.filter((group) => group.enforced);
  const listed = known.groups.filter((group) => !group.enforced);
  return [
    "# Conformance",
    "",
    "Every requirement on the authorization server and on the link engine, and the tests that hold it; what Couplet does not",
    "offer is said so. The requirements stand for sections of RFC 6749, 6750, 7009, 7636, 7662, 8414, 9068, 9207 and 9700, for",
    "Amazon's linking guide, and for what Alexa needs.",
    "",
    "`tests/mutation/run` removes the checks of `src/oauth` one by one; a test goes red each time. The guards of linking are",
    "[listed below](#take-one-away-and-a-test-goes-red) with the test that notices.",
    "",
    "Written from the names of the tests by `tests/conformance/run --write`; a test fails when this page is not what they say.",
    "",
    ...enforced.flatMap((group) => enforcedSection(group, known, tests)),
    "## Take one away, and a test goes red",
    "",
    "`tests/mutation/guards` took each of these out of the source, and this test was the first to fail.",
    "",
    ...[...new Set(guards.map(({ group }) => group))].flatMap((group) => guardSection(group, guards, noticed)),
    "## Everything else",
    "",
    "Tests that name requirements on the rest of Couplet. These lists do not claim to be complete.",
    "",
    ...listed.flatMap((group) => listedSection(group, tests)),
  ].join("\n");
}
