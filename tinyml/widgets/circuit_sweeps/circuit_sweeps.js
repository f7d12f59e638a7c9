// CircuitSweeps: four rows teach a circuit of four switches, and its settings after each sweep are drawn as a graph.

import { button, buttonRow, select, slider } from "../kit/controls.js";
import { fitToPlace, pictureFrame, plot, resizable, textAt } from "../kit/drawing.js";
import { attributes, html, setText, svg } from "../kit/elements.js";
import { frame } from "../kit/frame.js";
import { CIRCUITS, MASKS, MOST_EXAMPLES, meansOf, ROWS, runOf, saidAt, samplesOf } from "./sweeping.js";
import { stepsOf, TABLES, wrongRows } from "./sweeping.js";
import { farthest, graphWords, meanText, NAMES, nameOf, numberIn, placeAfter } from "./telling.js";
import { settingText, stairsWords, sweepCode, sweepWords, TERMS } from "./telling.js";

/** @import { Values } from "../kit/certificate.js" */
/** @import { Given } from "../kit/frame.js" */
/** @import { Choice, Circuit, Step } from "./sweeping.js" */
/** @typedef {[x: number, y: number]} Place */

const CHECKED_SEEDS = [1, 2, 20];
const BITS = [0, 1, 2, 3];

/** @type {string[]} */
export const ORDERS = BITS.flatMap((one) => BITS.flatMap((two) => BITS.flatMap((three) => (
  new Set([one, two, three]).size === 3 ? [`${one}${two}${three}${6 - one - two - three}`] : []))));

export function recompute() {
  /** @type {Values} */
  const values = { names: NAMES };
  for (const circuit of CIRCUITS) {
    values[`masks of ${circuit}`] = MASKS[circuit];
    values[`means of ${circuit}`] = meansOf(circuit);
    for (const seed of CHECKED_SEEDS) {
      values[`${circuit}, drawn with seed ${seed}`] = TABLES.map((table) => {
        const { count, own } = samplesOf(circuit, table, seed);
        return [count, own];
      });
    }
    for (const order of ORDERS) {
      values[`${circuit}, swept in the order ${order}`] = TABLES.map((table) => {
        const { settings, returned } = runOf(circuit, table, order);
        return [...settings, returned];
      });
    }
  }
  return values;
}

const HIGH = 236; // of the graph, in pixels
const RADIUS = 24; // of a setting
const RING = 88; // from the middle of the loop to its settings, at most
const BEFORE = 80; // between two settings in a row before it, at most

/**
 * The settings after each sweep as a graph: those that come again on a ring, the others in a row before it.
 */
