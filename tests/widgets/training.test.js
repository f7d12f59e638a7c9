// The page's mathematics against the figures of an independent implementation in another language.
import assert from "node:assert/strict";
import { test } from "node:test";

import {
  CANONICAL_TOKENS, FLOAT32, FLOAT64, datasetOf, entropyFloor, gradientOf, initialParameters, logSoftmax, trajectoryOf,
  vocabularyOf,
} from "../../tinyml/widgets/kit/training.js";

const dataset = datasetOf(CANONICAL_TOKENS, 5);
/** @import { Trajectory } from "../../tinyml/widgets/kit/training.js" */

/** @type {(own: number, expected: number, within: number) => void} */
const near = (own, expected, within) => assert.ok(Math.abs(own - expected) <= within, `${own} is not ${expected}`);
/** @type {(run: Trajectory, n: number, token: number) => number[]} */
const row = (run, n, token) => Array.from(run.tables[n].subarray(5 * token, 5 * token + 5), Math.exp);

test("the start is the canonical one", () => {
  const { embedding, lmHead, bias } = initialParameters(5, 4);
  [-0.0798, -0.0724, -0.065, -0.0576].forEach((value, k) => near(embedding[k], value, 1e-15));
  [0.0386, 0.046, 0.0534, 0.0608].forEach((value, k) => near(embedding[16 + k], value, 1e-15));
  [0.0514, 0.0588, 0.0662, 0.0736, 0.081].forEach((value, k) => near(lmHead[15 + k], value, 1e-15));
  assert.deepEqual([...bias], [0, 0, 0, 0, 0]);
});

test("the losses are the reference losses", () => {
  const reference = {
    0.1: [1.602825, 1.553789, 1.358747, 0.592577], 0.5: [1.57785, 1.440635, 0.11799, 0.006144],
    1: [1.549409, 1.303029, 0.00972, 0.002058], 2: [1.501142, 0.671315, 0.002809, 0.000816],
    5: [1.412905, 0.153815, 0.000772, 0.000261],
  };
  for (const [rate, losses] of Object.entries(reference)) {
    for (const number of [FLOAT64, FLOAT32]) {
      const run = trajectoryOf(dataset, Number(rate), 200, number);
      [1, 10, 80, 200].forEach((n, k) => near(run.losses[n], losses[k], 1.2e-6));
    }
  }
});

test("a run at rate 1 falls at every step", () => {
  const { losses } = trajectoryOf(dataset, 1, 200);
  near(losses[0], 1.6093893, 5e-8);
  assert.ok(losses.every((loss, n) => n === 0 || loss < losses[n - 1]));
});

test("the predictions for token 1 are the reference ones at the start and after 80 steps", () => {
  const run = trajectoryOf(dataset, 1, 80);
  [0.20046322, 0.20023134, 0.19999973, 0.1997684, 0.19953732].forEach((p, k) => near(row(run, 0, 1)[k], p, 1e-7));
  near(row(run, 80, 1)[2], 0.9954965, 2e-7);
  near(row(run, 80, 2)[3], 0.98817, 5e-6);
  near(row(run, 80, 0)[3], 0.6088, 5e-5);
});

test("the gradient at the start has the reference norm and moves the bias as the reference does", () => {
  const run = trajectoryOf(dataset, 1, 1);
  const gradient = gradientOf(run.states[0], run.tables[0], dataset);
  const all = [...gradient.embedding, ...gradient.lmHead, ...gradient.bias];
  near(Math.hypot(...all), 0.257464605, 5e-10);
  [-0.2000125, -0.057149, 0.0857144, 0.0857206, 0.0857265].forEach((b, k) => near(run.states[1].bias[k], b, 1e-7));
  assert.deepEqual([...gradient.embedding.subarray(0, 4)], [0, 0, 0, 0]); // token 0 is never an input
});

test("the edge depends on the precision", () => {
  const overflow32 = { 5.75: null, 5.8: 72, 5.9: 68, 6: 61, 7: 54, 8: 47, 10: 37 };
  for (const [rate, step] of Object.entries(overflow32)) {
    assert.equal(trajectoryOf(dataset, Number(rate), 200, FLOAT32).overflowedAt, step, `rate ${rate}`);
    assert.equal(trajectoryOf(dataset, Number(rate), 200).overflowedAt, null);
  }
  assert.equal(trajectoryOf(dataset, 10, 300).overflowedAt, 258);
  assert.equal(trajectoryOf(dataset, 5, 200).divergedAt, null);
  assert.equal(trajectoryOf(dataset, 7.36, 20).divergedAt, 9); // the loss is 17.32 there, 10 ln 5 is 16.09
  near(trajectoryOf(dataset, 7, 10).losses[10], 48.993025, 1e-5);
});

test("log-softmax survives large logits and a shift moves nothing", () => {
  assert.deepEqual([...logSoftmax([0, 1000])], [-1000, 0]);
  const [plain, shifted] = [[1, 2, 3], [101, 102, 103]].map(logSoftmax);
  plain.forEach((value, k) => near(shifted[k], value, 1e-15));
});

test("an ambiguous pair lifts the entropy floor", () => {
  assert.equal(entropyFloor(dataset), 0);
  const ambiguous = datasetOf([1, 2, 3, 4, 1, 2, 3, 4], 5);
  ambiguous.counts[1 * 5 + 3] += 1;
  ambiguous.rowSums[1] += 1;
  near(entropyFloor({ ...ambiguous, pairs: 8 }), 0.238693, 5e-7);
});

test("words are numbered in the order of their first appearance", () => {
  assert.deepEqual(vocabularyOf("The cat saw (the dog)."), { words: ["the", "cat", "saw", "dog"], tokens: [0, 1, 2, 0, 3] });
  assert.deepEqual(vocabularyOf("... !"), { words: [], tokens: [] });
});
