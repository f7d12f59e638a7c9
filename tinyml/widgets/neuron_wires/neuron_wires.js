// NeuronWires: a neuron with two inputs, taken apart. Values go down its wires, signals come back up.

import { buttonRow, slider } from "../kit/controls.js";
import { numberTable, pictureFrame, resizable, textAt } from "../kit/drawing.js";
import { html, svg } from "../kit/elements.js";
import { fitted, floatRepr, general } from "../kit/format.js";
import { frame } from "../kit/frame.js";

/** @import { Values } from "../kit/certificate.js" */
/** @import { Choice } from "../kit/controls.js" */
/** @import { Given } from "../kit/frame.js" */
/** @typedef {"yes" | "no"} Answer */
/** @typedef {"first_weight" | "second_weight" | "bias" | "first_input" | "second_input"} NumberName */
/** @typedef {[w1: number, w2: number, b: number, x1: number, x2: number, target: Answer]} Neuron */
/** @typedef {"first" | "second"} Which */
/** @typedef {{ forward: (...inputs: number[]) => number, local: (...inputs: number[]) => number[] }} Operation */

/** @type {NumberName[]} */
const NUMBERS = ["first_weight", "second_weight", "bias", "first_input", "second_input"];
/** @type {Record<Which, Neuron>} */
const EQUAL_LOSS = { first: [1, 0, 0, 1, 0, "yes"], second: [0.5, 0, 0, 2, 0, "yes"] };

/** @param {number} z */
function sigmoidOf(z) {
  if (z >= 0) return 1 / (1 + Math.exp(-z));
  const share = Math.exp(z);
  return share / (1 + share);
}

// How an operation computes, and its slope in each input.
/** @type {Operation} */
const ADD = { forward: (a, b) => a + b, local: () => [1, 1] };
/** @type {Operation} */
const MULTIPLY = { forward: (a, b) => a * b, local: (a, b) => [b, a] };
/** @type {Operation} */
const SIGMOID = { forward: sigmoidOf, local: (z) => [sigmoidOf(z) * sigmoidOf(-z)] };
/** @type {Operation} */
const LOG = { forward: Math.log, local: (a) => [1 / a] };

/**
 * The operations in the order in which they run: what they make, and from which wires.
 * @type {[string, Operation, string[]][]}
 */
const STEPS = [
  ["w1x1", MULTIPLY, ["w1", "x1"]],
  ["w2x2", MULTIPLY, ["w2", "x2"]],
  ["s2", ADD, ["w1x1", "w2x2"]],
  ["z", ADD, ["s2", "b"]],
  ["signed", MULTIPLY, ["z", "sign"]],
  ["q", SIGMOID, ["signed"]],
  ["log q", LOG, ["q"]],
  ["loss", MULTIPLY, ["log q", "minus one"]],
];
const GIVEN = ["w1", "x1", "w2", "x2", "b", "sign", "minus one"];
const WIRES = [...GIVEN, ...STEPS.map(([name]) => name)];

/**
 * Values and signals of all wires, in the order of WIRES.
 * @param {Neuron} neuron
 */
export function traceOf(...neuron) {
  const [w1, w2, b, x1, x2, target] = neuron;
  /** @type {Record<string, number>} */
  const value = { w1, x1, w2, x2, b, sign: target === "yes" ? 1 : -1, "minus one": -1 };
  for (const [name, operation, inputs] of STEPS) {
    value[name] = operation.forward(...inputs.map((own) => value[own])) + 0; // no -0
  }
  const signal = Object.fromEntries(WIRES.map((name) => [name, 0]));
  signal.loss = 1;
  for (const [name, operation, inputs] of [...STEPS].reverse()) {
    operation.local(...inputs.map((own) => value[own])).forEach((slope, k) => {
      signal[inputs[k]] += signal[name] * slope;
    });
  }
  return { values: WIRES.map((name) => value[name]), signals: WIRES.map((name) => signal[name]) };
}

