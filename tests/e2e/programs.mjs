// SPDX-License-Identifier: Apache-2.0
// The real programs as processes, on ports that were free a moment ago. COUPLET_BIN_DIR says where they are.
import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";

const startDeadlineMs = 30_000;
const stopDeadlineMs = 30_000;

const listen = (port, host) =>
  new Promise((answer) => {
    const server = createServer();
    server.once("error", () => answer(null));
    server.listen(port, host, () => answer(server));
  });

/** Nobody else who asks for ports gets this one while this process lives: on another of the loopback's addresses it is taken. */
async function reserve(port) {
  const reservation = await listen(port, "127.0.0.2");
  if (!reservation) return false;
  reservation.unref();
  const probe = await listen(port, "127.0.0.1");
  if (probe) await new Promise((closed) => probe.close(closed));
  return Boolean(probe);
}

/** Below the range from which the kernel takes ports for outgoing connections, so that none is taken meanwhile. */
export async function freePorts(count) {
  const ports = [];
  while (ports.length < count) {
    const port = randomInt(20000, 30000);
    if (await reserve(port)) ports.push(port);
  }
  return ports;
}

/** The promise, or an error that says what did not happen in time. */
export async function within(promise, milliseconds, what) {
  let timer;
  const late = new Promise((_, fail) => {
    timer = setTimeout(() => fail(new Error(`not within ${milliseconds} ms: ${what}`)), milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

const children = new Set();
process.on("exit", () => {
  for (const child of children) child.kill("SIGKILL");
});

function spawnProgram(program, args) {
  const child = spawn(join(process.env.COUPLET_BIN_DIR, program), args, { stdio: ["ignore", "pipe", "pipe"] });
  children.add(child);
  const collected = { output: "", errors: "" };
  child.stderr.on("data", (text) => (collected.errors += text));
  const exited = new Promise((done, fail) => {
    child.once("error", fail);
    child.once("close", (code, signal) => {
      children.delete(child);
      done(code ?? signal);
    });
  });
  return { child, collected, exited };
}

/** Runs a program to its end: `{ code, output, errors }`. */
export async function run(program, args) {
  const { child, collected, exited } = spawnProgram(program, args);
  child.stdout.on("data", (text) => (collected.output += text));
  const code = await within(exited, startDeadlineMs, `${program} ${args[0]} ends`);
  return { code, ...collected };
}

/** Starts `PROGRAM serve --config FILE`; resolves once it has said "ready". */
export async function serve(program, config) {
  const { child, collected, exited } = spawnProgram(program, ["serve", "--config", config]);
  const ready = new Promise((done, fail) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      collected.output += `${line}\n`;
      if (line === "ready") done();
    });
    exited.then(
      (code) => fail(new Error(`${program} ended with ${code} before it was ready:\n${collected.errors}`)),
      fail,
    );
  });
  try {
    await within(ready, startDeadlineMs, `${program} is ready`);
  } catch (problem) {
    child.kill("SIGKILL");
    throw problem;
  }
  const end = (signal) => {
    child.kill(signal);
    return within(exited, stopDeadlineMs, `${program} ends after ${signal}`);
  };
  return {
    program,
    pid: child.pid,
    exited,
    log: () => collected.errors,
    output: () => collected.output,
    signal: (name) => child.kill(name),
    kill: () => end("SIGKILL"),
    stop: async () => {
      const code = await end("SIGTERM");
      if (code !== 0) throw new Error(`${program} ended with ${code}:\n${collected.errors.slice(-4000)}`);
    },
  };
}
