// The frame around every widget: title, controls, stage, result in words, reset, copy as Python, certificate.

import { compare } from "./certificate.js";
import { button } from "./controls.js";
import { html, setText } from "./elements.js";

/** @import { AnyModel } from "@anywidget/types" */
/** @import { Values } from "./certificate.js" */
/** @import { Control } from "./controls.js" */

/**
 * What Python says of a setting: its start, the limits of its numbers, the choices of its texts.
 * @template T
 * @typedef {{ initial: T } & (
 *   [T] extends [number | number[]] ? { min: number, max: number } :
 *   [T] extends [string] ? (string extends T ? {} : { choices: T[] }) :
 *   [T] extends [(infer C)[]] ? { choices: C[] } : {}
 * )} Setting
 */
/**
 * @template T
 * @typedef {{ [K in keyof T]: Setting<T[K]> }} Settings
 */
/**
 * The traits of a widget: its settings, what Python says of them, and the values to be recomputed.
 * @template {Record<string, unknown>} T
 * @typedef {T & { settings: Settings<T>, certificate: Values }} Traits
 */
/**
 * What a widget uses of its model, which anywidget gives it in a notebook and host.js on a page.
 * @template {Record<string, unknown>} T
 * @typedef {Pick<AnyModel<Traits<T>>, "get"> & Pick<AnyModel<T>, "set" | "on" | "off" | "save_changes">} Model
 */
/**
 * What `render` gets.
 * @template {Record<string, unknown>} T
 * @typedef {{ model: Model<T>, el: HTMLElement }} Given
 */
/**
 * @template {Record<string, unknown>} T
 * @typedef {ReturnType<typeof frame<T>>} Frame
 */
/**
 * What a widget tells the page around it each time that it was drawn: the result in words, what each control says, and
 * the numbers that it lends to sentences.
 * @typedef {{ words: string, controls: Record<string, string>, shown: Record<string, number> }} Drawn
 */

export const DRAWN = "tinyml-drawn"; // the event that has it

const PAUSE = 700; // milliseconds without a change before the result is announced

/**
 * Build the frame into `el`. `update()` redraws from the model and returns the result in words; it runs once now and
 * then once per frame after changes. `python()` is a runnable snippet; `recompute()` gives the certificate's values;
 * `shown()` has the numbers that a sentence of the page may show, by the names of the Python class's `shown`.
 * Bind each control to a trait with `bind`; return `frame.close` from render. `tall`: the widget is taller than a screen,
 * so its `controls` stay in view beside its picture, and what is moved less often belongs into `fields`.
 * `onReset()` is for what is no setting.
 * @template {Record<string, unknown>} T
 * @param {Given<T> & {
 *   title: string, types?: string[], update: () => string, python: () => string, recompute: () => Values,
 *   shown?: () => Record<string, number>, tall?: boolean, onReset?: () => void,
 * }} given
 */
