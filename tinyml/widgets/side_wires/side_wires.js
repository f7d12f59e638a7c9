// SideWires: three layers in a row, a wire from the side for each, and 2-cells on those wires that a reader puts there.

import { buttonRow, slider } from "../kit/controls.js";
import { pictureFrame, resizable, textAt } from "../kit/drawing.js";
import { html, svg } from "../kit/elements.js";
import { fitted, floatRepr, general } from "../kit/format.js";
import { frame } from "../kit/frame.js";

/** @import { Values } from "../kit/certificate.js" */
/** @import { Choice } from "../kit/controls.js" */
/** @import { Given } from "../kit/frame.js" */
/** @typedef {"free" | "frozen"} Cell */
/** @typedef {Cell | "tied"} LastCell */
/** @typedef {[first: Cell, second: Cell, third: LastCell]} Cells */
/** @typedef {"changes" | "descent" | "inside"} ComesOut */
/** @typedef {[p: number, q: number, r: number, value: number, change: number]} Numbers */
/** @typedef {[numbers: Numbers, cells: Cells, comesOut: ComesOut, steps: number]} Setting */
/**
 * What is on every wire: there and back along the row, at the side of each layer, and outside of its 2-cell, where nan
 * is a wire that does not come out.
 * @typedef {{ values: number[], changes: number[], parameters: number[], sides: number[], outside: number[] }} Run
 */
/** @typedef {"first" | "second" | "third"} Place */

const LAYERS = ["times", "plus", "times"];
const NAMES = ["p", "q", "r"];
const PLACES = /** @type {Place[]} */ (["first", "second", "third"]);

/**
 * One way there and one way back through the row.
 * @param {number[]} parameters
 * @param {number} value
 * @param {number} change
 */
function through([p, q, r], value, change) {
  const product = p * value;
  const sum = q + product;
  const back = r * change;
  return {
    values: [value, product, sum, r * sum], changes: [p * back, back, back, change], sides: [value * back, back, sum * change],
  };
}

/**
 * What comes out of the side, from what the layers send to it.
 * @param {number[]} parameters
 * @param {number[]} sides
 * @param {Cells} cells
 * @param {ComesOut} comesOut
 */
function outsideOf(parameters, sides, cells, comesOut) {
  const tied = cells[2] === "tied";
  /** @type {(place: number) => number} */
  const updated = (place) => parameters[place] + sides[place];
  return cells.map((cell, place) => {
    if (cell !== "free") return NaN;
    const readers = tied && place === 0 ? [0, 2] : [place];
    /** @type {(of: (reader: number) => number) => number} */
    const total = (of) => readers.map(of).reduce((one, two) => one + two);
    if (comesOut === "inside") return total(updated);
    const change = total((reader) => sides[reader]);
    return comesOut === "descent" ? parameters[place] + change : change;
  });
}

/**
 * The wires after what came out of the side was handed in so many times.
 * @param {Setting} setting
 * @returns {Run}
 */
export function runOf(...setting) {
  const [[p, q, r, value, change], cells, comesOut, steps] = setting;
  const tied = cells[2] === "tied";
  let parameters = [p, q, tied ? p : r];
  const handed = comesOut === "changes" ? 0 : steps;
  for (let step = 0; ; step++) {
    const run = through(parameters, value, change);
    const outside = outsideOf(parameters, run.sides, cells, comesOut);
    if (step === handed) return { ...run, parameters, outside };
    parameters = parameters.map((own, place) => (Number.isNaN(outside[place]) ? own : outside[place]));
    if (tied) parameters[2] = parameters[0];
  }
}

export function recompute() {
  /** @type {Values} */
  const values = {};
  const cells = /** @type {Cell[]} */ (["free", "frozen"]);
  const last = /** @type {LastCell[]} */ (["free", "frozen", "tied"]);
  const ways = /** @type {ComesOut[]} */ (["changes", "descent", "inside"]);
  /** @type {[Numbers, number][]} */
  const starts = [[[5, 1, 2, 3, 1], 0], [[-0.5, 2.5, 1.5, -2, -0.25], 3]];
  for (const first of cells) for (const second of cells) for (const third of last) for (const way of ways) {
    for (const [numbers, steps] of starts) {
      const own = runOf(numbers, [first, second, third], way, steps);
      const key = `${first}/${second}/${third}, ${way}, ${steps} steps`;
      values[`row: ${key}`] = [...own.values, ...own.changes];
      values[`side: ${key}`] = [...own.parameters, ...own.sides];
      values[`outside: ${key}`] = own.outside.filter((one) => !Number.isNaN(one));
    }
  }
  return values;
}

