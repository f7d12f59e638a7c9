// AttentionField: queries and keys are arrows moved by hand, and what a query reads is a walk among the values.

import { button, buttonRow } from "../kit/controls.js";
import { fitToPlace, heatMap, pictureFrame, resizable, textAt } from "../kit/drawing.js";
import { attributes, html, setText, svg } from "../kit/elements.js";
import { frame } from "../kit/frame.js";
import { arrowsWords, fieldCode, maskWords, openKeys, outputText, placeText } from "./telling.js";
import { readingWords, threeDecimals, walkWords, weightsWords } from "./telling.js";
import { ALL, allowedIn, attended, CAUSAL, FAR, keysOf, movedBy, onGrid, PLACES } from "./weighing.js";
import { queriesOf, readingOf, STEPS, turnedOver, VALUES, walkOf } from "./weighing.js";

/** @import { Values } from "../kit/certificate.js" */
/** @import { Control } from "../kit/controls.js" */
/** @import { Given } from "../kit/frame.js" */
/** @import { Choice, Pair } from "./weighing.js" */
/** @typedef {"q0" | "q1" | "q2" | "k0" | "k1" | "k2"} Arrow */

const START_QUERIES = [[0.4, 1], [1.5, -0.5], [-1.2, -0.8]];
const START_KEYS = [[1, 1], [-1, 1], [0.5, -1.5]];
const LARGE = [[40, 30], [-30, 40], [35, -45]];
const NOTHING = [[0, 0], [0, 0], [0, 0]];
const NEAR_TIES = [[40, 20], [40, 20.015625], [-25, 50]];
/** @type {[name: string, queries: Pair[], keys: Pair[], mask: string][]} */
const CASES = [
  ["the start", START_QUERIES, START_KEYS, ALL],
  ["the start, causal", START_QUERIES, START_KEYS, CAUSAL],
  ["the start, nobody reads its own", START_QUERIES, START_KEYS, "011101110"],
  ["the start, each reads one", START_QUERIES, START_KEYS, "001100010"],
  ["queries that ask for nothing", NOTHING, START_KEYS, "111101010"],
  ["keys that are queries", START_KEYS, START_KEYS, "101111110"],
  ["large scores", LARGE, NEAR_TIES, ALL],
  ["large scores, causal", LARGE, NEAR_TIES, "100110011"],
];

export function recompute() {
  /** @type {Values} */
  const values = { values: VALUES };
  for (const [name, queries, keys, mask] of CASES) {
    const { scores, weights, outputs } = attended(queries, keys, mask);
    values[`scores of ${name}`] = scores;
    values[`weights of ${name}`] = weights;
    values[`outputs of ${name}`] = outputs;
  }
  for (let row = 1; row < 8; row++) {
    const mask = row.toString(2).padStart(3, "0").repeat(3);
    values[`weights of the start, under the mask ${mask}`] = attended(START_QUERIES, START_KEYS, mask).weights;
  }
  return values;
}

/** @type {Arrow[]} */
const KEY_NAMES = ["k0", "k1", "k2"];
/** @type {Arrow[]} */
const QUERY_NAMES = ["q0", "q1", "q2"];
const NAMES = [...QUERY_NAMES, ...KEY_NAMES]; // what comes first is above
const DISC = 14; // from the tip of an arrow to the edge of its disc, in pixels
const HEAD = 9;

/** @type {(...places: Pair[]) => string} */
const pathOf = (...places) => `M${places.map((own) => own.map((at) => at.toFixed(1)).join(" ")).join("L")}`;

/**
 * An arrow with its head, which ends so many pixels before its tip; nothing where it's too short.
 * @param {string} look
 * @param {Pair} start
 * @param {Pair} end
 */
function arrowOf(look, [x, y], [u, v], before = 0) {
  const arrow = svg("g", { class: `field-arrow ${look}` });
  const far = Math.hypot(u - x, v - y) - before;
  if (far < 1) return arrow;
  const [dx, dy] = [(u - x) / (far + before), (v - y) / (far + before)];
  const [tip, head] = [[x + far * dx, y + far * dy], Math.min(HEAD, far)];
  const foot = [tip[0] - head * dx, tip[1] - head * dy];
  const [left, right] = [0.5, -0.5].map((side) => [foot[0] + side * head * dy, foot[1] - side * head * dx]);
  arrow.append(svg("path", { class: "field-shaft", d: pathOf([x, y], foot) }),
    svg("path", { class: "field-head", d: `${pathOf(left, tip, right)}Z` }));
  return arrow;
}

