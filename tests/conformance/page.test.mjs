// SPDX-License-Identifier: Apache-2.0
// The checker has to go red where it should.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { guardFaults } from "../mutation/noticed.mjs";
import { faultsOf, pageOf, readRequirements } from "./page.mjs";
import { idsIn, testsIn } from "./scan.mjs";

const known = readRequirements(
  ["# remark", "CD\tCodes\tenforced", "CD-01\tOnce", "CD-02\tPushed\tNobody asks", "LK\tLinks\t1-18", ""].join("\n"),
);
const once = { file: "src/a_test.cpp", name: "CD_01_once", ids: ["CD-01"] };

describe("names of tests", () => {
  it("are found in GoogleTest's macros and tables, and ids in them", () => {
    const text =
      'TEST_F(Codes, CD_01_CD_02_once) {}\nTEST(Codes, plain) {}\n{"PK_03_case", 1},\nTYPED_TEST(S, RT_08_x) {}\nTEST(TK_04, any_case) {}';
    const found = testsIn("a_test.cpp", text);
    assert.deepEqual(
      found.map(({ ids }) => ids),
      [["CD-01", "CD-02"], ["PK-03"], ["RT-08"], ["TK-04"]],
    );
  });
  it("are found in node's titles, over two lines and as templates, but not in what they assert", () => {
    const text =
      'it(\n  `CA-01 by ${method}`, f);\ndescribe(\'RU-04 "quoted"\', f); assert.ok(x, "AZ-05 not a title");';
    assert.deepEqual(
      testsIn("a.test.mjs", text).map(({ ids }) => ids),
      [["CA-01"], ["RU-04"]],
    );
  });
  it("have ids of two letters and two digits only", () =>
    assert.deepEqual(idsIn("HTTP_10_and_RFC_7636 XAZ-01 AZ-011 AZ-01"), ["AZ-01"]));
});

describe("faults", () => {
  it("are none when everything has its test", () => assert.deepEqual(faultsOf(known, [once]), []));
  it("name the requirement without a test", () => assert.match(faultsOf(known, [])[0], /^CD-01 has no test/));
  it("name the test of no requirement, in an enforced group, a listed one and no group", () => {
    for (const id of ["CD-03", "LK-19", "LK-00", "XX-01"]) {
      const faults = faultsOf(known, [once, { file: "b", name: id, ids: [id] }]);
      assert.equal(faults.length, 1, id);
      assert.match(faults[0], new RegExp(`names ${id}`));
    }
    assert.deepEqual(faultsOf(known, [once, { file: "b", name: "LK-18", ids: ["LK-18"] }]), []);
  });
  it("name a test of what is not offered", () =>
    assert.match(faultsOf(known, [once, { ...once, ids: ["CD-02"] }])[0], /not to be offered/));
});

describe("the page", () => {
  const page = pageOf(known, [once, { file: "tests/b.test.mjs", name: "LK-02 a | b", ids: ["LK-02"] }]);
  it("has a row for each requirement with its tests, or why it is not offered", () => {
    assert.ok(page.includes("| CD-01 | Once | [a_test.cpp](../src/a_test.cpp): `CD_01_once` |"));
    assert.ok(page.includes("| CD-02 | Pushed | **Not offered.** Nobody asks |"));
  });
  it("lists what other groups have", () =>
    assert.ok(page.includes("| LK-02 | [b.test.mjs](../tests/b.test.mjs): `LK-02 a \\| b` |")));
});

describe("guards", () => {
  const guard = { group: "Who", guard: "the user is the user", file: "src/a.cpp", edits: [["a == b", "true"]] };
  const faultsWith = ({ source = "if (a == b)", test = "Suite.LK_06_x", names = ["Suite.LK_06_x"] }) =>
    guardFaults([guard], new Map(test ? [[guard.guard, test]] : []), () => source, new Set(names));

  it("are well when the source has them once and the test that noticed is there", () => {
    assert.deepEqual(faultsWith({}), []);
    assert.deepEqual(faultsWith({ test: "AX_05/Suite.row/port", names: ["Suite.row"] }), []);
  });

  it("are stale when the source has changed, nobody notices, or the test is gone", () => {
    assert.match(faultsWith({ source: "if (b == a)" })[0], /0 times in the source/);
    assert.match(faultsWith({ source: "a == b && a == b" })[0], /2 times in the source/);
    assert.match(faultsWith({ test: null })[0], /can be taken away unnoticed/);
    assert.match(faultsWith({ names: ["Suite.other"] })[0], /a test that is gone: Suite.LK_06_x/);
    assert.match(guardFaults([], new Map([["old", "Suite.x"]]), () => "", new Set())[0], /"old" is no guard/);
  });

  it("are on the page, by group, with their test", () => {
    const page = pageOf(known, [once], [guard], new Map([[guard.guard, "Suite.LK_06_x"]]));
    assert.match(page, /### Who\n\n.*\n.*\n\| the user is the user \| \[a.cpp\]\(..\/src\/a.cpp\) \| `Suite.LK_06_x` \|/);
    assert.match(pageOf(known, [once], [guard]), /\*\*nobody notices\*\*/);
  });
});
