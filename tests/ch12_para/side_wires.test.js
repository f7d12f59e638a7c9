import assert from "node:assert/strict";
import { test } from "node:test";

import { runOf, wiresCode, wiresWords } from "../../tinyml/widgets/side_wires/side_wires.js";

/** @import { Cells, ComesOut, Numbers } from "../../tinyml/widgets/side_wires/side_wires.js" */

/** @type {Numbers} */
const START = [5, 1, 2, 3, 1];
/** @type {Cells} */
const FREE = ["free", "free", "free"];
/** @type {Cells} */
const TIED = ["free", "free", "tied"];

test("values go there, and each layer sends a change to its side", () => {
  const { values, changes, sides, outside } = runOf(START, FREE, "changes", 0);
  assert.deepEqual(values, [3, 15, 16, 32]);
  assert.deepEqual(changes, [10, 2, 2, 1]);
  assert.deepEqual(sides, [6, 2, 16]);
  assert.deepEqual(outside, sides);
});

test("what is tied is told the sum, and one wire fewer comes out", () => {
  const { values, outside } = runOf(START, TIED, "changes", 0);
  assert.deepEqual(values, [3, 15, 16, 80]);
  assert.deepEqual(outside, [31, 5, NaN]);
});

test("what is frozen does not come out, and never moves", () => {
  const { parameters, outside } = runOf(START, ["frozen", "free", "free"], "descent", 4);
  assert.equal(parameters[0], 5);
  assert.deepEqual(outside.map(Number.isNaN), [true, false, false]);
});

test("changes are not handed in again, and new parameters are", () => {
  assert.deepEqual(runOf(START, FREE, "changes", 9).parameters, [5, 1, 2]);
  assert.deepEqual(runOf(START, FREE, "descent", 1).parameters, runOf(START, FREE, "descent", 0).outside);
});

test("an update for each reader is added up by the tie", () => {
  /** @type {(way: ComesOut) => number} */
  const made = (way) => runOf(START, TIED, way, 0).outside[0];
  assert.equal(made("inside") - made("descent"), 5);
  assert.match(wiresWords(START, TIED, "inside", 0), /and the tie has added the two up\. There are 2 numbers to learn\.$/);
});

test("the words say what is learnt", () => {
  assert.match(wiresWords(START, FREE, "changes", 0), /^3 becomes 15, 16 and 32\. A change of 1 comes back, and reaches the value as 10\./);
  assert.match(wiresWords(START, ["frozen", "free", "tied"], "changes", 0), /come changes: 5 for q\. There is 1 number to learn\.$/);
  assert.match(wiresWords(START, ["frozen", "frozen", "frozen"], "descent", 1), /^After 1 step 3 becomes .*nothing to learn\.$/);
});

test("there is no minus zero", () => {
  assert.doesNotMatch(wiresWords([0, 0, 0, 0, -1], FREE, "changes", 0), /-0\b/);
});

test("the copied code has what was chosen, and no more", () => {
  assert.match(wiresCode(START, ["free", "frozen", "tied"], "descent", 2), /^from tinyml import NUMBERS, Product, both, descent, frozen, para, wires\n/);
  assert.match(wiresCode(START, FREE, "changes", 2), /^side = free @ \(free @ free\)$|side = \(free @ \(free @ free\)\)\n/m);
});
