// TapeBench: a graph with fan-out in three number systems. The change of the inputs goes forward, the seed comes back,
// and the page says whether both meet, and whether jvp is the derivative of forward.

import { buttonRow, slider } from "../kit/controls.js";
import { CHARACTER, pictureFrame, resizable, textAt } from "../kit/drawing.js";
import { html, svg } from "../kit/elements.js";
import { floatRepr, general } from "../kit/format.js";
import { frame } from "../kit/frame.js";

/** @import { Values } from "../kit/certificate.js" */
/** @import { Given } from "../kit/frame.js" */
/** @typedef {{ n: bigint, d: bigint }} Fraction */
/** @typedef {Fraction | number} Scalar */
/**
 * What nodes compute with.
 * @template N
 * @typedef {{
 *   of(top: number, bottom: number): N, add(a: N, b: N): N, multiply(a: N, b: N): N, negative(a: N): N,
 * }} Ring
 */
/**
 * A ring whose numbers are compared, written, and told to Python.
 * @template N
 * @typedef {Ring<N> & {
 *   same(a: N, b: N, size: number): boolean, text(a: N, digits?: number): string, told(a: N): number | string,
 * }} System
 */
/**
 * @template N
 * @typedef {{ forward: (x: N[]) => N, jvp: (x: N[], dx: N[]) => N, vjp: (x: N[], dy: N) => N[] }} GraphNode
 */
/**
 * @template N
 * @typedef {{ node: GraphNode<N>, reads: number[] }} Cell a node, and the places that it reads
 */
/**
 * A number a + b·e, where e·e = 0.
 * @template N
 * @typedef {{ value: N, change: N }} Dual
 */
/** @typedef {"fractions" | "floats" | "mod 2"} SystemName */
/** @typedef {"none" | "wrong sign" | "zeros"} Fault */
/** @typedef {"x" | "y" | "dx" | "dy"} Entry */
/** @typedef {"x" | "y" | "z" | "square" | "triple" | "loss"} Wire */
/** @typedef {{ rowsIn: (digits: number) => string[][], guilty: string, description: string }} Tape */
/** @typedef {Record<Entry, number> & { seed: Wire | "every wire", system: SystemName, fault: Fault }} Settings */

/** @type {Record<Entry, number>} */
const BELOW = { x: 3, y: 5, dx: 2, dy: 9 };
/** @type {Wire[]} */
const WIRES = ["x", "y", "z", "square", "triple", "loss"];

/**
 * @param {bigint} a
 * @param {bigint} b
 * @returns {bigint}
 */
function divisor(a, b) {
  return b === 0n ? (a < 0n ? -a : a) : divisor(b, a % b);
}

/**
 * A fraction in lowest terms with a positive denominator.
 * @param {number | bigint} top
 * @param {number | bigint} bottom
 * @returns {Fraction}
 */
export function fraction(top, bottom = 1n) {
  const [n, d] = [BigInt(top), BigInt(bottom)];
  const common = divisor(n, d) * (d < 0n ? -1n : 1n);
  return { n: n / common, d: d / common };
}

/** @type {System<Fraction>} */
const FRACTIONS = {
  of: (top, bottom) => fraction(top, bottom),
  add: (a, b) => fraction(a.n * b.d + b.n * a.d, a.d * b.d),
  multiply: (a, b) => fraction(a.n * b.n, a.d * b.d),
  negative: (a) => fraction(-a.n, a.d),
  same: (a, b) => a.n === b.n && a.d === b.d,
  text: (a) => (a.d === 1n ? String(a.n) : `${a.n}/${a.d}`),
  told: (a) => FRACTIONS.text(a),
};

/** @type {System<number>} */
const FLOATS = {
  of: (top, bottom) => top / bottom,
  add: (a, b) => a + b,
  multiply: (a, b) => a * b,
  negative: (a) => -a,
  same: (a, b, size) => Math.abs(a - b) <= 1e-12 * Math.max(1, size),
  text: (a, digits) => general(a + 0, digits),
  told: (a) => a,
};

