// SPDX-License-Identifier: Apache-2.0
// A second couplet on the database of a world, behind the same public URL, as behind a load balancer.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freePorts, serve } from "./programs.mjs";

/** Up and ready: `url` is where it listens, `stop()` ends it. */
export async function startSecondNode(world) {
  const [port, operations] = await freePorts(2);
  const config = await readFile(join(world.folder, "couplet.toml"), "utf8");
  const file = join(world.folder, "second.toml");
  await writeFile(
    file,
    config
      .replace(`listen = "127.0.0.1:${world.ports.couplet}"`, `listen = "127.0.0.1:${port}"`)
      .replace(`listen = "127.0.0.1:${world.ports.operations}"`, `listen = "127.0.0.1:${operations}"`),
  );
  const node = await serve("couplet", file);
  return { url: `https://127.0.0.1:${port}`, stop: node.stop, log: node.log };
}
