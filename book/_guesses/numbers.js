// Numbers as people type them, and how far they are from the key.

/** @typedef {"near" | "factor" | "sign" | "far"} Verdict */
/** @typedef {{ value: number, near: number, factor: number }} NumberKey */

const PLAIN = String.raw`[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?`;
const ROUNDING = 1e-9; // of a key with 12 digits, and of what is computed with it
const TYPED = new RegExp(`^(${PLAIN})(?:/(${PLAIN}))?(%?)$`);

/**
 * Read "0.2", "0,2", "−1e-3", "1/7" or "20 %"; undefined is no number.
 * @param {string} typed
 */
export function readNumber(typed) {
  const text = typed.toLowerCase().replace(/\s/g, "").replace(/[−–]/g, "-").replace(/^([^.,]*),([^.,]*)$/, "$1.$2");
  const [, above, below, part] = TYPED.exec(text) ?? [];
  const value = Number(above) / Number(below ?? 1) / (part ? 100 : 1);
  return Number.isFinite(value) ? value : undefined;
}

/**
 * Near is a part of the value; a factor is measured between the sizes; with another sign, size says nothing.
 * @param {number} guessed
 * @param {NumberKey} key
 * @returns {Verdict}
 */
export function verdictOf(guessed, { value, near, factor }) {
  if (Math.abs(guessed - value) <= (near + ROUNDING) * Math.abs(value)) return "near";
  if (guessed * value < 0) return "sign";
  const [ratio, most] = [guessed / value, factor * (1 + ROUNDING)];
  return ratio <= most && ratio * most >= 1 ? "factor" : "far";
}