/** @type {System<number>} */
const MOD_2 = {
  of: (top) => ((top % 2) + 2) % 2,
  add: (a, b) => a ^ b,
  multiply: (a, b) => a & b,
  negative: (a) => a,
  same: (a, b) => a === b,
  text: (a) => String(a),
  told: (a) => String(a),
};

/**
 * The numbers that the bench computes with; those of two systems never meet.
 * @type {Record<SystemName, System<Scalar>>}
 */
export const SYSTEMS = { fractions: FRACTIONS, floats: FLOATS, "mod 2": MOD_2 };

/**
 * The nodes over one ring: forward(x), jvp(x, dx) and vjp(x, dy), as in tinyml.ch10_tape.nodes.
 * @template N
 * @param {Ring<N>} system
 * @returns {Record<"multiply" | "wrong sign" | "zeros" | "triple" | "add", GraphNode<N>>}
 */
function nodesOver(system) {
  const { add, multiply, negative, of } = system;
  const three = of(3, 1);
  const zero = of(0, 1);
  /** @type {GraphNode<N>} */
  const product = {
    forward: ([a, b]) => multiply(a, b),
    jvp: ([a, b], [da, db]) => add(multiply(da, b), multiply(a, db)),
    vjp: ([a, b], dy) => [multiply(dy, b), multiply(a, dy)],
  };
  return {
    multiply: product,
    "wrong sign": { ...product, vjp: (x, dy) => product.vjp(x, dy).map(negative) },
    zeros: { ...product, jvp: () => zero, vjp: () => [zero, zero] },
    triple: {
      forward: ([a]) => multiply(a, three),
      jvp: (_x, [da]) => multiply(da, three),
      vjp: (_x, dy) => [multiply(dy, three)],
    },
    add: { forward: ([a, b]) => add(a, b), jvp: (_x, [da, db]) => add(da, db), vjp: (_x, dy) => [dy, dy] },
  };
}

/**
 * The cells of the graph in the order of computing.
 * @template N
 * @param {Ring<N>} system
 * @param {Fault} fault
 * @returns {Cell<N>[]}
 */
function cellsOver(system, fault) {
  const nodes = nodesOver(system);
  return [
    { node: nodes.multiply, reads: [0, 1] },
    { node: fault === "none" ? nodes.multiply : nodes[fault], reads: [2, 2] },
    { node: nodes.triple, reads: [0] },
    { node: nodes.add, reads: [3, 4] },
  ];
}

/**
 * Numbers a + b·e with e·e = 0: forward on them has the derivative beside the value.
 * @template N
 * @param {Ring<N>} ring
 * @returns {Ring<Dual<N>>}
 */
function dualsOver({ add, multiply, negative, of }) {
  return {
    of: (top, bottom) => ({ value: of(top, bottom), change: of(0, 1) }),
    add: (a, b) => ({ value: add(a.value, b.value), change: add(a.change, b.change) }),
    multiply: (a, b) => ({
      value: multiply(a.value, b.value), change: add(multiply(a.value, b.change), multiply(a.change, b.value)),
    }),
    negative: (a) => ({ value: negative(a.value), change: negative(a.change) }),
  };
}

/**
 * @template N
 * @param {Cell<N>[]} cells
 * @param {N[]} inputs
 */
function forwardOf(cells, inputs) {
  const values = [...inputs];
  for (const { node, reads } of cells) values.push(node.forward(reads.map((k) => values[k])));
  return values;
}

/**
 * @template N
 * @param {Cell<N>[]} cells
 * @param {N[]} values
 * @param {N[]} changes
 */
function changesOf(cells, values, changes) {
  const found = [...changes];
  for (const { node, reads } of cells) {
    found.push(node.jvp(reads.map((k) => values[k]), reads.map((k) => found[k])));
  }
  return found;
}

/**
 * Whether jvp gives the derivative that dual numbers find in forward, in both directions of the inputs.
 * @template N
 * @param {System<N>} system
 * @param {Fault} fault
 * @param {N[]} values
 */
