// SPDX-License-Identifier: Apache-2.0
// Chance that comes again: the same seed, the same numbers.

/** Numbers in [0, 1) from the seed (mulberry32). */
export function dice(state) {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
