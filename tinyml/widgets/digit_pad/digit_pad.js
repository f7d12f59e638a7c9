// DigitPad: a digit is drawn on 8 x 8 cells, and what the kernels see in it and what the network says is computed here.

import { bars } from "../kit/bars.js";
import { button, buttonRow } from "../kit/controls.js";
import { fitToPlace, heatMap } from "../kit/drawing.js";
import { attributes, html, setText, svg } from "../kit/elements.js";
import { frame } from "../kit/frame.js";
import { answersOf, INK, inkOf, inkText, KERNELS, largestPlaces, learnt, PLACES } from "./classifying.js";
import { scoresOf, seenIn, SIDE, sharesOf, UNIT } from "./classifying.js";
import { afterKey, ARROWS, drawnOn, moved, touched, untouched } from "./pen.js";
import { cellWords, kernelName, PAD, padCode, padWords, percent, placeOfMost } from "./telling.js";
import { ranked, sampleOf, samples, sharesWords } from "./telling.js";

/** @import { Values } from "../kit/certificate.js" */
/** @import { Given } from "../kit/frame.js" */
/** @import { Point } from "./pen.js" */

const FULL = 4; // the answer that is drawn in full colour
const FULL_WEIGHT = 2; // and the weight
const START = 4; // the sample that is shown first
/** @type {Record<string, string>} */
const SIGNS = { up: "\u2191", down: "\u2193", left: "\u2190", right: "\u2192" };
const HEART = "000000000gg00gg0gggggggggggggggg0gggggg000gggg00000gg00000000000";

/** @type {(kernel: number) => number[]} */
const weightsOf = (kernel) => learnt().kernels.map((own) => own[kernel] / 1000);
/** @type {(kernel: number) => number} */
const offsetOf = (kernel) => learnt().kernelOffsets[kernel] / 1000;
/** @type {(text: string) => number[]} */
const inkIn = (text) => /** @type {number[]} */ (inkOf(text));

export function recompute() {
  /** @type {Values} */
  const values = {};
  const [first, heart] = [samples()[START], HEART].map((text) => answersOf(inkIn(text)));
  for (let kernel = 0; kernel < KERNELS; kernel++) {
    values[`kernel ${kernel}`] = [offsetOf(kernel), ...weightsOf(kernel)];
    values[`answers of kernel ${kernel}`] = first[kernel].map((own) => own / UNIT);
    values[`largest of kernel ${kernel}`] = largestPlaces(heart[kernel]);
  }
  /** @type {[name: string, ink: string][]} */
  const pictures = [
    ...samples().map((ink, digit) => /** @type {[string, string]} */ ([`a ${digit}`, ink])),
    ["no ink", "0".repeat(64)], ["all ink", "g".repeat(64)], ["one cell", `${"0".repeat(27)}g${"0".repeat(36)}`],
    ["a chessboard", "g0g0g0g00g0g0g0g".repeat(4)], ["a heart", HEART],
  ];
  for (const [name, ink] of pictures) {
    const scores = scoresOf(answersOf(inkIn(ink)));
    Object.assign(values, { [`scores of ${name}`]: scores, [`probabilities of ${name}`]: sharesOf(scores) });
  }
  return values;
}

/** @type {(count: number, size: number) => SVGElement[]} squares in rows, as many as in a square picture */
const squares = (count, size) => Array.from({ length: count * count }, (_, k) => svg("rect", {
  x: (k % count) * size, y: Math.floor(k / count) * size, width: size, height: size,
}));

/**
 * The pad, which is drawn on by pointer and by keys.
 * @param {{ ink: () => number[], erasing: () => boolean, set: (ink: number[]) => void }} given
 */
