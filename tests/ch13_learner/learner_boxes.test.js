import assert from "node:assert/strict";
import { test } from "node:test";

import { runOf } from "../../tinyml/widgets/learner_boxes/boxes.js";
import { boxesCode, boxesWords, namesOf, pictureWords, wireText } from "../../tinyml/widgets/learner_boxes/telling.js";

/** @import { Boxes } from "../../tinyml/widgets/learner_boxes/boxes.js" */

/** @type {Boxes} */
const TUNE = { model: "tune", loss: "cross_entropy", cap: "constant", update: "descent", rate: 1 };
/** @type {Boxes} */
const LINE = { model: "line", loss: "half", cap: "constant", update: "descent", rate: 0.1 };

/** @type {(own: number) => (expected: number, decimals?: number) => void} */
const near = (own) => (expected, decimals = 6) => assert.equal(own.toFixed(decimals), expected.toFixed(decimals));

test("the tune is learnt in 80 steps, as chapter 4 does it", () => {
  const { complete, wires, deviation, surprise } = runOf(TUNE, 80);
  assert.equal(complete, 80);
  near(wires.loss[0])(0.00972);
  assert.equal(surprise, wires.loss[0]);
  assert.ok(deviation < 1e-12);
  assert.ok(deviation > 0, "two ways to compute one step round differently: with 0 nothing was compared");
});

test("a line is found, and two turned signs are none", () => {
  /** @type {(given: Partial<Boxes>) => number[]} */
  const after = (given) => runOf({ ...LINE, ...given }, 20).wires.parameters;
  near(after({})[1])(2.724226);
  near(after({})[0])(-0.534187);
  assert.deepEqual(after({ loss: "swapped", cap: "flipped" }), after({}));
  near(after({ loss: "swapped" })[1])(-35.777908);
  assert.deepEqual(after({ cap: "flipped" }), after({ loss: "swapped" }));
  assert.deepEqual(after({ loss: "whole", rate: 0.05 }), after({}));
});

test("what comes back to the label is what does not come back to the model", () => {
  const { back, to_label: toLabel, side, to_point: toPoint } = runOf(LINE, 0).wires;
  assert.deepEqual([back, toLabel, side], [[-0.4], [0.4], [-0.4, 0.4]]);
  assert.equal(toPoint.length, 1);
  assert.deepEqual(runOf({ ...LINE, loss: "swapped" }, 0).wires.back, toLabel);
});

test("where the rate has slid into the update, the changes are those of rate 1", () => {
  const [kept, slid] = [runOf(LINE, 0).wires, runOf({ ...LINE, update: "scaled" }, 0).wires];
  assert.deepEqual([kept.change, slid.change], [[-0.1], [-1]]);
  assert.deepEqual(slid.next, kept.next);
});

test("what is frozen has no state, and stays", () => {
  const { wires, complete } = runOf({ ...LINE, update: "frozen" }, 5);
  assert.equal(complete, 5);
  assert.deepEqual([wires.parameters, wires.next], [[0, 0], []]);
  assert.match(boxesWords({ ...LINE, update: "frozen" }, 5, 7), /Nothing moves: .* the next state is as empty as this/);
});

test("the words say how far chapter 4's step is, and why", () => {
  assert.match(boxesWords(TUNE, 80, 7), /^After 80 steps the loss is 0\.00971994\. The composite is at most 1e-12 away/);
  assert.match(boxesWords({ ...TUNE, update: "scaled" }, 1, 7), /though the rate is in the update/);
  assert.match(boxesWords({ ...TUNE, cap: "flipped" }, 1, 7), /^After 1 step .*so each step goes up\./);
  assert.match(boxesWords({ ...TUNE, cap: "proportional" }, 5, 7), /its steps shrink with the loss/);
  assert.match(boxesWords({ ...TUNE, loss: "dot" }, 5, 7), /goes down, and nothing stops it\. By chapter 3's loss it is at \d/);
});

test("the words say where the line has got to", () => {
  assert.match(boxesWords(LINE, 20, 7), /w is 2\.72423 and b is -0\.534187, .* Each step goes down\. Step 21/);
  assert.match(boxesWords({ ...LINE, loss: "swapped" }, 20, 7), /up: the model gets what is meant for the label/);
  assert.match(boxesWords({ ...LINE, loss: "swapped", cap: "flipped" }, 20, 7), /each step goes down again/);
  assert.match(boxesWords({ ...LINE, rate: 1.5 }, 20, 7), /Each step goes too far: try a lower rate/);
});

test("a step that leaves the floats is refused, and says so", () => {
  const boxes = /** @type {Boxes} */ ({ ...LINE, loss: "whole", cap: "proportional" });
  assert.match(boxesWords(boxes, 20, 7), /^After 6 steps the loss is inf: step 7 is refused.* and is refused\.$/);
  assert.match(boxesCode(boxes, 20), /^# step 7 would raise NumericalOverflow$/m);
});

test("each stage says what has just happened", () => {
  const said = Array.from({ length: 8 }, (_, stage) => boxesWords(LINE, 0, stage));
  assert.equal(new Set(said).size, 8);
  assert.match(said[0], /Step 1, before it begins: a state, a point and a label/);
  assert.match(said[4], /Step 1, stage 4 of 7: the cap sends back -0\.1, whatever the loss is\.$/);
});

test("the picture is told as far as the step has come", () => {
  const run = runOf(LINE, 0);
  assert.match(pictureWords(LINE, run, 0), /the state, 0 for w and 0 for b, the point -1 and the label -4\.$/);
  assert.match(pictureWords(LINE, run, 2), /The model makes 0 of the point\.$/);
  assert.match(pictureWords(LINE, run, 7), /the next state is 0\.4 for w and -0\.4 for b\.$/);
});

test("boxes and wires have short texts, without a minus zero", () => {
  assert.deepEqual(namesOf({ ...TUNE, cap: "flipped", rate: 0.5 }), {
    model: "tiny model", loss: "cross entropy", cap: "rate -0.5", update: "descent",
  });
  assert.deepEqual([[], [1], [2, 1], [1, -3, 2]].map((own) => wireText(own, String)), ["()", "1", "(1, 2)", "max 3"]);
  assert.doesNotMatch(boxesWords({ ...LINE, update: "frozen" }, 0, 6), /-0\b(?!\.)/);
});

test("the copied code has what was chosen, and no more", () => {
  /** @type {(given: Boxes) => string | undefined} */
  const learner = (given) => boxesCode(given, 3).split("\n").find((line) => line.startsWith("learner"));
  assert.equal(learner(TUNE),
    "learner = supervised(model, descent(model.parameters), cross_entropy(5), constant_rate(1.0))");
  assert.equal(learner({ ...LINE, update: "scaled", cap: "flipped" }),
    "learner = supervised(model, scaled_descent(model.parameters, 0.1), squared(NUMBERS), constant_rate(-1.0))");
  assert.doesNotMatch(boxesCode(LINE, 3), /numpy|losses/);
});
