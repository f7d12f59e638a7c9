// LawLab: a square is tried on random cases; a case that breaks it is made smaller. Python finds the same cases.
// A list is an array of numbers, a maybe a number or null, a distribution { weights: [[outcome, weight], ...] }.

import { select, slider } from "../kit/controls.js";
import { CHARACTER, pictureFrame, resizable, textAt } from "../kit/drawing.js";
import { html, setText, svg } from "../kit/elements.js";
import { frame } from "../kit/frame.js";

const TRIES = 200;
const LARGEST = 9;
const ANY = "any of these";
const NAMES = ["n + 1", "2 * n", "-n", "n * n", "n // 2", "n % 2", "0"]; // an object would put "0" first

const FUNCTIONS = {
  "n + 1": (n) => n + 1,
  "2 * n": (n) => 2 * n,
  "-n": (n) => 0 - n,
  "n * n": (n) => n * n,
  "n // 2": (n) => Math.floor(n / 2),
  "n % 2": (n) => Math.abs(n % 2),
  "0": () => 0,
};

/** Add up the weights of equal outcomes, in the order in which they first appear. */
function merged(pairs) {
  const kept = new Map();
  for (const [outcome, weight] of pairs) kept.set(outcome, (kept.get(outcome) ?? 0) + weight);
  return { weights: [...kept] };
}

const MAPS = {
  list: (f, items) => items.map(f),
  maybe: (f, item) => (item === null ? null : f(item)),
  value: (f, item) => f(item),
  number: (_f, count) => count,
  dist: (f, dist) => merged(dist.weights.map(([outcome, weight]) => [f(outcome), weight])),
};

// name: [container, what it becomes, the way, how it is made in Python where the package has it under no name]
const WAYS = {
  first_or_none: ["list", "maybe", (items) => items[0] ?? null],
  largest_or_none: ["list", "maybe", (items) => (items.length ? Math.max(...items) : null)],
  reversed_list: ["list", "list", (items) => [...items].reverse()],
  distinct: ["list", "list", (items) => [...new Set(items)],
    'Transformation("distinct", LIST, LIST, lambda items: list(dict.fromkeys(items)))'],
  size: ["list", "number", (items) => items.length, 'Transformation("size", LIST, NUMBER, len)'],
  frequencies: ["list", "dist", (items) => merged(items.map((item) => [item, 1]))],
  as_list: ["maybe", "list", (item) => (item === null ? [] : [item])],
  or_zero: ["maybe", "value", (item) => item ?? 0,
    'Transformation("or_zero", MAYBE, VALUE, lambda item: 0 if item is None else item)'],
  likeliest: ["dist", "value", ({ weights }) => weights.reduce((best, own) => (own[1] > best[1] ? own : best))[0]],
  outcomes: ["dist", "number", ({ weights }) => weights.length,
    'Transformation("outcomes", DIST, NUMBER, lambda dist: len(dist.weights))'],
};
const FEWEST = { frequencies: 1 };
const CONTAINERS = ["list", "maybe", "dist"];

/** A function that returns the next whole number below 2**16; Python's `random_numbers` gives the same. */
export function randomNumbers(seed) {
  let state = (Math.imul(seed, 2654435761) + 12345) >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 16;
  };
}

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

const nearerToZero = (number) => number - Math.sign(number);

export function smallerNumbers(number) {
  const candidates = [0, Math.trunc(number / 2) + 0, nearerToZero(number), Math.abs(number)];
  return [...new Set(candidates)].filter((own) => own !== number);
}

const without = (items, place) => items.filter((_, k) => k !== place);
const replaced = (items, place, own) => items.map((old, k) => (k === place ? own : old));

function* smallerLists(items, fewest) {
  if (items.length > fewest) for (const place of items.keys()) yield without(items, place);
  for (const [place, item] of items.entries()) {
    for (const own of smallerNumbers(item)) yield replaced(items, place, own);
  }
  if (items.some((item) => item !== 0)) yield items.map(nearerToZero);
}

