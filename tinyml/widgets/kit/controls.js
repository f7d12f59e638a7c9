// Native controls. Each returns { node, set(value), listen(callback), words() }; a label encloses its input, so no
// element needs an id and a widget may stand twice on one page.

import { attributes, html, setText } from "./elements.js";
import { general } from "./format.js";

/** @import { Attributes } from "./elements.js" */

/**
 * What the reader moves. `listen` calls back with each value that the reader chooses, not with those of `set`; `words`
 * says what is chosen now, such as "StepCount: 13".
 * @template T
 * @typedef {{
 *   node: HTMLElement, set: (value: T) => void, listen: (callback: (value: T) => void) => void, words: () => string,
 * }} Control
 */

/**
 * One of several: its value, or its value and what is written on it.
 * @template {string | number} T
 * @typedef {T | [T, string]} Choice
 */

const PER_DECADE = 40;

// Forty steps a decade, rounded so that 1, 1.5, 2, 2.5, 3, 4, 5, 6, 8 are among them (the preferred numbers R40).
const PREFERRED = [
  1, 1.06, 1.12, 1.18, 1.25, 1.32, 1.4, 1.5, 1.6, 1.7, 1.8, 1.9, 2, 2.12, 2.24, 2.36, 2.5, 2.65, 2.8, 3,
  3.15, 3.35, 3.55, 3.75, 4, 4.25, 4.5, 4.75, 5, 5.3, 5.6, 6, 6.3, 6.7, 7.1, 7.5, 8, 8.5, 9, 9.5,
];

/**
 * The value at a place of a logarithmic slider; place 0 is 1.
 * @param {number} place
 */
export function valueAtPlace(place) {
  const decade = Math.floor(place / PER_DECADE);
  return Number(`${PREFERRED[place - decade * PER_DECADE]}e${decade}`);
}

/** @param {number} value */
export function placeOfValue(value) {
  return Math.round(Math.log10(value) * PER_DECADE);
}

/**
 * A slider with its value beside it. `scale: "log"` needs min and max that are positive; a value set from outside
 * is kept exactly and shown at the nearest place. `text(value)` is what is shown and spoken.
 * @param {{
 *   label: string, min: number, max: number, step?: number, scale?: string, initial?: number,
 *   text?: (value: number) => string,
 * }} given
 */
export function slider({ label, min, max, step = 1, scale = "linear", initial = min, text = (x) => general(x) }) {
  const log = scale === "log";
  /** @type {(value: number) => number} */
  const place = log ? placeOfValue : (value) => value;
  const input = html("input", {
    type: "range", min: place(min), max: place(max), step: log ? 1 : step,
  });
  const shown = html("span", { class: "tinyml-value", "aria-hidden": "true" });
  const node = html("div", { class: "tinyml-slider" },
    html("label", {}, html("span", { class: "tinyml-label" }, label), input), shown);
  let current = initial;
  const show = () => {
    setText(shown, text(current));
    attributes(input, { "aria-valuetext": text(current) });
  };
  /** @type {Control<number> & { input: HTMLInputElement }} */
  const control = {
    node,
    input,
    set(value) {
      current = Math.min(max, Math.max(min, value));
      input.value = String(place(current));
      show();
    },
    listen(callback) {
      input.addEventListener("input", () => {
        const at = Number(input.value);
        current = log ? Math.min(max, Math.max(min, valueAtPlace(at))) : at;
        show();
        callback(current);
      });
    },
    words: () => `${label}: ${text(current)}`,
  };
  control.set(initial);
  return control;
}

/**
 * @param {string} label
 * @param {() => void} onClick
 * @param {Attributes} given
 */
export function button(label, onClick, given = {}) {
  const node = html("button", { type: "button", ...given }, label);
  node.addEventListener("click", onClick);
  return node;
}

/**
 * @template {string | number} T
 * @param {Choice<T>[]} choices
 */
function labelled(choices) {
  /** @type {(choice: Choice<T>) => [T, string]} */
  const pair = (choice) => (Array.isArray(choice) ? choice : [choice, String(choice)]);
  return choices.map(pair);
}

/**
 * A row of buttons of which one may be pressed.
 * @template {string | number} T
 * @param {{ label: string, choices: Choice<T>[] }} given
 */
export function buttonRow({ label, choices }) {
  const pairs = labelled(choices);
  /** @type {(value: T) => void} */
  let tell = () => {};
  let pressed = "";
  const buttons = pairs.map(([value, name]) => button(name, () => {
    control.set(value);
    tell(value);
  }));
  /** @type {Control<T>} */
  const control = {
    node: html("div", { class: "tinyml-buttons", role: "group", "aria-label": label },
      html("span", { class: "tinyml-label", "aria-hidden": "true" }, label), ...buttons),
    set(value) {
      pairs.forEach(([own], k) => attributes(buttons[k], { "aria-pressed": String(own === value) }));
      pressed = pairs.find(([own]) => own === value)?.[1] ?? "";
    },
    listen: (callback) => (tell = callback),
    words: () => `${label}: ${pressed}`,
  };
  return control;
}

/**
 * @template {string | number} T
 * @param {{ label: string, choices: Choice<T>[], initial?: T }} given
 */
export function select({ label, choices, initial }) {
  const pairs = labelled(choices);
  const input = html("select", {}, ...pairs.map(([, name], k) => html("option", { value: k }, name)));
  /** @type {Control<T> & { input: HTMLSelectElement }} */
  const control = {
    node: html("label", { class: "tinyml-field" }, html("span", { class: "tinyml-label" }, label), input),
    input,
    set: (value) => (input.selectedIndex = pairs.findIndex(([own]) => own === value)),
    listen: (callback) => input.addEventListener("change", () => callback(pairs[input.selectedIndex][0])),
    words: () => `${label}: ${pairs[input.selectedIndex]?.[1] ?? ""}`,
  };
  control.set(initial ?? pairs[0][0]);
  return control;
}

/**
 * @param {{ label: string, initial?: boolean }} given
 * @returns {Control<boolean> & { input: HTMLInputElement }}
 */
export function checkbox({ label, initial = false }) {
  const input = html("input", { type: "checkbox" });
  input.checked = initial;
  return {
    node: html("label", { class: "tinyml-check" }, input, html("span", {}, label)),
    input,
    set: (value) => (input.checked = value),
    listen: (callback) => input.addEventListener("change", () => callback(input.checked)),
    words: () => `${label}: ${input.checked ? "yes" : "no"}`,
  };
}

/**
 * A text field (`lines` above 1 makes it a text area) with room for a remark below it, which `remark(text)` fills.
 * @param {{ label: string, initial?: string, lines?: number, placeholder?: string }} given
 * @returns {Control<string> & { input: HTMLInputElement | HTMLTextAreaElement, remark: (text: string) => void }}
 */
export function textField({ label, initial = "", lines = 1, placeholder = "" }) {
  const input = lines > 1
    ? html("textarea", { rows: lines, placeholder, spellcheck: "false" })
    : html("input", { type: "text", placeholder, spellcheck: "false", autocomplete: "off" });
  const note = html("span", { class: "tinyml-remark", "aria-live": "polite" });
  input.value = initial;
  return {
    node: html("div", { class: "tinyml-field" },
      html("label", {}, html("span", { class: "tinyml-label" }, label), input), note),
    input,
    set(value) {
      if (input.value !== value) input.value = value;
    },
    listen: (callback) => input.addEventListener("input", () => callback(input.value)),
    words: () => `${label}: ${input.value}`,
    remark(text) {
      setText(note, text);
      attributes(input, { "aria-invalid": text ? "true" : null });
    },
  };
}
