// What CircuitSweeps says: the last step, where the sweeps have led, its pictures in words, and the same in Python.

import { MOST_EXAMPLES, meansOf, ROWS, runOf, samplesOf, stepsOf, wrongRows } from "./sweeping.js";

/** @import { Choice, Circuit, Run, Step } from "./sweeping.js" */

export const NAMES = [
  "constant 0", "a AND b", "a AND NOT b", "a", "b AND NOT a", "b", "a XOR b", "a OR b", "a NOR b", "a XNOR b", "NOT b",
  "a OR NOT b", "NOT a", "b OR NOT a", "a NAND b", "constant 1",
];
/** What stands with each switch in its circuit. */
export const TERMS = { lookup: ROWS, polynomial: ["1", "a", "b", "ab"] };

/** @type {(table: string) => string} */
export const nameOf = (table) => NAMES[parseInt(table, 2)];
/** @type {(own: number) => string} */
export const settingText = (own) => [0, 1, 2, 3].map((k) => (own >> k) & 1).join("");
/** @type {(count: number, word: string) => string} */
const counted = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;
/** @type {(count: number) => string} */
export const wrongText = (count) => `${count} of 4 rows ${count === 1 ? "is" : "are"} wrong`;

/** @type {Map<Circuit, string[]>} */
const means = new Map();

/**
 * The exact mean number of drawn examples, as a text.
 * @param {Circuit} circuit
 * @param {string} table
 */
export function meanText(circuit, table) {
  const known = means.get(circuit) ?? meansOf(circuit);
  means.set(circuit, known);
  return known[parseInt(table, 2)];
}

/** @type {(text: string) => number} */
export const numberIn = (text) => text.split("/").map(Number).reduce((top, bottom) => top / bottom);

/**
 * Where in a run so many sweeps lead.
 * @param {Run} run
 * @param {number} sweeps
 */
export function placeAfter({ settings: { length }, returned }, sweeps) {
  if (sweeps < length) return sweeps;
  return returned < 0 ? length - 1 : returned + ((sweeps - returned) % (length - returned));
}

/**
 * How far the slider goes: sweeps twice round or once more than is needed, draws until the table is learnt.
 * @param {Choice} choice
 */
export function farthest({ table, circuit, inputs, order, seed, examples }) {
  const { settings, returned } = runOf(circuit, table, order);
  const enough = inputs === "drawn" ? samplesOf(circuit, table, seed).count + 1
    : 4 * (returned < 0 ? settings.length : 2 * settings.length - returned);
  return Math.max(4, examples, Math.min(enough, MOST_EXAMPLES));
}

/**
 * What happened at the last example.
 * @param {Step} step
 */
function stepWords({ row, before, after, said, mask }) {
  if (before === after) return `row ${ROWS[row]}: it said ${said}, as wanted, so nothing flips.`;
  const flipped = [0, 1, 2, 3].filter((k) => (mask >> k) & 1).map((k) => `p${k}`);
  const wrong = `row ${ROWS[row]}: it said ${said}, and ${1 - said} was wanted`;
  if (flipped.length === 1) return `${wrong}, so ${flipped[0]} flips, and now it says ${1 - said}.`;
  const [who, many] = flipped.length === 2 ? [flipped.join(" and "), "two"] : ["all four switches", "four"];
  return `${wrong}, so ${who} flip. But ${many} flips cancel out: it still says ${said}.`;
}

/**
 * Where the sweeps have led, if they are at their end.
 * @param {Choice} choice
 * @param {number} own the setting
 */
function endWords({ table, circuit, inputs, order, seed, examples }, own) {
  const learnt = !wrongRows(circuit, table, own);
  if (inputs === "drawn") {
    const mean = `n the mean it takes ${meanText(circuit, table)}`;
    const { count } = samplesOf(circuit, table, seed);
    if (!learnt) return `I${mean} drawn examples to learn ${nameOf(table)}.`;
    return count ? `Learnt after ${counted(count, "example")}; i${mean}.` : `Right from the start; i${mean}.`;
  }
  if (learnt) return `Learnt: ${nameOf(table)}, and nothing will flip any more.`;
  const { settings, returned } = runOf(circuit, table, order);
  if (examples < 4 * settings.length || returned < 0) return "";
  return `After sweep ${settings.length} it was back at ${settingText(settings[returned])}: it comes round every ` +
    `${settings.length - returned} sweeps, for ever.`;
}

