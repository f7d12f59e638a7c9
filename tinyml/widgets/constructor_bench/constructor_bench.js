// ConstructorBench: what each constructor says of a value, word for word as Python says it.

import { buttonRow, textField } from "../kit/controls.js";
import { html, setText } from "../kit/elements.js";
import { floatRepr, general } from "../kit/format.js";
import { frame } from "../kit/frame.js";

/** @import { Given } from "../kit/frame.js" */
/** @typedef {{ kind: "bool", value: boolean }} Bool */
/** @typedef {{ kind: "int", value: bigint }} Int */
/** @typedef {{ kind: "float", value: number }} Float */
/** @typedef {Bool | Int | Float} Item */
/** @typedef {{ kind: "list", items: Item[] }} List */
/** @typedef {Item | List} PythonValue */
/** @typedef {(given: PythonValue) => string} Judge what a constructor says of a value; nothing when it accepts */

const LONGEST = 200;
const HELP = "Write one number or one list of numbers as Python does, for example 3, -1, 0.5, 1e-3, True, nan, inf or " +
  "[0.4, 0.6].";
const TOO_LONG = "A whole number may have 40 digits here, and 15 inside a list.";
const LARGEST = 2n ** 63n - 1n;
const NAMES = ["TokenId", "VocabSize", "ModelDimension", "StepCount", "LearningRate", "Loss", "Vector", "Logits",
  "Distribution", "TokenSequence"];
const ITEM = /^(?:(True|False)|([+-]?)(nan|inf)|([+-]?[0-9]+)|([+-]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))(?:[eE][+-]?[0-9]+)?))$/;

/** @type {(text: string) => string} */
const trimmed = (text) => text.replace(/^[ \t\n]+|[ \t\n]+$/g, "");

/**
 * @param {string} text
 * @param {number} digits that a whole number may have
 * @returns {Item}
 */
function itemOf(text, digits) {
  const found = ITEM.exec(text);
  if (!found) throw new RangeError(HELP);
  const [, word, sign, special, whole, real] = found;
  if (word) return { kind: "bool", value: word === "True" };
  if (special) return { kind: "float", value: special === "nan" ? NaN : sign === "-" ? -Infinity : Infinity };
  if (real) return { kind: "float", value: Number(real) };
  if (whole.replace(/^[+-]/, "").length > digits) throw new RangeError(TOO_LONG);
  return { kind: "int", value: BigInt(whole.replace(/^\+/, "")) };
}

/**
 * @param {string} text
 * @returns {PythonValue}
 */
function valueIn(text) {
  const given = trimmed(text);
  if (!given.startsWith("[") || !given.endsWith("]") || given.length < 2) return itemOf(given, 40);
  const inside = trimmed(given.slice(1, -1));
  return { kind: "list", items: inside ? inside.split(",").map((part) => itemOf(trimmed(part), 15)) : [] };
}

/**
 * Python's repr of a value.
 * @param {PythonValue} given
 * @returns {string}
 */
function reprOf(given) {
  if (given.kind === "list") return `[${given.items.map(reprOf).join(", ")}]`;
  if (given.kind === "bool") return given.value ? "True" : "False";
  return given.kind === "int" ? String(given.value) : floatRepr(given.value);
}

/** @type {(x: number) => string} */
const numberShown = (x) => general(x === 0 ? 0 : x, 12);

/**
 * Python's math.fsum: the sum of floats, rounded once.
 * @param {number[]} values
 */
export function exactSum(values) {
  /** @type {number[]} */
  const partials = [];
  for (let x of values) {
    let kept = 0;
    for (let y of partials) {
      if (Math.abs(x) < Math.abs(y)) [x, y] = [y, x];
      const high = x + y;
      const low = y - (high - x);
      if (low) partials[kept++] = low;
      x = high;
    }
    partials.length = kept;
    partials.push(x);
  }
  let high = partials.pop() ?? 0;
  while (partials.length) {
    const x = high;
    const y = partials.pop() ?? 0;
    high = x + y;
    const low = y - (high - x);
    if (low) {
      // Half-way cases are rounded to even only by looking at what is left below.
      const below = partials.at(-1) ?? 0;
      if ((low < 0 && below < 0) || (low > 0 && below > 0)) {
        const twice = low * 2;
        const next = high + twice;
        if (twice === next - high) high = next;
      }
      break;
    }
  }
  return high;
}

/**
 * @param {string} context
 * @param {string} expected
 * @param {PythonValue} value
 */
function wrongType(context, expected, value) {
  const text = reprOf(value);
  const cut = text.length <= 60 ? text : `${text.slice(0, 57)}...`;
  return `WrongType: ${context} needs ${expected}; got ${value.kind} ${cut}`;
}

