// LawLab: a square is tried on random cases; a case that breaks it is made smaller. Python finds the same cases.

import { select, slider } from "../kit/controls.js";
import { CHARACTER, pictureFrame, resizable, textAt } from "../kit/drawing.js";
import { html, setText, svg } from "../kit/elements.js";
import { frame } from "../kit/frame.js";

/** @import { Values } from "../kit/certificate.js" */
/** @import { Choice, Control } from "../kit/controls.js" */
/** @import { Attributes } from "../kit/elements.js" */
/** @import { Given } from "../kit/frame.js" */
/** @typedef {number[]} List */
/** @typedef {number | null} Maybe */
/** @typedef {[outcome: number, weight: number][]} Weights */
/** @typedef {{ weights: Weights }} Dist */
/** @typedef {List | Maybe | Dist} Contained a container with numbers inside, or a number that a way made of one */
/** @typedef {"list" | "maybe" | "dist"} Container */
/** @typedef {Container | "value" | "number"} Kind a value is what was inside, a number tells of the container */
/** @typedef {[f: string, container: Contained]} Case */
/** @typedef {ReturnType<typeof searchOf>} Found */
/** @typedef {{ source: Kind, target: Kind, way: string, corners: ReturnType<typeof squareOf>, description: string }} Square */
/** @typedef {"n + 1" | "2 * n" | "-n" | "n * n" | "n // 2" | "n % 2" | "0" | "any of these"} FunctionName */

const TRIES = 200;
const LARGEST = 9;
const ANY = "any of these";
const LINE_HEIGHT = 16; // of the values in the corners, in pixels
const NAMES = ["n + 1", "2 * n", "-n", "n * n", "n // 2", "n % 2", "0"]; // an object would put "0" first

/** @type {Record<string, (n: number) => number>} */
const FUNCTIONS = {
  "n + 1": (n) => n + 1,
  "2 * n": (n) => 2 * n,
  "-n": (n) => 0 - n,
  "n * n": (n) => n * n,
  "n // 2": (n) => Math.floor(n / 2),
  "n % 2": (n) => Math.abs(n % 2),
  "0": () => 0,
};

/**
 * Add up the weights of equal outcomes, in the order in which they first appear.
 * @param {Weights} pairs
 * @returns {Dist}
 */
function merged(pairs) {
  /** @type {Map<number, number>} */
  const kept = new Map();
  for (const [outcome, weight] of pairs) kept.set(outcome, (kept.get(outcome) ?? 0) + weight);
  return { weights: [...kept] };
}

/**
 * What a function on numbers makes of a container: it works on what is inside. Nothing is inside a number.
 * @param {Kind} kind
 * @param {(n: number) => number} f
 * @param {Contained} container
 */
function mapOf(kind, f, container) {
  if (container === null || kind === "number") return container;
  if (typeof container === "number") return f(container);
  if (Array.isArray(container)) return container.map((item) => f(item));
  return merged(container.weights.map(([outcome, weight]) => [f(outcome), weight]));
}

/**
 * name: [container, what it becomes, the way, how it is made in Python where the package has it under no name]
 * @type {Record<string, [Container, Kind, (container: never) => Contained, string?]>}
 */
const WAYS = {
  first_or_none: ["list", "maybe", (/** @type {List} */ items) => items[0] ?? null],
  largest_or_none: ["list", "maybe", (/** @type {List} */ items) => (items.length ? Math.max(...items) : null)],
  reversed_list: ["list", "list", (/** @type {List} */ items) => [...items].reverse()],
  distinct: ["list", "list", (/** @type {List} */ items) => [...new Set(items)],
    'Transformation("distinct", LIST, LIST, lambda items: list(dict.fromkeys(items)))'],
  size: ["list", "number", (/** @type {List} */ items) => items.length, 'Transformation("size", LIST, NUMBER, len)'],
  frequencies: ["list", "dist", (/** @type {List} */ items) => merged(items.map((item) => [item, 1]))],
  as_list: ["maybe", "list", (/** @type {Maybe} */ item) => (item === null ? [] : [item])],
  or_zero: ["maybe", "value", (/** @type {Maybe} */ item) => item ?? 0,
    'Transformation("or_zero", MAYBE, VALUE, lambda item: 0 if item is None else item)'],
  likeliest: ["dist", "value", (/** @type {Dist} */ { weights }) =>
    weights.reduce((best, own) => (own[1] > best[1] ? own : best))[0]],
  outcomes: ["dist", "number", (/** @type {Dist} */ { weights }) => weights.length,
    'Transformation("outcomes", DIST, NUMBER, lambda dist: len(dist.weights))'],
};
/** @type {Record<string, number>} */
const FEWEST = { frequencies: 1 };
/** @type {Container[]} */
const CONTAINERS = ["list", "maybe", "dist"];

