import assert from "node:assert/strict";
import { test } from "node:test";

import { checkedMessage, faultyLoop, lossesWith, messageOf, story } from "../../tinyml/widgets/bug_toggles/bug_toggles.js";
import { canonicalCorpus, corpusOrCanonical } from "../../tinyml/widgets/kit/sentence.js";

/** @import { Bug } from "../../tinyml/widgets/bug_toggles/bug_toggles.js" */

const canonical = canonicalCorpus().dataset;
/** @type {(own: number, expected: number) => void} */
const near = (own, expected) => assert.ok(Math.abs(own - expected) <= 1e-6, `${own} is not ${expected}`);

test("each mistake of the running example has its curve", () => {
  [1.609389, 1.682407, 1.789727, 1.95249, 2.205567, 2.603173].forEach((loss, n) =>
    near(lossesWith("sign", canonical)[n], loss));
  near(lossesWith("head", canonical)[80], 1.542987);
  near(lossesWith("none", canonical)[80], 0.00972);
  assert.ok(Math.abs(lossesWith("mean", canonical)[10] - 48.99) < 0.01);
});

test("the two loops without a curve say what they say, and the others say nothing", () => {
  assert.match(messageOf("loss", 5), /^CompositionError: .*\n.*\n.*\nLoss is not Parameters/);
  assert.equal(messageOf("bounds", 7), "IndexError: index 7 is out of bounds for axis 0 with size 7");
  assert.equal(checkedMessage(7), "OutOfRange: input token index 7 out of range; limit is 7, so 0 to 6 are valid");
  /** @type {(Bug | "none")[]} */
  const others = ["none", "mean", "sign", "head"];
  for (const bug of others) assert.equal(messageOf(bug, 5), "");
});

test("a run that overflows ends where its numbers end, and both the words and the copied loop say so", () => {
  const { dataset } = corpusOrCanonical("the cat saw the dog and the dog saw the cat and ".repeat(60));
  const healthy = lossesWith("none", dataset);
  const losses = lossesWith("mean", dataset);
  const last = losses.length - 1;
  assert.ok(last > 10 && last < 80);
  assert.ok(losses.every(Number.isFinite));
  assert.match(story("D", healthy, losses), new RegExp(`after ${last} steps \\S+, and then it overflows`));
  assert.match(faultyLoop({ bug: "mean", sentence: "a b", last }), new RegExp(`range\\(${last}\\):  # after ${last + 1} steps`));
});

test("a text that cannot show the mistake is named, and only such a text", () => {
  /** @type {(bug: Bug, sentence: string) => boolean} */
  const told = (bug, sentence) => {
    const { dataset } = corpusOrCanonical(sentence);
    return story("X", lossesWith("none", dataset), lossesWith(bug, dataset)).includes("cannot show the mistake");
  };
  assert.ok(told("mean", "hello world")); // one example: the sum is the mean
  assert.ok(told("sign", "no no no")); // one word: nothing to learn
  assert.ok(!told("mean", ""));
  assert.ok(!told("sign", ""));
  assert.ok(!told("head", ""));
});