/** @type {(own: number, digits?: number) => string} */
const number = (own, digits = 6) => general(own + 0, digits); // no -0

/**
 * Words in a row, as a sentence lists them.
 * @param {string[]} words
 */
function listed(words) {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words[words.length - 1]}`;
}

/**
 * The result in words.
 * @param {Setting} setting
 */
export function wiresWords(...setting) {
  const [, cells, comesOut, steps] = setting;
  const { values, changes, outside } = runOf(...setting);
  const [first, ...later] = values.map((own) => number(own));
  const handed = comesOut === "changes" || steps === 0 ? "" : `After ${steps} ${steps === 1 ? "step" : "steps"} `;
  const row = `${handed}${first} becomes ${listed(later)}. A change of ${number(changes[3])} comes back, and reaches the ` +
    `value as ${number(changes[0])}.`;
  const tied = cells[2] === "tied";
  const out = NAMES.flatMap((name, place) => (Number.isNaN(outside[place]) ? []
    : [`${number(outside[place])} for ${name}${tied && place === 0 ? " (two layers read it)" : ""}`]));
  if (out.length === 0) return `${row} Every wire is frozen: nothing comes out of the side, and there is nothing to learn.`;
  const learnt = out.length === 1 ? "There is 1 number to learn." : `There are ${out.length} numbers to learn.`;
  if (comesOut === "changes") return `${row} Out of the side come changes: ${listed(out)}. ${learnt}`;
  const doubled = comesOut === "inside" && tied && cells[0] === "free"
    ? " Each of the two readers has made a new p of its own, and the tie has added the two up." : "";
  return `${row} Out of the side come new parameters: ${listed(out)}.${doubled} ${learnt}`;
}

/**
 * A runnable snippet that prints what the row makes, and what comes out of its side.
 * @param {Setting} setting
 */
export function wiresCode(...setting) {
  const [[p, q, r, value, change], cells, comesOut, steps] = setting;
  const tied = cells[2] === "tied";
  const inside = comesOut === "inside";
  const numbers = [p, q, r];
  /** @type {(place: number) => string} */
  const cell = (place) => (cells[place] === "frozen" ? `frozen(wire, ${floatRepr(numbers[place])})` : "free");
  /** @type {(place: number) => string} */
  const given = (place) => (cells[place] === "frozen" ? "()" : floatRepr(numbers[place]));
  const within = inside ? " >> (update @ (update @ update))" : "";
  const outer = tied ? `${cell(1)} @ ${cell(0)}` : `${cell(2)} @ (${cell(1)} @ ${cell(0)})`;
  const tie = "tie = (free @ wires.copy(wire)) >> wires.assoc_back(wire, wire, wire) >> wires.swap(both(wire, wire), wire)";
  const names = ["NUMBERS", "Product", ...(tied ? ["both"] : []), ...(comesOut === "changes" ? [] : ["descent"]),
    ...(cells.some((own) => own === "frozen") ? ["frozen"] : []), "para", "wires"];
  const places = tied ? ["out.second", "out.first"] : ["out.second.second", "out.second.first", "out.first"];
  const hand = comesOut === "changes" ? [] : [
    `for _ in range(${steps}):`, `    own = model.put(Product(Product(own, ${floatRepr(value)}), ${floatRepr(change)})).first`,
  ];
  return [
    `from tinyml import ${names.join(", ")}`,
    "",
    'times = para("times", NUMBERS, NUMBERS, NUMBERS,',
    "             lambda p, a: (p * a, (p, a)), lambda kept, db: (kept[1] * db, kept[0] * db))",
    'plus = para("plus", NUMBERS, NUMBERS, NUMBERS, lambda p, a: (p + a, ()), lambda _, db: (db, db))',
    ...(inside ? ["update = descent(NUMBERS)", "wire = update.source"] : ["wire = NUMBERS"]),
    "free = wires.identity(wire)",
    ...(tied ? [tie] : []),
    `side = (${outer})${tied ? " >> tie" : ""}${within}`,
    ...(comesOut === "descent" ? ["side = descent(side.source) >> side"] : []),
    "model = (times >> plus >> times).reparametrise(side)",
    `own = ${tied ? `Product(${given(1)}, ${given(0)})` : `Product(${given(2)}, Product(${given(1)}, ${given(0)}))`}`,
    ...hand,
    `print(f"{model.get(Product(own, ${floatRepr(value)})):.6g}")`,
    `out = model.put(Product(Product(own, ${floatRepr(value)}), ${floatRepr(change)})).first`,
    ...NAMES.flatMap((name, place) => (cells[place] === "free" ? [`print(f"{${places[place]} + 0:.6g} for ${name}")`] : [])),
    "",
  ].join("\n");
}

const HIGH = 24; // of a box
const APART = 92; // from layer to layer
const WIDE = 300; // for which the places across are given

/** The row downwards; each layer's wire comes from the left, through what was put on it. */
function wiresPicture() {
  const picture = pictureFrame("The row and its side");
  /** @type {(spec: { run: Run, cells: Cells, comesOut: ComesOut, description: string }, width: number) => void} */
  const paint = ({ run, cells, comesOut, description }, width) => {
    const wide = Math.min(Math.max(width, WIDE), 560);
    const u = wide / WIDE;
    const short = (/** @type {number} */ own) => (wide < 420 ? fitted(own + 0, 3, 6) : number(own, 5));
    const tied = cells[2] === "tied";
    const [inside, outer] = [comesOut === "inside", comesOut === "descent"];
    /** @type {SVGElement[]} */
    const lines = [];
    /** @type {SVGElement[]} */
    const boxes = [];
    /** @type {(x1: number, y1: number, x2: number, y2: number) => void} */
    const line = (x1, y1, x2, y2) => lines.push(svg("line", { class: "tinyml-wire", x1, y1, x2, y2 }));
    /** @type {(x: number, y: number, width: number, label: string, kind?: string) => void} */
    const box = (x, y, boxWide, label, kind = "") => boxes.push(
      svg("rect", { class: `tinyml-box ${kind}`, x, y: y - HIGH / 2, width: boxWide, height: HIGH, rx: 5 }),
      textAt(x + boxWide / 2, y + 5, label, { "text-anchor": "middle", class: "tinyml-strong" }));
    const [left, right] = [180 * u, 236 * u];
    const middle = (left + right) / 2;
    /** @type {(place: number) => number} */
    const level = (place) => 66 + APART * place;
    const dot = (inside ? 94 : cells[0] === "frozen" ? 160 : 112) * u;
    line(middle, 8, middle, level(2) + 62);
    boxes.push(textAt(right - 16 * u, 22, `↓ ${short(run.values[0])}`),
      textAt(right - 16 * u, 40, `↑ ${short(run.changes[0])}`, { class: "side-change" }));
    LAYERS.forEach((layer, place) => {
      const y = level(place);
      const [cell, out] = [cells[place], run.outside[place]];
      const shared = cell === "tied";
      line(shared ? dot : cell === "frozen" ? (inside ? 60 : 110) * u : 2, y, left, y);
      box(left, y, right - left, layer);
      boxes.push(textAt(left - 6, y - 17, `${short(run.parameters[place])} →`, { "text-anchor": "end", class: "side-over" }),
        textAt(left - 6, y + 29, `← ${short(run.sides[place])}`, { "text-anchor": "end", class: "side-over side-change" }),
        textAt(right - 16 * u, y + 37, `↓ ${short(run.values[place + 1])}`),
        textAt(right - 16 * u, y + 55, `↑ ${short(run.changes[place + 1])}`, { class: "side-change" }));
      if (inside) box(112 * u, y, 60, "descent", "side-cell");
      if (cell === "frozen") box((inside ? 30 : 92) * u, y, 54, "frozen", "side-cell");
      if (cell === "free") {
        boxes.push(textAt(2, y - 17, `${NAMES[place]} ${short(run.parameters[place])}`),
          textAt(2, y + 29, `← ${short(out)}`, { class: comesOut === "changes" ? "side-change" : "tinyml-strong" }));
      }
    });
    if (tied) {
      line(dot, level(0), dot, level(2));
      boxes.push(svg("circle", { class: "side-dot", cx: dot, cy: level(0), r: 5 }));
    }
    if (outer) {
      const [x, y, tall] = [64 * u, level(0) - 14, 2 * APART + 28];
      boxes.push(svg("rect", { class: "tinyml-box side-cell", x, y, width: 22, height: tall, rx: 5 }),
        textAt(x + 16, y + tall / 2, "descent", {
          "text-anchor": "middle", class: "tinyml-strong", transform: `rotate(-90 ${x + 16} ${y + tall / 2})`,
        }));
    }
    picture.size(wide, level(2) + 66);
    picture.describe(description);
    picture.drawing.replaceChildren(...lines, ...boxes);
  };
  const caption = html("figcaption", {},
    "↓ and → values on their way there, ↑ and ← changes on their way back; on the left, what comes out of the side");
  return { node: html("figure", { class: "tinyml-figure" }, caption, html("div", {}, picture.node)), ...resizable(paint) };
}

/**
 * @param {Given<Record<Place | "value" | "change" | "steps", number> & {
 *   first_cell: Cell, second_cell: Cell, third_cell: LastCell, comes_out: ComesOut,
 * }>} given
 */
function render({ model, el }) {
  const settings = model.get("settings");
  const picture = wiresPicture();
  /** @type {() => Setting} */
  const setting = () => [
    [model.get("first"), model.get("second"), model.get("third"), model.get("value"), model.get("change")],
    [model.get("first_cell"), model.get("second_cell"), model.get("third_cell")],
    model.get("comes_out"),
    model.get("steps"),
  ];
  const update = () => {
    const words = wiresWords(...setting());
    const [, cells, comesOut] = setting();
    picture.draw({ run: runOf(...setting()), cells, comesOut, description: words });
    return words;
  };
  const page = frame({
    model, el, title: "Side wires", tall: true, update, recompute, python: () => wiresCode(...setting()),
    types: ["Para.reparametrise(r : Q -> P) : Para with Q"],
    shown: () => {
      const { values, outside } = runOf(...setting());
      const [first, second, third] = outside;
      return {
        result: values[3], learnt: outside.filter((own) => !Number.isNaN(own)).length,
        first_out: first, second_out: second, third_out: third,
      };
    },
  });
  const steps = page.bind("steps", slider({ label: "Handed in again", ...settings.steps, text: String }));
  const labels = ["p, of the first times", "q, of plus", "r, of the second times"];
  const sliders = PLACES.map((place, k) => page.bind(place, slider({ label: labels[k], ...settings[place], step: 0.25 })));
  const value = page.bind("value", slider({ label: "The value", ...settings.value, step: 0.25 }));
  const change = page.bind("change", slider({ label: "The change that comes back", ...settings.change, step: 0.05 }));
  /** @type {Choice<LastCell>[]} */
  const last = [["free", "free"], ["frozen", "frozen"], ["tied", "tied to p"]];
  /** @type {Choice<Cell>[]} */
  const two = [["free", "free"], ["frozen", "frozen"]];
  const cells = [
    page.bind("first_cell", buttonRow({ label: "The wire of p", choices: two })),
    page.bind("second_cell", buttonRow({ label: "The wire of q", choices: two })),
    page.bind("third_cell", buttonRow({ label: "The wire of r", choices: last })),
  ];
  /** @type {Choice<ComesOut>[]} */
  const ways = [["changes", "changes"], ["descent", "descent, outside"], ["inside", "descent, for each layer"]];
  const comesOut = page.bind("comes_out", buttonRow({ label: "What comes out of the side", choices: ways }));
  page.controls.append(comesOut.node, steps.node);
  page.fields.append(...[...cells, ...sliders, value, change].map(({ node }) => node));
  page.stage.append(picture.node);
  page.onWidth((width) => picture.layout(width));
  page.open();
  return page.close;
}

export default { render };