/**
 * What is wrong with a value where a whole number is due, or what `law` says of the number.
 * @param {string} context
 * @param {PythonValue} given
 * @param {(value: bigint) => string} law
 */
function wholeNumber(context, given, law) {
  if (given.kind !== "int") return wrongType(context, "an int", given);
  const { value } = given;
  return value > LARGEST ? `InvalidQuantity: ${context} must be at most 2**63 - 1; got ${value}` : law(value);
}

/**
 * @param {string} context
 * @param {string} kind
 * @param {PythonValue} given
 */
function size(context, kind, given) {
  return wholeNumber(context, given, (value) => {
    if (value === 0n) return `EmptyInput: empty input in ${kind}: at least 1 is needed`;
    return value < 0n ? `InvalidQuantity: ${kind} must be 1 or more; got ${value}` : "";
  });
}

/**
 * @param {string} context
 * @param {PythonValue} given
 * @param {(value: number) => boolean} law
 * @param {string} refusal
 */
function real(context, given, law, refusal) {
  if (given.kind !== "int" && given.kind !== "float") return wrongType(context, "a real number", given);
  const x = Number(given.value);
  return Number.isFinite(x) && law(x) ? "" : `${refusal}; got ${numberShown(x)}`;
}

/**
 * What is wrong with a value where a row of numbers is due, or what `law` says of the numbers.
 * @param {string} context
 * @param {PythonValue} given
 * @param {(values: number[]) => string} law
 */
function row(context, given, law = () => "") {
  const expected = "an array of real numbers";
  if (given.kind !== "list") {
    const small = given.kind !== "int" || (given.value >= -(2n ** 63n) && given.value < 2n ** 64n);
    if (given.kind === "bool" || !small) return wrongType(context, expected, given);
    return `ShapeMismatch: shape mismatch in ${context}: expected (n,), got ()`;
  }
  if (given.items.length === 0) return `EmptyInput: empty input in ${context}: at least one entry is needed`;
  if (given.items.some(({ kind }) => kind === "bool")) return wrongType(context, expected, given);
  const values = given.items.map(({ value }) => Number(value));
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (wrong < 0) return law(values);
  return `InvalidScalar: ${context} must be finite; entry ${wrong} is ${numberShown(values[wrong])}`;
}

/** @param {number[]} values */
function distribution(values) {
  const outside = values.findIndex((value) => value < 0 || value > 1);
  if (outside >= 0) {
    return `InvalidProbability: probabilities must lie between 0 and 1; entry ${outside} is ${numberShown(values[outside])}`;
  }
  const total = exactSum(values);
  if (Math.abs(total - 1) <= 1e-9 * values.length) return "";
  const these = values.length === 1 ? "this 1 sums" : `these ${values.length} sum`;
  return `InvalidProbability: probabilities must sum to 1; ${these} to ${numberShown(total)}`;
}

/** @type {Judge} */
function sequence(given) {
  const expected = "a flat list of whole numbers";
  if (given.kind !== "list") return wrongType("token sequence", expected, given);
  if (given.items.length === 0) return "EmptyInput: empty input in token sequence: at least one entry is needed";
  if (given.items.some(({ kind }) => kind !== "int")) return wrongType("token sequence", expected, given);
  const wrong = given.items.find((item) => item.kind === "int" && item.value < 0n);
  return wrong ? `OutOfRange: token index ${wrong.value} out of range; indices start at 0` : "";
}

/** @type {Record<string, Judge>} */
const JUDGES = {
  TokenId: (given) => wholeNumber("TokenId", given,
    (value) => (value < 0n ? `OutOfRange: token index ${value} out of range; indices start at 0` : "")),
  VocabSize: (given) => size("VocabSize", "vocabulary", given),
  ModelDimension: (given) => size("ModelDimension", "model dimension", given),
  StepCount: (given) => wholeNumber("StepCount", given,
    (value) => (value < 0n ? `InvalidQuantity: step count must be 0 or more; got ${value}` : "")),
  LearningRate: (given) => real("LearningRate", given, (x) => x > 0,
    "InvalidLearningRate: a learning rate must be finite and greater than 0"),
  Loss: (given) => real("Loss", given, (x) => x >= 0, "InvalidLoss: a loss must be finite and at least 0"),
  Vector: (given) => row("Vector", given),
  Logits: (given) => row("Logits", given),
  Distribution: (given) => row("Distribution", given, distribution),
  TokenSequence: sequence,
};

/**
 * One line for each constructor, and for a list of finite numbers one about its sum.
 * @param {string} text
 */
