import assert from "node:assert/strict";
import { test } from "node:test";

import {
  cornerLines, cutAtCommas, labSnippet, randomNumbers, searchOf, smallerNumbers, squareOf, toldOf, wordsOf, writtenOf,
} from "../../tinyml/widgets/law_lab/law_lab.js";

test("the first item commutes with a function, the largest need not", () => {
  assert.equal(squareOf("first_or_none", ["-n", [3, 5]]).commutes, true);
  const square = squareOf("largest_or_none", ["-n", [3, 5]]);
  assert.deepEqual([square.over, square.under, square.commutes], [-3, -5, false]);
});

test("a distribution is pushed forward by adding what becomes equal", () => {
  const square = squareOf("likeliest", ["n * n", { weights: [[0, 3], [1, 2], [-1, 2]] }]);
  assert.equal(writtenOf(square.mapped), "Dist({0: 3/7, 1: 4/7})");
  assert.deepEqual([square.over, square.under], [1, 0]);
});

test("two distributions are equal whatever the order of their outcomes", () => {
  assert.equal(squareOf("frequencies", ["n % 2", [1, 2, 3]]).commutes, true);
});

test("values are written as Python writes them", () => {
  assert.equal(writtenOf(null), "None");
  assert.equal(writtenOf([]), "[]");
  assert.equal(writtenOf([1, -2]), "[1, -2]");
  assert.equal(writtenOf(squareOf("first_or_none", ["-n", [0]]).over), "0");
  assert.equal(writtenOf({ weights: [[4, 3]] }), "Dist({4: 1})");
});

test("numbers that are simpler are nearer to 0 or lose their sign, and 0 is the simplest", () => {
  assert.deepEqual(smallerNumbers(0), []);
  assert.deepEqual(smallerNumbers(-5), [0, -2, -4, 5]);
  assert.deepEqual(smallerNumbers(1), [0]);
});

test("the same search number gives the same search, another one another", () => {
  assert.equal(toldOf("n % 2", "likeliest", 5), toldOf("n % 2", "likeliest", 5));
  assert.notEqual(toldOf("n % 2", "likeliest", 5), toldOf("n % 2", "likeliest", 6));
  const next = randomNumbers(7);
  assert.notEqual(next(), next());
});

test("what is found is the end of a row of cases that all break the square", () => {
  const { shrinking, shown } = searchOf("any of these", "distinct", 4);
  assert.equal(shrinking.at(-1), shown);
  for (const own of shrinking) assert.equal(squareOf("distinct", own).commutes, false);
  assert.deepEqual(searchOf("any of these", "size", 4).shrinking, []);
});

test("a long value is cut after commas, and each line has as much of it as it holds", () => {
  assert.deepEqual(cutAtCommas("[1, 2, 3, 4]", 99), ["[1, 2, 3, 4]"]);
  assert.deepEqual(cutAtCommas("[1, 2, 3, 4]", 6), ["[1, 2,", "3, 4]"]);
  assert.deepEqual(cutAtCommas("None", 1), ["None"]);
  for (const most of [4, 7, 11]) {
    const lines = cutAtCommas("[-9, 8, -7, 6, -5]", most);
    assert.equal(lines.join(" "), "[-9, 8, -7, 6, -5]");
    assert.ok(lines.every((line) => line.length <= most));
  }
});

test("the last corner has one value where the ways meet, and one for each way where they part", () => {
  /** @type {(lines: import("../../tinyml/widgets/law_lab/law_lab.js").CornerLine[]) => string[]} */
  const texts = (lines) => lines.map((line) => line.text);
  const met = cornerLines(squareOf("first_or_none", ["-n", [3, 5]]), 20);
  assert.deepEqual(met.map(texts), [["[3, 5]"], ["[-3, -5]"], ["3"], ["-3"]]);
  const apart = cornerLines(squareOf("largest_or_none", ["-n", [3, 5]]), 20);
  assert.deepEqual(texts(apart[3]), ["↓ -3", "→ -5"]);
  assert.notEqual(apart[3][0].class, apart[3][1].class);
});

test("the sentence says which way leads where, and how small the search has made the case", () => {
  const law = /** @type {const} */ (["-n", "largest_or_none", 1]);
  assert.match(wordsOf("-n", "largest_or_none", searchOf(...law)), /goes by .* to 0 if it is mapped first, and by 1 to -1/);
  /** @type {[string, number[]]} */
  const found = ["-n", [0, 1]];
  const told = (/** @type {number} */ length) =>
    wordsOf("-n", "largest_or_none", { tried: 4, shrinking: Array.from({ length }, () => found), shown: found });
  assert.match(told(1), /^largest_or_none is not natural: case 4 broke its square, and no simpler one does\. /);
  assert.match(told(2), /and 1 step of shrinking made it small/);
  assert.match(told(3), /and 2 steps of shrinking made it small/);
});

test("the copied code defines what the package has under no name, and imports the rest", () => {
  assert.match(labSnippet("-n", "size", 1), /^from tinyml import Transformation, LIST, NUMBER$/m);
  assert.match(labSnippet("-n", "likeliest", 1), /^from tinyml import likeliest, Dist$/m);
});
