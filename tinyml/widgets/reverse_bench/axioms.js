// The seven axioms of a reverse derivative, tried on a map with two fixed companions, exactly.

import { forwardIn, identityOf, mapText, pairOf, plusOf, projectionsOf, REVERSES, sameTerms, textOf, thenOf, zeroOf } from "./polymaps.js";
import { NAMES, readMap } from "./reading.js";

/** @import { Polynomial, PolyMap, Reversing, Ring, Term } from "./polymaps.js" */
/** @typedef {"right" | "printed"} ReverseName */
/** @typedef {{ f: PolyMap, g: PolyMap, after: PolyMap }} Sample f, g : n -> m, and after : m -> k */
/** @typedef {[left: PolyMap, right: PolyMap, names: string[]]} Sides both sides of an equation, and their variables */
/** @typedef {{ place: string, left: string, right: string }} Gap */
/**
 * @typedef {{
 *   f: string, reverse: string, forward: string, g: string, after: string, gaps: (Gap | null)[],
 *   terms: number[], lacks: [text: string, name: string, count: number][],
 * }} Story terms has how many R[f] and D[f] have, and lacks which the right R[f] has besides, for each input
 */

export const AXIOMS = [
  "RD.1 sums", "RD.2 changes add", "RD.3 wires", "RD.4 pairs", "RD.5 chain rule", "RD.6 linear", "RD.7 mixed",
];
const COMPANIONS = [["x^3 + 1", "x"], ["x y + y", "x + y"], ["x y + z", "x + y z"]];
/** @type {Record<Ring, string[]>} */
const AFTER = { fractions: ["x^2", "x y"], bits: ["x^3", "x y"] };
const FEW_TERMS = 8;

/** @type {(letter: string, size: number) => string[]} */
export const lettered = (letter, size) => (
  size === 1 ? [letter] : Array.from({ length: size }, (_, k) => `${letter}${k + 1}`));

/**
 * @param {string} text
 * @param {Ring} ring
 */
function known(text, ring) {
  const { map, problem } = /** @type {{ map: PolyMap, problem?: string }} */ (readMap(text, ring));
  if (problem) throw new Error(problem);
  return map;
}

/**
 * A map with its companions.
 * @param {PolyMap} f
 * @returns {Sample}
 */
export function sampleOf(f) {
  const [n, m] = [f.source, f.outputs.length];
  return { f, g: known(COMPANIONS[n - 1].slice(0, m).join(", "), f.ring), after: known(AFTER[f.ring][m - 1], f.ring) };
}

/**
 * Both sides of every equation, by the axioms in their order.
 * @param {Sample} sample
 * @param {Reversing} reverse
 * @returns {Sides[][]}
 */
export function sidesOf({ f, g, after }, reverse) {
  const { ring, source: n, outputs: { length: m } } = f;
  const k = after.outputs.length;
  const [x, v, w] = [NAMES.slice(0, n), lettered("v", m), lettered("w", m)];
  const [Rf, Rg] = [reverse(f), reverse(g)];
  const [point, changes] = projectionsOf(ring, n, 2 * m);
  const [change, other] = projectionsOf(ring, m, m).map((side) => thenOf(changes, side));
  const back = (/** @type {PolyMap} */ own, /** @type {PolyMap} */ reversed) => thenOf(pairOf(point, own), reversed);
  const [first, second] = projectionsOf(ring, n, m);
  const [here, last] = projectionsOf(ring, n, k);
  const between = thenOf(pairOf(thenOf(here, f), last), reverse(after));
  const along = pairOf(pairOf(first, zeroOf(ring, m, n + m)), pairOf(zeroOf(ring, n, n + m), second));
  const [start, directions] = projectionsOf(ring, n, 2 * n);
  const ways = projectionsOf(ring, n, n).map((side) => thenOf(directions, side));
  const twice = forwardIn(forwardIn(f, reverse), reverse);
  const mixed = (/** @type {PolyMap} */ one, /** @type {PolyMap} */ two) => (
    thenOf(pairOf(pairOf(start, one), pairOf(two, zeroOf(ring, n, 3 * n))), twice));
  const none = zeroOf(ring, n, n);
  return [
    [[reverse(plusOf(f, g)), plusOf(Rf, Rg), [...x, ...w]],
      [reverse(zeroOf(ring, m, n)), zeroOf(ring, n, n + m), [...x, ...w]]],
    [[back(plusOf(change, other), Rf), plusOf(back(change, Rf), back(other, Rf)), [...x, ...v, ...w]],
      [thenOf(pairOf(identityOf(ring, n), zeroOf(ring, m, n)), Rf), none, x]],
    [[reverse(identityOf(ring, n)), projectionsOf(ring, n, n)[1], [...x, ...lettered("w", n)]],
      [reverse(first), pairOf(projectionsOf(ring, n + m, n)[1], zeroOf(ring, m, n + m + n)),
        [...x, ...lettered("u", m), ...lettered("w", n)]],
      [reverse(second), pairOf(zeroOf(ring, n, n + m + m), projectionsOf(ring, n + m, m)[1]), [...x, ...lettered("u", m), ...w]]],
    [[reverse(pairOf(f, g)), plusOf(back(change, Rf), back(other, Rg)), [...x, ...v, ...w]],
      [reverse(zeroOf(ring, 0, n)), none, x]],
    [[reverse(thenOf(f, after)), thenOf(pairOf(here, between), Rf), [...x, ...lettered("w", k)]]],
    [[thenOf(along, forwardIn(Rf, reverse)), Rf, [...x, ...w]]],
    [[mixed(ways[0], ways[1]), mixed(ways[1], ways[0]), [...x, ...lettered("v", n), ...lettered("w", n)]]],
  ];
}

