import assert from "node:assert/strict";
import { test } from "node:test";

import { canonicalCorpus, corpusOrCanonical } from "../../tinyml/widgets/kit/sentence.js";
import { gradientOf } from "../../tinyml/widgets/kit/training.js";
import { signWords, sizeNote, stateAfter, stepWords, traceExample, traceSnippet } from "../../tinyml/widgets/step_trace/step_trace.js";

/** @type {(own: number[], expected: number[], tolerance?: number) => void} */
const near = (own, expected, tolerance = 1e-12) => {
  assert.equal(own.length, expected.length);
  own.forEach((value, k) => assert.ok(Math.abs(value - expected[k]) <= tolerance, `${k}: ${value} is not ${expected[k]}`));
};

test("a prediction of .7 .2 .1 with target 1 has the error signal .7 -.8 .1, and each buffer its share of it", () => {
  const table = Float64Array.from([0.7, 0.2, 0.1, 1, 1, 1, 1, 1, 1], Math.log);
  const parameters = { embedding: [2, 0, 0], lmHead: [1, 10, 100] }; // one feature, three tokens
  const trace = traceExample(parameters, table, 0, 1);
  near(trace.prediction, [0.7, 0.2, 0.1]);
  near(trace.signal, [0.7, -0.8, 0.1]);
  near(trace.headGradient, [1.4, -1.6, 0.2]);
  near(trace.embeddingGradient, [0.7 - 8 + 10, 0, 0]);
  assert.ok(Math.abs(trace.loss + Math.log(0.2)) < 1e-12);
});

test("no step leaves the start, and the first prediction of the running example is nearly uniform", () => {
  const { parameters, table } = stateAfter(canonicalCorpus().dataset, 1, 0);
  const { prediction } = traceExample(parameters, table, 1, 2);
  near(prediction, [0.20046322, 0.20023134, 0.19999973, 0.1997684, 0.19953732], 1e-8);
});

test("the mean of the opened examples is the gradient that the step subtracts, on any sentence", () => {
  for (const sentence of ["", "the cat saw the dog and the dog saw the cat", "a a a b"]) {
    const { dataset } = corpusOrCanonical(sentence);
    const { parameters, table } = stateAfter(dataset, 1, 12);
    const whole = gradientOf(parameters, table, dataset);
    const traces = Array.from({ length: dataset.pairs }, (_, k) =>
      traceExample(parameters, table, dataset.tokens[k], dataset.tokens[k + 1]));
    /** @type {(name: "signal" | "headGradient" | "embeddingGradient") => number[]} */
    const mean = (name) => traces[0][name].map((_, k) => traces.reduce((sum, own) => sum + own[name][k], 0) / traces.length);
    near(mean("signal"), Array.from(whole.bias));
    near(mean("headGradient"), Array.from(whole.lmHead));
    near(mean("embeddingGradient"), Array.from(whole.embedding));
  }
});

test("an example changes the embedding in the row of its input alone", () => {
  const { parameters, table } = stateAfter(canonicalCorpus().dataset, 1, 5);
  const { embeddingGradient } = traceExample(parameters, table, 3, 4);
  assert.deepEqual([...new Set(embeddingGradient.flatMap((value, k) => (value === 0 ? [] : [Math.floor(k / 4)])))], [3]);
});

test("the snippet names the example, the steps and the rate, and writes a sentence as a Python string", () => {
  assert.match(traceSnippet({ example: 2, steps: 3, rate: 1, sentence: " " }),
    /from_indices.*LearningRate\(1\.0\).*StepCount\(3\).*examples\)\[1\]/s);
  assert.match(traceSnippet({ example: 1, steps: 0, rate: 0.5, sentence: 'a "b"' }), /text = "a \\"b\\""/);
});

test("the words say which bars are negative, and in which rows of the head a negative feature turns the signs over", () => {
  /** @type {(signal: number[], features: number[]) => string} */
  const words = (signal, features) => signWords({ signal, target: 1, input: "cat", name: "dog", features });
  assert.match(words([0.7, -0.8, 0.1], [-1, -2]), /target dog is -0\.8:.*pulls the logit of dog up\. Every other bar is positive and pulls.*all features are negative, so all signs are turned over/);
  assert.match(words([0.7, -0.8, 0.1], [1, -2, 3, -4]), /negative \(row 1, 3\) the signs are turned over/);
  assert.match(words([0.7, -0.8, 0.1], [1, 2]), /feature k of cat; no feature is negative, so the signs stay/);
  assert.match(words([0, 0, 0], [1]), /target dog is 0: the prediction is right and certain/);
  assert.doesNotMatch(words([0, 0, 0], [1]), /negative number/);
  assert.match(words([1, -1, 0], [1]), /Every other bar is positive or 0, and a positive one pulls its logit down/);
});

test("a run that diverges is said to diverge, from the step on at which its loss is above ten times ln V", () => {
  const { dataset } = corpusOrCanonical("the cat saw the dog and the dog saw the cat");
  /** @type {(rate: number, steps: number) => string} */
  const words = (rate, steps) => {
    const { losses, divergedAt } = stateAfter(dataset, rate, steps);
    return stepWords(dataset, losses, divergedAt);
  };
  assert.match(words(5, 12), /^The step over all 10 examples takes the average loss from \S+ to \d+\.\d{6}\.$/);
  assert.match(words(5, 13), / At this rate the run diverged at step 14: its loss was above 10 ln V = 16\.09, ten times/);
  assert.match(words(5, 80), /e\+25\. At this rate the run diverged at step 14:/);
  assert.doesNotMatch(words(1, 80), /diverged/);
});

test("a single example is spoken of in the singular", () => {
  const { dataset } = corpusOrCanonical("a b");
  assert.match(stepWords(dataset, [0.7, 0.2], null), /^The step over this one example takes/);
});

test("a state is that of the step count, and with it come the parameters and the losses on both sides of the step", () => {
  const { dataset } = canonicalCorpus();
  const [first, second] = [stateAfter(dataset, 1, 4), stateAfter(dataset, 1, 5)];
  assert.deepEqual(first.after, second.parameters);
  assert.equal(first.losses.length, 2);
  assert.equal(first.losses[1], second.losses[0]);
});

test("a gradient that two decimals hide says how large it is", () => {
  assert.match(sizeNote([0, -0.0000171289]), /^Largest size 1\.7e-05;/);
  assert.match(sizeNote([0, 0]), /^Largest size 0;/);
});