/**
 * A function that returns the next whole number below 2**16; Python's `random_numbers` gives the same.
 * @param {number} seed
 */
export function randomNumbers(seed) {
  let state = (Math.imul(seed, 2654435761) + 12345) >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 16;
  };
}

/**
 * @param {string} chosenFunction
 * @param {string} transformation
 * @param {number} seed
 * @returns {Generator<Case>}
 */
function* casesOf(chosenFunction, transformation, seed) {
  const next = randomNumbers(seed);
  const kind = WAYS[transformation][0];
  for (let number = 0; number < TRIES; number++) {
    const name = chosenFunction === ANY ? NAMES[next() % NAMES.length] : chosenFunction;
    const reach = Math.min(LARGEST, 2 + Math.floor(number / 4));
    const longest = Math.min(6, 1 + Math.floor(number / 8));
    const item = () => (next() % (2 * reach + 1)) - reach;
    if (kind === "maybe") {
      yield [name, next() % 4 === 0 ? null : item()];
    } else if (kind === "list") {
      const count = Math.max(FEWEST[transformation] ?? 0, next() % (longest + 1));
      yield [name, Array.from({ length: count }, item)];
    } else {
      const count = 1 + (next() % longest);
      /** @type {Map<number, number>} */
      const kept = new Map();
      for (let k = 0; k < count; k++) {
        const outcome = item();
        const weight = 1 + (next() % 4);
        if (!kept.has(outcome)) kept.set(outcome, weight);
      }
      yield [name, { weights: [...kept] }];
    }
  }
}

/** @type {(number: number) => number} */
const nearerToZero = (number) => number - Math.sign(number);

/** @param {number} number */
export function smallerNumbers(number) {
  const candidates = [0, Math.trunc(number / 2) + 0, nearerToZero(number), Math.abs(number)];
  return [...new Set(candidates)].filter((own) => own !== number);
}

/** @type {<T>(items: T[], place: number) => T[]} */
const without = (items, place) => items.filter((_, k) => k !== place);
/** @type {<T>(items: T[], place: number, own: T) => T[]} */
const replaced = (items, place, own) => items.map((old, k) => (k === place ? own : old));

/**
 * @param {List} items
 * @param {number} fewest
 */
function* smallerLists(items, fewest) {
  if (items.length > fewest) for (const place of items.keys()) yield without(items, place);
  for (const [place, item] of items.entries()) {
    for (const own of smallerNumbers(item)) yield replaced(items, place, own);
  }
  if (items.some((item) => item !== 0)) yield items.map(nearerToZero);
}

/**
 * @param {Dist} dist
 * @returns {Generator<Dist>}
 */
function* smallerDists({ weights }) {
  if (weights.length > 1) for (const place of weights.keys()) yield { weights: without(weights, place) };
  const taken = new Set(weights.map(([outcome]) => outcome));
  for (const [place, [outcome, weight]] of weights.entries()) {
    for (const own of smallerNumbers(outcome)) {
      if (!taken.has(own)) yield { weights: replaced(weights, place, [own, weight]) };
    }
    if (weight > 1) yield { weights: replaced(weights, place, [outcome, weight - 1]) };
  }
  /** @type {Weights} */
  const nearer = weights.map(([outcome, weight]) => [nearerToZero(outcome), weight]);
  const moved = nearer.some(([outcome], k) => outcome !== weights[k][0]);
  if (moved && new Set(nearer.map(([outcome]) => outcome)).size === nearer.length) yield { weights: nearer };
}

/**
 * @param {string} transformation
 * @param {Case} found
 * @returns {Generator<Case>}
 */
function* smallerCases(transformation, [name, container]) {
  if (container === null) return;
  if (Array.isArray(container)) {
    for (const own of smallerLists(container, FEWEST[transformation] ?? 0)) yield [name, own];
  } else if (typeof container === "number") {
    for (const own of [null, ...smallerNumbers(container)]) yield [name, own];
  } else {
    for (const own of smallerDists(container)) yield [name, own];
  }
}

/** @type {(a: number, b: number) => number} */
const divisor = (a, b) => (b === 0 ? a : divisor(b, a % b));

/**
 * A container or a result as Python prints it.
 * @param {Contained} value
 */
