// The page's random numbers against the outputs of the published program, which the package is held to as well.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { sample, shareOf, splitmix64, tokenAt } from "../../tinyml/widgets/kit/splitmix.js";

/** @type {{ seed: string, outputs: string[] }[]} */
const published = JSON.parse(readFileSync(new URL("../reference/splitmix64.json", import.meta.url), "utf8"));
const LARGEST_SHARE = 1 - 2 ** -53;

for (const { seed, outputs } of published) {
  test(`the outputs from seed ${seed} are those of the published program`, () => {
    let left = BigInt(seed);
    for (const output of outputs) {
      const drawn = splitmix64(left);
      assert.equal(String(drawn.bits), output);
      left = drawn.left;
    }
  });
}

test("a share is the upper 53 bits, and below 1", () => {
  assert.equal(shareOf(0n), 0);
  assert.equal(shareOf(2n ** 63n), 0.5);
  assert.equal(shareOf(2n ** 11n - 1n), 0);
  assert.equal(shareOf(2n ** 64n - 1n), LARGEST_SHARE);
});

test("a share falls on the first token whose sum is above it, never on one of probability 0", () => {
  assert.deepEqual([0, 0.2, 0.25, LARGEST_SHARE].map((share) => tokenAt([0.25, 0, 0.75], share)), [0, 0, 2, 2]);
  assert.equal(tokenAt([0, 1, 0], 0), 1);
  assert.equal(tokenAt([0, 1, 0], LARGEST_SHARE), 1);
});

test("a sum that rounding leaves below 1 still has a token for every share", () => {
  const tenths = Array(10).fill(0.1);
  assert.ok(tenths.reduce((sum, own) => sum + own, 0) < 1);
  assert.equal(tokenAt(tenths, LARGEST_SHARE), 9);
});

test("each token is drawn from the row of the one before it, and fewer draws give the same tokens", () => {
  /** @type {number[]} */
  const asked = [];
  const cycle = sample((token) => {
    asked.push(token);
    return [0, 1, 2].map((next) => (next === (token + 1) % 3 ? 1 : 0));
  }, 2, 7, 4);
  assert.deepEqual(cycle, [0, 1, 2, 0]);
  assert.deepEqual(asked, [2, 0, 1, 2]);
  const even = () => [0.2, 0.2, 0.2, 0.2, 0.2];
  assert.deepEqual(sample(even, 0, 5, 20).slice(0, 6), sample(even, 0, 5, 6));
  assert.notDeepEqual(sample(even, 0, 5, 20), sample(even, 0, 6, 20));
});