function drawingPad({ ink, erasing, set }) {
  const cells = squares(SIDE, 1);
  const look = svg("rect", { class: "digit-window", width: 3, height: 3 });
  const cursor = svg("rect", { class: "digit-cursor", width: 1, height: 1 });
  const picture = svg("svg", { viewBox: `0 0 ${SIDE} ${SIDE}`, "aria-hidden": "true" }, ...cells, look, cursor);
  const node = html("div", { class: "digit-pad", role: "application", "aria-label": PAD, tabindex: 0 }, picture);
  const live = html("span", { class: "tinyml-hidden", "aria-live": "polite" });
  let at = 0;
  /** @type {{ start: number[], dots: number[], last: Point } | undefined} */
  let stroke;
  const place = () => attributes(cursor, { x: at % SIDE, y: Math.floor(at / SIDE) });
  /** @type {(event: PointerEvent) => Point} */
  const pointOf = ({ clientX, clientY }) => {
    const { left, top, width, height } = picture.getBoundingClientRect();
    return [((clientX - left) / width) * SIDE, ((clientY - top) / height) * SIDE];
  };
  /** @type {(point: Point) => void} */
  const draw = (point) => {
    if (!stroke) return;
    stroke.dots = touched(stroke.dots, stroke.last, point);
    stroke.last = point;
    const [column, row] = point.map((own) => Math.min(SIDE - 1, Math.max(0, Math.floor(own))));
    at = SIDE * row + column;
    place();
    set(drawnOn(stroke.start, stroke.dots, erasing()));
  };
  node.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !event.isPrimary) return;
    node.setPointerCapture(event.pointerId);
    node.classList.remove("digit-keyed");
    const point = pointOf(event);
    stroke = { start: ink(), dots: untouched(), last: point };
    draw(point);
  });
  node.addEventListener("pointermove", (event) => {
    if (event.isPrimary) draw(pointOf(event));
  });
  node.addEventListener("lostpointercapture", () => (stroke = undefined)); // however a stroke ends
  node.addEventListener("keydown", (event) => {
    const { key, shiftKey: shift, ctrlKey, altKey, metaKey } = event;
    const after = ctrlKey || altKey || metaKey ? undefined : afterKey(ink(), at, { key, shift, erasing: erasing() });
    if (!after) return;
    event.preventDefault();
    node.classList.add("digit-keyed");
    at = after.at;
    place();
    set(after.ink);
    setText(live, cellWords(after.ink, at));
  });
  place();
  return {
    node: html("div", {}, node, live),
    /** @type {(shown: number[], window: number) => void} the ink, and the place of a window */
    draw(shown, window) {
      attributes(look, { x: window % PLACES, y: Math.floor(window / PLACES) });
      cells.forEach((cell, k) => attributes(cell, { "fill-opacity": shown[k] / INK }));
    },
  };
}

/** @type {(ink: number[]) => SVGElement} a digit for a button */
const thumb = (ink) => svg("svg", { class: "digit-thumb", viewBox: `0 0 ${SIDE} ${SIDE}`, "aria-hidden": "true" },
  ...squares(SIDE, 1).flatMap((cell, k) => (ink[k] ? [attributes(cell, { "fill-opacity": ink[k] / INK })] : [])));

/**
 * A kernel's button: its weights, by size and filled where they are above zero, and where it answers.
 * @param {number} kernel
 * @param {() => void} onPress
 */
function kernelButton(kernel, onPress) {
  const weights = squares(3, 2).map((square, k) => {
    const weight = weightsOf(kernel)[k];
    const side = 0.2 + 1.6 * Math.sqrt(Math.min(1, Math.abs(weight) / FULL_WEIGHT));
    const edge = 1 - side / 2;
    return attributes(square, {
      x: 2 * (k % 3) + edge, y: 2 * Math.floor(k / 3) + edge, width: side, height: side,
      class: weight < 0 ? "digit-below" : "digit-above",
    });
  });
  const cells = squares(PLACES, 1);
  const marks = squares(3, 1);
  const node = button("", onPress);
  const lines = svg("path", { d: "M2 0V6M4 0V6M0 2H6M0 4H6" });
  node.append(html("span", { "aria-hidden": "true" }, String(kernel)),
    svg("svg", { class: "digit-weights", viewBox: "0 0 6 6", "aria-hidden": "true" }, ...weights),
    svg("svg", { class: "digit-answers", viewBox: "-0.1 -0.1 6.2 6.2", "aria-hidden": "true" },
      ...cells, lines, ...marks));
  return {
    node,
    /** @type {(answer: number[]) => void} */
    draw(answer) {
      attributes(node, { "aria-label": kernelName(kernel, answer) });
      cells.forEach((cell, k) => attributes(cell, {
        "fill-opacity": Math.min(1, Math.max(0, answer[k] / UNIT / FULL)).toFixed(2),
      }));
      largestPlaces(answer).forEach((place, k) => attributes(marks[k], {
        x: place % PLACES, y: Math.floor(place / PLACES), width: 1, height: 1,
        class: answer[place] > 0 ? "digit-largest" : "digit-nothing",
      }));
    },
  };
}

/** The buttons of all kernels, of which one is pressed. */
function kernelRow() {
  /** @type {(kernel: number) => void} */
  let tell = () => {};
  let pressed = 0;
  const buttons = Array.from({ length: KERNELS }, (_, kernel) => kernelButton(kernel, () => tell(kernel)));
  return {
    node: html("figure", { class: "tinyml-figure" },
      html("figcaption", {}, "Eight kernels, and what each sees. Above: its weights, filled where positive and hollow ",
        "where negative. Below: its answers after ReLU, the largest of each 2 × 2 square framed."),
      html("div", { class: "digit-kernels", role: "group", "aria-label": "Kernel" },
        ...buttons.map(({ node }) => node))),
    /** @type {(answers: number[][]) => void} */
    draw: (answers) => buttons.forEach((own, kernel) => own.draw(answers[kernel])),
    /** @type {(kernel: number) => void} */
    set(kernel) {
      pressed = kernel;
      buttons.forEach(({ node }, k) => attributes(node, { "aria-pressed": String(k === kernel) }));
    },
    /** @type {(callback: (kernel: number) => void) => void} */
    listen: (callback) => (tell = callback),
    words: () => `Kernel: ${pressed}`,
  };
}

