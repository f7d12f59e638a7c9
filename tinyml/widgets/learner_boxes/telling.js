// What LearnerBoxes says: its result, its picture for those who do not see it, and the same learner in Python.

import { floatRepr, general } from "../kit/format.js";
import { atCap, distance, exampleOf, largest, runOf, STAGES } from "./boxes.js";

/** @import { Boxes, Run } from "./boxes.js" */

/** @type {(own: number, digits?: number) => string} */
export const number = (own, digits = 6) => general(own + 0, digits); // no -0

const STAYS = "Nothing moves: a frozen update keeps its parameters.";

/**
 * How far a composite of the tune is from chapter 4's step, and why.
 * @param {Boxes} boxes
 * @param {Run} run
 */
function tuneWords({ loss, cap, update }, { deviation, surprise }) {
  const away = `${distance(deviation)} away from chapter 4's step`;
  if (update === "frozen") return `The composite is ${away}. ${STAYS}`;
  const taught = Number.isFinite(surprise) ? ` By chapter 3's loss it is at ${number(surprise)}.` : "";
  if (loss === "dot") {
    const goes = {
      constant: "goes down, and nothing stops it",
      flipped: "goes up, and nothing stops it",
      proportional: "goes to where the loss is 0, and stops there",
    }[cap];
    return `The composite is ${away}: with a dot product for a loss it ${goes}.${taught}`;
  }
  if (cap === "flipped") return `The composite is ${away}: its sign is turned, so each step goes up.`;
  if (cap === "proportional") {
    return `The composite is ${away}: its steps shrink with the loss.`;
  }
  const slid = update === "scaled" ? ", though the rate is in the update" : "";
  return `The composite is ${away}${slid}. The largest difference of a parameter is ${general(deviation, 2)}.`;
}

/**
 * Where a line has got to, and why.
 * @param {Boxes} boxes
 * @param {Run} run
 */
function lineWords({ loss, cap, update }, { wires }) {
  const [b, w] = wires.parameters;
  const place = `w is ${number(w)} and b is ${number(b)}, and the points are on the line with 3 and -1.`;
  if (update === "frozen") return `${place} ${STAYS}`;
  const [swapped, flipped] = [loss === "swapped", cap === "flipped"];
  if (swapped && flipped) return `${place} Two signs are turned around, and each step goes down again.`;
  if (swapped) return `${place} Each step goes up: the model gets what is meant for the label.`;
  if (flipped) return `${place} Each step goes up: the sign of the cap is turned around.`;
  const lost = !(Math.hypot(w - 3, b + 1) <= Math.hypot(3, 1));
  if (lost) return `${place} Each step goes too far: try a lower rate.`;
  if (cap === "proportional") return `${place} Each step goes down, and shrinks with the loss.`;
  return `${place} Each step goes down.`;
}

/**
 * What is on a wire in few letters: a number, the pair of a line, or of an array the size of its largest number.
 * @param {number[]} own
 * @param {(own: number) => string} short
 */
export function wireText(own, short) {
  if (own.length === 0) return "()";
  if (own.length === 1) return short(own[0]);
  return own.length === 2 ? `(${short(own[1])}, ${short(own[0])})` : `max ${short(largest(own))}`;
}

/** @param {number[]} own */
const wireWords = (own) => {
  if (own.length === 0) return "nothing";
  if (own.length === 1) return number(own[0]);
  return own.length === 2 ? `${number(own[1])} for w and ${number(own[0])} for b`
    : `${own.length} numbers, up to ${number(largest(own))} in size`;
};

/**
 * What happens in the next step, stage by stage.
 * @param {Boxes} boxes
 * @param {Run} run
 */
