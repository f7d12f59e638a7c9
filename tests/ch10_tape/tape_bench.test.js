import assert from "node:assert/strict";
import { test } from "node:test";

import {
  benchCode, benchNumbers, benchTold, benchWords, fraction, recompute, SYSTEMS,
} from "../../tinyml/widgets/tape_bench/tape_bench.js";

/** @import { Fault, Settings } from "../../tinyml/widgets/tape_bench/tape_bench.js" */

/** @type {Settings} */
const START = { x: 1, y: -2, dx: 7, dy: 1, seed: "loss", system: "fractions", fault: "none" };

test("fractions are in lowest terms and keep their sign above the line", () => {
  assert.deepEqual(fraction(6, -4), { n: -3n, d: 2n });
  assert.deepEqual(fraction(0, -7), { n: 0n, d: 1n });
  const { add, multiply, of, text } = SYSTEMS.fractions;
  assert.equal(text(add(of(1, 3), of(1, 6))), "1/2");
  assert.equal(text(multiply(of(2, 3), of(-3, 2))), "-1");
});

test("fractions stay exact where floats would not", () => {
  const { add, multiply, of, text } = SYSTEMS.fractions;
  let [sum, power] = [of(0, 1), of(1, 1)];
  for (let k = 0; k < 80; k++) {
    power = multiply(power, of(1, 3));
    sum = add(sum, power);
  }
  assert.equal(text(add(sum, multiply(power, of(1, 2)))), "1/2");
});

test("the worked example meets at 43997/4050 at every stage", () => {
  const told = benchTold(START);
  assert.deepEqual(told.pairings, Array(5).fill("43997/4050"));
  assert.deepEqual(told.weights.slice(0, 2), ["233/75", "-4/45"]);
  assert.deepEqual(told.verdicts, ["True", "", "True"]);
});

test("mod 2 there is no wrong sign, and a square has the derivative 0", () => {
  for (const fault of /** @type {Fault[]} */ (["wrong sign", "zeros"])) {
    for (const x of [0, 1]) {
      for (const y of [0, 1]) {
        assert.deepEqual(benchTold({ ...START, x, y, system: "mod 2", fault }).verdicts, ["True", "", "True"]);
      }
    }
  }
});

test("numbers below 0 are taken mod 2 as Python takes them", () => {
  assert.deepEqual([-3, -2, -1, 0, 1, 2].map((top) => SYSTEMS["mod 2"].of(top, 1)), [1, 0, 1, 0, 1, 0]);
});

test("each fault has its words", () => {
  assert.match(benchWords(START), /Both ways meet, exactly\. The second check agrees/);
  assert.match(benchWords({ ...START, system: "floats" }), /Both ways meet, up to rounding\./);
  assert.match(benchWords({ ...START, fault: "wrong sign" }), /do not meet: the number changes at the node that makes square/);
  assert.match(benchWords({ ...START, fault: "zeros" }), /Both ways meet, exactly\. But the second check refuses/);
});

test("a fault behind a seed of 0 is not met by this seed", () => {
  assert.equal(benchNumbers({ ...START, fault: "wrong sign", seed: "z" }).meets, true);
});

test("minus zero is written as zero", () => {
  assert.equal(SYSTEMS.floats.text(-0), "0");
});

test("the snippet names the system, the fault and the seed", () => {
  const code = benchCode({ ...START, fault: "zeros", seed: "every wire" });
  assert.ok(code.includes("Context.of(RATIONAL, Fraction(1, 3), Fraction(-2, 5))"), code);
  assert.ok(code.includes('then("square", faulty.lying(nodes.multiply), "z", "z")'), code);
  assert.ok(code.includes("seed = Context.of(RATIONAL, 1, 1, 1, 1, 1, 1)"), code);
  assert.ok(benchCode({ ...START, system: "mod 2" }).includes("x = Context.of(GF2, 1, -2)"));
});

test("the certificate recomputes far more than twelve numbers", () => {
  assert.ok(Object.values(recompute()).flat().length > 200);
});
