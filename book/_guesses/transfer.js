// Answers as text, to take them to another browser: what is saved, what may be read in, and which of two answers stays.

import { isRecord, KEY, readKept } from "./memory.js";

/** @import { Answer, Kept } from "./memory.js" */

/** @type {(kept: Kept) => string} */
export const asText = (kept) => JSON.stringify({ format: KEY, ...kept });

/**
 * What a text has saved; undefined, unless it says itself that it is of this book and of this form.
 * @param {string} text
 */
export function fromText(text) {
  /** @type {unknown} */
  let saved;
  try { saved = JSON.parse(text); } catch { return undefined; }
  if (!isRecord(saved) || saved.format !== KEY || !isRecord(saved.answers)) return undefined;
  return readKept(text);
}

/**
 * The answers of `theirs` that are newer than ours, or that we do not have.
 * @param {Kept} ours
 * @param {Kept} theirs
 */
export function newer(ours, theirs) {
  const known = new Map(Object.entries(ours.answers));
  return Object.entries(theirs.answers).filter(([id, { at }]) => at > (known.get(id)?.at ?? -Infinity));
}

/**
 * @param {Kept} ours
 * @param {Kept} theirs
 * @returns {Kept}
 */
export function merged(ours, theirs) {
  const answers = { ...ours.answers, ...Object.fromEntries(newer(ours, theirs)) };
  return { answers, read: { ...theirs.read, ...ours.read } };
}
