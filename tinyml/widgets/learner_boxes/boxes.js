// What is in the boxes of LearnerBoxes, and a step through them: lenses on flat arrays, each with its way back.

import { general } from "../kit/format.js";
import { CANONICAL_TOKENS, CANONICAL_VOCABULARY, MODEL_DIMENSION } from "../kit/training.js";
import { datasetOf, initialParameters, trajectoryOf } from "../kit/training.js";

/** @import { Parameters } from "../kit/training.js" */
/** @typedef {"tune" | "line"} ModelName */
/** @typedef {"cross_entropy" | "dot"} ScoresLoss */
/** @typedef {"half" | "whole" | "swapped"} NumberLoss */
/** @typedef {"constant" | "flipped" | "proportional"} Cap */
/** @typedef {"descent" | "scaled" | "frozen"} Update */
/** @typedef {{ model: ModelName, loss: ScoresLoss | NumberLoss, cap: Cap, update: Update, rate: number }} Boxes */
/** @typedef {{ point: number[], label: number[] }} Example */
/**
 * The wires of one step, each with the numbers of its array or arrays from left to right; one that has none is empty.
 * @typedef {Record<
 *   "parameters" | "prediction" | "loss" | "change" | "back" | "to_label" | "side" | "to_point" | "next", number[]
 * >} Wires
 */
/** @typedef {{ complete: number, wires: Wires, deviation: number, surprise: number }} Run */

export const SIZE = CANONICAL_VOCABULARY;
const HEAD_START = SIZE;
const TABLE_START = SIZE + MODEL_DIMENSION * SIZE;
export const LINE_POINTS = [-1, 0, 1, 2];
export const STAGES = 7;
export const NEAR = 1e-12; // so far apart are two ways to round the same step

/**
 * The numbers of a record in the order of the brackets that a row has.
 * @param {Parameters} own
 */
function inBrackets({ embedding, lmHead, bias }) {
  return [...bias, ...lmHead, ...embedding];
}

/** @type {Record<ModelName, { start: () => number[], forward: (own: number[], point: number[]) => number[],
 *   backward: (own: number[], point: number[], change: number[]) => { side: number[], toPoint: number[] } }>} */
const MODELS = {
  tune: {
    start: () => inBrackets(initialParameters(SIZE, MODEL_DIMENSION)),
    forward: (own, tokens) => tokens.flatMap((token) => Array.from({ length: SIZE }, (_, j) => {
      let sum = 0;
      for (let k = 0; k < MODEL_DIMENSION; k++) {
        sum += own[TABLE_START + token * MODEL_DIMENSION + k] * own[HEAD_START + k * SIZE + j];
      }
      return sum + own[j];
    })),
    backward(own, tokens, change) {
      const side = own.map(() => 0);
      tokens.forEach((token, row) => {
        for (let j = 0; j < SIZE; j++) side[j] += change[row * SIZE + j];
        for (let k = 0; k < MODEL_DIMENSION; k++) {
          const feature = TABLE_START + token * MODEL_DIMENSION + k;
          for (let j = 0; j < SIZE; j++) {
            side[HEAD_START + k * SIZE + j] += own[feature] * change[row * SIZE + j];
            side[feature] += change[row * SIZE + j] * own[HEAD_START + k * SIZE + j];
          }
        }
      });
      return { side, toPoint: [] };
    },
  },
  line: {
    start: () => [0, 0],
    forward: ([b, w], [x]) => [b + w * x],
    backward: ([, w], [x], [change]) => ({ side: [change, x * change], toPoint: [w * change] }),
  },
};

/**
 * The shares of a row of scores, and the logarithms of them.
 * @param {number[]} row
 */
export function softened(row) {
  const top = Math.max(...row);
  const shifted = row.map((own) => own - top);
  const powers = shifted.map(Math.exp);
  const sum = powers.reduce((one, two) => one + two);
  return { shares: powers.map((own) => own / sum), logs: shifted.map((own) => own - Math.log(sum)) };
}

/**
 * What `make` gives for each row of scores with its target.
 * @template T
 * @param {number[]} scores
 * @param {number[]} targets
 * @param {(row: number[], target: number) => T} make
 */
function byRow(scores, targets, make) {
  return targets.map((target, row) => make(scores.slice(row * SIZE, (row + 1) * SIZE), target));
}

const total = (/** @type {number[]} */ own) => own.reduce((one, two) => one + two, 0);

/**
 * @typedef {{ forward: (label: number[], prediction: number[]) => number,
 *   backward: (label: number[], prediction: number[], change: number) => { toLabel: number[], back: number[] } }} Loss
 */

/**
 * @param {number} factor
 * @returns {Loss}
 */