/**
 * The result in words.
 * @param {Choice} choice
 */
export function sweepWords(choice) {
  const { table, circuit, inputs, examples } = choice;
  const step = stepsOf(choice).at(-1);
  const own = step?.after ?? 0;
  const wrong = wrongText(wrongRows(circuit, table, own));
  const end = endWords(choice, own);
  if (!step) {
    const told = `No example has been shown yet. The switches are at 0000, so it says 0 everywhere, and ${wrong}.`;
    return [told, end].join(" ").trim();
  }
  const place = inputs === "drawn" ? `Example ${examples}` : `Sweep ${Math.ceil(examples / 4)}`;
  const now = `The switches are at ${settingText(own)}, and ${wrong}.`;
  return [`${place}, ${stepWords(step)}`, now, end].join(" ").trim();
}

/**
 * The picture of the sweeps in words, as far as they are shown.
 * @param {Choice} choice
 */
export function graphWords({ table, circuit, order, examples }) {
  const run = runOf(circuit, table, order);
  const { settings, returned } = run;
  const done = Math.floor(examples / 4);
  const met = settings.slice(0, done + 1).map((own) => {
    const wrong = wrongRows(circuit, table, own);
    return `${settingText(own)}, ${wrong ? `${wrong} wrong` : "learnt"}`;
  });
  const round = returned < 0 || done < settings.length ? ""
    : ` Then comes ${settingText(settings[returned])} again: a closed loop of ${settings.length - returned} settings.`;
  return `The settings after each sweep, joined by arrows: ${met.join("; ")}.${round} ` +
    `Now at ${settingText(settings[placeAfter(run, done)])}, and ${counted(examples % 4, "example")} on.`;
}

/**
 * The picture of the drawn examples in words.
 * @param {Choice} choice
 * @param {number[]} wrong rows, after each example
 */
export function stairsWords({ table, circuit, examples }, wrong) {
  const least = Math.min(...wrong);
  return `How many of the four rows are wrong after each example: ${wrong[0]} at the start, ${wrong[examples]} after ` +
    `${counted(examples, "example")}, and ${least} at best. The mean of all draws is at ${meanText(circuit, table)}.`;
}

/**
 * A runnable snippet that shows the same examples, and prints the switches and what becomes of them.
 * @param {Choice} choice
 */
export function sweepCode(choice) {
  const { table, circuit, inputs, order, seed, examples } = choice;
  const [made, drawn] = [circuit === "lookup" ? "lookup" : "reed_muller", inputs === "drawn"];
  const own = stepsOf(choice).at(-1)?.after ?? 0;
  const { settings } = runOf(circuit, table, order);
  const ended = !drawn && (examples >= 4 * settings.length || !wrongRows(circuit, table, own));
  const names = [
    "bits_of", "circuit_learner", "inputs_of", made,
    ...(drawn ? ["Seed", "mean_samples", "splitmix64"] : ended ? ["swept"] : []),
  ];
  const rows = drawn
    ? [`left, rows = Seed(${seed}), []`, `for _ in range(${examples}):`, "    bits, left = splitmix64(left)",
      "    rows.append(bits >> 62)  # the upper two bits"]
    : [`order = (${[...order].join(", ")})`, `rows = [order[k % 4] for k in range(${examples})]`];
  return [
    `from tinyml import ${names.sort().join(", ")}`, "",
    `circuit, table = ${made}(2), (${[...table].join(", ")})`,
    "learner, own = circuit_learner(circuit), bits_of(0, 4)",
    "examples = [(a, bits_of(t, 1)) for a, t in zip(inputs_of(2), table)]",
    ...rows,
    "for row in rows:",
    "    own = learner.step(*examples[row])(own)",
    'print("at", "".join(map(str, own)))',
    "wrong = sum(learner.measure(*example)(own) == bits_of(1, 1) for example in examples)",
    'print(wrong, "of 4 rows")',
    ...(drawn ? ["print(mean_samples(circuit, table))"] : []),
    ...(ended ? ["run = swept(circuit, table, order)",
      'print("learnt" if run.learnt else f"it comes round every {len(run.cycle)} sweeps")'] : []),
    "",
  ].join("\n");
}
