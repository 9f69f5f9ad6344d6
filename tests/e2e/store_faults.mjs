// SPDX-License-Identifier: Apache-2.0
// What goes wrong with a file on a disk: another process holds its lock, or no file may grow any more. Debian's own
// python3 and prlimit do it.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { within } from "./programs.mjs";

const holdLock = `
import sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
`;

/** The database's write lock is another process's while `test` runs. */
export async function whileLocked(databaseFile, test) {
  const holder = spawn("/usr/bin/python3", ["-c", holdLock, databaseFile], { stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise((done) => holder.once("close", done));
  try {
    const lines = createInterface({ input: holder.stdout })[Symbol.asyncIterator]();
    const { value } = await within(lines.next(), 20_000, "the write lock is taken");
    assert.equal(value, "held");
    await test();
  } finally {
    holder.stdin.end(); // its end rolls back
    await ended;
  }
}

const limitFiles = (pid, limit) => promisify(execFile)("prlimit", ["--pid", `${pid}`, `--fsize=${limit}:`]);

/** No file of this process may grow while `test` runs, as on a disk that is full. */
export async function whileFull(pid, test) {
  await limitFiles(pid, 1);
  try {
    await test();
  } finally {
    await limitFiles(pid, "unlimited");
  }
}
