import assert from "node:assert/strict";
import { test } from "node:test";

import {
  ditherHalf, floorOf, keptAfter, meterOf, MOST_STEPS, nextHalf, roundHalf, runOf,
} from "../../tinyml/widgets/precision_floor/rounding.js";
import {
  curveWords, doubleOf, floorCode, floorWords, isDouble,
} from "../../tinyml/widgets/precision_floor/telling.js";

/** @import { Policy } from "../../tinyml/widgets/precision_floor/rounding.js" */

const EXACT = 2n ** 24n; // so many of the smallest half are 1
const INFINITE = 0x7c00; // the code of infinity; from there on there are no numbers

/**
 * How many of the smallest half a code means, as the standard says: a sign, five bits of exponent, ten of fraction.
 * @param {number} code of a finite half, without its sign
 */
function unitsOf(code) {
  const [exponent, fraction] = [BigInt(code >> 10), BigInt(code & 1023)];
  return exponent === 0n ? fraction : (1024n + fraction) << (exponent - 1n);
}

/** @type {(units: bigint) => number} */
const numberOf = (units) => Number(units) / Number(EXACT);
/** All finite halves from 0 up, and after them 65536, which there would be with one more exponent. */
const LADDER = Array.from({ length: INFINITE + 1 }, (_, code) => numberOf(unitsOf(code)));

/**
 * The number in single beside one that is in single, further from zero or nearer to it.
 * @param {number} x
 * @param {1 | -1} way
 */
function singleBeside(x, way) {
  const bits = new Int32Array(Float32Array.of(x).buffer);
  bits[0] += way;
  return new Float32Array(bits.buffer)[0];
}

/** @type {(code: number) => number} */
const halfAt = (code) => (code === INFINITE ? Infinity : LADDER[code]);

/** @type {(weights: Policy["weights"], rest?: Partial<Policy>) => Policy} */
const policyOf = (weights, rest = {}) => ({ ...doubleOf(1), weights, ...rest });

test("the ladder has the numbers that the standard names", () => {
  assert.deepEqual([LADDER[1], LADDER[1023], LADDER[1024]], [2 ** -24, 1023 * 2 ** -24, 2 ** -14]);
  assert.deepEqual([LADDER[0x3c00], LADDER[0x3c01], LADDER[0x7bff], LADDER[INFINITE]], [1, 1 + 2 ** -10, 65504, 65536]);
  assert.ok(LADDER.every((own, k) => k === 0 || own > LADDER[k - 1]));
});

test("each of the 65,536 halves is itself", () => {
  for (let code = 0; code < INFINITE; code++) {
    assert.ok(Object.is(roundHalf(LADDER[code]), LADDER[code]));
    assert.ok(Object.is(roundHalf(-LADDER[code]), -LADDER[code]));
  }
  assert.deepEqual([roundHalf(Infinity), roundHalf(-Infinity), roundHalf(NaN)], [Infinity, -Infinity, NaN]);
});

test("from halfway it is the even neighbour, and the nearer one from beside it", () => {
  for (let code = 0; code < INFINITE; code++) {
    const [below, above] = [LADDER[code], halfAt(code + 1)];
    const middle = numberOf(unitsOf(code) + unitsOf(code + 1)) / 2;
    const even = code % 2 === 0 ? below : above;
    assert.equal(Math.fround(middle), middle, "a single too");
    const sides = [singleBeside(middle, -1), singleBeside(middle, 1)];
    const close = [middle * (1 - 2 ** -52), middle * (1 + 2 ** -52)]; // in double
    const expected = [even, below, above, below, above];
    [middle, ...sides, ...close].forEach((x, k) => {
      assert.ok(Object.is(roundHalf(x), expected[k]), `${x} of ${code}`);
      assert.ok(Object.is(roundHalf(-x), -expected[k]), `-${x} of ${code}`);
    });
  }
});