function sweepGraph() {
  const picture = pictureFrame("The settings after each sweep");
  const caption = html("figcaption", {}, "The settings p0 p1 p2 p3 after each sweep, and how many rows each has ",
    "wrong. A dot on the way: within a sweep.");
  /** @type {(choice: Choice, width: number) => void} */
  const paint = (choice, width) => {
    const { table, circuit, order, examples } = choice;
    const run = runOf(circuit, table, order);
    const { settings, returned } = run;
    const wide = Math.min(width, 420);
    const done = Math.floor(examples / 4);
    const now = placeAfter(run, done);
    const loop = settings.length - returned;
    const ring = Math.min(RING, (wide - 2 * RADIUS - 56) / 1.9); // no setting is further right than 0.9 of it
    const before = Math.min(BEFORE, wide - 2 * RADIUS - 1.9 * ring - 2);
    const middle = wide / 2 + (returned > 0 ? (before + 0.1 * ring) / 2 : 0);
    /** @type {(turn: number) => Place} */
    const onRing = (turn) => {
      const angle = (2 * Math.PI * turn) / loop;
      return [middle - ring * Math.cos(angle), HIGH / 2 - ring * Math.sin(angle)];
    };
    /** @type {(place: number) => Place} */
    const placeOf = (place) => {
      if (returned < 0) return [wide / 2 + 120 * (place - (settings.length - 1) / 2), HIGH / 2];
      return place < returned ? [middle - ring - before * (returned - place), HIGH / 2] : onRing(place - returned);
    };
    /** @type {(place: number, share: number) => Place} */
    const between = (place, share) => {
      if (returned >= 0 && place >= returned) return onRing(place - returned + share);
      const [[x, y], [u, v]] = [placeOf(place), placeOf(place + 1)];
      return [x + share * (u - x), y + share * (v - y)];
    };
    /** @type {SVGElement[]} */
    const parts = [];
    /** @type {(place: number, from: number, to: number) => string} */
    const line = (place, from, to) => `M${Array.from({ length: 9 }, (_, k) => (
      between(place, from + ((to - from) * k) / 8).map((at) => at.toFixed(1)).join(" "))).join("L")}`;
    const met = Math.min(done, settings.length - 1);
    /** @type {(place: number) => number} */
    const longAt = (place) => (returned < 0 ? 120 : place < returned ? before : (2 * Math.PI * ring) / loop);
    for (let place = 0; place < Math.min(done, settings.length - Number(returned < 0)); place++) {
      const long = longAt(place);
      const edge = RADIUS + (returned < 0 ? 8 : 2); // what is learnt has two circles
      const [tip, foot] = [edge, edge + 10].map((left) => between(place, 1 - left / long));
      const [x, y] = [(tip[1] - foot[1]) * 0.45, (foot[0] - tip[0]) * 0.45];
      const head = [tip, [foot[0] + x, foot[1] + y], [foot[0] - x, foot[1] - y]].map((own) => own.join(" "));
      parts.push(svg("path", { class: "sweeps-arrow", d: line(place, RADIUS / long, 1 - (edge + 7) / long) }),
        svg("path", { class: "sweeps-head", d: `M${head.join("L")}Z` }));
    }
    const within = examples % 4;
    if (within && !(returned < 0 && now === settings.length - 1)) {
      const out = RADIUS / longAt(now);
      const at = out + (within / 4) * (1 - 2 * out);
      const [cx, cy] = between(now, at);
      parts.push(svg("path", { class: "sweeps-way", d: line(now, out, at) }),
        svg("circle", { class: "sweeps-dot", cx, cy, r: 5.5 }));
    }
    for (let place = 0; place <= met; place++) {
      const own = settings[place];
      const [cx, cy] = placeOf(place);
      const wrong = wrongRows(circuit, table, own);
      const look = place === now ? "sweeps-on" : "";
      if (!wrong) parts.push(svg("circle", { class: "sweeps-goal", cx, cy, r: RADIUS + 5 }));
      parts.push(svg("circle", {
        class: `sweeps-node${place === now ? " sweeps-now" : ""}`, cx, cy, r: RADIUS,
      }), textAt(cx, cy - 1, settingText(own), { "text-anchor": "middle", class: `tinyml-strong ${look}` }),
      textAt(cx, cy + 14, wrong ? `${wrong} \u2717` : "\u2713", { "text-anchor": "middle", class: look }));
    }
    const told = returned < 0 ? (met === settings.length - 1 ? ["learnt"] : [])
      : done >= settings.length ? ["comes round", `every ${loop} sweeps,`, "for ever"] : [];
    const [tx, ty] = returned < 0 ? [placeOf(met)[0], HIGH / 2 + 52] : [middle, HIGH / 2 - 14];
    parts.push(...told.map((words, k) => textAt(tx, ty + 18 * k, words, {
      "text-anchor": "middle", class: "tinyml-strong",
    })));
    picture.size(wide, HIGH);
    picture.describe(graphWords(choice));
    picture.drawing.replaceChildren(...parts);
  };
  return {
    node: html("figure", { class: "tinyml-figure" }, caption, html("div", {}, picture.node)),
    picture: picture.node,
    ...resizable(paint, 320),
  };
}

/**
 * How many rows are wrong after each drawn example, with the mean of all draws.
 * @param {Choice} choice
 * @param {Step[]} steps
 */
