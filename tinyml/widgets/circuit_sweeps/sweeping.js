// Circuits of two inputs over bits, sweeps over their rows, and the exact mean of drawn ones: chapter 17 in integers.

import { splitmix64 } from "../kit/splitmix.js";

/** @typedef {"lookup" | "polynomial"} Circuit */
/** @typedef {{ settings: number[], returned: number }} Run after each sweep; `returned` is -1 where it is learnt */
/**
 * `table` has what is wanted at 00, 01, 10 and 11, and `order` the places of these rows, both as texts of four digits.
 * @typedef {{
 *   table: string, circuit: Circuit, inputs: "swept" | "drawn", order: string, seed: number, examples: number,
 * }} Choice
 */
/**
 * One example: its row, the setting before and after it, what was said there before, and who has a say there.
 * @typedef {{ row: number, before: number, after: number, said: number, mask: number }} Step
 */

export const ROWS = ["00", "01", "10", "11"];
export const MOST_EXAMPLES = 400;
export const TABLES = Array.from({ length: 16 }, (_, k) => k.toString(2).padStart(4, "0"));
/** @type {Circuit[]} */
export const CIRCUITS = ["lookup", "polynomial"];

/**
 * Which switches have a say at each row: bit k is p_k.
 * @type {Record<Circuit, number[]>}
 */
export const MASKS = {
  lookup: [0, 1, 2, 3].map((row) => 1 << row),
  polynomial: [0, 1, 2, 3].map((row) => {
    const [a, b] = [row >> 1, row & 1];
    return 1 | (a << 1) | (b << 2) | ((a & b) << 3); // p0 + p1 a + p2 b + p3 a b
  }),
};

/** @type {(bits: number) => number} */
const parity = (bits) => (bits ? (bits & 1) ^ parity(bits >> 1) : 0);
/** @type {(own: number, mask: number) => number} */
export const saidAt = (own, mask) => parity(own & mask);

/**
 * How many rows a setting has wrong.
 * @param {Circuit} circuit
 * @param {string} table
 * @param {number} own
 */
export function wrongRows(circuit, table, own) {
  return MASKS[circuit].filter((mask, row) => saidAt(own, mask) !== Number(table[row])).length;
}

/**
 * The step at a row: its mask is flipped where it was wrong.
 * @param {Circuit} circuit
 * @param {string} table
 * @param {number} row
 * @param {number} before
 * @returns {Step}
 */
export function stepAt(circuit, table, row, before) {
  const mask = MASKS[circuit][row];
  const said = saidAt(before, mask);
  const after = said === Number(table[row]) ? before : before ^ mask;
  return { row, before, after, said, mask };
}

/**
 * The settings after each sweep from zeros, until nothing is wrong or one comes again.
 * @param {Circuit} circuit
 * @param {string} table
 * @param {string} order
 * @returns {Run}
 */
export function runOf(circuit, table, order) {
  const settings = [0];
  for (let own = 0; wrongRows(circuit, table, own);) {
    for (const row of order) own = stepAt(circuit, table, Number(row), own).after;
    const returned = settings.indexOf(own);
    if (returned >= 0) return { settings, returned };
    settings.push(own);
  }
  return { settings, returned: -1 };
}

/**
 * Rows that are drawn from a seed, each the upper two bits of a draw, as many as needed.
 * @param {number} seed
 */
function rowsDrawn(seed) {
  let left = BigInt(seed);
  return () => {
    const drawn = splitmix64(left);
    left = drawn.left;
    return Number(drawn.bits >> 62n);
  };
}

/**
 * Each example that is shown.
 * @param {Choice} choice
 */
export function stepsOf({ table, circuit, inputs, order, seed, examples }) {
  const draw = rowsDrawn(seed);
  /** @type {Step[]} */
  const steps = [];
  for (let k = 0; k < examples; k++) {
    const row = inputs === "drawn" ? draw() : Number(order[k % 4]);
    steps.push(stepAt(circuit, table, row, steps.at(-1)?.after ?? 0));
  }
  return steps;
}

/**
 * After how many drawn examples a table is learnt, and the setting that it is learnt with.
 * @param {Circuit} circuit
 * @param {string} table
 * @param {number} seed
 */
export function samplesOf(circuit, table, seed) {
  const draw = rowsDrawn(seed);
  let [count, own] = [0, 0];
  for (; count < MOST_EXAMPLES && wrongRows(circuit, table, own); count++) {
    own = stepAt(circuit, table, draw(), own).after;
  }
  return { count, own };
}

/**
 * The mean number of drawn examples for each table from zeros, as exact fractions.
 *
 * What matters of a setting is which rows are wrong: a step at a wrong row flips those whose masks share an odd number
 * of switches with its own. So 15 equations, one for each set of wrong rows, have the means of all tables, since from
 * zeros the wrong rows are those where 1 is wanted. They are solved in whole numbers, as Bareiss does.
 * @param {Circuit} circuit
 * @returns {string[]} by the tables, read as binary numbers
 */
export function meansOf(circuit) {
  const masks = MASKS[circuit];
  const flips = masks.map((mask) => parseInt(masks.map((other) => saidAt(mask, other)).join(""), 2));
  const rows = Array.from({ length: 15 }, (_, k) => {
    /** @type {bigint[]} */
    const row = Array(16).fill(0n);
    [row[k], row[15]] = [4n, 4n]; // 4 mean(wrong) - the sum over rows of mean(wrong after it) = 4
    flips.forEach((flipped, place) => {
      const wrong = (k + 1) >> (3 - place) & 1 ? (k + 1) ^ flipped : k + 1;
      if (wrong) row[wrong - 1] -= 1n;
    });
    return row;
  });
  let last = 1n;
  rows.forEach((pivot, k) => {
    rows.forEach((row, i) => {
      if (i === k) return;
      const factor = row[k];
      row.forEach((own, j) => (row[j] = (pivot[k] * own - factor * pivot[j]) / last));
    });
    last = pivot[k];
  });
  return ["0", ...rows.map((row, k) => fractionText(row[15], row[k]))];
}

/** @type {(a: bigint, b: bigint) => bigint} */
const commonOf = (a, b) => (b ? commonOf(b, a % b) : a);

/**
 * @param {bigint} top
 * @param {bigint} bottom
 */
function fractionText(top, bottom) {
  const common = commonOf(top, bottom);
  return bottom === common ? `${top / common}` : `${top / common}/${bottom / common}`;
}
