import assert from "node:assert/strict";
import { test } from "node:test";

import { benchOf, benchSnippet, carelessWords, recompute } from "../../tinyml/widgets/softmax_bench/softmax_bench.js";

const START = [2, 1, 0.5, 0, -1];
/** @type {(own: number[], expected: number[], tolerance?: number) => void} */
const near = (own, expected, tolerance = 1e-12) => {
  assert.equal(own.length, expected.length);
  own.forEach((value, k) => assert.ok(Math.abs(value - expected[k]) <= tolerance, `${k}: ${value} is not ${expected[k]}`));
};
/** @type {(logits: number[], shift: number, temperature?: number) => string} */
const words = (logits, shift, temperature = 1) => carelessWords(benchOf(logits, shift, temperature));

test("two logits 0 and 2 have a loss of .126928 at the larger one", () => {
  near(benchOf([0, 2], 0, 1).surprises, [2.126928, 0.126928], 1e-6);
});

test("a shift moves the scores and nothing else", () => {
  const calm = benchOf(START, 0, 1);
  for (const shift of [-1000, -740, 3.5, 700, 1000]) {
    const bench = benchOf(START, shift, 1);
    assert.notDeepEqual(bench.scores, calm.scores);
    near(bench.distribution, calm.distribution);
    near(bench.surprises, calm.surprises);
    near([bench.entropy], [calm.entropy]);
  }
});

test("logits of 1000 and -1000 make a certain distribution, with finite surprises and no entropy", () => {
  const bench = benchOf([1000, -1000, 0, 0, 0], 0, 1);
  assert.deepEqual(bench.distribution, [1, 0, 0, 0, 0]);
  near(bench.surprises, [0, 2000, 1000, 1000, 1000]);
  assert.ok(Object.is(bench.entropy, 0));
});

test("a low temperature sharpens towards the largest logit, a high one flattens towards ln 5", () => {
  const entropies = [0.1, 0.5, 1, 2, 10].map((temperature) => benchOf(START, 0, temperature).entropy);
  assert.deepEqual(entropies, [...entropies].sort((a, b) => a - b));
  assert.ok(entropies[0] < 0.001 && entropies[4] > 1.6 && entropies[4] < Math.log(5));
  near(benchOf(START, 0, 1e9).distribution, [0.2, 0.2, 0.2, 0.2, 0.2], 1e-8);
  assert.deepEqual(benchOf(START, 0, 1e-6).distribution, [1, 0, 0, 0, 0]);
});

test("equal logits have the largest entropy, ln 5, at every temperature", () => {
  for (const temperature of [0.1, 1, 10]) near([benchOf([7, 7, 7, 7, 7], -3, temperature).entropy], [Math.log(5)]);
});

test("the words tell the five fates of the careless formula apart", () => {
  assert.equal(words(START, 0), "The formula as it stands gives the same here, to nine decimals.");
  assert.match(words(START, 1000), /^exp\(1002\) is too large for a number of 64 bits, .* inf by inf\.$/);
  assert.match(words(START, -1000), /^exp\(-998\) is so small that it rounds to 0, .* 0 by 0\.$/);
  assert.match(words([9, 9, 9, 9, 9], 700), /^The sum of the powers is too large .* gives 0 to every token\.$/);
  assert.match(words(START, -740), /^exp\(-738\) is so small that only a few of its digits are left, .* off by 0\.0002/);
});

test("the snippet writes each number as Python does", () => {
  const code = benchSnippet({ logits: [2, 1e-7, 0.5, 0, -1], shift: 1000, temperature: 0.25, target: 3 });
  assert.ok(code.includes("np.array([2.0, 1e-07, 0.5, 0.0, -1.0]) + 1000.0) / 0.25"), code);
  assert.ok(code.includes("TokenId(3)"), code);
});

test("the certificate recomputes far more than twelve numbers", () => {
  assert.ok(Object.values(recompute()).flat().length > 70);
});
