import assert from "node:assert/strict";
import { test } from "node:test";

import { ORDERS } from "../../tinyml/widgets/circuit_sweeps/circuit_sweeps.js";
import {
  CIRCUITS, MASKS, meansOf, ROWS, runOf, saidAt, samplesOf, stepAt, stepsOf, TABLES, wrongRows,
} from "../../tinyml/widgets/circuit_sweeps/sweeping.js";
import {
  farthest, graphWords, meanText, NAMES, numberIn, placeAfter, settingText, stairsWords, sweepCode, sweepWords,
} from "../../tinyml/widgets/circuit_sweeps/telling.js";

/** @import { Choice } from "../../tinyml/widgets/circuit_sweeps/sweeping.js" */

/** @type {Choice} */
const OPENED = { table: "0110", circuit: "polynomial", inputs: "swept", order: "0123", seed: 1, examples: 0 };
/** @type {(given?: Partial<Choice>) => string} */
const said = (given = {}) => sweepWords({ ...OPENED, ...given });

test("who has a say is who stands in the circuit", () => {
  assert.deepEqual(MASKS.lookup, [1, 2, 4, 8]);
  assert.deepEqual(MASKS.polynomial.map(settingText), ["1000", "1010", "1100", "1111"]);
  for (let own = 0; own < 16; own++) for (const [row, name] of ROWS.entries()) {
    const [a, b] = [...name].map(Number);
    const [p0, p1, p2, p3] = [...settingText(own)].map(Number);
    assert.equal(saidAt(own, MASKS.polynomial[row]), p0 ^ (p1 & a) ^ (p2 & b) ^ (p3 & a & b));
    assert.equal(saidAt(own, MASKS.lookup[row]), [p0, p1, p2, p3][row]);
  }
});

test("a step mends its row when its mask is odd, leaves it wrong when it is even, and else is idle", () => {
  for (const circuit of CIRCUITS) for (const table of TABLES) for (const row of [0, 1, 2, 3]) {
    for (let before = 0; before < 16; before++) {
      const { after, said: word, mask } = stepAt(circuit, table, row, before);
      const odd = [...settingText(mask)].filter((bit) => bit === "1").length % 2 === 1;
      const right = word === Number(table[row]);
      assert.equal(after, right ? before : before ^ mask);
      assert.equal(saidAt(after, mask) === Number(table[row]), right || odd);
    }
  }
});

test("a lookup table learns every table in one sweep, and the polynomial two in each order", () => {
  assert.equal(new Set(ORDERS).size, 24);
  assert.ok(ORDERS.every((order) => [...order].sort().join("") === "0123"));
  for (const order of ORDERS) {
    assert.ok(TABLES.every((table) => runOf("lookup", table, order).settings.length <= 2));
    const learnt = TABLES.filter((table) => runOf("polynomial", table, order).returned < 0);
    assert.equal(learnt.length, 2);
    assert.equal(learnt[0], "0000");
    assert.equal(learnt[1] === "1111", order.startsWith("0"));
  }
});

test("examples go on from where the sweeps have led", () => {
  const { settings, returned } = runOf("polynomial", "0110", "0123");
  assert.deepEqual([settings.length, returned], [8, 1]);
  for (let sweeps = 1; sweeps < 25; sweeps++) {
    const own = stepsOf({ ...OPENED, examples: 4 * sweeps }).at(-1)?.after;
    assert.equal(own, settings[placeAfter({ settings, returned }, sweeps)]);
  }
  assert.equal(placeAfter({ settings: [0, 6], returned: -1 }, 9), 1);
});

test("drawn examples stop to flip when the table is learnt, which is when none is wrong", () => {
  for (const seed of [1, 3, 20]) {
    const { count, own } = samplesOf("polynomial", "0110", seed);
    const steps = stepsOf({ ...OPENED, inputs: "drawn", seed, examples: count + 30 });
    const wrong = steps.map(({ after }) => wrongRows("polynomial", "0110", after));
    assert.equal(wrong.indexOf(0), count - 1);
    assert.ok(steps.slice(count).every(({ before, after }) => before === own && after === own));
  }
});

test("means are those of their equations, put in again, and for a lookup table those of a collector of coupons", () => {
  const means = meansOf("lookup");
  const collected = [0, 4, 4 + 2, 4 + 2 + 4 / 3, 4 + 2 + 4 / 3 + 1];
  TABLES.forEach((table, k) => {
    assert.ok(Math.abs(numberIn(means[k]) - collected[[...table].filter((bit) => bit === "1").length]) < 1e-12);
  });
  assert.deepEqual([meanText("lookup", "0111"), meanText("polynomial", "0110")], ["22/3", "93"]);
  assert.deepEqual([numberIn("22/3"), numberIn("93")], [22 / 3, 93]);
  const own = meansOf("polynomial").map(numberIn);
  const masks = MASKS.polynomial;
  for (let wrong = 1; wrong < 16; wrong++) {
    const next = masks.map((mask, row) => ((wrong >> (3 - row)) & 1
      ? own[wrong ^ parseInt(masks.map((other) => saidAt(mask, other)).join(""), 2)] : own[wrong]));
    assert.ok(Math.abs(own[wrong] - 1 - next.reduce((sum, each) => sum + each, 0) / 4) < 1e-9);
  }
});

