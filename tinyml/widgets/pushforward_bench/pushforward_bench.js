// PushforwardBench: what the model says of the next token, or of the one after it, and what it says of words, when the
// reader says which word each token is sung to. Tokens with one word have one bar.

import { buttonRow, slider, textField } from "../kit/controls.js";
import { numberTable } from "../kit/drawing.js";
import { general, lossText } from "../kit/format.js";
import { frame } from "../kit/frame.js";
import { ribbons } from "../kit/ribbons.js";
import { canonicalCorpus } from "../kit/sentence.js";
import { CANONICAL_VOCABULARY, trajectoryOf, vocabularyOf } from "../kit/training.js";

/** @import { Values } from "../kit/certificate.js" */
/** @import { Given } from "../kit/frame.js" */
/** @import { RibbonSpec } from "../kit/ribbons.js" */
/** @typedef {{ token: number, ahead: number, step_count: number, words: string }} Settings */
/** @typedef {ReturnType<typeof benchOf>} Bench */

const START = "hum my cat cat sings";
const LONGEST = 8; // letters
const MOST_STEPS = 80;

/** @type {[string, string][]} */
const EXAMPLES = [
  [START, "cat on two notes"],
  ["hum do re mi fa", "a word for each"],
  ["even odd even odd even", "even or odd"],
  ["la la la la la", "the same for all"],
];

/**
 * The words of tokens 0 to 4 in a text, or a problem that says what to change.
 * @param {string} text
 * @returns {{ names: string[], problem?: undefined } | { problem: string }}
 */
export function namesIn(text) {
  const { words, tokens } = vocabularyOf(text);
  if (tokens.length !== CANONICAL_VOCABULARY) {
    return { problem: `Five words are needed, one for each token from 0 to 4; this text has ${tokens.length}.` };
  }
  const long = words.find((word) => [...word].length > LONGEST);
  if (long !== undefined) return { problem: `“${long}” has more than ${LONGEST} letters: no bar has room for it.` };
  return { names: tokens.map((k) => words[k]) };
}

/**
 * The words in a text, or those of the start in place of a text that has not five.
 * @param {string} text
 * @returns {string[]}
 */
function namesOrStart(text) {
  const found = namesIn(text);
  return found.problem === undefined ? found.names : namesOrStart(START);
}

/** @type {Float64Array[]} */
let logTables = [];

/**
 * What the model says of the next token after so many steps at rate 1: a row for each token.
 * @param {number} steps
 */
export function tableAfter(steps) {
  if (!logTables.length) logTables = trajectoryOf(canonicalCorpus().dataset, 1, MOST_STEPS).tables;
  const size = CANONICAL_VOCABULARY;
  const rows = Array.from({ length: size }, (_, i) => logTables[steps].subarray(i * size, (i + 1) * size));
  return rows.map((row) => Array.from(row, Math.exp));
}

/** @param {number[]} values */
const sum = (values) => values.reduce((total, own) => total + own, 0);

/** @param {number[]} values */
const entropyOf = (values) => Math.abs(sum(values.map((p) => p * Math.log(p))));

/**
 * One and two tokens ahead, the paths of two, and the words of the tokens asked for, each with its probability.
 * @param {number} steps
 * @param {number} token
 * @param {number} ahead
 * @param {string[]} names
 */
export function benchOf(steps, token, ahead, names) {
  const table = tableAfter(steps);
  const one = table[token];
  const paths = one.map((first, i) => table[i].map((second) => first * second));
  const two = one.map((_, j) => sum(paths.map((row) => row[j])));
  const tokens = ahead === 2 ? two : one;
  const words = [...new Set(names)];
  const pushed = words.map((word) => sum(tokens.filter((_, k) => names[k] === word)));
  return { one, paths, two, tokens, words, pushed, entropies: [tokens, pushed].map(entropyOf) };
}

