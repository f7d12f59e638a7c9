// What is shown of a map: R[f] and D[f] as texts, and for each axiom where its sides differ, if they do.

import { lettered, sampleOf, sidesOf } from "./axioms.js";
import { forwardIn, mapText, REVERSES, sameTerms, textOf } from "./polymaps.js";
import { NAMES } from "./reading.js";

/** @import { Sides } from "./axioms.js" */
/** @import { Polynomial, PolyMap, Term } from "./polymaps.js" */
/** @typedef {"right" | "printed"} ReverseName */
/** @typedef {{ place: string, left: string, right: string }} Gap */
/**
 * @typedef {{
 *   f: string, reverse: string, forward: string, g: string, after: string, gaps: (Gap | null)[],
 *   terms: number[], lacks: [text: string, name: string, count: number][],
 * }} Story terms has how many R[f] and D[f] have, and lacks which the right R[f] has besides, for each input
 */

const FEW_TERMS = 8;

/** @type {(own: Polynomial, term: Term) => boolean} */
const has = (own, term) => own.some((each) => sameTerms([term], [each]));

/**
 * One side of an equation: all of it if both are short, or what the other side doesn't have, and how much they share.
 * @param {Polynomial} own
 * @param {Polynomial} other
 * @param {string[]} names
 */
function unlike(own, other, names) {
  if (Math.max(own.length, other.length) <= FEW_TERMS) return textOf(own, names);
  const alone = own.filter((term) => !has(other, term));
  const [cut, shared] = [alone.length - FEW_TERMS, own.length - alone.length];
  return [
    ...(alone.length ? [textOf(alone.slice(0, FEW_TERMS), names)] : []), ...(cut > 0 ? [`${cut} more`] : []),
    ...(shared ? [`${shared} ${shared === 1 ? "term" : "terms"} of both sides`] : []),
  ].join(", and ") || "0";
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
