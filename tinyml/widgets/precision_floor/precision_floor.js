// PrecisionFloor: a language model whose numbers are kept, or whose changes are heard, in half; how far does it get?

import { bars } from "../kit/bars.js";
import { select, slider } from "../kit/controls.js";
import { fitToPlace, plot } from "../kit/drawing.js";
import { html } from "../kit/elements.js";
import { general } from "../kit/format.js";
import { frame } from "../kit/frame.js";
import { floorOf, meterOf, MOST_STEPS, nextHalf, roundHalf, runOf } from "./rounding.js";
import { curveWords, doubleOf, floorCode, floorWords, isDouble } from "./telling.js";

/** @import { Values } from "../kit/certificate.js" */
/** @import { Control } from "../kit/controls.js" */
/** @import { Given } from "../kit/frame.js" */
/** @import { Changes, Policy, Rounding, Weights } from "./rounding.js" */

const BINS = ["under 1/64", "1/64 to 1/32", "1/32 to 1/16", "1/16 to 1/8", "1/8 to 1/4", "1/4 to 1/2", "1/2 to 1",
  "1 to 2", "2 to 4", "4 or more"];
const NOTCHES = [
  0, 1, 2, 3, 5, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100, 120, 150, 200, 250, 300, 400, 500, 600, 800, 1000,
  1200, 1500, 2000, 2500, 3000, 4000, MOST_STEPS,
];
const POINTS = 120; // of a curve

export function recompute() {
  /** @type {Values} */
  const values = {};
  /** @type {(name: string, policy: Partial<Policy>, counts: number[]) => void} */
  const add = (name, policy, counts) => {
    const own = { ...doubleOf(1), ...policy };
    for (const steps of counts) {
      const { bins, lost, subnormal, vanished } = meterOf(own, steps);
      values[`loss of ${name}, ${steps} steps`] = runOf(own, steps).losses[steps];
      values[`meter of ${name}, ${steps} steps`] = [...bins, lost, subnormal, vanished];
    }
  };
  const [far, near] = [[1, 100, 1000, 5000], [1, 100, 300]];
  add("double", {}, far);
  add("half weights", { weights: "half" }, far);
  add("half changes", { weights: "half", changes: "half" }, far);
  add("master copy", { weights: "master" }, far);
  add("dithered", { weights: "half", rounding: "dithered" }, near);
  add("changes times 1024", { weights: "master", changes: "half", scale: 1024 }, [1, 100, 1000]);
  add("changes alone", { changes: "half", rate: 4 }, near);
  add("changes too small", { weights: "half", changes: "half", rate: 2 ** -20 }, [0, 1]);
  const at = [1, -1.25, 2 ** -14, 2 ** -23];
  values["nearest halves"] = at.flatMap((own) => {
    const gap = Math.abs(nextHalf(own, own > 0) - own);
    return [0, 0.49, 0.5, 0.51, 1.5].map((part) => roundHalf(own + part * gap));
  });
  values["halves above"] = at.map((own) => nextHalf(own, true));
  values["halves below"] = at.map((own) => nextHalf(own, false));
  return values;
}

/**
 * A slider that stops at the notches; a number set from outside is kept, and stands at the notch below it.
 * @returns {Control<number>}
 */
function stepSlider() {
  let own = 0;
  const inner = slider({ label: "StepCount", min: 0, max: NOTCHES.length - 1, text: () => String(own) });
  return {
    ...inner,
    set(steps) {
      own = steps;
      inner.set(NOTCHES.filter((notch) => notch <= steps).length - 1);
    },
    listen: (callback) => inner.listen((place) => callback(NOTCHES[place])),
  };
}

/**
 * @param {Given<{
 *   weights: Weights, changes: Changes, rounding: Rounding, scale_exponent: number, learning_rate: number,
 *   step_count: number,
 * }>} given
 */