/** @param {Given<{ ink: string, kernel: number }>} given */
function render({ model, el }) {
  let erasing = false;
  /** The ink of the settings; where the address brought a text that is no picture, that of the start. */
  const current = () => inkOf(model.get("ink")) ?? inkIn(samples()[START]);
  /** @type {(ink: number[]) => void} */
  const put = (ink) => page.set("ink", inkText(ink));
  const pad = drawingPad({ ink: current, erasing: () => erasing, set: put });
  const padCaption = html("figcaption", {});
  const chart = bars("Probabilities");
  const [kernelMap, answerMap] = [heatMap("Kernel"), heatMap("Answer")];
  const kernels = kernelRow();
  /** Frame what goes on in the large map, which is painted anew by its kit. */
  const frameLargest = () => {
    const cells = answerMap.node.querySelectorAll("rect");
    for (const place of largestPlaces(answersOf(current())[model.get("kernel")])) {
      cells[place].classList.add("tinyml-marked");
    }
  };
  const update = () => {
    const seen = seenIn(current());
    const kernel = model.get("kernel");
    pad.draw(seen.ink, placeOfMost(seen.answers[kernel]));
    setText(padCaption, `${erasing ? "The pen takes ink away." : "The pen lays ink: draw large."} ` +
      `Dashed: where kernel ${kernel} answers most.`);
    chart.draw({
      labels: seen.shares.map((_, digit) => String(digit)), values: seen.shares, to: 1.12,
      marked: ranked(seen.shares)[0], text: (share) => percent(share), description: sharesWords(seen.shares),
      columnName: "probability",
    });
    kernels.draw(seen.answers);
    const [three, six] = [3, PLACES].map((count) => Array.from({ length: count }, (_, k) => String(k + 1)));
    kernelMap.draw({
      rows: three, columns: three, values: weightsOf(kernel), full: FULL_WEIGHT,
      note: `The weights of kernel ${kernel}; its offset is ${offsetOf(kernel).toFixed(3)}.`,
    });
    answerMap.draw({
      rows: six, columns: six, values: seen.answers[kernel].map((own) => own / UNIT), full: FULL,
      note: `What kernel ${kernel} answers at each place. Of each 2 × 2 square the framed one goes on, or 0 where ` +
        "it's negative.",
    });
    frameLargest();
    const problem = inkOf(model.get("ink")) ? "" : "The address has no picture of 64 letters; this is the first one. ";
    return problem + padWords(seen, kernel);
  };
  const page = frame({
    model, el, title: "Digit pad", update, recompute, types: ["digit_classifier : Images[8, 8, 1] -> Scores[10]"],
    python: () => padCode(current()),
    shown: () => {
      const { shares } = seenIn(current());
      const [says] = ranked(shares);
      return { says, probability: 100 * shares[says] };
    },
    onReset: () => choose("lays"),
  });
  const hand = buttonRow({
    label: "Handwritten, and held out", choices: samples().map((ink, digit) => [ink, `a ${digit}`]),
  });
  hand.node.querySelectorAll("button").forEach((own, digit) => {
    attributes(own, { "aria-label": `A ${digit}` }).replaceChildren(thumb(inkIn(samples()[digit])));
  });
  page.bind("ink", {
    ...hand,
    words: () => {
      const digit = sampleOf(current());
      return `On the pad: ${digit < 0 ? "a picture" : `a ${digit}`}`;
    },
  });
  page.bind("kernel", kernels);
  /** @type {(does: "lays" | "takes") => void} */
  const choose = (does) => {
    erasing = does === "takes";
    pen.set(does);
    page.schedule();
  };
  const pen = buttonRow({ label: "Pen", choices: [["lays", "Draw"], ["takes", "Erase"]] });
  pen.listen(choose);
  const clear = button("Clear", () => put(current().map(() => 0)));
  const moves = Object.entries(ARROWS).map(([key, [down, right]]) => {
    const way = key.slice(5).toLowerCase();
    return button(SIGNS[way], () => put(moved(current(), down, right)), { "aria-label": `Move ${way}` });
  });
  hand.node.classList.add("tinyml-wide", "digit-samples");
  page.controls.append(hand.node);
  const tools = html("div", { class: "digit-tools" }, pen.node, clear,
    html("div", { class: "digit-tools", role: "group", "aria-label": "Move by one cell" }, ...moves),
    html("span", { class: "tinyml-note" }, "By keys: arrows move, Space inks a cell, Shift and an arrow draw."));
  page.stage.append(
    html("div", { class: "tinyml-columns" },
      html("div", {}, html("figure", { class: "tinyml-figure" }, padCaption, pad.node), tools),
      html("div", {}, chart.node)),
    kernels.node,
    html("div", { class: "tinyml-columns" }, html("div", {}, answerMap.node), html("div", {}, kernelMap.node)));
  page.onWidth(() => {
    for (const own of [chart, answerMap, kernelMap]) fitToPlace(own);
    frameLargest();
  });
  choose("lays");
  page.open();
  return page.close;
}

export default { render };