test("anything between two halves goes to the nearer one, and what is too large or too small to an end", () => {
  for (let code = 0; code < INFINITE - 1; code += 7) {
    const [below, above] = [LADDER[code], LADDER[code + 1]];
    for (const share of [0.01, 0.25, 0.49, 0.51, 0.75, 0.99]) {
      assert.equal(roundHalf(below + share * (above - below)), share < 0.5 ? below : above);
    }
  }
  assert.deepEqual([65519.99, 65520, 1e300, -65520].map(roundHalf), [65504, Infinity, Infinity, -Infinity]);
  assert.deepEqual([2 ** -25, 2 ** -25 * 1.001, 1e-300, 5e-324].map(roundHalf), [0, 2 ** -24, 0, 0]);
});

test("the next half is the next on the ladder", () => {
  for (let code = 0; code < INFINITE - 1; code++) {
    const [own, next] = [LADDER[code], LADDER[code + 1]];
    assert.deepEqual([nextHalf(own, true), nextHalf(next, false)], [next, own]);
    assert.ok(nextHalf(-own, false) === -next && nextHalf(-next, true) === -own);
  }
});

test("dithered is one of the neighbours, the other one when the draw is below its share", () => {
  for (const code of [0, 5, 1023, 1024, 0x3bff, 0x3c00, 0x4123, 0x7bfe]) for (const sign of [1, -1]) {
    const [below, above] = [sign * LADDER[code], sign * LADDER[code + 1]];
    for (const share of [0.125, 0.375, 0.625, 0.875]) {
      const x = below + share * (above - below); // exact
      const [near, other] = share < 0.5 ? [below, above] : [above, below];
      const chance = Math.min(share, 1 - share);
      assert.equal(ditherHalf(x, () => chance - 2 ** -53) + 0, other + 0);
      assert.equal(ditherHalf(x, () => chance) + 0, near + 0);
    }
    assert.equal(ditherHalf(below, () => 0), below);
  }
  assert.deepEqual([70000, -70000].map((x) => ditherHalf(x, () => 0)), [Infinity, -Infinity]);
});

test("in the mean dithering stays where it was", () => {
  const x = 1 + 0.3 * 2 ** -10;
  const kept = Array.from({ length: 1000 }, (_, k) => ditherHalf(x, () => (k + 0.5) / 1000));
  assert.deepEqual([...new Set(kept)].sort(), [1, 1 + 2 ** -10]);
  assert.equal(kept.filter((own) => own > 1).length, 300);
});

test("a run that is asked for more goes on where it was, and any state of it is found again", () => {
  const policy = policyOf("half", { rounding: "dithered", rate: 0.5 });
  assert.equal(runOf(policy, 30).losses.length, 31);
  const early = [...runOf(policy, 30).losses];
  const { losses } = runOf(policy, 300);
  assert.deepEqual(losses.slice(0, 31), early);
  const late = runOf(policy, 300).kept; // after 301 steps
  assert.deepEqual(keptAfter(policy, 301), late);
  assert.notDeepEqual(keptAfter(policy, 300), late);
});

test("what is kept has the numbers of its format", () => {
  for (const rounding of /** @type {const} */ (["nearest", "dithered"])) {
    assert.ok(keptAfter(policyOf("half", { rounding }), 150).every((own) => roundHalf(own) === own));
  }
  const copy = keptAfter(policyOf("master"), 150);
  assert.ok(copy.every((own) => Math.fround(own) === own) && !copy.every((own) => roundHalf(own) === own));
  assert.ok(!keptAfter(policyOf("double"), 150).every((own) => Math.fround(own) === own));
});

test("after the step that moves nothing no step moves anything, and no loss changes", () => {
  const policy = policyOf("half", { rate: 2 });
  const { losses, still } = runOf(policy);
  assert.ok(still > 0 && still < MOST_STEPS);
  assert.deepEqual(keptAfter(policy, still + 250), keptAfter(policy, still));
  assert.notDeepEqual(keptAfter(policy, still - 1), keptAfter(policy, still));
  assert.equal(new Set(losses.slice(still)).size, 1);
  assert.deepEqual([losses.length, floorOf(policy)], [MOST_STEPS + 1, losses[MOST_STEPS]]);
  assert.equal(meterOf(policy, MOST_STEPS).lost, 41);
});