function stagesOf({ cap, update }, { wires }) {
  const whatever = cap === "proportional" ? "a multiple of the loss" : "whatever the loss is";
  const told = [
    "a state, a point and a label are on the three open wires",
    `the update hands the model its parameters, ${wireWords(wires.parameters)}`,
    `the model makes ${wireWords(wires.prediction)} of the point`,
    `the loss compares that with the label: ${number(wires.loss[0])}`,
    `the cap sends back ${number(wires.change[0])}, ${whatever}`,
    `the loss sends ${wireWords(wires.back)} back to the model, and ${wireWords(wires.to_label)} to the label`,
    `the model sends ${wireWords(wires.side)} back to its parameters, and ${wireWords(wires.to_point)} to the point`,
    `the update adds the change: the next state is ${wireWords(wires.next)}`,
  ];
  if (update === "frozen") told[STAGES] = "the update sends nothing back, and the next state is as empty as this";
  else if (!wires.next.every(Number.isFinite)) told[STAGES] = "the next state is no longer finite, and is refused";
  return told;
}

/**
 * What has just happened in the next step.
 * @param {Boxes} boxes
 * @param {Run} run
 * @param {number} stage
 */
const stageWords = (boxes, run, stage) => (
  `Step ${run.complete + 1}, ${stage === 0 ? "before it begins" : `stage ${stage} of ${STAGES}`}: ` +
    `${stagesOf(boxes, run)[stage]}.`);

/**
 * The result in words.
 * @param {Boxes} boxes
 * @param {number} steps
 * @param {number} stage
 */
export function boxesWords(boxes, steps, stage) {
  const run = runOf(boxes, steps);
  const { complete, wires } = run;
  const count = `After ${complete} ${complete === 1 ? "step" : "steps"} the loss is ${number(wires.loss[0])}`;
  const large = `: step ${complete + 1} is refused, its numbers are too large`;
  const refused = complete < steps ? `${large}.` : ".";
  const verdict = boxes.model === "tune" ? tuneWords(boxes, run) : lineWords(boxes, run);
  return `${count}${refused} ${verdict} ${stageWords(boxes, run, stage)}`;
}

/**
 * The line that builds the learner, the names that it needs, and what is given to it.
 * @param {Boxes} boxes
 * @param {number} steps
 */