function derivativeFits(system, fault, values) {
  const [cells, duals] = [cellsOver(system, fault), dualsOver(system)];
  return [[1, 0], [0, 1]].every((direction) => {
    const along = direction.map((own) => system.of(own, 1));
    const lifted = along.map((change, k) => ({ value: values[k], change }));
    const found = forwardOf(cellsOver(duals, fault), lifted);
    return changesOf(cells, values, along).every((own, k) => system.same(own, found[k].change, 1e3));
  });
}

/**
 * Everything that the bench shows: values, changes, weights, the number at each stage of the way back, two verdicts.
 * @param {Settings} settings
 */
export function benchNumbers({ x, y, dx, dy, seed, system: name, fault }) {
  const system = SYSTEMS[name];
  const { add, multiply, of, same } = system;
  const cells = cellsOver(system, fault);
  const values = forwardOf(cells, [of(x, BELOW.x), of(y, BELOW.y)]);
  const changes = changesOf(cells, values, [of(dx, BELOW.dx), of(dy, BELOW.dy)]);
  const weights = WIRES.map((wire) => of(Number(seed === wire || seed === "every wire"), 1));
  let size = 0;
  /** @param {number} count */
  const pairing = (count) => {
    let sum = of(0, 1);
    for (let k = 0; k < count; k++) {
      const part = multiply(changes[k], weights[k]);
      if (typeof part === "number") size += Math.abs(part);
      sum = add(sum, part);
    }
    return sum;
  };
  const pairings = [pairing(WIRES.length)];
  const stages = ["before the way back"];
  for (let place = WIRES.length - 1; place > 1; place--) {
    const { node, reads } = cells[place - 2];
    node.vjp(reads.map((k) => values[k]), weights[place]).forEach((share, j) => {
      weights[reads[j]] = add(weights[reads[j]], share);
    });
    pairings.push(pairing(place));
    stages.push(`${WIRES[place]} taken back`);
  }
  const meets = same(pairings[0], pairings[pairings.length - 1], size);
  const jump = pairings.findIndex((own, k) => k > 0 && !same(own, pairings[k - 1], size));
  const guilty = meets || jump < 0 ? "" : WIRES[WIRES.length - jump];
  return { values, changes, weights, pairings, stages, meets, guilty, derivative: derivativeFits(system, fault, values) };
}

/**
 * The numbers of the bench as they are compared with Python: floats as numbers, others as texts.
 * @param {Settings} given
 */
export function benchTold(given) {
  const { told } = SYSTEMS[given.system];
  const { values, changes, weights, pairings, meets, guilty, derivative } = benchNumbers(given);
  /** @type {(own: boolean) => string} */
  const word = (own) => (own ? "True" : "False");
  return {
    values: values.map((own) => told(own)), changes: changes.map((own) => told(own)),
    weights: weights.map((own) => told(own)), pairings: pairings.map((own) => told(own)),
    verdicts: [word(meets), guilty, word(derivative)],
  };
}

export function recompute() {
  /** @type {Values} */
  const values = {};
  /** @type {[Settings["seed"], Fault][]} */
  const kinds = [["loss", "none"], ["every wire", "none"], ["loss", "wrong sign"], ["square", "zeros"]];
  for (const system of /** @type {SystemName[]} */ (Object.keys(SYSTEMS))) {
    for (const [seed, fault] of kinds) {
      const told = benchTold({ x: 1, y: -2, dx: 7, dy: 1, seed, system, fault });
      for (const [part, own] of Object.entries(told)) values[`${part}: ${system}, seed on ${seed}, fault ${fault}`] = own;
    }
  }
  return values;
}

/**
 * The result in words: both numbers, whether they meet, and what the second check says.
 * @param {Settings} given
 */
export function benchWords(given) {
  const { text } = SYSTEMS[given.system];
  const { pairings, meets, guilty, derivative } = benchNumbers(given);
  const [first, last] = [text(pairings[0]), text(pairings[pairings.length - 1])];
  const where = given.seed === "every wire" ? "every wire" : `the wire ${given.seed}`;
  const both = `Forward, the changes times the seed on ${where} are ${first}. Back, the change of the inputs times their ` +
    `weights is ${last}.`;
  const how = given.system === "floats" ? "up to rounding" : "exactly";
  const verdict = meets ? `Both ways meet, ${how}.` : `They do not meet: the number changes at the node that makes ${guilty}.`;
  const second = derivative
    ? "The second check agrees: at this point jvp is the derivative of forward."
    : "But the second check refuses: at this point jvp is not the derivative of forward.";
  return `${both} ${verdict} ${derivative || meets ? second : second.replace("But t", "T")}`;
}

