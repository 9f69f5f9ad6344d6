// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { it } from "node:test";
import { mutantsOf, mutated } from "./mutants.mjs";

const all = (text) => mutantsOf(text).map((mutant) => mutated(text, mutant));

it("a row's check passes always, and its consequence is gone", () => {
  const text = 'constexpr Check kChecks[] = {\n  {alive, invalid_grant, "a}b", withdraw_code},  // {not, a, row}\n};';
  assert.deepEqual(all(text), [
    text.replace("{alive", "{[](const auto& it) { return true || alive(it); }"),
    text.replace(", withdraw_code}", "}"),
  ]);
});

it("a refusal never happens, and each operand of its condition is taken away", () => {
  const text = 'if (!f(a || b) || c) return fail(x, "y");';
  assert.deepEqual(all(text), [
    text.replace("!f(a || b) || c", "false && (!f(a || b) || c)"),
    text.replace("!f(a || b) ||", " (false && (!f(a || b) )) ||"),
    text.replace("|| c)", "|| (false && ( c)) )"),
  ]);
});

it("what refuses nothing is left alone", () => {
  assert.deepEqual(all("if (x) return y; if (const auto z = w) return fail(z);"), []);
});