/**
 * The ground of a square plane: lines at whole numbers, and axes.
 * @param {number} wide
 * @param {number} most the number at its edge
 */
function groundOf(wide, most) {
  const [middle, scale] = [wide / 2, wide / 2 / most];
  /** @type {SVGElement[]} */
  const parts = [svg("rect", { class: "field-ground", width: wide, height: wide, rx: 6 })];
  for (let own = -Math.floor(most); own <= most; own++) {
    const at = middle + scale * own;
    parts.push(svg("path", { class: own ? "tinyml-grid" : "tinyml-axis", d: `M${at} 0V${wide}M0 ${at}H${wide}` }));
  }
  return parts;
}

const PLANE = 2.35; // at the edge of the plane of queries and keys
const WALK = 1.4; // and of the plane of values

/**
 * A disc at the tip of an arrow, moved by the pointer and by keys; to screen readers a slider from left to right.
 * @param {Arrow} name
 */
function grip(name) {
  const label = `${name[0] === "q" ? "Query" : "Key"} ${name[1]}`;
  const input = html("input", { type: "range", min: -FAR, max: FAR, step: 1 / STEPS, "aria-label": label });
  /** @type {(place: Pair) => void} */
  let tell = () => {};
  /** @type {Pair} */
  let current = [0, 0];
  /** @param {Pair} place */
  const move = (place) => {
    if (place.every((own, k) => own === current[k])) return;
    control.set(place);
    tell(place);
  };
  input.addEventListener("keydown", (event) => {
    const place = event.altKey || event.ctrlKey || event.metaKey ? null : movedBy(current, event.key, event.shiftKey);
    if (!place) return;
    event.preventDefault();
    move(place);
  });
  input.addEventListener("input", () => move([Number(input.value), current[1]]));
  /** @type {Control<Pair> & { input: HTMLInputElement, place: () => Pair, move: (place: Pair) => void }} */
  const control = {
    node: html("span", { title: "Drag, or use the arrow keys; with Shift they go further" },
      html("span", { class: "field-disc", "aria-hidden": "true" }, name), input),
    input,
    place: () => current,
    move,
    set(place) {
      current = [...place];
      input.value = String(place[0]);
      attributes(input, { "aria-valuetext": placeText(place) });
    },
    listen: (callback) => (tell = callback),
    words: () => `${label}: ${placeText(current)}`,
  };
  return control;
}

/**
 * The plane of queries and keys. The pointer takes the disc that is nearest, wherever several are within reach.
 */
function arrowPlane() {
  const picture = pictureFrame("Queries and keys");
  const grips = NAMES.map(grip);
  const area = html("div", { class: "field-area" }, picture.node, ...grips.map(({ node }) => node));
  const caption = html("figcaption", {});
  let wide = 320;
  /** @type {(place: Pair) => Pair} */
  const shift = ([x, y]) => [wide / 2 + (x * wide) / 2 / PLANE, wide / 2 - (y * wide) / 2 / PLANE];
  /** @type {{ moved: (typeof grips)[number], x: number, y: number } | null} what is held, and where from its tip */
  let held = null;
  area.addEventListener("pointerdown", (event) => {
    const { target } = event;
    if (held || event.button !== 0 || !(target instanceof Element) || !target.closest(".field-grip")) return;
    event.preventDefault();
    const { left, top } = area.getBoundingClientRect();
    const near = grips.map((moved) => {
      const [x, y] = shift(moved.place());
      return { moved, x: event.clientX - left - x, y: event.clientY - top - y };
    });
    held = near.reduce((best, own) => (Math.hypot(own.x, own.y) < Math.hypot(best.x, best.y) ? own : best));
    held.moved.input.focus({ preventScroll: true });
    area.setPointerCapture(event.pointerId);
  });
  area.addEventListener("pointermove", (event) => {
    if (!held || !area.hasPointerCapture(event.pointerId)) return;
    const { left, top } = area.getBoundingClientRect();
    const [x, y] = [event.clientX - left - held.x - wide / 2, wide / 2 - (event.clientY - top - held.y)];
    held.moved.move(onGrid([x, y].map((own) => (own * 2 * PLANE) / wide)));
  });
  area.addEventListener("lostpointercapture", () => { held = null; });
  /** @type {(choice: Choice, width: number) => void} */
  const paint = (choice, width) => {
    wide = Math.min(width, 400);
    const { mask, query } = choice;
    const open = openKeys(mask, query);
    const parts = groundOf(wide, PLANE);
    const [one, zero] = shift([1, 0]);
    parts.push(textAt(one + 4, zero + 14, "1", { class: "tinyml-quiet" }),
      textAt(zero - 11, wide - one - 4, "1", { class: "tinyml-quiet" }));
    const [a, b] = queriesOf(choice)[query];
    const long = Math.hypot(a, b);
    if (long > 0) {
      const end = [(a / long) * 4, (b / long) * 4];
      const inside = svg("svg", { width: wide, height: wide, overflow: "hidden" },
        svg("path", { class: "field-line", d: pathOf(shift(end), shift(end.map((own) => -own))) }));
      for (const key of open) {
        const [c, d] = keysOf(choice)[key];
        const foot = (a * c + b * d) / long / long;
        inside.append(svg("path", { class: "field-drop", d: pathOf(shift([c, d]), shift([a * foot, b * foot])) }));
      }
      parts.push(inside);
    }
    parts.push(...NAMES.map((name, k) => {
      const [x, y] = shift(choice[name]);
      const [kind, number] = [name[0], Number(name[1])];
      const shown = kind === "q" && number === query;
      const blocked = kind === "k" && !open.includes(number);
      const look = `field-${kind}${shown ? " field-shown" : ""}${blocked ? " field-blocked" : ""}`;
      const { node } = grips[k];
      attributes(node, { class: `field-grip ${look}` });
      [node.style.left, node.style.top] = [`${x}px`, `${y}px`];
      return arrowOf(look, shift([0, 0]), [x, y], DISC);
    }).reverse());
    area.style.width = `${wide}px`;
    picture.size(wide, wide);
    setText(caption, `Drag queries and keys, or use the arrow keys. Dotted: how far each key goes along q${query}.`);
    picture.describe(arrowsWords(choice));
    picture.drawing.replaceChildren(...parts);
  };
  return {
    node: html("figure", { class: "tinyml-figure field-plane" }, caption, html("div", {}, area)),
    area,
    grips,
    ...resizable(paint, 320),
  };
}

