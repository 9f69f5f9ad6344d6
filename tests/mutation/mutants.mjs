// SPDX-License-Identifier: Apache-2.0
// The checks in a C++ source, each as `{ at, length, replacement, name }`: the source without that check still compiles.

/** Where the bracket that opens at `open` closes. */
function closing(text, open) {
  const [left, right] = text[open] === "{" ? "{}" : "()";
  let depth = 0;
  for (let at = open; at < text.length; ++at) {
    if (text[at] === '"') at = endOfString(text, at);
    else if (text[at] === left) ++depth;
    else if (text[at] === right && --depth === 0) return at;
  }
  throw new Error(`an open ${left} at ${open}`);
}

function endOfString(text, at) {
  for (++at; text[at] !== '"'; ++at) if (text[at] === "\\") ++at;
  return at;
}

/** The operands of a condition's outermost `||`. */
function operands(condition) {
  const parts = [];
  let from = 0;
  for (let at = 0; at < condition.length; ++at) {
    if (condition[at] === '"') at = endOfString(condition, at);
    else if (condition[at] === "(" || condition[at] === "{") at = closing(condition, at);
    else if (condition.startsWith("||", at)) {
      parts.push({ from, to: at });
      from = at + 2;
    }
  }
  parts.push({ from, to: condition.length });
  return parts;
}

const oneLine = (text) => text.replace(/\s+/g, " ").trim();

// {code_is_alive, invalid_grant, "code_expired", withdraw_code},
function mutantsOfRow(text, at) {
  const row = text.slice(at, closing(text, at) + 1);
  const predicate = /^\{(\w+)/.exec(row)[1];
  const always = `[](const auto& it) { return true || ${predicate}(it); }`;
  const found = [{ at: at + 1, length: predicate.length, replacement: always, name: `row ${oneLine(row)}` }];
  const consequence = /,\s*(?:withdraw_code|revoke_grant)\}$/.exec(row);
  if (consequence)
    found.push({
      at: at + consequence.index,
      length: consequence[0].length,
      replacement: "}",
      name: `no consequence in ${oneLine(row)}`,
    });
  return found;
}

function mutantsOfTables(text) {
  const found = [];
  for (const table of text.matchAll(/kChecks\[\] = \{/g)) {
    const open = table.index + table[0].length - 1;
    const end = closing(text, open);
    for (let at = open + 1; at < end; ++at)
      if (text[at] === "{") {
        found.push(...mutantsOfRow(text, at));
        at = closing(text, at);
      } else if (text.startsWith("//", at)) at = text.indexOf("\n", at);
  }
  return found;
}

// if (!code || !redirect_uri) return fail(…);
function mutantsOfIfs(text) {
  const found = [];
  for (const statement of text.matchAll(/\bif \(/g)) {
    const open = statement.index + 3;
    const close = closing(text, open);
    const condition = text.slice(open + 1, close);
    const rest = text.slice(close + 1, close + 60).trimStart();
    if (/^(const|auto)\b/.test(condition) || !/^return (fail|refuse|send_back|std::unexpected)\b/.test(rest)) continue;
    const refusal = text.slice(close + 1, text.indexOf(";", close));
    const what = `${oneLine(condition)} → ${/"([^"]*)"/.exec(refusal)?.[1] ?? oneLine(refusal)}`;
    const never = { at: open + 1, length: condition.length, replacement: `false && (${condition})` };
    found.push({ ...never, name: `if ${what}` });
    const parts = operands(condition);
    if (parts.length < 2) continue;
    for (const { from, to } of parts)
      found.push({
        at: open + 1 + from,
        length: to - from,
        replacement: ` (false && (${condition.slice(from, to)})) `,
        name: `operand ${oneLine(condition.slice(from, to))} of if ${what}`,
      });
  }
  return found;
}

export const mutantsOf = (text) => [...mutantsOfTables(text), ...mutantsOfIfs(text)];

export const mutated = (text, { at, length, replacement }) => text.slice(0, at) + replacement + text.slice(at + length);
