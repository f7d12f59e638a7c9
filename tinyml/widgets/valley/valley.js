// Valley: two optimisers roll in a long and narrow valley, which can be turned, and a meter says who minds the turn.

import { select, slider } from "../kit/controls.js";
import { fitToPlace, numberTable, pictureFrame, resizable, textAt } from "../kit/drawing.js";
import { html, setText, svg } from "../kit/elements.js";
import { general } from "../kit/format.js";
import { frame } from "../kit/frame.js";
import { away, NEAR, OPTIMISERS, runOf, STEEPNESS, turned, turnOf } from "./rolling.js";
import { capital, NAMES, pictureWords, valleyCode, valleyWords } from "./telling.js";

/** @import { Values } from "../kit/certificate.js" */
/** @import { Given } from "../kit/frame.js" */
/** @import { Optimiser, Place, Run } from "./rolling.js" */
/** @import { Choice } from "./telling.js" */

const TABLE_NAME = "Where they are";
/** @type {Partial<Record<Optimiser, string>>} */
const SHORT = { descent: "Descent", misprinted: "Misprinted" }; // in a narrow list
const COLUMNS = ["steps", "f", "f, not turned", "from the bottom", "turned back"];

export function recompute() {
  /** @type {Values} */
  const values = {};
  for (const own of OPTIMISERS) for (const [rate, gamma, angle] of [[0.05, 0.8, 30], [0.1, 0.5, 90], [0.02, 0.9, 45]]) {
    for (const steps of [1, 40]) {
      const { complete, places, value, straight, distance, deviation } = runOf(own, rate, gamma, angle, steps);
      const key = `${own}, rate ${rate}, gamma ${gamma}, angle ${angle}, ${steps} steps`;
      values[key] = [complete, ...places[complete], value, straight, distance];
      values[`deviation of ${own}, rate ${rate}, angle ${angle}, ${steps} steps`] = away(deviation);
    }
  }
  return values;
}

const CONTOURS = [0.02, 0.125, 0.5, 1.125, 2, 3.125, 5, 8];
const ACROSS = 5.2; // from the left edge of a picture to its right one
const METER_HIGH = 46; // below the valley
const METER_FULL = 2; // the deviation that fills the meter

/**
 * The valley from above with one path, and the symmetry meter below it.
 * @param {string} which
 */
function valleyPicture(which) {
  const picture = pictureFrame(which);
  const caption = html("figcaption", {});
  /** @type {(spec: { optimiser: Optimiser, run: Run, angle: number }, width: number) => void} */
  const paint = ({ optimiser, run, angle }, width) => {
    const wide = Math.min(width, 440);
    const high = Math.round(wide * 0.86);
    const scale = wide / ACROSS;
    const turn = turnOf(angle);
    /** @type {(place: Place) => Place} */
    const shift = ([x, y]) => [wide / 2 + scale * x, high / 2 - scale * y];
    /** @type {(places: Place[]) => string} */
    const path = (places) => `M${places.map((own) => shift(own).map((at) => at.toFixed(1)).join(" ")).join("L")}`;
    const inside = svg("svg", { width: wide, height: high, overflow: "hidden" },
      svg("rect", { class: "valley-ground", width: wide, height: high, rx: 6 }));
    for (const level of CONTOURS) {
      inside.append(svg("ellipse", {
        class: "valley-contour", cx: wide / 2, cy: high / 2, rx: (scale * Math.sqrt(2 * level)).toFixed(1),
        ry: (scale * Math.sqrt((2 * level) / STEEPNESS)).toFixed(1),
        transform: `rotate(${-angle} ${wide / 2} ${high / 2})`,
      }));
    }
    const [bx, by] = [wide / 2, high / 2];
    inside.append(svg("path", { class: "valley-bottom", d: `M${bx - 5} ${by}H${bx + 5}M${bx} ${by - 5}V${by + 5}` }),
      svg("path", { class: "tinyml-curve", d: path(run.places) }));
    for (const own of run.places) {
      const [cx, cy] = shift(own);
      inside.append(svg("circle", { class: "valley-step", cx: cx.toFixed(1), cy: cy.toFixed(1), r: 2.4 }));
    }
    if (angle !== 0) {
      const along = run.level.map((own) => turned(own, turn));
      const [ex, ey] = shift(along[run.complete]);
      inside.append(svg("path", { class: "tinyml-curve tinyml-curve-2 valley-along", d: path(along) }),
        svg("circle", { class: "valley-end", cx: ex.toFixed(1), cy: ey.toFixed(1), r: 5 }));
    }
    const [cx, cy] = shift(run.places[run.complete]);
    inside.append(svg("circle", { class: "tinyml-point", cx: cx.toFixed(1), cy: cy.toFixed(1), r: 6 }));
    const told = angle === 0 ? "not turned" : away(run.deviation);
    const full = wide - 2;
    const filled = run.deviation > NEAR ? Math.max(2, full * Math.min(1, run.deviation / METER_FULL)) : 0;
    picture.size(wide, high + METER_HIGH);
    picture.describe(pictureWords(optimiser, run, angle));
    picture.drawing.replaceChildren(inside,
      textAt(1, high + 19, "symmetry meter", { class: "tinyml-quiet" }),
      textAt(wide - 1, high + 19, told, { "text-anchor": "end", class: "tinyml-strong" }),
      svg("rect", { class: "tinyml-box", x: 1, y: high + 27, width: full, height: 12, rx: 3 }),
      svg("rect", { class: "valley-filled", x: 1, y: high + 27, width: filled, height: 12, rx: 3 }));
    setText(caption, `${capital(NAMES[optimiser])}: f = ${general(run.value)} after ${run.complete} ` +
      `${run.complete === 1 ? "step" : "steps"}`);
  };
  return {
    node: html("figure", { class: "tinyml-figure" }, caption, html("div", {}, picture.node)),
    picture: picture.node,
    ...resizable(paint, 320),
  };
}