/**
 * The plane of values, with the walk to what the query reads.
 */
function walkPlane() {
  const picture = pictureFrame("What is read");
  const caption = html("figcaption", {});
  const legend = html("p", { class: "tinyml-legend" });
  /** @type {(choice: Choice, width: number) => void} */
  const paint = (choice, width) => {
    const wide = Math.min(width, 400);
    const { query } = choice;
    const { weights, outputs } = readingOf(choice);
    const scale = wide / 2 / WALK;
    /** @type {(place: Pair) => Pair} */
    const shift = ([x, y]) => [wide / 2 + scale * x, wide / 2 - scale * y];
    const parts = groundOf(wide, WALK);
    parts.push(svg("path", { class: "field-triangle", d: `${pathOf(...VALUES.map(shift))}Z` }));
    VALUES.forEach((own, k) => {
      const [x, y] = shift(own);
      const label = `v${k} ${placeText(own)}`;
      parts.push(svg("circle", { class: "field-value", cx: x, cy: y, r: 4.5 }), k === 0
        ? textAt(wide - 4, y - 9, label, { "text-anchor": "end" })
        : textAt(x, y + (k === 2 ? 19 : -10), label, { "text-anchor": "middle" }));
    });
    outputs.forEach((own, k) => {
      const [cx, cy] = shift(own);
      if (k !== query) parts.push(svg("circle", { class: "field-other", cx, cy, r: 5 }));
    });
    const places = walkOf(weights[query]).map(shift);
    PLACES.forEach((k) => parts.push(arrowOf(`field-share-${k}`, places[k], places[k + 1])));
    const [cx, cy] = places[3];
    parts.push(svg("circle", { class: "tinyml-point", cx, cy, r: 6.5 }));
    picture.size(wide, wide);
    picture.describe(walkWords(choice));
    picture.drawing.replaceChildren(...parts);
    setText(caption, `What q${query} reads: its share of each value, one after the other. Hollow: what others read.`);
    legend.replaceChildren(...PLACES.map((k) => html("span", {},
      svg("svg", { width: 28, height: 10, "aria-hidden": "true" }, arrowOf(`field-share-${k}`, [1, 5], [27, 5])),
      `${k ? "+ " : ""}${threeDecimals(weights[query][k])} v${k}`)),
    html("span", {}, `= ${outputText(outputs[query])}`));
  };
  return {
    node: html("figure", { class: "tinyml-figure field-plane" }, caption, html("div", {}, picture.node), legend),
    picture: picture.node,
    ...resizable(paint, 320),
  };
}