function render({ model, el }) {
  const settings = model.get("settings");
  const curve = plot("Loss by StepCount");
  const lengths = bars("The next step, in gaps of half");
  const counts = bars("Too little for half");
  curve.node.classList.add("floor-curve");
  lengths.node.classList.add("floor-lengths");
  /** @type {() => Policy} */
  const policy = () => ({
    weights: model.get("weights"), changes: model.get("changes"),
    rounding: model.get("weights") === "half" ? model.get("rounding") : "nearest",
    scale: model.get("changes") === "half" ? 2 ** model.get("scale_exponent") : 1, rate: model.get("learning_rate"),
  });
  const update = () => {
    const [own, steps] = [policy(), model.get("step_count")];
    const [{ losses }, floor, meter] = [runOf(own), floorOf(own), meterOf(own, steps)];
    /** @type {(values: number[]) => [number, number][]} */
    const points = (values) => Array.from({ length: POINTS + 1 }, (_, k) => Math.round(MOST_STEPS ** (k / POINTS)))
      .map((at) => [at, values[at]]);
    rounding.node.hidden = own.weights !== "half";
    scale.node.hidden = own.changes !== "half";
    curve.draw({
      x: { from: 1, to: MOST_STEPS, scale: "log", label: "StepCount" },
      y: { from: 4e-6, to: 3, scale: "log", label: "loss" },
      curves: [
        ...(isDouble(own) ? [] : [{ points: points(runOf(doubleOf(own.rate)).losses), kind: 2, name: "in double" }]),
        { points: points(losses), kind: 1, name: "with this policy" },
      ],
      floor: Number.isNaN(floor) ? null : { value: floor, label: `the floor, ${general(floor, 3)}` },
      point: steps === 0 ? null : { x: steps, y: losses[steps], label: general(losses[steps], 3) },
      description: curveWords(own),
    });
    lengths.draw({
      labels: BINS, values: meter.bins, to: meter.moving, text: String, columnName: "numbers",
      note: `How many of ${meter.moving} numbers would move so far; half loses what is less than 1/2`,
      description: `${meter.lost} of ${meter.moving} numbers would move by less than half a gap.`,
    });
    counts.draw({
      labels: ["too short", "subnormal", "vanished"], values: [meter.lost, meter.subnormal, meter.vanished],
      to: meter.moving, text: String, columnName: "numbers",
      note: "Steps below half a gap, changes that have fewer bits, and changes that become 0",
      description: `${meter.lost} too short, ${meter.subnormal} subnormal, ${meter.vanished} vanished.`,
    });
    return floorWords(own, steps);
  };
  const page = frame({
    model, el, title: "Precision floor", tall: true, update, recompute,
    python: () => floorCode(policy(), model.get("step_count")),
    types: ["by_policy(update, precision) : (M x P, M x P) -> (P, P')"],
    shown: () => {
      const [own, steps] = [policy(), model.get("step_count")];
      const { losses, still } = runOf(own);
      const { lost, subnormal, vanished } = meterOf(own, steps);
      return {
        loss: losses[steps], in_double: runOf(doubleOf(own.rate)).losses[steps], end: losses[MOST_STEPS],
        floor: floorOf(own), still, lost, subnormal, vanished,
      };
    },
  });
  const steps = page.bind("step_count", stepSlider());
  const rate = page.bind("learning_rate", select({ label: "LearningRate", choices: [0.25, 0.5, 1, 2, 4] }));
  const weights = page.bind("weights", select({
    label: "Weights", choices: ["double", ["master", "master copy"], "half"],
  }));
  const changes = page.bind("changes", select({ label: "Changes", choices: ["double", "half"] }));
  const rounding = page.bind("rounding", select({ label: "Rounding", choices: ["nearest", "dithered"] }));
  const scale = page.bind("scale_exponent", slider({
    label: "Loss scale", ...settings.scale_exponent, text: (own) => String(2 ** own),
  }));
  page.controls.append(steps.node);
  const chosen = html("div", { class: "floor-chosen tinyml-wide" },
    ...[weights, changes, rounding, rate].map(({ node }) => node));
  page.fields.append(chosen, scale.node);
  page.stage.append(curve.node, html("div", { class: "tinyml-columns" }, lengths.node, counts.node));
  page.onWidth((width) => {
    curve.layout(width);
    for (const { node, layout } of [lengths, counts]) fitToPlace({ node: node.firstElementChild ?? node, layout });
  });
  page.open();
  return page.close;
}

export default { render };