function stairsOf(choice, steps) {
  const { table, circuit, examples } = choice;
  const wrong = [0, ...steps.map(({ after }) => after)].map((own) => wrongRows(circuit, table, own));
  const mean = meanText(circuit, table);
  /** @type {[number, number][]} */
  const upright = [0, 4].map((own) => [numberIn(mean), own]);
  /** @type {[number, number][]} */
  const points = wrong.flatMap((own, k) => (k ? [[k, wrong[k - 1]], [k, own]] : [[0, own]]));
  return {
    x: { label: "examples", from: 0, to: Math.max(Math.ceil(numberIn(mean)), farthest(choice)) },
    y: { label: "wrong rows", from: 0, to: 4 },
    curves: [
      { points, name: "this draw" },
      { points: upright, kind: 2, name: `the mean: ${mean}` },
    ],
    point: { x: examples, y: wrong[examples], label: wrong[examples] ? `${wrong[examples]} wrong` : "learnt" },
    description: stairsWords(choice, wrong),
  };
}

/** @type {(words: string) => HTMLElement} words for those who hear the page */
const hidden = (words) => html("span", { class: "tinyml-hidden" }, words);
/** @type {(mark: string, words: string, look?: string) => HTMLElement[]} */
const sign = (mark, words, look) => [html("span", { class: look, "aria-hidden": "true" }, mark), hidden(words)];

/**
 * The four rows with the switches that have a say in each, and the switches as they are now.
 * @param {(row: number) => void} onWanted
 */
function rowTable(onWanted) {
  const caption = html("caption", {});
  const terms = BITS.map(() => html("span", { class: "sweeps-term" }));
  const bits = BITS.map(() => html("td", {}));
  const rows = ROWS.map((name, row) => {
    const [mark, said] = [html("td", {}), html("td", {})];
    const wanted = button("", () => onWanted(row));
    const says = BITS.map(() => html("td", {}));
    const node = html("tr", {}, mark, html("th", { scope: "row" }, name), html("td", {}, wanted), said, ...says);
    return { node, mark, wanted, said, says };
  });
  const body = html("tbody", {}, html("tr", {}, html("th", { scope: "row", colspan: 4, class: "sweeps-set" },
    "switches at"), ...bits), ...rows.map(({ node }) => node));
  const head = html("tr", {}, html("td", {}), html("th", { scope: "col" }, "a b"), html("th", { scope: "col" }, "want"),
    html("th", { scope: "col" }, "says"), ...BITS.map((k) => html("th", { scope: "col" }, `p${k}`, terms[k])));
  let shownOrder = "";
  return {
    node: html("table", { class: "sweeps-rows" }, caption, html("thead", {}, head), body),
    /** @type {(choice: Choice, step: Step | undefined) => void} */
    show({ table, circuit, inputs, order }, step) {
      const own = step?.after ?? 0;
      const flipped = step ? step.before ^ step.after : 0;
      const sorted = inputs === "drawn" ? "0123" : order;
      if (sorted !== shownOrder) body.append(...[...sorted].map((row) => rows[Number(row)].node));
      shownOrder = sorted;
      setText(caption, `Wanted: ${nameOf(table)}. Dots: who has a say.`);
      BITS.forEach((k) => {
        const [bit, turned] = [(own >> k) & 1, (flipped >> k) & 1];
        setText(terms[k], TERMS[circuit][k]);
        bits[k].replaceChildren(html("span", { class: `sweeps-bit${turned ? " sweeps-flipped" : ""}` },
          turned ? hidden("flipped: ") : null, turned ? `${1 - bit}\u2192${bit}` : `${bit}`));
      });
      rows.forEach(({ node, mark, wanted, said, says }, row) => {
        const [mask, want] = [MASKS[circuit][row], table[row]];
        const word = saidAt(own, mask);
        const right = word === Number(want);
        const last = step?.row === row;
        node.classList.toggle("sweeps-last", last);
        mark.replaceChildren(...(last ? sign("\u25b8", "shown last") : []));
        setText(wanted, want);
        const look = want === "1" ? "sweeps-one" : null;
        attributes(wanted, { "aria-label": `Wanted at ${ROWS[row]}: ${want}`, class: look });
        said.replaceChildren(`${word} `, ...(right ? sign("\u2713", "right", "sweeps-right")
          : sign("\u2717", "wrong", "sweeps-wrong")));
        says.forEach((cell, k) => cell.replaceChildren(...((mask >> k) & 1 ? sign("\u25cf", "has a say") : [])));
      });
    },
  };
}