/**
 * The scores, each a button that blocks it or allows it again.
 * @returns {Control<string> & { show: (choice: Choice) => void, hush: () => void }}
 */
function scoreTable() {
  /** @type {(mask: string) => void} */
  let tell = () => {};
  let mask = ALL;
  const remark = html("p", { class: "field-remark", "aria-live": "polite" });
  const heads = PLACES.map((key) => html("th", { scope: "col" }, `k${key}`));
  const rows = PLACES.map((query) => {
    const buttons = PLACES.map((key) => button("", () => {
      const turned = turnedOver(mask, query, key);
      if (turned) tell(turned);
      else setText(remark, `Query ${query} has to read something: with no key left, its weights would be 0/0.`);
    }));
    const cells = buttons.map((own) => html("td", {}, own));
    return { node: html("tr", {}, html("th", { scope: "row" }, `q${query}`), ...cells), buttons };
  });
  return {
    node: html("div", {}, html("table", { class: "field-scores" },
      html("caption", {}, "Scores, q · k / √2. Press one to block it, or to allow it again."),
      html("thead", {}, html("tr", {}, html("td", {}), ...heads)),
      html("tbody", {}, ...rows.map(({ node }) => node))), remark),
    set: (value) => (mask = value),
    listen: (callback) => (tell = callback),
    words: () => maskWords(mask),
    hush: () => setText(remark, ""),
    show(choice) {
      const allowed = allowedIn(choice.mask);
      readingOf(choice).scores.forEach((scores, query) => {
        rows[query].node.classList.toggle("field-shown", query === choice.query);
        scores.forEach((score, key) => {
          const own = rows[query].buttons[key];
          const [text, open] = [threeDecimals(score), allowed[query][key]];
          setText(own, open ? text : `\u2717 ${text}`);
          const label = `Query ${query} may read key ${key}, score ${text}`;
          attributes(own, { "aria-pressed": String(open), "aria-label": label });
        });
      });
    },
  };
}

/** @param {Given<Choice>} given */
function render({ model, el }) {
  /** @type {() => Choice} */
  const chosen = () => ({
    q0: model.get("q0"), q1: model.get("q1"), q2: model.get("q2"), k0: model.get("k0"), k1: model.get("k1"),
    k2: model.get("k2"), mask: model.get("mask"), query: model.get("query"),
  });
  const [arrows, walk, scores] = [arrowPlane(), walkPlane(), scoreTable()];
  const weights = heatMap("Weights", { most: 64 });
  const update = () => {
    const choice = chosen();
    arrows.draw(choice);
    walk.draw(choice);
    scores.show(choice);
    scores.hush();
    weights.draw({
      rows: QUERY_NAMES, columns: KEY_NAMES, values: readingOf(choice).weights.flat(), note: "Each row sums to 1.",
      faded: (row) => row !== choice.query, description: weightsWords(choice),
    });
    fit();
    return readingWords(choice);
  };
  const page = frame({
    model, el, title: "Attention field", tall: true, update, recompute, python: () => fieldCode(chosen()),
    types: ["attend : (Queries x Keys) x Values -> Values"], onReset: scores.hush,
    shown: () => {
      const { scores: row, weights: shares, outputs } = readingOf(chosen());
      const own = model.get("query");
      return Object.fromEntries([
        ...PLACES.flatMap((key) => [[`weight_${key}`, shares[own][key]], [`score_${key}`, row[own][key]]]),
        ["output_x", outputs[own][0]], ["output_y", outputs[own][1]],
      ]);
    },
  });
  const fit = () => {
    fitToPlace({ node: arrows.area, layout: arrows.layout });
    fitToPlace({ node: walk.picture, layout: walk.layout });
  };
  NAMES.forEach((name, k) => {
    page.bind(name, arrows.grips[k]);
    if (name[0] === "q") arrows.grips[k].listen((place) => {
      page.set(name, place);
      page.set("query", Number(name[1])); // what is moved is shown
    });
  });
  page.bind("mask", scores);
  const query = page.bind("query", buttonRow({ label: "Query shown", choices: PLACES.map((own) => [own, `q${own}`]) }));
  const mask = page.bind("mask", buttonRow({ label: "Mask", choices: [[ALL, "all allowed"], [CAUSAL, "causal"]] }));
  page.controls.append(query.node);
  page.stage.append(html("div", { class: "tinyml-columns" }, arrows.node, walk.node),
    html("div", { class: "tinyml-columns" }, html("div", {}, mask.node, scores.node), weights.node));
  page.onWidth(fit);
  page.open();
  return page.close;
}

export default { render };
