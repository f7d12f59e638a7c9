// The language model of chapter 4 in double, and what a policy rounds on its way: the arithmetic of chapter 15.
//
//     read       kept, or kept rounded to half                  what the model reads
//     change     -rate * gradient of the loss at `read`         in double
//     heard      change, or half(change * scale) / scale
//     kept       kept + heard, rounded to what is kept: double, single (a master copy) or half

import { shareOf, splitmix64 } from "../kit/splitmix.js";
import { averageLoss, datasetOf, gradientOf, initialParameters, logProbabilities } from "../kit/training.js";
import { CANONICAL_TOKENS, CANONICAL_VOCABULARY, MODEL_DIMENSION } from "../kit/training.js";

/** @typedef {"double" | "master" | "half"} Weights what is kept; "master": the model reads a half copy of singles */
/** @typedef {"double" | "half"} Changes */
/** @typedef {"nearest" | "dithered"} Rounding */
/** @typedef {{ weights: Weights, changes: Changes, rounding: Rounding, scale: number, rate: number }} Policy */
/**
 * A run as far as it was needed: the loss after each step, what is kept after every so many, and after how many steps
 * nothing moves any more (NaN: not yet).
 * @typedef {{ losses: number[], marks: Float64Array[], kept: Float64Array, still: number }} Run
 */
/** @typedef {{ moving: number, bins: number[], lost: number, subnormal: number, vanished: number }} Meter */

export const MOST_STEPS = 5000;
const MARK = 100; // steps from one mark to the next
const BIN_EDGES = [1 / 64, 1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 1, 2, 4]; // of the bins, in gaps
const NORMAL = 2 ** -14; // the smallest half with all its bits
const LEAST = 2 ** -24; // the smallest half

/**
 * The largest power of two that is not above a number.
 * @param {number} size
 */
function powerBelow(size) {
  const near = 2 ** Math.round(Math.log2(size));
  return near > size ? near / 2 : near;
}

/** @type {(size: number) => number} */
const gapAt = (size) => Math.max(powerBelow(size) * 2 ** -10, LEAST);

/**
 * The nearest half; from halfway the one whose last bit is 0; infinite from halfway above the largest one.
 * @param {number} x
 */
export function roundHalf(x) {
  const size = Math.abs(x);
  if (!(size < 65520)) return Math.sign(x) * Infinity;
  const lift = gapAt(size) * 2 ** 52; // a double of this size has no bits below the gap, and its sums round to even
  return Math.sign(x) * (size + lift - lift);
}

/**
 * The next half above or below one.
 * @param {number} half
 * @param {boolean} up
 */
export function nextHalf(half, up) {
  const size = Math.abs(half);
  const gap = gapAt(size);
  const inward = size > NORMAL && half > 0 !== up && powerBelow(size) === size;
  return half + (up ? 1 : -1) * (inward ? gap / 2 : gap);
}

/**
 * One of the two neighbours, the nearer one more often: the other one when the draw is below its share of the gap.
 * @param {number} x
 * @param {() => number} draw from 0 to below 1
 */
export function ditherHalf(x, draw) {
  const near = roundHalf(x);
  if (near === x || !Number.isFinite(near)) return near;
  const other = nextHalf(near, near < x);
  return draw() < Math.abs(x - near) / Math.abs(other - near) ? other : near;
}

/**
 * The draw for a number in a step. It depends on both and on nothing else, so that a run may be cut anywhere.
 * @param {number} step how many are done
 * @param {number} place
 */
function drawFor(step, place) {
  return shareOf(splitmix64(BigInt(step * 64 + place)).bits);
}

/**
 * 45 numbers in a row, as the parameters that they are: bias, head, table.
 * @param {Float64Array} all
 */
function parted(all) {
  const heads = CANONICAL_VOCABULARY * (1 + MODEL_DIMENSION);
  return {
    bias: all.subarray(0, CANONICAL_VOCABULARY), lmHead: all.subarray(CANONICAL_VOCABULARY, heads),
    embedding: all.subarray(heads),
  };
}

function firstKept() {
  const { bias, lmHead, embedding } = initialParameters(CANONICAL_VOCABULARY, MODEL_DIMENSION);
  return Float64Array.of(...bias, ...lmHead, ...embedding);
}