test("the slider goes twice round, or as far as is needed", () => {
  assert.equal(farthest(OPENED), 4 * 15);
  assert.equal(farthest({ ...OPENED, circuit: "lookup" }), 8);
  assert.equal(farthest({ ...OPENED, table: "0000" }), 4);
  assert.equal(farthest({ ...OPENED, inputs: "drawn" }), 191);
  assert.equal(farthest({ ...OPENED, circuit: "lookup", examples: 50 }), 50, "what is shown already is on it");
});

test("the words say what flipped and what came of it", () => {
  assert.equal(said(), "No example has been shown yet. The switches are at 0000, so it says 0 everywhere, and 2 of 4 " +
    "rows are wrong.");
  assert.equal(said({ examples: 1 }), "Sweep 1, row 00: it said 0, as wanted, so nothing flips. The switches are at " +
    "0000, and 2 of 4 rows are wrong.");
  assert.match(said({ examples: 10 }), /^Sweep 3, row 01: it said 0, and 1 was wanted, so p0 and p2 flip\. But two /);
  assert.match(said({ examples: 10 }), /But two flips cancel out: it still says 0\. The switches are at 1011, /);
  assert.match(said({ circuit: "lookup", examples: 2 }), /so p1 flips, and now it says 1\. .* 1 of 4 rows is wrong\.$/);
  const four = TABLES.flatMap((table) => [4, 8, 12].map((examples) => said({ table, examples })));
  assert.ok(four.some((own) => own.includes("so all four switches flip. But four flips cancel out: it still says ")));
});

test("the words say when it comes round, and not before", () => {
  assert.doesNotMatch(said({ examples: 31 }), /comes round/);
  assert.match(said({ examples: 32 }), /After sweep 8 it was back at 1010: it comes round every 7 sweeps, for ever\.$/);
  const started = { table: "0111", order: "1023", examples: 28 };
  assert.match(said(started), /After sweep 7 it was back at 0000: it comes round every 7 sweeps, for ever\.$/);
  assert.match(said({ circuit: "lookup", examples: 4 }), /Learnt: a XOR b, and nothing will flip any more\.$/);
  assert.match(said({ table: "0000" }), /0 of 4 rows are wrong\. Learnt: constant 0, and nothing/);
});

test("the words of drawn examples have the mean and this draw", () => {
  const drawn = { inputs: /** @type {const} */ ("drawn"), seed: 3 };
  assert.match(said(drawn), /In the mean it takes 93 drawn examples to learn a XOR b\.$/);
  assert.match(said({ ...drawn, examples: 94 }), /^Example 94, row .* In the mean it takes 93 drawn examples to/);
  assert.match(said({ ...drawn, examples: 95 }), /^Example 95, .* Learnt after 95 examples; in the mean it takes 93/);
  assert.match(said({ ...drawn, table: "0000" }), /Right from the start; in the mean it takes 0\.$/);
});

test("a picture is told as far as it is drawn", () => {
  assert.equal(graphWords(OPENED), "The settings after each sweep, joined by arrows: 0000, 2 wrong. Now at 0000, and " +
    "0 examples on.");
  const round = graphWords({ ...OPENED, examples: 33 });
  assert.match(round, /; 1000, 2 wrong\. Then comes 1010 again: a closed loop of 7 settings\. /);
  assert.match(round, /Now at 1010, and 1 example on\.$/);
  assert.doesNotMatch(graphWords({ ...OPENED, examples: 31 }), /closed loop/);
  const learnt = graphWords({ ...OPENED, circuit: "lookup", examples: 6 });
  assert.match(learnt, /: 0000, 2 wrong; 0110, learnt\. Now at 0110/);
  const wrong = [2, 2, 3];
  assert.equal(stairsWords({ ...OPENED, examples: 2 }, wrong), "How many of the four rows are wrong after each " +
    "example: 2 at the start, 3 after 2 examples, and 2 at best. The mean of all draws is at 93.");
});

test("the copied code has what was chosen, and no more", () => {
  const code = sweepCode({ ...OPENED, examples: 10 });
  assert.match(code, /^from tinyml import bits_of, circuit_learner, inputs_of, reed_muller$/m);
  assert.match(code, /^circuit, table = reed_muller\(2\), \(0, 1, 1, 0\)$/m);
  assert.match(code, /^order = \(0, 1, 2, 3\)\nrows = \[order\[k % 4\] for k in range\(10\)\]$/m);
  assert.doesNotMatch(code, /swept|Seed|mean/);
  assert.match(sweepCode({ ...OPENED, examples: 32 }), /run = swept\(circuit, table, order\)/);
  const drawn = sweepCode({ ...OPENED, inputs: "drawn", seed: 7, circuit: "lookup", examples: 5 });
  assert.match(drawn, /^left, rows = Seed\(7\), \[\]\nfor _ in range\(5\):$/m);
  assert.match(drawn, /print\(mean_samples\(circuit, table\)\)/);
  assert.doesNotMatch(drawn, /order|swept/);
  assert.equal(NAMES.length, TABLES.length);
});
