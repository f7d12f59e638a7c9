// The certificate: reference values that Python computed, recomputed in the reader's browser.

import { general } from "./format.js";

// Processors and browsers round the last bit differently, and each step of a training amplifies that.
export const AGREEMENT = 1e-11;

/** @typedef {number | string | Value[]} Value */
/** @typedef {Record<string, Value>} Values values of a certificate, by their names */

/**
 * The relative deviation of one value; below 1e-6 in size, relative to 1e-6.
 * @param {unknown} own
 * @param {number} reference
 */
export function deviation(own, reference) {
  if (own === reference) return 0;
  if (typeof own !== "number") return Infinity;
  const size = Math.abs(own - reference) / Math.max(Math.abs(reference), 1e-6);
  return Number.isNaN(size) ? Infinity : size;
}

/**
 * Compare { name: number | numbers } with what the widget computed under the same names. Other values (texts,
 * verdicts) must be equal. The result has the count, the largest deviation and where it is, and says so in words.
 * @param {Values} reference
 * @param {Values} own
 */
export function compare(reference, own) {
  const result = { count: 0, largest: 0, where: "", agrees: false, words: "" };
  /** @type {(name: string, expected: Value, got: Value | undefined) => void} */
  const visit = (name, expected, got) => {
    if (Array.isArray(expected)) {
      expected.forEach((item, k) => visit(`${name}[${k}]`, item, Array.isArray(got) ? got[k] : undefined));
      return;
    }
    const off = typeof expected === "number" ? deviation(got, expected) : got === expected ? 0 : Infinity;
    result.count += 1;
    if (off > result.largest || (off === Infinity && result.where === "")) {
      result.largest = off;
      result.where = `${name}: Python says ${shown(expected)}, this page computes ${shown(got)}`;
    }
  };
  Object.entries(reference).forEach(([name, expected]) => visit(name, expected, own[name]));
  result.agrees = result.count > 0 && result.largest <= AGREEMENT;
  result.words = result.agrees
    ? `Checked in this browser: ${result.count} reference values from Python, largest relative deviation ` +
      `${general(result.largest, 2)}.`
    : `This picture does not agree with Python and should not be trusted. Of ${result.count} reference values ` +
      `the worst is ${result.where}.`;
  return result;
}

/** @param {Value | undefined} value */
function shown(value) {
  return typeof value === "number" ? general(value, 12) : JSON.stringify(value) ?? "nothing";
}