/** @type {[number, number, string][]} */
const CHECKED = [[0, 1, START], [20, 1, START], [20, 0, "even odd even odd even"], [80, 4, "hum hum my my hum"]];

export function recompute() {
  /** @type {Values} */
  const values = {};
  for (const [steps, token, text] of CHECKED) {
    for (const ahead of [1, 2]) {
      const { tokens, pushed, entropies } = benchOf(steps, token, ahead, namesOrStart(text));
      const key = `${ahead} after token ${token} at step ${steps}, sung to ${text}`;
      values[`tokens ${key}`] = tokens;
      values[`words ${key}`] = pushed;
      values[`entropies ${key}`] = entropies;
    }
    values[`paths from token ${token} at step ${steps}`] = benchOf(steps, token, 2, namesOrStart(START)).paths;
  }
  return values;
}

/** @param {number[]} values */
const largest = (values) => values.indexOf(Math.max(...values));

/** @param {(number | string)[]} items */
const listed = (items) => items.join(", ").replace(/, (?=[^,]*$)/, " and ");

/**
 * The likeliest word and what was added up for it, the entropy before and after, and of two steps the widest path.
 * @param {{ token: number, ahead: number }} given
 * @param {string[]} names
 * @param {Bench} bench
 */
export function benchWords({ token, ahead }, names, { paths, two, tokens, words, pushed, entropies }) {
  const top = largest(pushed);
  const own = names.flatMap((name, k) => (name === words[top] ? [k] : []));
  const parts = own.map((k) => lossText(tokens[k]));
  const merged = own.length > 1
    ? `tokens ${listed(own)} are sung to it, with ${listed(parts)}, together ${lossText(pushed[top])}`
    : `token ${own[0]} alone is sung to it, with ${lossText(pushed[top])}`;
  const [before, after] = entropies.map(lossText);
  const entropy = words.length < names.length
    ? `Renaming took the entropy from ${before} to ${after} nats`
    : `No two tokens share a word, so the entropy stays ${after} nats`;
  const widest = paths.map((row) => Math.max(...row));
  const first = largest(widest);
  const second = largest(paths[first]);
  const path = ahead === 1 ? "" : ` The widest path, ${token} ${first} ${second}, has ` +
    `${lossText(widest[first])} of the ${lossText(two[second])} that end in ${second}.`;
  return `${ahead === 2 ? "Two tokens" : "One token"} after token ${token} “${words[top]}” is likeliest: ` +
    `${merged}. ${entropy}; each column adds up to ${general(sum(pushed))}.${path}`;
}

/**
 * Columns and ribbons from the token to the words. A ribbon to the bar of several tokens is marked.
 * @param {{ token: number, ahead: number }} given
 * @param {string[]} names
 * @param {Bench} bench
 * @returns {Omit<RibbonSpec, "description">}
 */
export function flowOf({ token, ahead }, names, { one, paths, tokens, words, pushed }) {
  /** @type {(values: number[]) => { label: string, value: number }[]} */
  const numbered = (values) => values.map((value, k) => ({ label: String(k), value }));
  const columns = [
    { head: "now", bars: [{ label: String(token), value: 1 }] },
    { head: "next", bars: numbered(one) },
    ...(ahead === 2 ? [{ head: "then", bars: numbered(tokens) }] : []),
    { head: "word", bars: words.map((label, k) => ({ label, value: pushed[k] })) },
  ];
  const shared = words.map((word) => names.filter((name) => name === word).length > 1);
  return {
    columns,
    ribbons: [
      one.map((value, to) => ({ from: 0, to, value })),
      ...(ahead === 2 ? [paths.flatMap((row, from) => row.map((value, to) => ({ from, to, value })))] : []),
      tokens.map((value, from) => {
        const to = words.indexOf(names[from]);
        return { from, to, value, kind: shared[to] ? "tinyml-merges" : "" };
      }),
    ],
  };
}