function square(factor) {
  return {
    forward: ([t], [y]) => (factor * ((y - t) * (y - t))) / 2,
    backward([t], [y], change) {
      const back = factor * change * (y - t);
      return { toLabel: [-back], back: [back] };
    },
  };
}

/** @type {Record<ScoresLoss | NumberLoss, Loss>} */
const LOSSES = {
  cross_entropy: {
    forward: (targets, scores) => (
      total(byRow(scores, targets, (row, target) => -softened(row).logs[target])) / targets.length),
    backward: (targets, scores, change) => ({
      toLabel: [],
      back: byRow(scores, targets, (row, target) => softened(row).shares.map(
        (share, j) => (share - (j === target ? 1 : 0)) * (change / targets.length))).flat(),
    }),
  },
  dot: {
    forward: (targets, scores) => total(byRow(scores, targets, (row, target) => row[target])) / targets.length,
    backward: (targets, scores, change) => ({
      toLabel: scores.map((own) => change * own),
      back: byRow(scores, targets, (row, target) => row.map(
        (_, j) => (j === target ? change / targets.length : 0))).flat(),
    }),
  },
  half: square(1),
  whole: square(2),
  swapped: {
    forward: square(1).forward,
    backward(label, prediction, change) {
      const { toLabel, back } = square(1).backward(label, prediction, change);
      return { toLabel: back, back: toLabel };
    },
  },
};

/** @type {Record<Cap, (rate: number, loss: number) => number>} */
const CAPS = {
  constant: (rate) => -rate,
  flipped: (rate) => rate,
  proportional: (rate, loss) => -rate * loss,
};

/**
 * The rate that is in the cap: where it has slid into the update, 1 is left.
 * @param {Boxes} boxes
 */
export const atCap = ({ update, rate }) => (update === "scaled" ? 1 : rate);

/**
 * The point and the label of a step.
 * @param {Boxes} boxes
 * @param {number} step
 * @returns {Example}
 */
export function exampleOf({ model }, step) {
  if (model === "tune") return { point: CANONICAL_TOKENS.slice(0, -1), label: CANONICAL_TOKENS.slice(1) };
  const x = LINE_POINTS[step % LINE_POINTS.length];
  return { point: [x], label: [3 * x - 1] };
}

/**
 * One step: there through the four boxes, and back.
 * @param {Boxes} boxes
 * @param {number[]} parameters
 * @param {Example} example
 * @returns {Wires}
 */
function wiresOf(boxes, parameters, { point, label }) {
  const [model, loss] = [MODELS[boxes.model], LOSSES[boxes.loss]];
  const prediction = model.forward(parameters, point);
  const value = loss.forward(label, prediction);
  const change = CAPS[boxes.cap](atCap(boxes), value);
  const { toLabel, back } = loss.backward(label, prediction, change);
  const { side, toPoint } = model.backward(parameters, point, back);
  const rate = boxes.update === "scaled" ? boxes.rate : 1;
  const next = boxes.update === "frozen" ? [] : parameters.map((own, k) => own + rate * side[k]);
  return {
    parameters, prediction, loss: [value], change: [change], back, to_label: toLabel, side, to_point: toPoint, next,
  };
}

/**
 * The learner after its steps, up to one that is refused, and the wires of the step that is next.
 * @param {Boxes} boxes
 * @param {number} steps
 * @returns {Run}
 */
export function runOf(boxes, steps) {
  let parameters = MODELS[boxes.model].start();
  let complete = 0;
  let wires = wiresOf(boxes, parameters, exampleOf(boxes, 0));
  while (complete < steps && wires.next.every(Number.isFinite)) {
    if (boxes.update !== "frozen") parameters = wires.next;
    complete += 1;
    wires = wiresOf(boxes, parameters, exampleOf(boxes, complete));
  }
  if (boxes.model === "line") return { complete, wires, deviation: NaN, surprise: NaN };
  const known = inBrackets(
    trajectoryOf(datasetOf(CANONICAL_TOKENS, CANONICAL_VOCABULARY), boxes.rate, complete).states[complete]);
  const deviation = Math.max(...parameters.map((own, k) => Math.abs(own - known[k])));
  const surprise = LOSSES.cross_entropy.forward(CANONICAL_TOKENS.slice(1), wires.prediction);
  return { complete, wires, deviation, surprise };
}

/**
 * The largest size of a number; nan where one is none.
 * @param {number[]} own
 */
export function largest(own) {
  return Math.max(0, ...own.map(Math.abs));
}

/** @param {number} far */
export function distance(far) {
  return far <= NEAR ? `at most ${general(NEAR)}` : general(far);
}