/**
 * What a line of the pictures is.
 * @param {string} kind
 * @param {string} words
 */
function lineOf(kind, words) {
  return html("span", {}, svg("svg", { width: 28, height: 8, "aria-hidden": "true" },
    svg("path", { class: kind, d: "M1 4H27" })), words);
}

/**
 * @param {Given<{
 *   first: Optimiser, second: Optimiser, step_count: number, learning_rate: number, gamma: number, angle: number,
 * }>} given
 */
function render({ model, el }) {
  const settings = model.get("settings");
  const pictures = [valleyPicture("The first path"), valleyPicture("The second path")];
  const table = numberTable(TABLE_NAME);
  const legend = html("p", { class: "tinyml-legend" }, lineOf("tinyml-curve", "in the valley as it is drawn"),
    lineOf("tinyml-curve tinyml-curve-2", "before the turn, and turned along"));
  /** @type {() => Choice} */
  const choice = () => ({
    first: model.get("first"), second: model.get("second"), rate: model.get("learning_rate"),
    gamma: model.get("gamma"), angle: model.get("angle"), steps: model.get("step_count"),
  });
  /** @type {() => Run[]} */
  const both = () => {
    const { first, second, rate, gamma, angle, steps } = choice();
    return [first, second].map((own) => runOf(own, rate, gamma, angle, steps));
  };
  let runs = both();
  const update = () => {
    const own = choice();
    const chosen = [own.first, own.second];
    runs = both();
    chosen.forEach((optimiser, k) => pictures[k].draw({ optimiser, run: runs[k], angle: own.angle }));
    legend.hidden = own.angle === 0;
    table.show({
      rows: chosen.map((optimiser) => NAMES[optimiser]), columns: COLUMNS,
      values: runs.flatMap(({ complete, value, straight, distance, deviation }) => (
        [complete, value, straight, distance, deviation])),
    });
    return valleyWords(own);
  };
  const page = frame({
    model, el, title: "Valley", tall: true, update, recompute, python: () => valleyCode(choice()),
    types: ["update : (M x P, M x P) -> (P, P')"],
    shown: () => Object.fromEntries(["first", "second"].flatMap((place, k) => [
      [`f_${place}`, runs[k].value], [`straight_${place}`, runs[k].straight], [`distance_${place}`, runs[k].distance],
      [`deviation_${place}`, runs[k].deviation], [`complete_${place}`, runs[k].complete],
    ])),
  });
  /** @type {[Optimiser, string][]} */
  const choices = OPTIMISERS.map((own) => [own, SHORT[own] ?? capital(NAMES[own])]);
  const first = page.bind("first", select({ label: "First", choices }));
  const second = page.bind("second", select({ label: "Second", choices }));
  const steps = page.bind("step_count", slider({ label: "StepCount", ...settings.step_count, text: String }));
  const angle = page.bind("angle", slider({
    label: "Turn of the valley", ...settings.angle, text: (own) => `${own}°`,
  }));
  const rate = page.bind("learning_rate", slider({ label: "LearningRate", ...settings.learning_rate, scale: "log" }));
  const gamma = page.bind("gamma", slider({ label: "gamma, or Adam's beta1", ...settings.gamma, step: 0.05 }));
  page.controls.append(steps.node, angle.node);
  const chosen = html("div", { class: "valley-chosen tinyml-wide" }, first.node, second.node);
  page.fields.append(chosen, rate.node, gamma.node);
  page.stage.append(html("div", { class: "tinyml-columns" }, ...pictures.map(({ node }) => node)), legend, table.node);
  page.onWidth(() => pictures.forEach(({ picture, layout }) => fitToPlace({ node: picture, layout })));
  page.open();
  return page.close;
}

export default { render };
