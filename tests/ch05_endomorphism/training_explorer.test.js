import assert from "node:assert/strict";
import { test } from "node:test";

import { FLOAT32, trajectoryOf } from "../../tinyml/widgets/kit/training.js";
import { canonicalCorpus, corpusOf, corpusOrCanonical } from "../../tinyml/widgets/kit/sentence.js";
import { snippet, verdict, verdicts } from "../../tinyml/widgets/training_explorer/training_explorer.js";

/** @import { Precision } from "../../tinyml/widgets/kit/training.js" */

const { dataset } = canonicalCorpus();
/** @type {(rate: number, number?: Precision) => string} */
const told = (rate, number) => verdict(trajectoryOf(dataset, rate, 200, number), 0, 5);

test("a run converges, is still on its way, diverges or overflows, and the words say which", () => {
  assert.equal(told(1), "converged, 0.002058 above the floor at step 200");
  assert.match(told(0.01), /^still on its way, 1\.5/);
  assert.equal(told(6), "diverged at step 11 (loss above 10 ln V = 16.09); no number overflows up to step 200");
  assert.match(told(6, FLOAT32), /^diverged at step 11 \(.*\) and overflowed at step 61: a logit is no longer/);
});

test("float64 and float32 share a sentence only where they agree", () => {
  /** @param {number} rate */
  const runs = (rate) => [trajectoryOf(dataset, rate, 200), trajectoryOf(dataset, rate, 200, FLOAT32)];
  assert.match(verdicts(runs(1), 0, 5), /^In float64 and in float32: converged/);
  assert.match(verdicts(runs(6), 0, 5), /^In float64: diverged.* In float32: diverged.*overflowed/);
});

test("a text of one word and a text of 49 words are refused in words", () => {
  assert.match(String(corpusOf("cat").problem), /^Two words are needed/);
  /** @param {number} count */
  const words = (count) => Array.from({ length: count }, (_, k) => `w${k}`).join(" ");
  assert.match(String(corpusOf(words(49)).problem), /has 49 different words; at most 48/);
  assert.equal(corpusOrCanonical(words(48)).dataset.vocabulary, 48);
});

test("the snippet names the settings and the loss", () => {
  const run = trajectoryOf(dataset, 1, 200);
  const text = snippet({ steps: 80, rate: 1, sentence: "", run });
  assert.match(text, /LearningRate\(1\.0\).*StepCount\(80\).*# 0\.00971994\n$/s);
  const sentence = 'a "b"';
  const own = snippet({ steps: 1, rate: 0.5, sentence, run: trajectoryOf(corpusOrCanonical(sentence).dataset, 0.5, 200) });
  assert.match(own, /text = "a \\"b\\""/);
});