/**
 * A runnable snippet that prints the words with their probabilities, and the entropy before and after.
 * @param {Settings} settings
 */
export function benchSnippet({ token, ahead, step_count, words }) {
  return [
    "from tinyml import *",
    "",
    "text = TokenSequence.from_indices([1, 2, 3, 4, 1, 2, 3, 4])",
    "step = TrainStep(DatasetWindowing()(text), LearningRate(1.0))",
    "start = Parameters.init(VocabSize(5), ModelDimension(4))",
    `predict = predictor(iterate(step, start, StepCount(${step_count})))`,
    `word = [${namesOrStart(words).map((name) => JSON.stringify(name)).join(", ")}]`,
    "",
    "def follow(token):",
    "    return Dist.of_tokens(predict(token))",
    "",
    `tokens = follow(TokenId(${token}))${ahead === 2 ? ".bind(follow)" : ""}`,
    "words = tokens.map(lambda token: word[token.index])",
    "for name, probability in words.weights.items():",
    '    print(f"{name} {probability:.6g}")',
    'print(f"{abs(tokens.entropy()):.6f} {abs(words.entropy()):.6f}")',
    "",
  ].join("\n");
}

/** @param {Given<Settings>} given */
function render({ model, el }) {
  const settings = model.get("settings");
  const picture = ribbons("What goes where");
  const tables = {
    tokens: numberTable("Tokens"), words: numberTable("Words"), paths: numberTable("Paths two ahead"),
  };
  const numbers = Array.from({ length: CANONICAL_VOCABULARY }, (_, k) => String(k));
  const now = () => ({ token: model.get("token"), ahead: model.get("ahead") });
  const update = () => {
    const names = namesOrStart(model.get("words"));
    const bench = benchOf(model.get("step_count"), now().token, now().ahead, names);
    const words = benchWords(now(), names, bench);
    picture.draw({ ...flowOf(now(), names, bench), description: words });
    tables.tokens.show({
      rows: numbers, columns: ["one ahead", "two ahead"], values: bench.one.flatMap((p, k) => [p, bench.two[k]]),
      corner: "token",
    });
    tables.words.show({ rows: bench.words, columns: ["probability"], values: bench.pushed, corner: "word" });
    tables.paths.show({ rows: numbers, columns: numbers, values: bench.paths.flat(), corner: "next \\ then" });
    return words;
  };
  const page = frame({
    model, el, title: "Pushforward bench", update, recompute,
    python: () => benchSnippet({ ...now(), step_count: model.get("step_count"), words: model.get("words") }),
    types: ["map : Dist[TokenId] x (TokenId -> Word) -> Dist[Word]",
      "bind : Dist[TokenId] x (TokenId -> Dist[TokenId]) -> Dist[TokenId]"],
  });
  const token = page.bind("token", buttonRow({ label: "Token now", choices: numbers.map((_, k) => k) }));
  const ahead = page.bind("ahead", buttonRow({ label: "Tokens ahead", choices: [[1, "one"], [2, "two"]] }));
  const steps = page.bind("step_count", slider({ label: "Training steps", ...settings.step_count }));
  const field = textField({ label: "The words of tokens 0 to 4", placeholder: "ah do do mi mi" });
  field.set(model.get("words"));
  field.listen((text) => {
    const { problem = "" } = namesIn(text);
    field.remark(problem);
    if (!problem) page.set("words", text);
  });
  page.onChange("words", () => {
    field.set(model.get("words"));
    field.remark("");
  });
  const examples = page.bind("words", buttonRow({ label: "Examples", choices: EXAMPLES }));
  field.node.classList.add("tinyml-wide");
  examples.node.classList.add("tinyml-wide");
  page.controls.append(token.node, ahead.node, steps.node, field.node, examples.node);
  page.stage.append(picture.node, tables.tokens.node, tables.words.node, tables.paths.node);
  page.onWidth((width) => picture.layout(width));
  page.open();
  return page.close;
}

export default { render };
