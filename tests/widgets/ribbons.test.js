import assert from "node:assert/strict";
import { test } from "node:test";

import { ends, stacked } from "../../tinyml/widgets/kit/ribbons.js";

test("bars are one below the other, and labels in their middle, or above a bar that is too thin", () => {
  const { tops, labels, height } = stacked([0.5, 0, 0.1, 0.5]);
  assert.deepEqual(tops, [0, 114, 119, 142]);
  assert.deepEqual(labels, [45, 106, 128, 187]);
  assert.equal(height, 236);
});

test("ribbons leave a bar and arrive at one side by side", () => {
  const found = ends(
    [{ from: 0, to: 0, value: 0.25 }, { from: 0, to: 1, value: 0.25 }, { from: 1, to: 0, value: 0.5 }], [0, 100], [10, 200],
  );
  assert.deepEqual(found, [
    { leaves: 0, arrives: 10, wide: 45 },
    { leaves: 45, arrives: 200, wide: 45 },
    { leaves: 100, arrives: 55, wide: 90 },
  ]);
});
