import assert from "node:assert/strict";
import { test } from "node:test";

import {
  labSnippet, randomNumbers, searchOf, smallerNumbers, squareOf, toldOf, writtenOf,
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

test("the copied code defines what the package has under no name, and imports the rest", () => {
  assert.match(labSnippet("-n", "size", 1), /^from tinyml import Transformation, LIST, NUMBER$/m);
  assert.match(labSnippet("-n", "likeliest", 1), /^from tinyml import likeliest, Dist$/m);
});