export function recompute() {
  /** @type {Record<string, Neuron>} */
  const settings = {
    "the chapter's neuron": [0.5, -0.25, 0.1, 1, 2, "yes"],
    "the same, answer no": [0.5, -0.25, 0.1, 1, 2, "no"],
    "sure and wrong": [3, 3, 3, -3, -3, "yes"],
    "first of equal loss": EQUAL_LOSS.first,
    "second of equal loss": EQUAL_LOSS.second,
  };
  /** @type {Values} */
  const values = {};
  for (const [key, given] of Object.entries(settings)) {
    const trace = traceOf(...given);
    values[`values of ${key}`] = trace.values;
    values[`signals of ${key}`] = trace.signals;
  }
  return values;
}

/**
 * A runnable snippet that prints every wire with its value and its signal.
 * @param {Neuron} neuron
 */
export function wiresSnippet([w1, w2, b, x1, x2, target]) {
  /** @type {(one: number, two: number) => string} */
  const pair = (one, two) => `[${floatRepr(one)}, ${floatRepr(two)}]`;
  return [
    "from tinyml import Bias, Input, Neuron, Product, Target, Weight, trace_neuron",
    "",
    `neuron = Neuron(Weight(${pair(w1, w2)}), Bias(${floatRepr(b)}))`,
    `example = Product(Input(${pair(x1, x2)}), Target(${target === "yes" ? "True" : "False"}))`,
    "for wire in trace_neuron(neuron, example).wires:",
    '    print(f"{wire.value:.6g} {wire.signal:.6g}", wire.name)',
    "",
  ].join("\n");
}

/**
 * Which neuron of equal loss these settings are, or nothing.
 * @param {Neuron} neuron
 */
export function whichOf(neuron) {
  const both = /** @type {Which[]} */ (["first", "second"]);
  return both.find((own) => EQUAL_LOSS[own].every((value, k) => value === neuron[k])) ?? "";
}

/**
 * The result in words.
 * @param {Neuron} given
 */
export function wordsOf(given) {
  const { values, signals } = traceOf(...given);
  /** @type {(name: string) => number} */
  const value = (name) => values[WIRES.indexOf(name)];
  /** @type {(name: string) => number} */
  const signal = (name) => signals[WIRES.indexOf(name)];
  const slopes = `${general(signal("w1"))} and ${general(signal("w2"))}`;
  const words = `The score is ${general(value("z"))}. The answer, ${given[5]}, gets the probability ` +
    `${general(value("q"))}, so the loss is ${general(value("loss"))}. Its slopes in the weights are ${slopes}, and ` +
    `${general(signal("b"))} in the bias.`;
  const which = whichOf(given);
  return which ? `${words} The ${which === "first" ? "second" : "first"} neuron of this pair has the same loss ` +
    "on other data, and another slope in its first weight: " +
    "without the data, no rule could find the slope from the loss." : words;
}

const BOX = 30;
const GAP = 66;

/**
 * The neuron, drawn downwards: each wire with its name, its value, and its signal below in another colour.
 * @param {string} name
 */
