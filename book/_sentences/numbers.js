// Numbers in sentences: how they are written, by how much a key or a pointer moves one, and what has changed.

/** @import { Texts } from "../../tinyml/widgets/kit/address.js" */
/** @import { Drawn } from "../../tinyml/widgets/kit/frame.js" */

const LARGE = 1e6; // from here on a number has an exponent, as in the widgets
const WHOLE_WAY = 400; // pixels from one end of a setting to the other, where a step of it has
const [LEAST, MOST] = [2, 16]; // at least and at most so many

/** @type {Record<string, number>} */
export const KEYS = {
  ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1, PageUp: 10, PageDown: -10, Home: -Infinity, End: Infinity,
};

/**
 * A text with a minus as the book's prose has it.
 * @param {string} text
 */
export const withMinus = (text) => text.replace(/^-/, "−");

/**
 * A setting as a text of at most six digits, as the widgets write it.
 * @param {number} value
 */
export const plain = (value) => String(Number(value.toPrecision(6)));

/**
 * A number with as many decimals as its sentence began with.
 * @param {number} value
 * @param {string} pattern
 */
export function written(value, pattern) {
  if (!Number.isFinite(value)) return "no number";
  const places = pattern.split(".")[1]?.length ?? 0;
  return withMinus(Math.abs(value) < LARGE ? value.toFixed(places) : value.toExponential(1));
}

/**
 * By how many steps of a setting a pointer has moved it; `count` is how many there are from end to end.
 * @param {number} distance
 * @param {number} count
 */
export function stepsOf(distance, count) {
  return Math.round(distance / Math.min(MOST, Math.max(LEAST, WHOLE_WAY / count))) + 0;
}

/**
 * The names of the settings that differ.
 * @param {Texts} before
 * @param {Texts} after
 */
export function changes(before, after) {
  return Object.keys({ ...before, ...after }).filter((name) => before[name] !== after[name]);
}

/**
 * What has changed in a widget's own words: what its controls say, and how its result begins.
 * @param {string[]} names of settings
 * @param {Drawn} drawn
 */
export function told(names, { controls, words }) {
  const begin = words.split(/(?<=[.;])\s/)[0].replace(/;$/, ".");
  return [...names.flatMap((name) => controls[name] ? [`${controls[name]}.`] : []), begin].join(" ");
}