/** @param {Given<Choice>} given */
function render({ model, el }) {
  const settings = model.get("settings");
  /** @type {() => Choice} */
  const chosen = () => ({
    table: model.get("table"), circuit: model.get("circuit"), inputs: model.get("inputs"), order: model.get("order"),
    seed: model.get("seed"), examples: model.get("examples"),
  });
  const rows = rowTable((row) => {
    const bits = [...model.get("table")];
    bits[row] = bits[row] === "1" ? "0" : "1";
    page.set("table", bits.join(""));
  });
  const graph = sweepGraph();
  const stairs = plot("Wrong rows by examples", { height: 250 });
  const [graphPlace, stairsPlace] = [html("div", {}, graph.node), html("div", { class: "sweeps-stairs" }, stairs.node)];
  const update = () => {
    const choice = chosen();
    const steps = stepsOf(choice);
    const drawn = choice.inputs === "drawn";
    attributes(examples.input, { max: farthest(choice) });
    examples.set(choice.examples);
    next.disabled = choice.examples === MOST_EXAMPLES;
    more.disabled = choice.examples > MOST_EXAMPLES - 4;
    setText(more, drawn ? "Four more" : "Next sweep");
    [order.node.hidden, seed.node.hidden, graphPlace.hidden, stairsPlace.hidden] = [drawn, !drawn, drawn, !drawn];
    rows.show(choice, steps.at(-1));
    if (drawn) stairs.draw(stairsOf(choice, steps));
    else graph.draw(choice);
    fit();
    return sweepWords(choice);
  };
  const page = frame({
    model, el, title: "Circuit sweeps", tall: true, update, recompute, python: () => sweepCode(chosen()),
    types: ["sweep : settings -> settings"],
    shown: () => {
      const { table, circuit, order: own, seed: start } = chosen();
      const { settings: met, returned } = runOf(circuit, table, own);
      return {
        wrong: wrongRows(circuit, table, stepsOf(chosen()).at(-1)?.after ?? 0),
        sweeps: met.length - Number(returned < 0), cycle: returned < 0 ? 0 : met.length - returned,
        samples: samplesOf(circuit, table, start).count, mean: numberIn(meanText(circuit, table)),
      };
    },
  });
  const fit = () => {
    fitToPlace({ node: graph.picture, layout: graph.layout });
    fitToPlace({ node: stairs.node, layout: stairs.layout });
  };
  const examples = page.bind("examples", slider({ label: "Examples shown", ...settings.examples, text: String }));
  /** @type {(count: number) => void} */
  const show = (count) => page.set("examples", Math.min(MOST_EXAMPLES, model.get("examples") + count));
  const next = button("Next example", () => show(1));
  const more = button("Next sweep", () => show(4 - (model.get("inputs") === "drawn" ? 0 : model.get("examples") % 4)));
  const circuit = page.bind("circuit", buttonRow({
    label: "Circuit", choices: [["lookup", "lookup table"], ["polynomial", "polynomial"]],
  }));
  const inputs = page.bind("inputs", buttonRow({
    label: "Rows come", choices: [["swept", "in order"], ["drawn", "drawn"]],
  }));
  const order = page.bind("order", select({
    label: "Order", choices: ORDERS.map((own) => [own, [...own].map((row) => ROWS[Number(row)]).join(", ")]),
  }));
  const seed = page.bind("seed", slider({ label: "Seed of the draws", ...settings.seed, text: String }));
  page.onChange("table");
  page.controls.append(examples.node, html("div", { class: "sweeps-more" }, next, more));
  page.fields.append(circuit.node, inputs.node, html("div", { class: "sweeps-which" }, order.node, seed.node));
  page.stage.append(html("div", { class: "tinyml-columns" }, rows.node,
    html("div", { class: "sweeps-picture" }, graphPlace, stairsPlace)));
  page.onWidth(fit);
  page.open();
  return page.close;
}

export default { render };