/** @type {(own: Polynomial, term: Term) => boolean} */
const has = (own, term) => own.some((each) => sameTerms([term], [each]));

/**
 * One side of an equation: all of it if both are short, or the terms that the other side doesn't have.
 * @param {Polynomial} own
 * @param {Polynomial} other
 * @param {string[]} names
 */
function unlike(own, other, names) {
  if (Math.max(own.length, other.length) <= FEW_TERMS) return textOf(own, names);
  const first = own.filter((term) => !has(other, term)).slice(0, FEW_TERMS);
  const left = own.length - first.length;
  const rest = left ? [`${left} ${first.length ? "other term" : "term"}${left === 1 ? "" : "s"}`] : [];
  return [...(first.length ? [textOf(first, names)] : []), ...rest].join(" and ") || "0";
}

/**
 * The first output in which both sides of an equation differ.
 * @param {Sides[]} sides
 * @param {boolean} numbered whether outputs have no names
 * @returns {Gap | null}
 */
function gapOf(sides, numbered) {
  for (const [left, right, names] of sides) {
    const place = left.outputs.findIndex((own, k) => !sameTerms(own, right.outputs[k]));
    if (place < 0) continue;
    const [one, other] = [left.outputs[place], right.outputs[place]];
    return {
      place: numbered ? `output ${place + 1}` : `to ${names[place]}`,
      left: unlike(one, other, names), right: unlike(other, one, names),
    };
  }
  return null;
}

/**
 * All that is shown of a map.
 * @param {PolyMap} f
 * @param {ReverseName} name
 * @returns {Story}
 */
export function storyOf(f, name) {
  const reverse = REVERSES[name];
  const [n, m] = [f.source, f.outputs.length];
  const sample = sampleOf(f);
  const x = NAMES.slice(0, n);
  const back = reverse(f);
  const ahead = forwardIn(f, reverse);
  const both = [...x, ...lettered("w", m)];
  const lacks = REVERSES.right(f).outputs.map((own, k) => own.filter((term) => !has(back.outputs[k], term)));
  return {
    f: mapText(f, x), reverse: mapText(back, both),
    forward: mapText(ahead, [...x, ...lettered("v", n)]), g: mapText(sample.g, x),
    after: mapText(sample.after, ["u", "v"].slice(0, m)),
    gaps: sidesOf(sample, reverse).map((sides, k) => gapOf(sides, k === 6)),
    terms: [back, ahead].map(({ outputs }) => outputs.flat().length),
    lacks: lacks.flatMap((own, k) => (own.length ? [[textOf(own, both), x[k], own.length]] : [])),
  };
}

/**
 * The same of a text that is a map, as it is compared with Python.
 * @param {string} text
 * @param {Ring} ring
 * @param {ReverseName} name
 */
export function storyTold(text, ring, name) {
  const { f, reverse, forward, gaps } = storyOf(known(text, ring), name);
  return { f, reverse, forward, axioms: gaps.map((gap) => (gap ? [gap.place, gap.left, gap.right] : "holds")) };
}
