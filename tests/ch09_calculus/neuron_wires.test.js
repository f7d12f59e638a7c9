import assert from "node:assert/strict";
import { test } from "node:test";

import { recompute, traceOf, whichOf, wiresSnippet, wordsOf } from "../../tinyml/widgets/neuron_wires/neuron_wires.js";
import { fitted } from "../../tinyml/widgets/kit/format.js";

const NAMES = ["w1", "x1", "w2", "x2", "b", "sign", "minus one", "w1x1", "w2x2", "s2", "z", "signed", "q", "log q", "loss"];
/** @import { Neuron } from "../../tinyml/widgets/neuron_wires/neuron_wires.js" */

/** @type {Neuron} */
const CHAPTER = [0.5, -0.25, 0.1, 1, 2, "yes"];
/** @type {(given: Neuron, kind: "values" | "signals") => Record<string, number>} */
const read = (given, kind) => Object.fromEntries(traceOf(...given)[kind].map((own, k) => [NAMES[k], own]));
/** @type {(own: number, expected: number, tolerance?: number) => void} */
const near = (own, expected, tolerance = 1e-6) => assert.ok(Math.abs(own - expected) <= tolerance, `${own} is not ${expected}`);

test("the neuron of the chapter has its loss and its gradient", () => {
  const [value, signal] = [read(CHAPTER, "values"), read(CHAPTER, "signals")];
  near(value.z, 0.1);
  near(value.q, 0.524979);
  near(value.loss, 0.644397);
  near(signal.w1, -0.475021);
  near(signal.w2, -0.950042);
  near(signal.b, -0.475021);
  assert.equal(signal.loss, 1);
});

test("each signal is what a nudge of its wire measures", () => {
  const settings = { w1: 0, w2: 1, b: 2, x1: 3, x2: 4 };
  /** @type {(given: Neuron, place: number, h: number) => number} */
  const nudged = ([w1, w2, b, x1, x2, target], place, h) => {
    const [a1, a2, a3, a4, a5] = [w1, w2, b, x1, x2].map((own, k) => (k === place ? own + h : own));
    return read([a1, a2, a3, a4, a5, target], "values").loss;
  };
  /** @type {Neuron[]} */
  const neurons = [CHAPTER, [1.5, -2, 0.3, -1, 0.5, "no"], [0, 0, 0, 0, 0, "no"]];
  for (const given of neurons) {
    const signal = read(given, "signals");
    for (const [name, place] of Object.entries(settings)) {
      const [up, down] = [nudged(given, place, 6e-6), nudged(given, place, -6e-6)];
      near(signal[name], (up - down) / 12e-6, 1e-8);
    }
  }
});

test("the other answer has the probability that is left, and signals of the other sign at the score", () => {
  const [w1, w2, b, x1, x2] = CHAPTER;
  /** @type {Neuron} */
  const no = [w1, w2, b, x1, x2, "no"];
  near(read(no, "values").q, 1 - read(CHAPTER, "values").q, 1e-15);
  near(read(no, "signals").z, 1 + read(CHAPTER, "signals").z, 1e-12);
});

test("two inputs of 0 leave the bias alone to learn", () => {
  const signal = read([1, -1, 0.5, 0, 0, "yes"], "signals");
  assert.deepEqual([signal.w1, signal.w2].map(Math.abs), [0, 0]);
  assert.ok(signal.b < 0);
});

test("a pair of equal loss is known by its settings, and the words say what it refutes", () => {
  assert.equal(whichOf([1, 0, 0, 1, 0, "yes"]), "first");
  assert.equal(whichOf(CHAPTER), "");
  assert.match(wordsOf([0.5, 0, 0, 2, 0, "yes"]), /^The score is 1\. .* loss is 0\.313262\. .* -0\.537883 .* The first neuron/);
  assert.doesNotMatch(wordsOf(CHAPTER), /pair/);
});

test("the snippet writes numbers as Python does", () => {
  const code = wiresSnippet(CHAPTER);
  assert.ok(code.includes("Neuron(Weight([0.5, -0.25]), Bias(0.1))"), code);
  assert.ok(code.includes("Input([1.0, 2.0]), Target(True)"), code);
});

test("the certificate recomputes far more than twelve numbers", () => {
  assert.ok(Object.values(recompute()).flat().length > 100);
});

test("on a narrow page a number loses digits before it is longer than its place", () => {
  assert.deepEqual([0.52498, -0.475021, -0.0475021, -2.27e-9, 3.25].map((own) => fitted(own, 3, 6)),
    ["0.525", "-0.475", "-0.048", "-2e-09", "3.25"]);
});