export function writtenOf(value) {
  if (value === null) return "None";
  if (Array.isArray(value)) return `[${value.join(", ")}]`;
  if (typeof value === "number") return String(value);
  const total = value.weights.reduce((sum, [, weight]) => sum + weight, 0);
  /** @param {number} weight */
  const share = (weight) => {
    const common = divisor(weight, total);
    return weight === total ? "1" : `${weight / common}/${total / common}`;
  };
  return `Dist({${value.weights.map(([outcome, weight]) => `${outcome}: ${share(weight)}`).join(", ")}})`;
}

/**
 * The same text for equal values, whatever the order of the outcomes of a distribution.
 * @param {Contained} value
 */
function keyOf(value) {
  if (value === null || typeof value === "number" || Array.isArray(value)) return writtenOf(value);
  return writtenOf({ weights: [...value.weights].sort(([a], [b]) => a - b) });
}

/**
 * @param {string} transformation
 * @param {Case} found
 */
export function squareOf(transformation, [name, start]) {
  const [source, target] = WAYS[transformation];
  const way = /** @type {(container: Contained) => Contained} */ (WAYS[transformation][2]); // cases suit their way
  const f = FUNCTIONS[name];
  const mapped = mapOf(source, f, start);
  const transformed = way(start);
  const over = way(mapped);
  const under = mapOf(target, f, transformed);
  return { start, mapped, transformed, over, under, commutes: keyOf(over) === keyOf(under) };
}

/**
 * The search: how many cases were tried, the broken one and those that it shrank to, and the case that is drawn.
 * @param {string} chosenFunction
 * @param {string} transformation
 * @param {number} seed
 */
export function searchOf(chosenFunction, transformation, seed) {
  let tried = 0;
  /** @type {Case} */
  let last = [chosenFunction, null];
  for (const found of casesOf(chosenFunction, transformation, seed)) {
    tried += 1;
    last = found;
    if (squareOf(transformation, found).commutes) continue;
    const shrinking = shrunk(transformation, found);
    return { tried, shrinking, shown: shrinking[shrinking.length - 1] };
  }
  return { tried, shrinking: [], shown: last };
}

/**
 * A broken case and those that it shrinks to: each the first smaller one that is broken too.
 * @param {string} transformation
 * @param {Case} found
 * @returns {Case[]}
 */
function shrunk(transformation, found) {
  for (const own of smallerCases(transformation, found)) {
    if (!squareOf(transformation, own).commutes) return [found, ...shrunk(transformation, own)];
  }
  return [found];
}

/**
 * @param {string} chosenFunction
 * @param {string} transformation
 * @param {number} seed
 */
export function toldOf(chosenFunction, transformation, seed) {
  const { tried, shrinking, shown } = searchOf(chosenFunction, transformation, seed);
  const square = squareOf(transformation, shown);
  return [
    `${shrinking.length ? "broken" : "not broken"} after ${tried} cases`,
    ...shrinking.map(([name, container]) => `${name} on ${writtenOf(container)}`),
    `start: ${writtenOf(square.start)}`,
    `mapped: ${writtenOf(square.mapped)}`,
    `map, then transform: ${writtenOf(square.over)}`,
    `transformed: ${writtenOf(square.transformed)}`,
    `transform, then map: ${writtenOf(square.under)}`,
  ].join("\n");
}

export function recompute() {
  const next = randomNumbers(1);
  /** @type {Values} */
  const values = { "the first random numbers": Array.from({ length: 6 }, next) };
  for (const own of Object.keys(WAYS)) {
    for (const name of ["-n", "n * n", ANY]) values[`${own} with ${name}`] = toldOf(name, own, 1);
  }
  return values;
}

/**
 * A container as Python code.
 * @param {Contained} container
 */
function codeOf(container) {
  if (container === null || typeof container !== "object" || Array.isArray(container)) return writtenOf(container);
  const total = container.weights.reduce((sum, [, weight]) => sum + weight, 0);
  return `Dist({${container.weights.map(([own, weight]) => `${own}: Fraction(${weight}, ${total})`).join(", ")}})`;
}

/**
 * A runnable snippet that goes both ways round the square that is drawn.
 * @param {string} chosenFunction
 * @param {string} transformation
 * @param {number} seed
 */
export function labSnippet(chosenFunction, transformation, seed) {
  const { shown: [name, container] } = searchOf(chosenFunction, transformation, seed);
  const made = WAYS[transformation][3];
  const used = made?.match(/\b(Transformation|LIST|MAYBE|VALUE|NUMBER|DIST)\b/g) ?? [transformation];
  const given = codeOf(container);
  const fractions = given.startsWith("Dist");
  return [
    ...(fractions ? ["from fractions import Fraction"] : []),
    `from tinyml import ${[...new Set([...used, ...(fractions ? ["Dist"] : [])])].join(", ")}`,
    "",
    "def f(n):",
    `    return ${name}`,
    "",
    ...(made ? [`${transformation} = ${made}`] : []),
    `case = ${given}`,
    `mapped = ${transformation}.source.map(f, case)`,
    `print("map, then transform:", ${transformation}(mapped))`,
    `print("transform, then map:", ${transformation}.target.map(f, ${transformation}(case)))`,
    "",
  ].join("\n");
}