const NUMBERS = { fractions: "RATIONAL", floats: "FLOAT", "mod 2": "GF2" };

/**
 * A runnable snippet that prints the numbers shown.
 * @param {Settings} given
 */
export function benchCode(given) {
  const { system, seed, fault } = given;
  const ring = NUMBERS[system];
  /** @param {Entry} name */
  const entry = (name) => {
    if (system === "mod 2") return String(given[name]);
    return system === "floats" ? floatRepr(given[name] / BELOW[name]) : `Fraction(${given[name]}, ${BELOW[name]})`;
  };
  const faulty = {
    none: "nodes.multiply",
    "wrong sign": "faulty.wrong_sign(nodes.multiply)",
    zeros: "faulty.lying(nodes.multiply)",
  }[fault];
  const weights = WIRES.map((wire) => Number(seed === wire || seed === "every wire")).join(", ");
  return [
    ...(system === "fractions" ? ["from fractions import Fraction"] : []),
    `from tinyml import ${ring}, Context, Graph, pairings`,
    `from tinyml import ${fault === "none" ? "nodes" : "faulty, nodes"}`,
    "",
    'graph = Graph(("x", "y")).then("z", nodes.multiply, "x", "y")',
    `graph = graph.then("square", ${faulty}, "z", "z").then("triple", nodes.scale(3), "x")`,
    'graph = graph.then("loss", nodes.add, "square", "triple")',
    `x = Context.of(${ring}, ${entry("x")}, ${entry("y")})`,
    `dx = Context.of(${ring}, ${entry("dx")}, ${entry("dy")})`,
    `seed = Context.of(${ring}, ${weights})`,
    "for wire, value, change in zip(graph.wires, graph.eval(x), graph.jvp(x, dx)):",
    "    print(wire, value, change)",
    "print(*graph.vjp(x, seed))",
    "for number in pairings(graph, x, dx, seed):",
    "    print(number)",
    "",
  ].join("\n");
}

const HIGH = 62;

/** The graph as boxes on its wires: value, change and weight on each; the wire whose node is at fault is marked. */
function tapePicture() {
  const picture = pictureFrame("The graph");
  /** @type {(spec: Tape, width: number) => void} */
  const paint = ({ rowsIn, guilty, description }, width) => {
    const rows = rowsIn(width < 420 ? 4 : 6);
    const longest = Math.max(...rows.flat().map((own) => own.length));
    const wide = Math.min(Math.max(longest * CHARACTER + 22, 110), width / 2 - 6);
    const left = Math.max(Math.min(width * 0.27, width / 2 - wide / 2 - 4), wide / 2 + 2);
    const right = width - left;
    /** @type {Record<Wire, [x: number, row: number]>} */
    const spots = { x: [left, 0], y: [right, 0], triple: [left, 1], z: [right, 1], square: [right, 2], loss: [width / 2, 3] };
    /** @type {(row: number) => number} */
    const top = (row) => row * (HIGH + 52) + 2;
    /** @type {SVGElement[]} */
    const parts = [];
    /** @type {[string, Wire, Wire[]][]} */
    const joins = [
      ["scale 3", "triple", ["x"]], ["multiply", "z", ["x", "y"]], ["multiply", "square", ["z", "z"]],
      ["add", "loss", ["triple", "square"]],
    ];
    for (const [name, wire, reads] of joins) {
      const [x, row] = spots[wire];
      reads.forEach((from, k) => {
        const [start, above] = spots[from];
        const aside = reads.length > 1 ? (k - 0.5) * 16 : 0;
        const [y1, y2] = [top(above) + HIGH, top(row) - 28];
        const bend = start === x ? (y1 + y2) / 2 : y2 - 12;
        parts.push(svg("path", {
          class: "tape-line", d: `M${start + (from === "z" ? aside : 0)} ${y1}C${start} ${bend} ${x + aside} ${bend} ${x + aside} ${y2}`,
        }));
      });
      parts.push(
        svg("line", { class: "tape-line", x1: x, x2: x, y1: top(row) - 6, y2: top(row) }),
        svg("rect", { class: wire === guilty ? "tinyml-box tape-guilty" : "tinyml-box", x: x - 38, y: top(row) - 28, width: 76, height: 22, rx: 5 }),
        textAt(x, top(row) - 12, name, { "text-anchor": "middle" }));
    }
    rows.forEach((lines, k) => {
      const [x, row] = spots[WIRES[k]];
      parts.push(svg("rect", { class: "tape-wire", x: x - wide / 2, y: top(row), width: wide, height: HIGH, rx: 6 }));
      lines.forEach((own, j) => parts.push(textAt(x, top(row) + 18 + 18 * j, own, {
        "text-anchor": "middle", class: ["tinyml-strong", "tape-forward", "tape-back"][j],
      })));
    });
    picture.size(width, top(3) + HIGH + 2);
    picture.describe(description);
    picture.drawing.replaceChildren(...parts);
  };
  return { node: html("figure", { class: "tinyml-figure" }, html("div", {}, picture.node)), ...resizable(paint, 420) };
}

