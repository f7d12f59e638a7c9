import assert from "node:assert/strict";
import { test } from "node:test";

import {
  arrowsWords, fieldCode, maskWords, openKeys, outputText, placeText, readingWords, threeDecimals, walkWords,
  weightsWords,
} from "../../tinyml/widgets/attention_field/telling.js";
import {
  ALL, allowedIn, attended, CAUSAL, FAR, movedBy, onGrid, readable, readingOf, turnedOver, VALUES, walkOf, weightsOf,
} from "../../tinyml/widgets/attention_field/weighing.js";

/** @import { Choice } from "../../tinyml/widgets/attention_field/weighing.js" */

/** @type {Choice} */
const OPENED = {
  q0: [0.4, 1], q1: [1.5, -0.5], q2: [-1.2, -0.8], k0: [1, 1], k1: [-1, 1], k2: [0.5, -1.5], mask: ALL, query: 0,
};
/** @type {(given?: Partial<Choice>) => string} */
const said = (given = {}) => readingWords({ ...OPENED, ...given });
/** @type {(a: number, b: number) => void} */
const near = (a, b) => assert.ok(Math.abs(a - b) < 1e-12, `${a} and ${b}`);

test("two keys that fit equally well are read half and half, and a key that isn't allowed not at all", () => {
  const { scores, weights, outputs } = readingOf({ ...OPENED, q0: [0, 2], mask: "110111111" });
  near(scores[0][0], Math.SQRT2);
  assert.equal(scores[0][0], scores[0][1]);
  assert.deepEqual(weights[0], [0.5, 0.5, 0]);
  assert.deepEqual(outputs[0], [0.5, 0.5]);
});

test("large scores don't overflow, and very low ones may be all that is allowed", () => {
  assert.deepEqual(weightsOf([1e5, 1e5, -1e5], [true, true, true]), [0.5, 0.5, 0]);
  assert.deepEqual(weightsOf([1e5, -1e5, -1e5], [false, true, true]), [0, 0.5, 0.5]);
  const [row] = weightsOf([800, 800 - Math.LN2, 0], [true, true, true]).map((own) => own * 3);
  near(row, 2);
  for (const weights of attended([[60, 60], [60, -60], [-60, 0]], [[60, 60], [1, 0], [0, 0]], ALL).weights) {
    near(weights.reduce((sum, own) => sum + own, 0), 1);
  }
});

test("an output is where the walk ends, inside the triangle of the values", () => {
  for (let k = 0; k < 40; k++) {
    const weights = weightsOf([Math.sin(k), 3 * Math.cos(2 * k), Math.sin(5 * k)], [true, k % 3 > 0, k % 2 > 0]);
    const walk = walkOf(weights);
    assert.deepEqual(walk[0], [0, 0]);
    near(walk[3][0], weights[0] - weights[2]);
    near(walk[3][1], weights[1] - weights[2]);
  }
  assert.deepEqual(VALUES, [[1, 0], [0, 1], [-1, -1]]);
});

test("a mask is nine digits with a 1 in each row, and what isn't a mask allows everything", () => {
  assert.ok([ALL, CAUSAL, "001010100"].every(readable));
  assert.ok(!["000111111", "111000111", "111111000", "11111111", "1111111111", "11111111x", ""].some(readable));
  assert.deepEqual(allowedIn(CAUSAL), [[true, false, false], [true, true, false], [true, true, true]]);
  assert.deepEqual(allowedIn("000111111"), allowedIn(ALL));
});

test("a press turns one digit over, unless the query would have nothing left to read", () => {
  assert.equal(turnedOver(ALL, 0, 2), "110111111");
  assert.equal(turnedOver("110111111", 0, 2), ALL);
  assert.equal(turnedOver(ALL, 2, 0), "111111011");
  assert.equal(turnedOver(CAUSAL, 0, 0), null);
  assert.equal(turnedOver(CAUSAL, 0, 1), "110110111");
  assert.equal(turnedOver("", 1, 1), "111101111");
});

test("arrow keys move by a step, with Shift by five, and not beyond the edge; other keys don't move", () => {
  assert.deepEqual(movedBy([0.4, 1], "ArrowRight", false), [0.5, 1]);
  assert.deepEqual(movedBy([0.4, 1], "ArrowLeft", false), [0.3, 1]);
  assert.deepEqual(movedBy([0.4, 1], "ArrowUp", false), [0.4, 1.1]);
  assert.deepEqual(movedBy([0.4, 1], "ArrowDown", true), [0.4, 0.5]);
  assert.deepEqual(movedBy([1.8, -1.9], "ArrowRight", true), [FAR, -1.9]);
  assert.deepEqual(movedBy([1.8, -2], "ArrowDown", false), [1.8, -FAR]);
  for (const pressed of ["Home", "End", "Tab", "a", "toString"]) assert.equal(movedBy([0, 0], pressed, false), null);
});

test("a place on the grid is written with one decimal at most, and has no minus zero", () => {
  for (let x = -2.3; x < 2.3; x += 0.013) {
    const [own, other] = onGrid([x, -x]);
    assert.ok(Math.abs(own) <= FAR && String(own).length <= 4, String(own));
    assert.ok(!Object.is(own, -0) && !Object.is(other, -0));
    assert.ok(Math.abs(own - x) <= 0.05 + 1e-9 || Math.abs(x) > FAR);
  }
  let place = [-2, 0];
  for (let k = 0; k < 40; k++) place = movedBy(place, "ArrowRight", false) ?? [];
  assert.deepEqual(place, [2, 0]);
});