export function frame(
  { model, el, title, types = [], update, python, recompute, shown = () => ({}), tall = false, onReset = () => {} },
) {
  const controls = html("div", { class: `tinyml-controls${tall ? " tinyml-stays" : ""}` });
  const fields = html("div", { class: "tinyml-controls" });
  const stage = html("div", { class: "tinyml-stage" });
  const result = html("p", { class: "tinyml-result" });
  const spoken = html("p", { class: "tinyml-hidden", "aria-live": "polite" });
  const note = html("span", { class: "tinyml-note", "aria-live": "polite" });
  const code = html("textarea", { class: "tinyml-code", readonly: true, hidden: true, "aria-label": "Python code" });
  const certificate = html("p", { class: "tinyml-certificate" }, "The reference values from Python are being checked.");
  /** @type {(() => void)[]} */
  const cleaners = [];
  /** @type {Map<string, () => string>} */
  const said = new Map();
  let request = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let pause;

  /** @param {string} words */
  const tell = (words) => {
    /** @type {Drawn} */
    const detail = { words, controls: Object.fromEntries([...said].map(([name, own]) => [name, own()])), shown: shown() };
    const told = !root.dispatchEvent(new CustomEvent(DRAWN, { bubbles: true, cancelable: true, detail }));
    clearTimeout(pause);
    if (told) setText(spoken, ""); // the page says it itself, where the reader is
    else pause = setTimeout(() => setText(spoken, words), PAUSE);
  };
  const redraw = () => {
    const words = update();
    setText(result, words);
    tell(words);
    if (!code.hidden) code.value = python();
  };
  const schedule = () => {
    request ||= requestAnimationFrame(() => {
      request = 0;
      redraw();
    });
  };
  /** @type {(event: `change:${string}`, callback: () => void) => void} */
  const onModel = (event, callback) => {
    model.on(event, callback);
    cleaners.push(() => model.off(event, callback));
  };
  const reset = () => {
    /** @type {Settings<T>} */
    const settings = model.get("settings");
    /** @type {<K extends keyof T>(name: K, setting: Setting<T[K]>) => void} */
    const restart = (name, { initial }) => model.set(name, initial);
    for (const name of /** @type {(keyof T)[]} */ (Object.keys(settings))) restart(name, settings[name]);
    model.save_changes();
    onReset();
    setText(note, "Back at the start.");
  };
  const copy = async () => {
    code.hidden = false;
    code.value = python();
    code.rows = code.value.split("\n").length + 1;
    try {
      await navigator.clipboard.writeText(code.value);
      setText(note, "Copied.");
    } catch {
      code.select();
      setText(note, "The code is below; copy it from there.");
    }
  };
  const self = {
    controls,
    fields,
    stage,
    schedule,
    /**
     * Tie a control to a trait: moving it sets the trait, a change from elsewhere moves it.
     * @template {keyof T & string} K
     * @template {Control<T[K]>} C
     * @param {K} name
     * @param {C} control
     */
    bind(name, control) {
      if (!said.has(name)) said.set(name, control.words);
      control.node.dataset.setting = name;
      control.set(model.get(name));
      control.listen((value) => self.set(name, value));
      onModel(`change:${name}`, () => {
        control.set(model.get(name));
        schedule();
      });
      return control;
    },
    /**
     * For a trait that is not bound: call back and redraw when it changes.
     * @param {keyof T & string} name
     */
    onChange(name, callback = () => {}) {
      onModel(`change:${name}`, () => {
        callback();
        schedule();
      });
    },
    /**
     * @template {keyof T} K
     * @param {K} name
     * @param {T[K]} value
     */
    set(name, value) {
      setText(note, "");
      model.set(name, value);
      model.save_changes();
    },
    /**
     * Call `layout(width)` now and whenever the width of the stage changes.
     * @param {(width: number) => void} layout
     */
    onWidth(layout) {
      const observer = new ResizeObserver(() => layout(stage.clientWidth));
      observer.observe(stage);
      cleaners.push(() => observer.disconnect());
    },
    cleaners,
    close() {
      cancelAnimationFrame(request);
      clearTimeout(pause);
      clearTimeout(check);
      cleaners.splice(0).forEach((clean) => clean());
      root.remove();
    },
    open() {
      redraw();
    },
  };
  const root = html("div", { class: "tinyml", role: "group", "aria-label": title },
    html("p", { class: "tinyml-title" }, title),
    ...types.map((line) => html("code", { class: "tinyml-type" }, line)),
    controls, fields, result, spoken, stage,
    html("div", { class: "tinyml-actions" }, button("Reset", reset), button("Copy as Python", copy), note),
    code, certificate);
  // JupyterLab takes arrow keys for moving between cells, unless the element in focus says that they are its own.
  root.addEventListener("focusin", ({ target }) => {
    if (target instanceof Element) target.setAttribute("data-lm-suppress-shortcuts", "true");
  });
  el.append(root);
  const check = setTimeout(() => {
    const found = compare(model.get("certificate"), recompute());
    setText(certificate, found.words);
    certificate.classList.add(found.agrees ? "tinyml-agrees" : "tinyml-disagrees");
  }, 50);
  return self;
}
