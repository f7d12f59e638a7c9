// What PrecisionFloor says: its result, its picture for those who do not see it, and the same run in Python.

import { floatRepr, general } from "../kit/format.js";
import { floorOf, meterOf, MOST_STEPS, runOf } from "./rounding.js";

/** @import { Policy } from "./rounding.js" */

/** @type {(count: number) => string} */
const stepsText = (count) => `${count} ${count === 1 ? "step" : "steps"}`;
/** @type {(count: number) => string} */
const countText = (count) => (count === 0 ? "none" : String(count));
/** @type {(policy: Policy) => boolean} */
export const isDouble = ({ weights, changes }) => weights === "double" && changes === "double";

/**
 * How many numbers move too little for half, and what the policy makes of that.
 * @param {Policy} policy
 * @param {number} moving
 * @param {number} lost
 */
function lostWords({ weights, rounding }, moving, lost) {
  const count = lost === moving ? `all ${moving}` : `${countText(lost)} of ${moving}`;
  const told = `In the next step ${count} numbers would move by less than half a gap of half`;
  if (lost === 0) return `${told}.`;
  if (weights === "double") return `${told}: half would lose that, and double doesn't.`;
  if (weights === "master") return `${told}: the half copy doesn't notice, but the master copy adds it up, until it does.`;
  if (rounding === "nearest") return `${told}, and that's lost.`;
  return `${told}: a draw of this page's own sends some of them a whole gap, and in the mean nothing is lost.`;
}

/**
 * What half makes of the changes, or would make of them.
 * @param {Policy} policy
 * @param {number} subnormal
 * @param {number} vanished
 */
function changesWords({ changes, scale }, subnormal, vanished) {
  const [sub, gone] = [countText(subnormal), countText(vanished)];
  if (changes === "double") return `In half, ${sub} of the changes would be subnormal, and ${gone} would vanish.`;
  const times = scale === 1 ? "" : `, ${scale} times as large`;
  return `The changes are heard in half${times}: ${sub} ${subnormal === 1 ? "is" : "are"} subnormal, and ${gone} ` +
    `${vanished === 1 ? "vanishes" : "vanish"}.`;
}

/**
 * Where the run ends up.
 * @param {Policy} policy
 * @param {number} steps
 */
function endWords(policy, steps) {
  const { losses, still } = runOf(policy);
  const [half, end] = [MOST_STEPS / 2, MOST_STEPS].map((steps) => general(losses[steps]));
  if (!Number.isNaN(still)) {
    return `After step ${still} nothing moves any more: the floor is ${end}, however long you train.`;
  }
  if (!Number.isNaN(floorOf(policy))) {
    return half === end ? `From step ${MOST_STEPS / 2} to step ${MOST_STEPS} the loss is ${end}: that's its floor.`
      : `From step ${MOST_STEPS / 2} to step ${MOST_STEPS} the loss only gets from ${half} to ${end}: that's its floor.`;
  }
  return `There's no floor in sight${steps === MOST_STEPS ? "" : `: after ${MOST_STEPS} steps the loss is ${end}`}.`;
}

/**
 * The result in words.
 * @param {Policy} policy
 * @param {number} steps
 */
export function floorWords(policy, steps) {
  const { moving, lost, subnormal, vanished } = meterOf(policy, steps);
  const loss = general(runOf(policy).losses[steps]);
  const beside = isDouble(policy) ? "" : `; in double it would be ${general(runOf(doubleOf(policy.rate)).losses[steps])}`;
  return [
    `After ${stepsText(steps)} the loss is ${loss}${beside}.`, lostWords(policy, moving, lost),
    changesWords(policy, subnormal, vanished), endWords(policy, steps),
  ].join(" ");
}

/**
 * The policy that rounds nothing.
 * @param {number} rate
 * @returns {Policy}
 */
export function doubleOf(rate) {
  return { weights: "double", changes: "double", rounding: "nearest", scale: 1, rate };
}

/**
 * The curves in words.
 * @param {Policy} policy
 */
export function curveWords(policy) {
  const told = [1, 100, 1000, MOST_STEPS].map((steps) => general(runOf(policy).losses[steps], 3));
  const double = general(runOf(doubleOf(policy.rate)).losses[MOST_STEPS], 3);
  return `After 1, 100, 1000 and ${MOST_STEPS} steps the loss is ${told.join(", ")}` +
    `${isDouble(policy) ? "" : `; in double it ends at ${double}`}.`;
}

/**
 * A runnable snippet that takes the run, and prints its loss and what half makes of the next step.
 * @param {Policy} policy
 * @param {number} steps
 */
export function floorCode({ weights, changes, rounding, scale, rate }, steps) {
  const [master, dithers] = [weights === "master", rounding === "dithered"];
  const given = [
    ...(weights === "double" || dithers ? [] : ['weights="half"']), ...(changes === "half" ? ['gradients="half"'] : []),
    ...(master ? ["master=True"] : []), ...(scale === 1 ? [] : [`loss_scale=${floatRepr(scale)}`]),
  ];
  const update = master ? 'kept_as(scheduled(port, 1.0), weights="single")'
    : dithers ? "drawn(scheduled(port, 1.0))" : "scheduled(port, 1.0)";
  const capped = scale === 1 ? floatRepr(rate) : `${floatRepr(rate)} * ${floatRepr(scale)}`;
  return [
    `from tinyml import Precision, Setting, StepCount, by_policy, iterate${master ? ", kept_as" : ""}, scheduled`,
    "from tinyml.ch15_driver.formats import DOUBLE",
    ...(dithers ? ["from tinyml.widgets.precision_floor import drawn  # the draws of the page"] : []), "", "",
    "def make(port):",
    `    return by_policy(${update}, Precision(${given.join(", ")}))`, "", "",
    'own = Setting("mine", DOUBLE, make)',
    `end = iterate(own.step(${capped}), own.start(), StepCount(${steps}))`,
    'print(f"{own.loss(end):.6g}")',
    `print(own.meter(end, ${floatRepr(rate)}).lost)`,
    `heard = own.meter(end, ${capped})`,
    "print(heard.subnormal, heard.vanished)",
    "",
  ].join("\n");
}