/**
 * The lines of a text that is cut after commas, with at most so many letters in each where the commas allow it.
 * @param {string} text
 * @param {number} most
 */
export function cutAtCommas(text, most) {
  const [first, ...rest] = text.split(", ");
  const lines = [first];
  for (const piece of rest) {
    const last = lines.length - 1;
    if (`${lines[last]}, ${piece},`.length <= most) {
      lines[last] += `, ${piece}`;
    } else {
      lines[last] += ",";
      lines.push(piece);
    }
  }
  return lines;
}

/** @typedef {{ text: string, class?: string }} CornerLine */

/**
 * The lines below the four corners, row by row: the last corner has one value where the ways meet, and two where not.
 * @param {ReturnType<typeof squareOf>} corners
 * @param {number} most letters in a line
 * @returns {CornerLine[][]}
 */
export function cornerLines({ start, mapped, transformed, over, under, commutes }, most) {
  /** @type {(value: Contained, sign?: string, kind?: string) => CornerLine[]} */
  const written = (value, sign = "", kind = undefined) =>
    cutAtCommas(`${sign}${writtenOf(value)}`, most).map((text) => ({ text, class: kind }));
  const end = commutes ? written(over) : [...written(over, "↓ ", "law-over"), ...written(under, "→ ", "law-under")];
  return [written(start), written(mapped), written(transformed), end];
}

/**
 * The square with its spaces, its arrows and its values, and whether the two ways round it meet.
 * @param {string} name
 */
function squarePicture(name) {
  const picture = pictureFrame(name);
  /** @type {(kind: Kind) => string} */
  const inside = (kind) => (kind === "value" || kind === "number" ? "int" : `${kind}[int]`);
  /** @type {(spec: Square, width: number) => void} */
  const paint = ({ source, target, way, corners, description }, width) => {
    const wide = Math.min(Math.max(width, 280), 520);
    const held = cornerLines(corners, Math.floor((wide / 2 - 12) / CHARACTER));
    /** @type {(one: CornerLine[], other: CornerLine[]) => number} */
    const tall = (one, other) => LINE_HEIGHT * Math.max(one.length, other.length);
    const [left, right, top] = [wide / 4, (3 * wide) / 4, 34];
    const start = top + 12 + tall(held[0], held[1]); // of the arrows that go down, below the values
    const bottom = start + 108;
    /** @type {SVGElement[]} */
    const parts = [];
    /** @type {(x1: number, y1: number, x2: number, y2: number, kind: string) => void} */
    const arrow = (x1, y1, x2, y2, kind) => {
      const [dx, dy] = [Math.sign(x2 - x1), Math.sign(y2 - y1)];
      const tip = `M${x2 - 7 * dx - 4 * dy} ${y2 - 7 * dy - 4 * dx}L${x2} ${y2}L${x2 - 7 * dx + 4 * dy} ${y2 - 7 * dy + 4 * dx}`;
      parts.push(svg("line", { class: `tinyml-wire ${kind}`, x1, y1, x2, y2 }), svg("path", { class: `tinyml-wire ${kind}`, d: tip, fill: "none" }));
    };
    /** @type {(x: number, y: number, words: string, given?: Attributes) => void} */
    const words = (x, y, own, given = {}) => parts.push(textAt(x, y + 5, own, { "text-anchor": "middle", ...given }));
    /** @type {(x: number, y: number, space: string, lines: CornerLine[]) => void} */
    const corner = (x, y, space, lines) => {
      words(x, y, space, { class: "tinyml-quiet" });
      lines.forEach((line, k) => words(x, y + LINE_HEIGHT * (k + 1), line.text, { class: line.class }));
    };
    /** @type {(space: string) => number} */
    const half = (space) => (space.length * CHARACTER) / 2 + 8;
    const [a, b] = [inside(source), inside(target)];
    corner(left, top, a, held[0]);
    corner(right, top, a, held[1]);
    corner(left, bottom, b, held[2]);
    corner(right, bottom, b, held[3]);
    arrow(left + half(a), top, right - half(a), top, "law-over");
    arrow(right, start, right, bottom - 12, "law-over");
    arrow(left, start, left, bottom - 12, "law-under");
    arrow(left + half(b), bottom, right - half(b), bottom, "law-under");
    const middle = wide / 2;
    words(middle, top - 14, `${source}(f)`);
    words(middle, bottom - 12, `${target}(f)`);
    words(left + 8, start + 16, way, { "text-anchor": "start" });
    words(right - 8, bottom - 38, way, { "text-anchor": "end" });
    words(middle, start + 45, corners.commutes ? "=" : "≠", { class: "law-sign" });
    picture.size(wide, bottom + tall(held[2], held[3]) + 14);
    picture.describe(description);
    picture.drawing.replaceChildren(...parts);
  };
  return { node: html("figure", { class: "tinyml-figure" }, html("div", {}, picture.node)), ...resizable(paint) };
}

