// The seven axioms of a reverse derivative, tried on a map with two fixed companions, exactly.

import { forwardIn, identityOf, pairOf, plusOf, projectionsOf, thenOf, zeroOf } from "./polymaps.js";
import { NAMES, readMap } from "./reading.js";

/** @import { PolyMap, Reversing, Ring } from "./polymaps.js" */
/** @typedef {{ f: PolyMap, g: PolyMap, after: PolyMap }} Sample f, g : n -> m, and after : m -> k */
/** @typedef {[left: PolyMap, right: PolyMap, names: string[]]} Sides both sides of an equation, and their variables */

export const AXIOMS = [
  "RD.1 sums", "RD.2 changes add", "RD.3 wires", "RD.4 pairs", "RD.5 chain rule", "RD.6 linear", "RD.7 mixed",
];
const COMPANIONS = [["x^3 + 1", "x"], ["x y + y", "x + y"], ["x y + z", "x + y z"]];
/** @type {Record<Ring, string[]>} */
const AFTER = { fractions: ["x^2", "x y"], bits: ["x^3", "x y"] };

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
      [reverse(second), pairOf(zeroOf(ring, n, n + m + m), projectionsOf(ring, n + m, m)[1]),
        [...x, ...lettered("u", m), ...w]]],
    [[reverse(pairOf(f, g)), plusOf(back(change, Rf), back(other, Rg)), [...x, ...v, ...w]],
      [reverse(zeroOf(ring, 0, n)), none, x]],
    [[reverse(thenOf(f, after)), thenOf(pairOf(here, between), Rf), [...x, ...lettered("w", k)]]],
    [[thenOf(along, forwardIn(Rf, reverse)), Rf, [...x, ...w]]],
    [[mixed(ways[0], ways[1]), mixed(ways[1], ways[0]), [...x, ...lettered("v", n), ...lettered("w", n)]]],
  ];
}
