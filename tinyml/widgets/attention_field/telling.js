// What AttentionField says: what the query reads and why, its pictures in words, and the same in Python.

import { floatRepr, general } from "../kit/format.js";
import { ALL, allowedIn, CAUSAL, keysOf, PLACES, queriesOf, readingOf, VALUES, walkOf } from "./weighing.js";

/** @import { Choice, Pair } from "./weighing.js" */

const SAME = 1e-9; // scores that differ by less are equal, and rounded differently

/**
 * Three decimals, and no minus before zero.
 * @param {number} x
 */
export function threeDecimals(x) {
  const text = x.toFixed(3);
  return Number(text) === 0 ? "0.000" : text;
}

/** @type {(place: Pair) => string} */
export const placeText = (place) => `(${place.map((own) => general(own)).join(", ")})`;
/** @type {(place: Pair) => string} */
export const outputText = (place) => `(${place.map(threeDecimals).join(", ")})`;
/** @type {(parts: (string | number)[]) => string} */
const listed = (parts) => [parts.slice(0, -1).join(", "), ...parts.slice(-1)].filter((own) => own !== "").join(" and ");

/**
 * Which keys a query may read.
 * @param {string} mask
 * @param {number} query
 */
export function openKeys(mask, query) {
  return PLACES.filter((key) => allowedIn(mask)[query][key]);
}

/**
 * A mask in words.
 * @param {string} mask
 */
export function maskWords(mask) {
  if (mask === ALL) return "Mask: all allowed";
  if (mask === CAUSAL) return "Mask: causal";
  return `Mask: ${PLACES.map((query) => `query ${query} may read ${listed(openKeys(mask, query))}`).join("; ")}`;
}

/**
 * Why the shares are as they are.
 * @param {Choice} choice
 * @param {number[]} scores of the query
 */
function whyWords({ mask, query, ...arrows }, scores) {
  const open = openKeys(mask, query);
  const best = Math.max(...open.map((key) => scores[key]));
  const first = open.filter((key) => scores[key] > best - SAME);
  const better = PLACES.filter((key) => !open.includes(key) && scores[key] > best + SAME);
  const kept = better.length === 0 ? ""
    : ` ${better.length === 1 ? `Key ${better[0]}` : "Both other keys"} would fit better, but it may not read ` +
      `${better.length === 1 ? "it" : "them"}.`;
  if (open.length === 1) return `It may read nothing else, so the score doesn't matter.${kept}`;
  if (queriesOf({ mask, query, ...arrows })[query].every((own) => own === 0)) {
    return "It asks for nothing: all scores are 0, and so all shares are the same.";
  }
  if (first.length === 3) return "All three keys fit equally well.";
  const top = open.length === 3 ? ", and best" : "";
  if (first.length === 2) return `Keys ${listed(first)} fit equally well${top}.${kept}`;
  const next = Math.max(...open.filter((key) => key !== first[0]).map((key) => scores[key]));
  return `Key ${first[0]} fits best: it scores ${threeDecimals(best)}, and the next one ${threeDecimals(next)}.${kept}`;
}

/**
 * The result in words.
 * @param {Choice} choice
 */
export function readingWords(choice) {
  const { mask, query } = choice;
  const { scores, weights, outputs } = readingOf(choice);
  const open = openKeys(mask, query);
  const shares = open.map((key) => `${threeDecimals(weights[query][key])} of value ${key}`);
  const read = open.length === 1 ? `all of value ${open[0]}` : listed(shares);
  return `Query ${query} reads ${read}: ${outputText(outputs[query])}. ${whyWords(choice, scores[query])}`;
}

/**
 * The plane of queries and keys in words.
 * @param {Choice} choice
 */
export function arrowsWords(choice) {
  const { mask, query } = choice;
  /** @type {(kind: string, places: Pair[]) => string} */
  const all = (kind, places) => places.map((place, k) => `${kind} ${k} to ${placeText(place)}`).join(", ");
  const closed = PLACES.filter((key) => !openKeys(mask, query).includes(key));
  const blocked = closed.length ? ` It may not read ${closed.length === 1 ? "key" : "keys"} ${listed(closed)}.` : "";
  return `Arrows from the middle of a plane: ${all("query", queriesOf(choice))}; ${all("key", keysOf(choice))}. ` +
    `Query ${query} is shown.${blocked}`;
}

/**
 * The walk in words.
 * @param {Choice} choice
 */
export function walkWords(choice) {
  const { query } = choice;
  const { weights, outputs } = readingOf(choice);
  const steps = walkOf(weights[query]).slice(1).map((place, k) => (
    `${threeDecimals(weights[query][k])} times value ${k} leads to ${outputText(place)}`));
  const others = PLACES.filter((own) => own !== query).map((own) => `query ${own} reads ${outputText(outputs[own])}`);
  return `A triangle of the values ${listed(VALUES.map(placeText))}, and a walk from (0, 0) inside it: ` +
    `${steps.join(", ")}, the output of query ${query}. Besides, ${listed(others)}.`;
}

/**
 * The weights in words.
 * @param {Choice} choice
 */
export function weightsWords(choice) {
  return readingOf(choice).weights.map((row, query) => (
    `Query ${query}: ${row.map(threeDecimals).join(", ")}.`)).join(" ");
}

/**
 * A runnable snippet that prints the weights of the query and what it reads.
 * @param {Choice} choice
 */
export function fieldCode(choice) {
  const { mask, query } = choice;
  /** @type {(rows: Pair[]) => string} */
  const array = (rows) => `np.array([${rows.map((row) => `[${row.map(floatRepr).join(", ")}]`).join(", ")}])`;
  const made = mask === CAUSAL ? "causal" : mask === ALL ? "everywhere" : null;
  const rows = allowedIn(mask).map((row) => `[${row.map(Number).join(", ")}]`);
  const names = ["Product", "attend", "compared", "weighed", ...(made ? [made] : [])];
  return [
    "import numpy as np", "",
    `from tinyml import ${names.sort().join(", ")}`, "",
    `queries = ${array(queriesOf(choice))}`,
    `keys = ${array(keysOf(choice))}`,
    `values = ${array(VALUES)}`,
    made ? `mask = ${made}(3)` : `mask = np.array([${rows.join(", ")}], bool)`,
    "weights = weighed(mask).get(compared(2).get(Product(queries, keys)))",
    "outputs = attend(2, mask).get(Product(Product(queries, keys), values))",
    `print(*(f"{own:.3f}" for own in weights[${query}]))`,
    `print(*(f"{own:z.3f}" for own in outputs[${query}]))`,
    "",
  ].join("\n");
}