function learnerCode(boxes, steps) {
  const { complete, wires } = runOf(boxes, steps);
  const { loss, cap, update, rate } = boxes;
  const inCap = floatRepr(cap === "flipped" ? -atCap(boxes) : atCap(boxes));
  const capName = cap === "proportional" ? "proportional_rate" : "constant_rate";
  const inLoss = {
    cross_entropy: "cross_entropy(5)", dot: "losses.dot(scores(5))", half: "squared(NUMBERS)",
    whole: 'squared(NUMBERS, "the sum")', swapped: "losses.swapped(NUMBERS)",
  }[loss];
  const inUpdate = {
    descent: "descent(model.parameters)", scaled: `scaled_descent(model.parameters, ${floatRepr(rate)})`,
    frozen: "frozen(model.parameters, start)",
  }[update];
  const measured = (/** @type {string} */ example) => `print(f"{learner.measure(*${example})(state):.6g}")`;
  return {
    complete,
    names: [capName, inLoss.split(/[.(]/)[0], inUpdate.split("(")[0], "supervised", "Product"],
    learner: [
      `learner = supervised(model, ${inUpdate}, ${inLoss}, ${capName}(${inCap}))`,
      ...(complete < steps ? [`# step ${complete + 1} would raise NumericalOverflow`] : []),
    ],
    given: update === "frozen" ? "()" : "start",
    parameters: update === "frozen" ? "start" : "state",
    measured: (/** @type {string} */ example) => (
      Number.isFinite(wires.loss[0]) ? measured(example) : "# the next loss would be refused"),
  };
}

/**
 * A runnable snippet that builds the composite and prints its loss, and where it has got to.
 * @param {Boxes} boxes
 * @param {number} steps
 */
export function boxesCode(boxes, steps) {
  return boxes.model === "tune" ? tuneCode(boxes, steps) : lineCode(boxes, steps);
}

/**
 * @param {Boxes} boxes
 * @param {number} steps
 */
function lineCode(boxes, steps) {
  const { complete, names, learner, given, parameters, measured } = learnerCode(boxes, steps);
  return [
    ...importing([...names, "NUMBERS", "epoch", "para"]),
    'times = para("times", NUMBERS, NUMBERS, NUMBERS,',
    "             lambda w, x: (w * x, (w, x)), lambda kept, change: (kept[1] * change, kept[0] * change))",
    'plus = para("plus", NUMBERS, NUMBERS, NUMBERS, lambda b, x: (b + x, ()), lambda _, change: (change, change))',
    "model = times >> plus",
    "start = Product(0.0, 0.0)  # b and w",
    ...learner,
    "points = [-1.0, 0.0, 1.0, 2.0]",
    `data = [(x, 3 * x - 1) for x in (points * ${Math.ceil((complete + 1) / 4)})[:${complete + 1}]]`,
    `state = epoch(learner, data[:-1])(${given})`,
    measured("data[-1]"),
    `print(f"{${parameters}.second + 0:.6g}")`,
    `print(f"{${parameters}.first + 0:.6g}")`,
    "",
  ].join("\n");
}

/**
 * @param {Boxes} boxes
 * @param {number} steps
 */
function tuneCode(boxes, steps) {
  const { complete, names, learner, given, measured } = learnerCode(boxes, steps);
  const needed = ["ModelDimension", "Parameters", "StepCount", "VocabSize"];
  const label = boxes.loss === "cross_entropy" ? "tune[1:]" : "np.eye(5)[tune[1:]] / 7";
  return [
    "import numpy as np", "",
    ...importing([...names, ...needed, "bias", "embed", "iterate", "linear", "scores", "vectors"]),
    "model = embed(5, 4) >> linear(vectors(4), scores(5)) >> bias(scores(5))",
    "own = Parameters.init(VocabSize(5), ModelDimension(4))",
    "start = Product(own.bias, Product(own.lm_head, own.embedding))",
    ...learner,
    "tune = np.array([1, 2, 3, 4, 1, 2, 3, 4])",
    `example = tune[:-1], ${label}`,
    `state = iterate(learner.step(*example), ${given}, StepCount(${complete}))`,
    measured("example"),
    "",
  ].join("\n");
}

/**
 * An import of these names from the package, in lines of about 100 letters.
 * @param {string[]} names
 */
function importing(names) {
  /** @type {string[]} */
  const lines = [];
  for (const name of [...names].sort()) {
    const last = lines.length - 1;
    if (last >= 0 && lines[last].length + name.length < 98) lines[last] += ` ${name},`;
    else lines.push(`    ${name},`);
  }
  return ["from tinyml import (", ...lines, ")", ""];
}

/**
 * What is written in the boxes.
 * @param {Boxes} boxes
 */
export function namesOf(boxes) {
  const { model, loss, cap, update, rate } = boxes;
  const inCap = general(cap === "flipped" ? -atCap(boxes) : atCap(boxes));
  return {
    model: model === "tune" ? "tiny model" : "w x + b",
    loss: {
      cross_entropy: "cross entropy", dot: "dot product", half: "half square", whole: "square",
      swapped: "swapped pair",
    }[loss],
    cap: cap === "proportional" ? `rate ${inCap} × loss` : `rate ${inCap}`,
    update: { descent: "descent", scaled: `descent × ${general(rate)}`, frozen: "frozen" }[update],
  };
}

/**
 * All of the picture in words, as far as the step has come.
 * @param {Boxes} boxes
 * @param {Run} run
 * @param {number} stage
 */
export function pictureWords(boxes, run, stage) {
  const names = namesOf(boxes);
  const { point, label } = exampleOf(boxes, run.complete);
  const state = boxes.update === "frozen" ? "which is empty" : wireWords(run.wires.parameters);
  const first = `a row of three boxes, ${names.model}, ${names.loss} and ${names.cap}, with the update ${names.update} ` +
    `on the wire of its parameters. On the open wires are the state, ${state}, the point ` +
    `${point.join(" ")} and the label ${label.join(" ")}`;
  const told = [first, ...stagesOf(boxes, run).slice(1, stage + 1)];
  return told.map((own) => `${own[0].toUpperCase()}${own.slice(1)}.`).join(" ");
}
