// LearnerBoxes: a model, an update, a loss and a cap that a reader exchanges, and one step through them, part by part.

import { button, select, slider } from "../kit/controls.js";
import { heatMap, pictureFrame, resizable, textAt } from "../kit/drawing.js";
import { html, setText, svg } from "../kit/elements.js";
import { fitted } from "../kit/format.js";
import { frame } from "../kit/frame.js";
import { distance, exampleOf, largest, LINE_POINTS, NEAR, runOf, SIZE, softened, STAGES } from "./boxes.js";
import { boxesCode, boxesWords, namesOf, number, pictureWords, wireText } from "./telling.js";

/** @import { Values } from "../kit/certificate.js" */
/** @import { Given } from "../kit/frame.js" */
/** @import { Boxes, Cap, ModelName, NumberLoss, Run, ScoresLoss, Update } from "./boxes.js" */

const TABLE_NAME = "What the model makes";

export function recompute() {
  /** @type {Values} */
  const values = {};
  const caps = /** @type {Cap[]} */ (["constant", "flipped", "proportional"]);
  const updates = /** @type {Update[]} */ (["descent", "scaled", "frozen"]);
  const ofScores = /** @type {ScoresLoss[]} */ (["cross_entropy", "dot"]);
  const ofNumbers = /** @type {NumberLoss[]} */ (["half", "whole", "swapped"]);
  /** @type {[ModelName, (ScoresLoss | NumberLoss)[], number][]} */
  const models = [["tune", ofScores, 1], ["line", ofNumbers, 0.1]];
  for (const [model, losses, rate] of models) for (const loss of losses) for (const cap of caps) {
    for (const update of updates) for (const steps of [0, 5]) {
      const { complete, wires, deviation, surprise } = runOf({ model, loss, cap, update, rate }, steps);
      const sizes = Object.values(wires).map((own) => (own.length === 1 ? own[0] : largest(own)));
      const rest = model === "tune" ? [deviation > NEAR ? deviation : 0, surprise] : wires.parameters;
      values[`${model}, ${loss}, ${cap}, ${update}, ${steps} steps`] = [complete, ...sizes, ...rest];
    }
  }
  const tuned = runOf({ model: "tune", loss: "cross_entropy", cap: "constant", update: "descent", rate: 1 }, 80);
  values["loss of the tune after 80 steps"] = tuned.wires.loss;
  values["the composite after 80 steps"] = distance(tuned.deviation);
  return values;
}

const LEARNER_HIGH = 26; // of a box
const LEARNER_APART = 88; // from box to box
const LEARNER_WIDE = 300; // for which the places across are given