test("the words say what is read, and which key fits best", () => {
  assert.equal(said(), "Query 0 reads 0.583 of value 0, 0.331 of value 1 and 0.086 of value 2: (0.496, 0.245). " +
    "Key 0 fits best: it scores 0.990, and the next one 0.424.");
  assert.match(said({ query: 1 }), /^Query 1 reads .*: \(-0\.167, -0\.513\)\. Key 2 fits best: it scores 1\.061, and /);
  assert.match(said({ q0: [0, 2] }), /\. Keys 0 and 1 fit equally well, and best\.$/);
  assert.match(said({ q0: [0, 2], mask: "110111111" }), /\(0\.500, 0\.500\)\. Keys 0 and 1 fit equally well\.$/);
  assert.match(said({ q0: [0, 0] }), /\(0\.000, 0\.000\)\. It asks for nothing: all scores are 0, and so all shares /);
  assert.match(said({ k0: [1, 0], k1: [1, 0], k2: [1, 0] }), /\. All three keys fit equally well\.$/);
});

test("the words say which keys would fit better, but may not be read", () => {
  assert.match(said({ mask: "011111111" }), /^Query 0 reads 0\.793 of value 1 and 0\.207 of value 2: /);
  assert.match(said({ mask: "011111111" }), /the next one -0\.919\. Key 0 would fit better, but it may not read it\.$/);
  assert.equal(said({ mask: "001111111" }), "Query 0 reads all of value 2: (-1.000, -1.000). It may read nothing " +
    "else, so the score doesn't matter. Both other keys would fit better, but it may not read them.");
  assert.doesNotMatch(said({ mask: CAUSAL }), /would/);
  assert.doesNotMatch(said({ q0: [0, 2], mask: "101111111" }), /would/, "a key that fits equally well isn't better");
});

test("a mask is told by its name, or query by query", () => {
  assert.equal(maskWords(ALL), "Mask: all allowed");
  assert.equal(maskWords(CAUSAL), "Mask: causal");
  const own = "Mask: query 0 may read 0 and 2; query 1 may read 0, 1 and 2; query 2 may read 1";
  assert.equal(maskWords("101111010"), own);
  assert.deepEqual(openKeys(CAUSAL, 1), [0, 1]);
});

test("a picture is told as it is drawn", () => {
  assert.equal(arrowsWords(OPENED), "Arrows from the middle of a plane: query 0 to (0.4, 1), query 1 to (1.5, -0.5), " +
    "query 2 to (-1.2, -0.8); key 0 to (1, 1), key 1 to (-1, 1), key 2 to (0.5, -1.5). Query 0 is shown.");
  assert.match(arrowsWords({ ...OPENED, mask: CAUSAL }), / It may not read keys 1 and 2\.$/);
  assert.match(arrowsWords({ ...OPENED, mask: "101111111" }), / It may not read key 1\.$/);
  assert.equal(walkWords({ ...OPENED, mask: CAUSAL, query: 1 }), "A triangle of the values (1, 0), (0, 1) and " +
    "(-1, -1), and a walk from (0, 0) inside it: 0.893 times value 0 leads to (0.893, 0.000), 0.107 times value 1 " +
    "leads to (0.893, 0.107), 0.000 times value 2 leads to (0.893, 0.107), the output of query 1. Besides, query 0 " +
    "reads (1.000, 0.000) and query 2 reads (-0.415, -0.065).");
  assert.equal(weightsWords({ ...OPENED, mask: CAUSAL }), "Query 0: 1.000, 0.000, 0.000. Query 1: 0.893, 0.107, " +
    "0.000. Query 2: 0.078, 0.428, 0.493.");
});

test("a number has three decimals and no minus before zero", () => {
  assert.deepEqual([-0, 1e-9, -1e-9, -0.25, 2 / 3].map(threeDecimals), ["0.000", "0.000", "0.000", "-0.250", "0.667"]);
  assert.equal(outputText([-1e-17, 1]), "(0.000, 1.000)");
  assert.equal(placeText([-0.5, 2]), "(-0.5, 2)");
});

test("the copied code has what was chosen, and no more", () => {
  const code = fieldCode({ ...OPENED, query: 2 });
  assert.match(code, /^from tinyml import Product, attend, compared, everywhere, weighed$/m);
  assert.match(code, /^queries = np\.array\(\[\[0\.4, 1\.0\], \[1\.5, -0\.5\], \[-1\.2, -0\.8\]\]\)$/m);
  assert.match(code, /^mask = everywhere\(3\)$/m);
  assert.match(code, /weights\[2\]/);
  assert.match(fieldCode({ ...OPENED, mask: CAUSAL }), /^mask = causal\(3\)$/m);
  const own = fieldCode({ ...OPENED, mask: "101111010" });
  assert.match(own, /^mask = np\.array\(\[\[1, 0, 1\], \[1, 1, 1\], \[0, 1, 0\]\], bool\)$/m);
  assert.match(own, /^from tinyml import Product, attend, compared, weighed$/m);
});
