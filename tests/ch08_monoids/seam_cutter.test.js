import assert from "node:assert/strict";
import { test } from "node:test";

import {
  countsOf, cutSnippet, cutWords, joinedCounts, partsOf, rowsOf, sentOf,
} from "../../tinyml/widgets/seam_cutter/seam_cutter.js";

const EMPTY = countsOf([]);

test("two cuts make three parts, whichever is moved past the other", () => {
  assert.deepEqual(partsOf("tune", 2, 6), [["1", "2"], ["3", "4", "1", "2"], ["3", "4"]]);
  assert.deepEqual(partsOf("tune", 6, 2), partsOf("tune", 2, 6));
  assert.deepEqual(partsOf("tune", 0, 8), [[], "12341234".split(""), []]);
});

test("brackets do not matter to counts with ends, and empty changes nothing", () => {
  for (const cut of [1, 4, 5]) {
    const [a, b, c] = partsOf("tune", cut, 6).map(countsOf);
    const sum = joinedCounts(joinedCounts(a, b), c);
    assert.deepEqual(sum, joinedCounts(a, joinedCounts(b, c)));
    assert.deepEqual(joinedCounts(EMPTY, a), a);
    assert.deepEqual(joinedCounts(a, EMPTY), a);
  }
});

test("joining changes neither of the two", () => {
  const [left, right] = [countsOf(["1", "2"]), countsOf(["1", "2"])];
  joinedCounts(left, right);
  assert.deepEqual([left, right], [countsOf(["1", "2"]), countsOf(["1", "2"])]);
});

test("a pair across an empty part is counted once", () => {
  const rows = new Map(rowsOf("tune", 4, 4, true));
  assert.deepEqual(rows.get("4 1"), [0, 0, 0, 1, 1, 1]);
});

test("the words say which pairs are on a seam, and whether they were counted", () => {
  assert.match(cutWords("tune", 4, 8, false), /6 of 7 pairs\. One pair is on a seam: 4 1\. No part has counted it\.$/);
  assert.match(cutWords("tune", 4, 8, true), /7 of 7 pairs\. .* say which\.$/);
  assert.match(cutWords("tune", 4, 5, false), /5 of 7 pairs\. Two pairs are on seams: 1 2 and 4 1\. No part has counted them\.$/);
  assert.match(cutWords("drone", 2, 5, false), /Two pairs are on seams: 1 1, twice\./);
  assert.match(cutWords("tune", 0, 8, false), /7 of 7 pairs\. No pair is on a seam/);
});

test("a part says its ends only when it has any", () => {
  assert.deepEqual(sentOf("tune", 4, 5, true), [
    "part 1, 1 2 3 4: 3 pairs, first 1, last 4", "part 2, 1: 0 pairs, first 1, last 1",
    "part 3, 2 3 4: 2 pairs, first 2, last 4",
  ]);
  assert.equal(sentOf("tune", 4, 4, true)[1], "part 2, empty: 0 pairs");
  assert.equal(sentOf("tune", 2, 8, false)[0], "part 1, 1 2: 1 pair");
});

test("the copied code adds what the reader chose", () => {
  assert.match(cutSnippet("tune", 4, 8, true), /^added = joined$/m);
  assert.match(cutSnippet("tune", 4, 8, false), /^parts = \[\[1, 2, 3, 4\], \[1, 2, 3, 4\], \[\]\]$/m);
});
