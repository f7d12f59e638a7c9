// What ReverseBench says: its result in words, and the same map with its axioms in Python.

import { lettered, sampleOf } from "./axioms.js";
import { NAMES, readMap } from "./reading.js";
import { storyOf } from "./story.js";

/** @import { Polynomial, PolyMap, Ring } from "./polymaps.js" */
/** @import { ReverseName, Story } from "./story.js" */

const FEW = 3;

/** @type {(items: string[]) => string} */
const listed = (items) => items.join(", ").replace(/, (?=[^,]*$)/, " and ");

/**
 * What the right R has made of f.
 * @param {PolyMap} f
 * @param {Story} story
 */
function rightWords({ ring, source, outputs }, { terms }) {
  if (terms[0]) {
    const [inputs, ends] = [listed(NAMES.slice(0, source)), outputs.length === 1 ? "the output" : "the outputs"];
    return `R[f] brings a change at ${ends} back to ${inputs}. ` +
      `D[f], made of R twice, takes a change of ${inputs} on to ${ends}.`;
  }
  const still = outputs.flat().every(({ exponents }) => exponents.every((own) => own === 0));
  if (still) return "R[f] is 0, and so is D[f]: f doesn't depend on its inputs.";
  return `R[f] is 0 and f isn't constant: all its exponents are even, and over ${ring} 2 is 0.`;
}

/**
 * What the slide's R has made of f.
 * @param {Story} story
 */
function printedWords({ lacks, terms }) {
  const how = "The slide's R derives each term in its last variable alone";
  if (!lacks.length) return `${how}, and ${terms[0] ? "of this f that is the right R[f]" : "R[f] is 0 either way"}.`;
  const count = lacks.reduce((sum, [, , own]) => sum + own, 0);
  const missing = count > FEW ? `R[f] lacks ${count} terms`
    : `nothing brings ${listed(lacks.map(([text, name]) => `${text} back to ${name}`))}`;
  return `${how}, so ${missing}, and D[f] isn't right either.`;
}

/**
 * The result in words.
 * @param {PolyMap} f
 * @param {ReverseName} name
 * @param {Story} story
 */
export function benchWords(f, name, story) {
  const crossed = story.gaps.flatMap((gap, k) => (gap ? [`RD.${k + 1}`] : []));
  const told = name === "right" ? rightWords(f, story) : printedWords(story);
  if (!crossed.length) {
    const rest = story.lacks.length ? ", with these companions. One try proves nothing" : "";
    return `${told} All 7 axioms hold for this f${rest}.`;
  }
  const why = story.lacks.length ? "" : ", because it reverses f >> after, too";
  const not = crossed.length === 1 ? "doesn't" : "don't";
  return `${told} ${7 - crossed.length} of 7 axioms hold; ${listed(crossed)} ${not}${why}.`;
}

/**
 * @param {Polynomial} own
 * @param {string[]} names
 */
export function pythonOf(own, names) {
  const still = own.every(({ exponents }) => exponents.every((each) => each === 0));
  const terms = own.map(({ exponents, number: { n, d } }) => {
    const factors = exponents.flatMap((each, k) => (each ? [each === 1 ? names[k] : `${names[k]}**${each}`] : []));
    if (still) factors.push(`${names[0]}**0`);
    const number = d === 1n ? `${n}` : `Fraction(${n}, ${d})`;
    return [...(number === "1" && factors.length ? [] : [number]), ...factors].join(" * ");
  });
  return terms.join(" + ").replaceAll("+ -", "- ") || `0 * ${names[0]}`;
}

/**
 * A runnable snippet that prints R[f], D[f] and what the axioms say.
 * @param {PolyMap} f
 * @param {ReverseName} name
 */
export function benchCode(f, name) {
  const sample = sampleOf(f);
  const [n, m] = [f.source, f.outputs.length];
  const x = NAMES.slice(0, n);
  const u = ["u", "v"].slice(0, m);
  const ring = f.ring === "bits" ? "GF2" : "RATIONAL";
  const reverse = name === "right" ? "reverse_derivative" : "printed_reverse";
  const other = name === "right" ? "" : `, ${reverse}`;
  const declared = (/** @type {string[]} */ names) => (
    `${names.length === 1 ? `(${names[0]},)` : names.join(", ")} = variables(${ring}, "${names.join(" ")}")`);
  const made = (/** @type {PolyMap} */ own, /** @type {string[]} */ names) => (
    `polymap(${own.outputs.map((each) => pythonOf(each, names)).join(", ")})`);
  const lines = [
    declared(x), declared(u), `f = ${made(f, x)}`, `g = ${made(sample.g, x)}`, `after = ${made(sample.after, u)}`,
    `print(${reverse}(f).told("${[...x, ...lettered("w", m)].join(" ")}"))`,
    `print(forward_derivative(f${other}).told("${[...x, ...lettered("v", n)].join(" ")}"))`,
    `for axiom, report in try_axioms(Polynomials(${ring}), Sample(f, g, after)${other}).items():`,
    '    print(axiom, "holds" if report.holds else "fails")',
  ];
  return [
    ...(lines.some((line) => line.includes("Fraction(")) ? ["from fractions import Fraction", ""] : []),
    `from tinyml import ${ring}, Polynomials, Sample, forward_derivative, polymap, ${reverse}, try_axioms, variables`,
    "", ...lines, "",
  ].join("\n");
}

/**
 * All that is shown of a text, as texts; of one that is no map only the problem.
 * @param {string} text
 * @param {Ring} ring
 * @param {ReverseName} name
 */
export function benchTold(text, ring, name) {
  const { map, problem = "" } = /** @type {{ map?: PolyMap, problem?: string }} */ (readMap(text, ring));
  if (!map) return { problem };
  const story = storyOf(map, name);
  const { f, reverse, forward, gaps } = story;
  return {
    problem, f, reverse, forward, axioms: gaps.map((gap) => (gap ? [gap.place, gap.left, gap.right] : "holds")),
    words: benchWords(map, name, story), code: benchCode(map, name),
  };
}
