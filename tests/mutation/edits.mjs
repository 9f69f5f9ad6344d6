// SPDX-License-Identifier: Apache-2.0
// The two commonest ways to take a guard away, as [text, replacement] of its condition.
export const isTrue = (condition) => [condition, `(true || ${condition})`];
export const isFalse = (condition) => [condition, `(false && (${condition}))`];