/**
 * The outcome in a few sentences, with what is in the corners of the square.
 * @param {string} chosenFunction
 * @param {string} transformation
 * @param {Found} found
 */
export function wordsOf(chosenFunction, transformation, { tried, shrinking, shown }) {
  const { start, mapped, transformed, over, under } = squareOf(transformation, shown);
  const from = `With f(n) = ${shown[0]}, ${writtenOf(start)}`;
  const [right, down, last] = [mapped, transformed, over].map(writtenOf);
  if (shrinking.length) {
    const steps = shrinking.length === 2 ? "1 step" : `${shrinking.length - 1} steps`;
    const small = shrinking.length === 1 ? "no simpler one does" : `${steps} of shrinking made it small`;
    return `${transformation} is not natural: case ${tried} broke its square, and ${small}. ${from} goes by ${right} ` +
      `to ${last} if it is mapped first, and by ${down} to ${writtenOf(under)} if it is transformed first.`;
  }
  const more = chosenFunction === ANY ? "" : " The law speaks of every f: try another one, or any of these.";
  return `${transformation} is not refuted by ${tried} cases; the last of them is drawn. ${from} goes by ${right} and by ${down} to ${last}, ` +
    `so the two ways meet. That is evidence, and no proof.${more}`;
}

/** @param {Given<{ function: FunctionName, transformation: string, seed: number }>} given */
function render({ model, el }) {
  const picture = squarePicture("The square");
  const told = html("pre", { class: "law-told" });
  /** @type {() => [string, string, number]} */
  const now = () => [model.get("function"), model.get("transformation"), model.get("seed")];
  const update = () => {
    const [chosen, transformation, seed] = now();
    const found = searchOf(chosen, transformation, seed);
    const [source, target] = WAYS[transformation];
    const corners = squareOf(transformation, found.shown);
    const words = wordsOf(chosen, transformation, found);
    picture.draw({ source, target, way: transformation, corners, description: words });
    setText(told, toldOf(chosen, transformation, seed));
    return words;
  };
  const page = frame({
    model, el, title: "Law lab", update, recompute, python: () => labSnippet(...now()),
    types: ["h : F => G is natural when F(f) >> h = h >> G(f) for every f"],
  });
  const { choices } = model.get("settings").function;
  const f = page.bind("function", select({ label: "f(n) is", choices, initial: model.get("function") }));
  /** @type {(kind: Container) => string[]} */
  const of = (kind) => Object.keys(WAYS).filter((own) => WAYS[own][0] === kind);
  const container = select({ label: "Container", choices: CONTAINERS, initial: CONTAINERS[0] });
  container.listen((kind) => page.set("transformation", of(kind)[0]));
  /** @type {(kind: Container) => Control<string>} */
  const waysOf = (kind) => {
    /** @type {Choice<string>[]} */
    const named = of(kind).map((own) => [own, `${own} : ${kind} => ${WAYS[own][1]}`]);
    const control = select({ label: "Transformation", choices: named });
    control.listen((own) => page.set("transformation", own));
    return control;
  };
  const ways = { list: waysOf("list"), maybe: waysOf("maybe"), dist: waysOf("dist") };
  const place = html("div", {});
  const follow = () => {
    const own = model.get("transformation");
    const control = ways[WAYS[own][0]];
    container.set(WAYS[own][0]);
    control.set(own);
    if (place.firstChild !== control.node) place.replaceChildren(control.node); // what is there already keeps the focus
  };
  page.onChange("transformation", follow);
  follow();
  const seed = page.bind("seed", slider({ label: "Search number", ...model.get("settings").seed }));
  page.controls.append(f.node, container.node, place, seed.node);
  page.stage.append(picture.node, html("div", { class: "law-box" }, told));
  page.onWidth((width) => picture.layout(width));
  page.open();
  return page.close;
}

export default { render };