test("the bins below half a gap have the steps that half loses", () => {
  for (const policy of [policyOf("half"), policyOf("master"), policyOf("half", { rounding: "dithered" }), doubleOf(4)]) {
    for (const steps of [0, 1, 10, 100, 250, 999, 3000]) {
      const { moving, bins, lost, subnormal, vanished } = meterOf(policy, steps);
      assert.deepEqual([moving, bins.reduce((sum, own) => sum + own, 0)], [41, 41]);
      assert.equal(bins.slice(0, 6).reduce((sum, own) => sum + own, 0), lost, `${JSON.stringify(policy)}, ${steps}`);
      assert.ok(subnormal + vanished <= moving);
    }
  }
});

test("a loss scale that is a power of two makes no difference but to changes that are too small", () => {
  const [plain, scaled] = [1, 1024].map((scale) => meterOf(policyOf("master", { changes: "half", scale }), 5000));
  assert.deepEqual([plain.subnormal, scaled.subnormal, plain.lost, scaled.lost], [41, 0, 41, 41]);
});

test("the words say where it is, what is lost and where it ends", () => {
  assert.equal(floorWords(policyOf("half"), 1000), "After 1000 steps the loss is 0.000989138; in double it would be " +
    "0.000276346. In the next step 40 of 41 numbers would move by less than half a gap of half, and that's lost. " +
    "In half, 7 of the changes would be subnormal, and none would vanish. " +
    "After step 3889 nothing moves any more: the floor is 0.000989007, however long you train.");
  assert.match(floorWords(doubleOf(1), 1), /^After 1 step the loss is 1\.54941\. In the next step /);
  assert.match(floorWords(doubleOf(1), 2000), /half would lose that, and double doesn't\..*There's no floor in sight: /);
  assert.match(floorWords(doubleOf(1), 5000), /all 41 numbers would move .* There's no floor in sight\.$/);
  assert.match(floorWords(policyOf("master"), 5000), /the half copy doesn't notice, but the master copy adds it up/);
  assert.match(floorWords(policyOf("half", { rounding: "dithered" }), 2000), /a draw of this page's own sends some/);
});

test("the words of changes in half name their scale", () => {
  const changes = /** @type {const} */ ("half");
  assert.match(floorWords(policyOf("master", { changes }), 5000), /The changes are heard in half: 41 are subnormal, and none /);
  assert.match(floorWords(policyOf("master", { changes, scale: 1024 }), 5000),
    /The changes are heard in half, 1024 times as large: none are subnormal, and none vanish\./);
  assert.match(floorWords(policyOf("half", { changes }), 1000),
    /From step 2500 to step 5000 the loss only gets from 0\.00098702 to 0\.000986974: that's its floor\.$/);
});

test("a picture is told with its losses", () => {
  assert.match(curveWords(policyOf("half")), /^After 1, 100, 1000 and 5000 steps the loss is 1\.55, 0\.00619, .*4\.39e-05\.$/);
  assert.doesNotMatch(curveWords(doubleOf(1)), /in double/);
  assert.deepEqual([isDouble(doubleOf(2)), isDouble(policyOf("double", { changes: "half" }))], [true, false]);
});

test("the copied code has what was chosen, and no more", () => {
  assert.match(floorCode(doubleOf(1), 0), /by_policy\(scheduled\(port, 1\.0\), Precision\(\)\)\n.*\n/);
  const code = floorCode(policyOf("master", { changes: "half", scale: 64, rate: 0.5 }), 300);
  assert.match(code, /^from tinyml import Precision, Setting, StepCount, by_policy, iterate, kept_as, scheduled$/m);
  assert.match(code, /Precision\(weights="half", gradients="half", master=True, loss_scale=64\.0\)/);
  assert.match(code, /own\.step\(0\.5 \* 64\.0\), own\.start\(\), StepCount\(300\)/);
  assert.match(floorCode(policyOf("half", { rounding: "dithered" }), 1), /import drawn .*drawn\(scheduled/s);
});