/** @param {Given<Settings>} given */
function render({ model, el }) {
  const settings = model.get("settings");
  /** @type {() => Settings} */
  const given = () => ({
    x: model.get("x"), y: model.get("y"), dx: model.get("dx"), dy: model.get("dy"),
    seed: model.get("seed"), system: model.get("system"), fault: model.get("fault"),
  });
  const picture = tapePicture();
  const rows = html("tbody", {});
  const table = html("table", { class: "tape-stages" },
    html("caption", {}, "The number at each stage of the way back"), rows);
  const update = () => {
    const now = given();
    const { text } = SYSTEMS[now.system];
    const found = benchNumbers(now);
    const words = benchWords(now);
    picture.draw({
      rowsIn: (digits) => WIRES.map((wire, k) => [
        `${wire} = ${text(found.values[k], digits)}`, `↓ ${text(found.changes[k], digits)}`,
        `↑ ${text(found.weights[k], digits)}`,
      ]),
      guilty: found.guilty || (found.derivative ? "" : "square"), description: words,
    });
    rows.replaceChildren(...found.stages.map((stage, k) => html("tr", {},
      html("th", { scope: "row" }, stage), html("td", {}, text(found.pairings[k])))));
    return words;
  };
  const page = frame({
    model, el, title: "Tape bench", update, python: () => benchCode(given()), recompute,
    types: ["loss = (x · y)² + 3 · x", "<jvp(x, dx), seed> = <dx, vjp(x, seed)>"],
  });
  /** @type {[Entry, string][]} */
  const labels = [["x", "x"], ["y", "y"], ["dx", "Change of x"], ["dy", "Change of y"]];
  /** @type {(name: Entry) => (top: number) => string} */
  const asText = (name) => (top) => SYSTEMS[model.get("system")].text(SYSTEMS[model.get("system")].of(top, BELOW[name]));
  for (const [name, label] of labels) {
    const control = page.bind(name, slider({ label, ...settings[name], text: asText(name) }));
    page.onChange("system", () => control.set(model.get(name)));
    page.controls.append(control.node);
  }
  const system = page.bind("system", buttonRow({ label: "Numbers", choices: settings.system.choices }));
  const seed = page.bind("seed", buttonRow({ label: "Seed on", choices: settings.seed.choices }));
  const faults = buttonRow({ label: "Fault in the node of square", choices: settings.fault.choices });
  for (const { node } of [system, seed, page.bind("fault", faults)]) {
    node.classList.add("tinyml-wide");
    page.controls.append(node);
  }
  page.stage.append(picture.node, html("p", { class: "tinyml-quiet" },
    "On each wire: its value, ↓ its change on the way forward, ↑ the weight that it has collected on the way back."), table);
  page.onWidth((width) => picture.layout(width));
  page.open();
  return page.close;
}

export default { render };