export function toldOfValue(text) {
  /** @type {PythonValue} */
  let given;
  try {
    given = valueIn(text);
  } catch (error) {
    if (error instanceof RangeError) return [error.message];
    throw error;
  }
  const lines = NAMES.map((name) => `${name}: ${JUDGES[name](given) || "accepted"}`);
  const items = given.kind === "list" && given.items.every(({ kind }) => kind !== "bool") ? given.items : [];
  const values = items.map(({ value }) => Number(value));
  const total = exactSum(values);
  if (values.length && values.every(Number.isFinite) && Number.isFinite(total)) {
    const allowed = general(1e-9 * values.length, 2);
    const off = general(Math.abs(total - 1), 2);
    lines.push(`The sum is ${floatRepr(total + 0)}, ${off} away from 1; a Distribution allows ${allowed}.`);
  }
  return lines;
}

const TEXTS = ["3", "0", "-1", "0.5", "True", "nan", "-inf", "9223372036854775808", "[]", "[1, 2, 3]", "[0.4, 0.4]",
  "[0.25, 0.75]", "[1.00005]", "[0.5, nan]", "[0, True]", "[0.3333333333, 0.3333333333, 0.3333333333]", "[0.5, 0.500000005]",
  "x"];

export function recompute() {
  return Object.fromEntries(TEXTS.map((text) => [text, toldOfValue(text).join("\n")]));
}

const SUM = [
  "total = fsum(value)",
  'print(f"The sum is {total!r}, {abs(total - 1):.2g} away from 1; a Distribution allows {1e-9 * len(value):.2g}.")',
];

/**
 * A runnable snippet that prints the lines shown.
 * @param {string} text
 */
export function trySnippet(text) {
  const told = toldOfValue(text);
  if (told.length === 1) return `print(${JSON.stringify(told[0])})\n`;
  const summed = told.length > NAMES.length;
  return [
    `from math import ${summed ? "fsum" : "inf, nan"}`,
    "from tinyml import *",
    "",
    `value = ${reprOf(valueIn(text))}`,
    `constructors = [${NAMES.map((name) => (name === "TokenSequence" ? "TokenSequence.from_indices" : name)).join(", ")}]`,
    "for make in constructors:",
    '    name = make.__qualname__.split(".")[0]',
    "    try:",
    "        make(value)",
    '        print(f"{name}: accepted")',
    "    except TinyMLError as error:",
    '        print(f"{name}: {type(error).__name__}: {error}")',
    ...(summed ? SUM : []),
    "",
  ].join("\n");
}

/** @param {Given<{ text: string }>} given */
function render({ model, el }) {
  const rows = html("tbody", {});
  const table = html("table", { class: "bench-verdicts" }, rows);
  const remark = html("p", {});
  const update = () => {
    const told = toldOfValue(model.get("text"));
    const verdicts = told.length === 1 ? [] : told.slice(0, NAMES.length);
    rows.replaceChildren(...verdicts.map((line) => {
      const [name, ...rest] = line.split(": ");
      const verdict = rest.join(": ");
      return html("tr", {}, html("th", { scope: "row" }, `${name}:`),
        html("td", { class: verdict === "accepted" ? "bench-accepted" : "bench-refused" }, verdict));
    }));
    setText(remark, told.length === 1 ? told[0] : told[NAMES.length] ?? "");
    const accepted = verdicts.filter((line) => line.endsWith(": accepted")).map((line) => line.split(":")[0]);
    if (told.length === 1) return "This text is not a value that can be tried.";
    return accepted.length ? `Accepted by ${accepted.join(", ")}.` : "No constructor accepts this value.";
  };
  const page = frame({
    model, el, title: "Constructor bench", update, python: () => trySnippet(model.get("text")), recompute,
    types: ["a constructor accepts exactly the values of its object"],
  });
  const field = textField({ label: "A number or a list of numbers", placeholder: "[0.4, 0.4, 0.2]" });
  field.set(model.get("text"));
  field.listen((text) => {
    const long = text.length > LONGEST;
    field.remark(long ? `At most ${LONGEST} characters are tried; the table still shows the text before.` : "");
    if (!long) page.set("text", text);
  });
  page.onChange("text", () => field.set(model.get("text")));
  const examples = page.bind("text", buttonRow({
    label: "Examples", choices: ["3", "0", "-1", "0.5", "True", "nan", "[0.4, 0.6]", "[0.4, 0.4]", "[1, 2, 3]", "[]"],
  }));
  field.node.classList.add("tinyml-wide");
  examples.node.classList.add("tinyml-wide");
  page.controls.append(field.node, examples.node);
  page.stage.append(html("div", { class: "tinyml-scroll" }, table), remark);
  page.open();
  return page.close;
}

export default { render };