function wiresPicture(name) {
  const picture = pictureFrame(name);
  /** @type {(spec: { values: number[], signals: number[], description: string }, width: number) => void} */
  const paint = ({ values, signals, description }, width) => {
    const wide = Math.min(width, 560);
    const column = wide / 5;
    /** @type {(number: number) => string} */
    const shortened = (number) => (wide < 420 ? fitted(number, 3, 6) : general(number, 4));
    /** @type {Record<string, number>} */
    const x = { w1: 0.5, x1: 1.5, w2: 2.5, x2: 3.5, b: 4.5, w1x1: 1, w2x2: 3, s2: 2, z: 3, signed: 3, q: 3, "log q": 3, loss: 3 };
    /** @type {Record<string, number>} */
    const row = { w1: 0, x1: 0, w2: 0, x2: 0, b: 0, w1x1: 1, w2x2: 1, s2: 2, z: 3, signed: 4, q: 5, "log q": 6, loss: 7 };
    const shown = { w1x1: "×", w2x2: "×", s2: "+", z: "+", signed: values[5] < 0 ? "× −1" : "× 1", q: "sigmoid", "log q": "log", loss: "× −1" };
    /** @type {(own: string) => number} */
    const top = (own) => 4 + row[own] * (BOX + GAP);
    /** @type {SVGElement[]} */
    const parts = [];
    /** @type {(from: string, to: string) => void} */
    const wire = (from, to) => parts.push(svg("line", {
      class: "tinyml-wire", x1: x[from] * column, y1: top(from) + 50, x2: x[to] * column, y2: top(to) - BOX,
    }));
    for (const [to, , inputs] of STEPS) for (const from of inputs) if (from in x) wire(from, to);
    for (const [own, label] of Object.entries(shown)) {
      const boxWide = Math.max(40, label.length * 9 + 16);
      parts.push(
        svg("rect", { class: "tinyml-box", x: x[own] * column - boxWide / 2, y: top(own) - BOX, width: boxWide, height: BOX, rx: 6 }),
        textAt(x[own] * column, top(own) - 10, label, { "text-anchor": "middle", class: "tinyml-strong" }));
    }
    for (const own of Object.keys(x)) {
      const k = WIRES.indexOf(own);
      const place = { "text-anchor": "middle" };
      parts.push(textAt(x[own] * column, top(own) + 15, own, { ...place, class: "tinyml-quiet" }),
        textAt(x[own] * column, top(own) + 30, `↓ ${shortened(values[k])}`, place),
        textAt(x[own] * column, top(own) + 45, `↑ ${shortened(signals[k])}`, { ...place, class: "neuron-signal" }));
    }
    picture.size(wide, top("loss") + 56);
    picture.describe(description);
    picture.drawing.replaceChildren(...parts);
  };
  const caption = html("figcaption", {}, "↓ the value on a wire; ↑ its signal, the slope of the loss in that value");
  const node = html("figure", { class: "tinyml-figure" }, caption, html("div", {}, picture.node));
  return { node, ...resizable(paint) };
}

/** @param {Given<Record<NumberName, number> & { target: Answer }>} given */
function render({ model, el }) {
  const settings = model.get("settings");
  /** @type {() => Neuron} */
  const given = () => {
    const [w1, w2, b, x1, x2] = NUMBERS.map((name) => model.get(name));
    return [w1, w2, b, x1, x2, model.get("target")];
  };
  const picture = wiresPicture("The neuron, operation by operation");
  const table = numberTable("Values and signals of the wires");
  const update = () => {
    const { values, signals } = traceOf(...given());
    const words = wordsOf(given());
    picture.draw({ values, signals, description: words });
    table.show({
      corner: "wire", rows: WIRES, columns: ["value", "signal"], values: WIRES.flatMap((_, k) => [values[k], signals[k]]),
    });
    pair.set(whichOf(given()));
    return words;
  };
  /** @type {Choice<Which | "">[]} */
  const both = [["first", "First neuron"], ["second", "Second neuron"]];
  const pair = buttonRow({ label: "Equal loss, different gradient", choices: both });
  const page = frame({
    model, el, title: "A neuron and its wires", update, python: () => wiresSnippet(given()), recompute,
    types: ["Input[2] x (Probability x Target) -> NeuronGradient"],
  });
  const labels = ["Weight w1", "Weight w2", "Bias b", "Input x1", "Input x2"];
  const sliders = labels.map((label, k) => page.bind(NUMBERS[k], slider({
    label, ...settings[NUMBERS[k]], step: k < 3 ? 0.05 : 0.25,
  })));
  const target = page.bind("target", buttonRow({ label: "Target: the right answer", choices: settings.target.choices }));
  pair.listen((which) => {
    if (!which) return;
    const [w1, w2, b, x1, x2, answer] = EQUAL_LOSS[which];
    [w1, w2, b, x1, x2].forEach((value, k) => page.set(NUMBERS[k], value));
    page.set("target", answer);
  });
  page.controls.append(...sliders.map(({ node }) => node), target.node, pair.node);
  page.stage.append(picture.node, table.node);
  page.onWidth((width) => picture.layout(width));
  page.open();
  return page.close;
}

export default { render };