function* smallerDists({ weights }) {
  if (weights.length > 1) for (const place of weights.keys()) yield { weights: without(weights, place) };
  const taken = new Set(weights.map(([outcome]) => outcome));
  for (const [place, [outcome, weight]] of weights.entries()) {
    for (const own of smallerNumbers(outcome)) {
      if (!taken.has(own)) yield { weights: replaced(weights, place, [own, weight]) };
    }
    if (weight > 1) yield { weights: replaced(weights, place, [outcome, weight - 1]) };
  }
  const nearer = weights.map(([outcome, weight]) => [nearerToZero(outcome), weight]);
  const moved = nearer.some(([outcome], k) => outcome !== weights[k][0]);
  if (moved && new Set(nearer.map(([outcome]) => outcome)).size === nearer.length) yield { weights: nearer };
}

function* smallerCases(transformation, [name, container]) {
  const kind = WAYS[transformation][0];
  if (kind === "list") {
    for (const own of smallerLists(container, FEWEST[transformation] ?? 0)) yield [name, own];
  } else if (kind === "dist") {
    for (const own of smallerDists(container)) yield [name, own];
  } else if (container !== null) {
    for (const own of [null, ...smallerNumbers(container)]) yield [name, own];
  }
}

const divisor = (a, b) => (b === 0 ? a : divisor(b, a % b));

/** A container or a result as Python prints it. */
export function writtenOf(value) {
  if (value === null) return "None";
  if (Array.isArray(value)) return `[${value.join(", ")}]`;
  if (typeof value === "number") return String(value);
  const total = value.weights.reduce((sum, [, weight]) => sum + weight, 0);
  const share = (weight) => {
    const common = divisor(weight, total);
    return weight === total ? "1" : `${weight / common}/${total / common}`;
  };
  return `Dist({${value.weights.map(([outcome, weight]) => `${outcome}: ${share(weight)}`).join(", ")}})`;
}

/** The same text for equal values, whatever the order of the outcomes of a distribution. */
function keyOf(value) {
  if (value === null || typeof value === "number" || Array.isArray(value)) return writtenOf(value);
  return writtenOf({ weights: [...value.weights].sort(([a], [b]) => a - b) });
}

export function squareOf(transformation, [name, start]) {
  const [source, target, way] = WAYS[transformation];
  const f = FUNCTIONS[name];
  const mapped = MAPS[source](f, start);
  const transformed = way(start);
  const over = way(mapped);
  const under = MAPS[target](f, transformed);
  return { start, mapped, transformed, over, under, commutes: keyOf(over) === keyOf(under) };
}

/** { tried, shrinking, shown }: the search, and the case that is drawn. */
export function searchOf(chosenFunction, transformation, seed) {
  let tried = 0;
  let last = null;
  for (const found of casesOf(chosenFunction, transformation, seed)) {
    tried += 1;
    last = found;
    if (squareOf(transformation, found).commutes) continue;
    const shrinking = [found];
    for (;;) {
      let broken = null;
      for (const own of smallerCases(transformation, shrinking.at(-1))) {
        if (!squareOf(transformation, own).commutes) {
          broken = own;
          break;
        }
      }
      if (!broken) return { tried, shrinking, shown: shrinking.at(-1) };
      shrinking.push(broken);
    }
  }
  return { tried, shrinking: [], shown: last };
}

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
  const values = { "the first random numbers": Array.from({ length: 6 }, next) };
  for (const own of Object.keys(WAYS)) {
    for (const name of ["-n", "n * n", ANY]) values[`${own} with ${name}`] = toldOf(name, own, 1);
  }
  return values;
}