/**
 * What the model reads, its loss and the change that comes back.
 * @param {Policy} policy
 * @param {Float64Array} kept
 */
function lookAt({ weights, rounding, rate }, kept) {
  const dataset = datasetOf(CANONICAL_TOKENS, CANONICAL_VOCABULARY);
  const read = weights === "double" || rounding === "dithered" ? kept : kept.map((own) => roundHalf(own));
  const logs = /** @type {Float64Array} */ (logProbabilities(parted(read)));
  const { bias, lmHead, embedding } = gradientOf(parted(read), logs, dataset);
  const change = new Float64Array(kept.length);
  [bias, lmHead, embedding].reduce((at, part) => {
    part.forEach((slope, k) => (change[at + k] = -rate * slope));
    return at + part.length;
  }, 0);
  return { read, loss: averageLoss(logs, dataset), change };
}

/**
 * What is kept after one more step.
 * @param {Policy} policy
 * @param {Float64Array} kept
 * @param {Float64Array} change
 * @param {number} done
 */
function stepped({ weights, changes, rounding, scale }, kept, change, done) {
  return kept.map((own, k) => {
    const sum = own + (changes === "half" ? roundHalf(change[k] * scale) / scale : change[k]);
    if (weights === "double") return sum;
    if (weights === "master") return Math.fround(sum);
    return rounding === "dithered" ? ditherHalf(sum, () => drawFor(done, k)) : roundHalf(sum);
  });
}

/** @type {Map<string, Run>} */
const runs = new Map();

/**
 * The run of a policy, at least so far. It is computed once, and read from then on.
 * @param {Policy} policy
 * @param {number} steps
 */
export function runOf(policy, steps = MOST_STEPS) {
  const key = JSON.stringify(policy);
  const run = runs.get(key) ?? { losses: [], marks: [], kept: firstKept(), still: NaN };
  runs.set(key, run);
  while (run.losses.length <= steps) {
    const done = run.losses.length;
    if (done % MARK === 0) run.marks.push(run.kept);
    if (run.still <= done) {
      run.losses.push(run.losses[done - 1]);
      continue;
    }
    const { loss, change } = lookAt(policy, run.kept);
    const after = stepped(policy, run.kept, change, done);
    run.losses.push(loss);
    if (policy.rounding === "nearest" && after.every((own, k) => own === run.kept[k])) run.still = done;
    run.kept = after;
  }
  return run;
}

/**
 * What is kept after so many steps.
 * @param {Policy} policy
 * @param {number} steps
 */
export function keptAfter(policy, steps) {
  const mark = Math.floor(steps / MARK);
  let kept = runOf(policy, steps).marks[mark];
  for (let done = mark * MARK; done < steps; done++) kept = stepped(policy, kept, lookAt(policy, kept).change, done);
  return kept;
}

/**
 * Of the step after so many: how many numbers would move, how long their steps are in gaps of half, on the side to
 * which they go, how many half would lose, and how many changes, times the scale, would have fewer bits or be 0.
 * @param {Policy} policy
 * @param {number} steps
 * @returns {Meter}
 */
export function meterOf(policy, steps) {
  const { read, change } = lookAt(policy, keptAfter(policy, steps));
  const meter = { moving: 0, bins: [...BIN_EDGES.map(() => 0), 0], lost: 0, subnormal: 0, vanished: 0 };
  change.forEach((move, k) => {
    if (move === 0) return;
    const near = roundHalf(read[k]);
    const size = Math.abs(move / (nextHalf(near, move > 0) - near));
    const heard = Math.abs(roundHalf(move * policy.scale));
    meter.moving += 1;
    meter.bins[BIN_EDGES.filter((edge) => edge <= size).length] += 1;
    meter.lost += Number(roundHalf(near + move) === near);
    meter.subnormal += Number(heard > 0 && heard < NORMAL);
    meter.vanished += Number(heard === 0);
  });
  return meter;
}

/**
 * The loss that a run comes down to: NaN when it still falls by a tenth or more in its second half.
 * @param {Policy} policy
 */
export function floorOf(policy) {
  const { losses } = runOf(policy);
  return losses[MOST_STEPS] > 0.9 * losses[MOST_STEPS / 2] ? losses[MOST_STEPS] : NaN;
}