/** The row downwards on the right; the update on the left, on the wire that bends into the model. */
function boxesPicture() {
  const picture = pictureFrame("The learner");
  /** @type {(spec: { boxes: Boxes, run: Run, stage: number }, width: number) => void} */
  const paint = ({ boxes, run, stage }, width) => {
    const wide = Math.min(Math.max(width, LEARNER_WIDE), 520);
    const u = wide / LEARNER_WIDE;
    const short = (/** @type {number} */ own) => (wide < 420 ? fitted(own + 0, 3, 6) : number(own, 5));
    const { wires } = run;
    const names = namesOf(boxes);
    const { point, label } = exampleOf(boxes, run.complete);
    const [left, right, half] = [64 * u, 196 * u, 57 * u];
    /** @type {SVGElement[]} */
    const parts = [];
    /** @type {(place: number) => number} */
    const level = (place) => 78 + LEARNER_APART * place;
    /** @type {(d: string) => void} */
    const wire = (d) => void parts.push(svg("path", { class: "tinyml-wire learner-path", d }));
    /** @type {(x: number, y: number, name: string, active: number[]) => void} */
    const box = (x, y, name, active) => void parts.push(
      svg("rect", {
        class: `tinyml-box${active.includes(stage) ? " learner-now" : ""}`, x: x - half, y: y - LEARNER_HIGH / 2,
        width: 2 * half, height: LEARNER_HIGH, rx: 5,
      }),
      textAt(x, y + 5, name, { "text-anchor": "middle", class: "tinyml-strong" }));
    /** @type {(x: number, y: number, text: string, from: number, change?: boolean) => void} */
    const value = (x, y, text, from, change = false) => {
      if (stage < from) return;
      const kind = [change ? "learner-change" : "", stage === from && from > 0 ? "tinyml-strong" : ""].join(" ").trim();
      parts.push(textAt(x, y, text, { class: `learner-over ${kind}`.trim() }));
    };
    /** @type {(x: number, y: number, name: string, there: [string, number], back: [number[], number]) => void} */
    const beside = (x, y, name, [text, from], [back, later]) => {
      parts.push(textAt(x + 10, y, name, { class: "tinyml-quiet learner-over" }));
      value(x + 10, y + 17, `↓ ${text}`, from);
      value(x + 10, y + 34, `↑ ${wireText(back, short)}`, later, true);
    };
    wire(`M${left} 4V${level(1)}H${right}`);
    wire(`M${right} 4V${level(3)}`);
    wire(`M2 ${level(2)}H${right}`);
    beside(left, 16, "state", [wireText(boxes.update === "frozen" ? [] : wires.parameters, short), 0], [wires.next, 7]);
    beside(left, level(0) + 28, "parameters", [wireText(wires.parameters, short), 1], [wires.side, 6]);
    beside(right, 16, "point", [boxes.model === "tune" ? point.join(" ") : short(point[0]), 0], [wires.to_point, 6]);
    beside(right, level(1) + 28, "prediction", [wireText(wires.prediction, short), 2], [wires.back, 5]);
    beside(right, level(2) + 28, "loss", [wireText(wires.loss, short), 3], [wires.change, 4]);
    const side = 4;
    parts.push(textAt(side, level(2) - 24, "label", { class: "tinyml-quiet learner-over" }));
    value(side, level(2) - 7, `→ ${boxes.model === "tune" ? label.join(" ") : short(label[0])}`, 0);
    value(side, level(2) + 19, `← ${wireText(wires.to_label, short)}`, 5, true);
    box(left, level(0), names.update, [1, 7]);
    box(right, level(1), names.model, [2, 6]);
    box(right, level(2), names.loss, [3, 5]);
    box(right, level(3), names.cap, [4]);
    picture.size(wide, level(3) + LEARNER_HIGH / 2 + 4);
    picture.describe(pictureWords(boxes, run, stage));
    picture.drawing.replaceChildren(...parts);
  };
  const caption = html("figcaption", {});
  return {
    node: html("figure", { class: "tinyml-figure" }, caption, html("div", {}, picture.node)),
    caption,
    ...resizable(paint),
  };
}

/**
 * The row of scores after token 1, its shares, and what comes back to it.
 * @param {Run} run
 */
function tableOf({ wires }) {
  const row = wires.prediction.slice(0, SIZE);
  return [...row, ...softened(row).shares, ...wires.back.slice(0, SIZE)];
}

/**
 * @param {Given<{
 *   model: ModelName, scores_loss: ScoresLoss, number_loss: NumberLoss, cap: Cap, update: Update,
 *   learning_rate: number, step_count: number, stage: number,
 * }>} given
 */
