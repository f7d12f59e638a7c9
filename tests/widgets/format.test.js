import assert from "node:assert/strict";
import { test } from "node:test";

import { cellText, floatRepr, general, lossText } from "../../tinyml/widgets/kit/format.js";

test("general is Python's format(x, '.6g'), ties to even included", () => {
  /** @type {[number, string][]} */
  const cases = [
    [0.009719941516933, "0.00971994"], [100000.5, "100000"], [100001.5, "100002"], [1e-5, "1e-05"],
    [123456789, "1.23457e+08"], [0.0001, "0.0001"], [-2.5, "-2.5"], [-0, "-0"], [NaN, "nan"], [-Infinity, "-inf"],
    [999999.5, "1e+06"], [5e-324, "4.94066e-324"],
  ];
  for (const [value, text] of cases) assert.equal(general(value), text);
  assert.equal(general(2.5, 1), "2");
  assert.equal(general(3.5, 1), "4");
});

test("floatRepr is Python's repr of a float", () => {
  /** @type {[number, string][]} */
  const cases = [[1, "1.0"], [0.1, "0.1"], [1e16, "1e+16"], [1e15, "1000000000000000.0"], [1e-7, "1e-07"], [-0, "-0.0"]];
  for (const [value, text] of cases) assert.equal(floatRepr(value), text);
});

test("a loss has six decimals, and minus zero is zero", () => {
  assert.equal(lossText(0.0097199), "0.009720");
  assert.equal(lossText(-0), "0.000000");
  assert.equal(lossText(3.01177e61), "3.01177e+61");
});

test("the text of a cell has at most six characters", () => {
  const values = [0, -0.001, 1.2345, -9.999, -99.96, 123.4, -999.7, 1234, 3e17, -1e238, NaN, Infinity];
  for (const value of values) assert.ok(cellText(value).length <= 6, cellText(value));
  assert.deepEqual([0.9954, -0.001, 12.34, 3e17].map(cellText), ["1.00", "0.00", "12.3", "3e17"]);
});