/** A runnable snippet that goes both ways round the square that is drawn. */
export function labSnippet(chosenFunction, transformation, seed) {
  const { shown: [name, container] } = searchOf(chosenFunction, transformation, seed);
  const made = WAYS[transformation][3];
  const used = made ? made.match(/\b(Transformation|LIST|MAYBE|VALUE|NUMBER|DIST)\b/g) : [transformation];
  const given = container?.weights
    ? `Dist({${container.weights.map(([own, weight]) =>
      `${own}: Fraction(${weight}, ${container.weights.reduce((sum, [, each]) => sum + each, 0)})`).join(", ")}})`
    : writtenOf(container);
  return [
    ...(container?.weights ? ["from fractions import Fraction"] : []),
    `from tinyml import ${[...new Set([...used, ...(container?.weights ? ["Dist"] : [])])].join(", ")}`,
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

/** The square with its spaces and arrows; `broken` marks the corner at which the two ways part. */
function squarePicture(name) {
  const picture = pictureFrame(name);
  const inside = (kind) => ({ value: "int", number: "int" }[kind] ?? `${kind}[int]`);
  const paint = ({ source, target, way, commutes, description }, width) => {
    const wide = Math.min(Math.max(width, 280), 460);
    const [left, right, top, bottom] = [44, wide - 44, 34, 150];
    const parts = [];
    const arrow = (x1, y1, x2, y2) => {
      const [dx, dy] = [Math.sign(x2 - x1), Math.sign(y2 - y1)];
      const tip = `M${x2 - 7 * dx - 4 * dy} ${y2 - 7 * dy - 4 * dx}L${x2} ${y2}L${x2 - 7 * dx + 4 * dy} ${y2 - 7 * dy + 4 * dx}`;
      parts.push(svg("line", { class: "tinyml-wire", x1, y1, x2, y2 }), svg("path", { class: "tinyml-wire", d: tip, fill: "none" }));
    };
    const corner = (x, y, words, given = {}) => parts.push(textAt(x, y + 5, words, { "text-anchor": "middle", ...given }));
    const half = (words) => (words.length * CHARACTER) / 2 + 8;
    const [a, b] = [inside(source), inside(target)];
    corner(left, top, a);
    corner(right, top, a);
    corner(left, bottom, b);
    corner(right, bottom, b);
    arrow(left + half(a), top, right - half(a), top);
    arrow(left + half(b), bottom, right - half(b), bottom);
    arrow(left, top + 12, left, bottom - 12);
    arrow(right, top + 12, right, bottom - 12);
    const middle = (left + right) / 2;
    corner(middle, top - 14, `${source}(f)`);
    corner(middle, bottom + 14, `${target}(f)`);
    corner(left + 8, top + 28, way, { "text-anchor": "start" });
    corner(right - 8, bottom - 28, way, { "text-anchor": "end" });
    corner(middle, (top + bottom) / 2 + 2, commutes ? "=" : "≠", { class: "law-sign" });
    picture.size(wide, bottom + 34);
    picture.describe(description);
    picture.drawing.replaceChildren(...parts);
  };
  return { node: html("figure", { class: "tinyml-figure" }, html("div", {}, picture.node)), ...resizable(paint) };
}

/** The outcome in a few sentences. */
function wordsOf(chosenFunction, transformation, { tried, shrinking, shown }) {
  const square = squareOf(transformation, shown);
  if (shrinking.length) {
    const steps = shrinking.length === 2 ? "1 step" : `${shrinking.length - 1} steps`;
    return `Refuted. Case ${tried} broke the square, and ${steps} of shrinking made it small: ` +
      `with f(n) = ${shown[0]}, from ${writtenOf(shown[1])} one way gives ${writtenOf(square.over)}, the other ` +
      `${writtenOf(square.under)}. So ${transformation} is not natural.`;
  }
  const more = chosenFunction === ANY ? "" : " The law speaks of every f: try another one, or any of these.";
  return `Not refuted by ${tried} cases. That is evidence, and no proof.${more}`;
}

function render({ model, el }) {
  const picture = squarePicture("The square");
  const told = html("pre", { class: "law-told" });
  const now = () => [model.get("function"), model.get("transformation"), model.get("seed")];
  const update = () => {
    const [chosen, transformation, seed] = now();
    const found = searchOf(chosen, transformation, seed);
    const [source, target] = WAYS[transformation];
    const words = wordsOf(chosen, transformation, found);
    picture.draw({ source, target, way: transformation, commutes: !found.shrinking.length, description: words });
    setText(told, toldOf(chosen, transformation, seed));
    return words;
  };
  const page = frame({
    model, el, title: "Law lab", update, recompute, python: () => labSnippet(...now()),
    types: ["h : F => G is natural when F(f) >> h = h >> G(f) for every f"],
  });
  const { choices } = model.get("settings").function;
  const f = page.bind("function", select({ label: "f(n) is", choices, initial: model.get("function") }));
  const of = (kind) => Object.keys(WAYS).filter((own) => WAYS[own][0] === kind);
  const container = select({ label: "Container", choices: CONTAINERS, initial: CONTAINERS[0] });
  container.listen((kind) => page.set("transformation", of(kind)[0]));
  const ways = Object.fromEntries(CONTAINERS.map((kind) => {
    const named = of(kind).map((own) => [own, `${own} : ${kind} => ${WAYS[own][1]}`]);
    const control = select({ label: "Transformation", choices: named, initial: named[0][0] });
    control.listen((own) => page.set("transformation", own));
    return [kind, control];
  }));
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
