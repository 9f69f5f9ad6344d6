// SPDX-License-Identifier: Apache-2.0
// What a program does by itself, in its own time.
import { setTimeout as pause } from "node:timers/promises";

/** Until `check` no longer throws; its last complaint when that takes longer than `patience` milliseconds. */
export async function eventually(check, patience = 30_000) {
  const giveUpAt = Date.now() + patience;
  for (;;) {
    try {
      return await check();
    } catch (complaint) {
      if (Date.now() > giveUpAt) throw complaint;
      await pause(50);
    }
  }
}
