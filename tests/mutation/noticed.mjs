// SPDX-License-Identifier: Apache-2.0
// What takes a guard away, and the list of who noticed.

/** The source without that guard; each text to be replaced must be there, once. */
export function withoutGuard(text, { guard, edits }) {
  for (const [find, put] of edits) {
    const count = text.split(find).length - 1;
    if (count !== 1) throw new Error(`"${guard}": ${count} times in the source: ${find}`);
    text = text.replace(find, () => put);
  }
  return text;
}

/** Map(guard → the test that went red) */
export const readNoticed = (text) =>
  new Map(
    text
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"))
      .map((line) => line.split("\t")),
  );

/** In the order of the guards. */
export const writeNoticed = (guards, noticed) =>
  [
    "# Written by tests/mutation/guards: the guard that was taken away, and the test that went red.",
    ...guards.filter(({ guard }) => noticed.has(guard)).map(({ guard }) => `${guard}\t${noticed.get(guard)}`),
    "",
  ].join("\n");

/** "AX_05/CertificateUrl.is_refused/port_80" → "CertificateUrl.is_refused": the name that the source has. */
const inSource = (test) => test.replace(/^\w+\/(?=\w+\.)/, "").replace(/^(\w+\.\w+)\/\w+$/, "$1");

/** What is stale, a sentence each: guards that are not in their source or that nobody notices, tests that are gone. */
export function guardFaults(guards, noticed, sourceOf, names) {
  const faults = [];
  for (const guard of guards) {
    try {
      withoutGuard(sourceOf(guard.file), guard);
    } catch (problem) {
      faults.push(`guard of ${guard.file}: ${problem.message}`);
    }
    const test = noticed.get(guard.guard);
    if (!test) faults.push(`"${guard.guard}" can be taken away unnoticed: run tests/mutation/guards`);
    else if (!names.has(inSource(test))) faults.push(`"${guard.guard}" is noticed by a test that is gone: ${test}`);
  }
  for (const guard of noticed.keys())
    if (!guards.some((each) => each.guard === guard)) faults.push(`noticed.tsv: "${guard}" is no guard`);
  return faults;
}