function render({ model, el }) {
  const settings = model.get("settings");
  const picture = boxesPicture();
  const table = heatMap(TABLE_NAME);
  /** @type {() => Boxes} */
  const boxes = () => ({
    model: model.get("model"), loss: model.get(model.get("model") === "tune" ? "scores_loss" : "number_loss"),
    cap: model.get("cap"), update: model.get("update"), rate: model.get("learning_rate"),
  });
  let run = runOf(boxes(), model.get("step_count"));
  const drawTable = () => table.draw({
    rows: ["score", "share", "change"], columns: ["0", "1", "2", "3", "4"], values: tableOf(run),
    note: "After token 1, for each token: its score, its share, and the change that comes back",
    description: `Token 2, which is right, has a share of ${number(tableOf(run)[SIZE + 2])}.`,
  });
  const drawLine = () => {
    const [b, w] = run.wires.parameters;
    table.draw({
      rows: ["label", "model"], columns: LINE_POINTS.map(String), full: 5,
      values: [...LINE_POINTS.map((x) => 3 * x - 1), ...LINE_POINTS.map((x) => b + w * x)],
      note: "For each point: its label, and what the model makes of it",
      description: `The model makes ${LINE_POINTS.map((x) => number(b + w * x)).join(", ")}.`,
    });
  };
  const update = () => {
    const [own, stage] = [boxes(), model.get("stage")];
    run = runOf(own, model.get("step_count"));
    const tune = own.model === "tune";
    scoresLoss.node.hidden = !tune;
    numberLoss.node.hidden = tune;
    const short = tune ? "max: the largest of an array" : "in brackets: w, then b";
    setText(picture.caption, `↓ → values, ↑ ← changes on their way back; ${short}`);
    picture.draw({ boxes: own, run, stage });
    if (tune) drawTable();
    else drawLine();
    return boxesWords(own, model.get("step_count"), stage);
  };
  const page = frame({
    model, el, title: "Learner boxes", tall: true, update, recompute,
    python: () => boxesCode(boxes(), model.get("step_count")),
    types: ["supervised(model, update, loss, cap).step(point, label) : S -> S"],
    shown: () => {
      const [b, w] = model.get("model") === "line" ? run.wires.parameters : [NaN, NaN];
      const { wires, deviation, surprise } = run;
      return { loss: wires.loss[0], change: wires.change[0], deviation, surprise, w, b };
    },
  });
  const steps = page.bind("step_count", slider({ label: "StepCount", ...settings.step_count, text: String }));
  const stage = page.bind("stage", slider({ label: "Stage", ...settings.stage, text: String }));
  const rate = page.bind("learning_rate", slider({ label: "LearningRate", ...settings.learning_rate, scale: "log" }));
  const on = button("Next stage", () => {
    if (model.get("stage") < STAGES) return page.set("stage", model.get("stage") + 1);
    page.set("step_count", Math.min(model.get("step_count") + 1, settings.step_count.max));
    return page.set("stage", 0);
  });
  const which = page.bind("model", select({
    label: "Model", choices: [["tune", "tiny model"], ["line", "line w x + b"]],
  }));
  which.listen((own) => { // each with the rate and the steps that it is met with in the book
    page.set("learning_rate", own === "tune" ? 1 : 0.1);
    page.set("step_count", own === "tune" ? 80 : 20);
  });
  const scoresLoss = page.bind("scores_loss", select({
    label: "Loss", choices: [["cross_entropy", "cross entropy"], ["dot", "dot product"]],
  }));
  const numberLoss = page.bind("number_loss", select({
    label: "Loss", choices: [["half", "half the square"], ["whole", "the square"], ["swapped", "swapped pair"]],
  }));
  const cap = page.bind("cap", select({
    label: "Cap", choices: [["constant", "constant rate"], ["flipped", "sign flipped"], ["proportional", "rate × loss"]],
  }));
  const updating = page.bind("update", select({
    label: "Update", choices: [["descent", "descent"], ["scaled", "descent × rate"], ["frozen", "frozen"]],
  }));
  stage.node.append(on);
  page.controls.append(steps.node, stage.node);
  const exchanged = html("div", { class: "learner-exchanged tinyml-wide" },
    ...[which, scoresLoss, numberLoss, cap, updating].map(({ node }) => node));
  page.fields.append(exchanged, rate.node);
  page.stage.append(picture.node, table.node);
  page.onWidth((width) => {
    picture.layout(width);
    table.layout(width);
  });
  page.open();
  return page.close;
}

export default { render };
