// The pure part of the script of sentences: numbers as they are written and moved, and what is said of a change.
import assert from "node:assert/strict";
import { test } from "node:test";

import { changes, KEYS, plain, stepsOf, told, withMinus, written } from "../../book/_sentences/numbers.js";
import { named } from "../../book/_sentences/islands.js";
import { writeAddress } from "../../tinyml/widgets/kit/address.js";

test("a number keeps the decimals that its sentence began with", () => {
  assert.equal(written(1.07366, "1.073664"), "1.073660");
  assert.equal(written(1.07366, "1.1"), "1.1");
  assert.equal(written(13, "80"), "13");
  assert.equal(written(-0.26, "0.5"), "−0.3");
  assert.equal(written(-1.25, "−0.50"), "−1.25");
});

test("a large number has an exponent, and no number says so", () => {
  assert.equal(written(3.04e61, "0.009720"), "3.0e+61");
  assert.equal(written(999999, "0.0"), "999999.0");
  assert.equal(written(-2e6, "1"), "−2.0e+6");
  for (const value of [NaN, Infinity, -Infinity]) assert.equal(written(value, "1.0"), "no number");
});

test("a setting is written as the widgets write it", () => {
  assert.deepEqual([13, 1.06, 0.1 + 0.2, -3, 1 / 3].map(plain), ["13", "1.06", "0.3", "-3", "0.333333"]);
  assert.equal(withMinus("-3"), "−3");
  assert.equal(withMinus("3.0e-61"), "3.0e-61");
});

test("arrows go one step, pages ten, and Home and End to the ends", () => {
  assert.deepEqual([KEYS.ArrowUp, KEYS.ArrowRight, KEYS.ArrowDown, KEYS.ArrowLeft], [1, 1, -1, -1]);
  assert.deepEqual([KEYS.PageUp, KEYS.PageDown, KEYS.Home, KEYS.End], [10, -10, -Infinity, Infinity]);
});

test("a pointer has 400 pixels for a setting, and for a step of it at least 2 and at most 16", () => {
  assert.deepEqual([0, 3, 4, 5, -40].map((x) => stepsOf(x, 100)), [0, 1, 1, 1, -10]);
  assert.equal(stepsOf(40, 1000), 20);
  assert.deepEqual([7, 8, 32].map((x) => stepsOf(x, 3)), [0, 1, 2]);
  assert.ok(Object.is(stepsOf(-1, 100), 0));
});

test("what has changed is what differs, in either direction", () => {
  assert.deepEqual(changes({ a: "1", b: "2" }, { b: "2", c: "3" }), ["a", "c"]);
  assert.deepEqual(changes({ a: "1" }, { a: "2" }), ["a"]);
  assert.deepEqual(changes({ a: "1" }, { a: "1" }), []);
});

test("a change is told by the controls that moved and by the beginning of the result", () => {
  const controls = { step_count: "StepCount: 13", learning_rate: "LearningRate: 1" };
  const drawn = { controls, words: "After 13 steps the loss is 1.073664; it started at 1.6. And more.", shown: {} };
  assert.equal(told(["step_count"], drawn), "StepCount: 13. After 13 steps the loss is 1.073664.");
  assert.equal(told(["chain"], { ...drawn, words: "It composes. And more." }), "It composes.");
  assert.equal(told([], { ...drawn, words: "One sentence alone" }), "One sentence alone");
});

test("an attribute names a widget and texts, as an address does", () => {
  const texts = { sentence: "the cat; saw & heard the dog", step_count: "3" };
  const address = writeAddress({ "training_explorer-2": texts });
  assert.deepEqual(named(address.slice(1)), { key: "training_explorer-2", texts });
});
