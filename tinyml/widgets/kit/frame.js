// The frame around every widget: title, controls, stage, result in words, reset, copy as Python, certificate.

import { compare } from "./certificate.js";
import { button } from "./controls.js";
import { html, setText } from "./elements.js";

const PAUSE = 700; // milliseconds without a change before the result is announced

/**
 * Build the frame into `el`. `update()` redraws from the model and returns the result in words; it runs once now and
 * then once per frame after changes. `python()` is a runnable snippet; `recompute()` gives the certificate's values.
 * Bind each control to a trait with `bind`; return `frame.close` from render.
 */
export function frame({ model, el, title, types = [], update, python, recompute }) {
  const controls = html("div", { class: "tinyml-controls" });
  const stage = html("div", { class: "tinyml-stage" });
  const result = html("p", { class: "tinyml-result" });
  const spoken = html("p", { class: "tinyml-hidden", "aria-live": "polite" });
  const note = html("span", { class: "tinyml-note", "aria-live": "polite" });
  const code = html("textarea", { class: "tinyml-code", readonly: true, hidden: true, "aria-label": "Python code" });
  const certificate = html("p", { class: "tinyml-certificate" }, "The reference values from Python are being checked.");
  const cleaners = [];
  let request = 0;
  let pause = 0;

  const redraw = () => {
    const words = update();
    setText(result, words);
    clearTimeout(pause);
    pause = setTimeout(() => setText(spoken, words), PAUSE);
    if (!code.hidden) code.value = python();
  };
  const schedule = () => {
    request ||= requestAnimationFrame(() => {
      request = 0;
      redraw();
    });
  };
  const onModel = (event, callback) => {
    model.on(event, callback);
    cleaners.push(() => model.off(event, callback));
  };
  const reset = () => {
    for (const [name, { initial }] of Object.entries(model.get("settings"))) model.set(name, initial);
    model.save_changes();
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
    stage,
    schedule,
    /** Tie a control to a trait: moving it sets the trait, a change from elsewhere moves it. */
    bind(name, control) {
      control.set(model.get(name));
      control.listen((value) => self.set(name, value));
      onModel(`change:${name}`, () => {
        control.set(model.get(name));
        schedule();
      });
      return control;
    },
    /** For a trait that is not bound: call back and redraw when it changes. */
    onChange(name, callback = () => {}) {
      onModel(`change:${name}`, () => {
        callback();
        schedule();
      });
    },
    set(name, value) {
      setText(note, "");
      model.set(name, value);
      model.save_changes();
    },
    /** Call `layout(width)` now and whenever the width of the stage changes. */
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
    controls, result, spoken, stage,
    html("div", { class: "tinyml-actions" }, button("Reset", reset), python && button("Copy as Python", copy), note),
    code, certificate);
  // JupyterLab takes arrow keys for moving between cells, unless the element in focus says that they are its own.
  root.addEventListener("focusin", ({ target }) => target.setAttribute("data-lm-suppress-shortcuts", "true"));
  el.append(root);
  const check = setTimeout(() => {
    const found = compare(model.get("certificate"), recompute());
    setText(certificate, found.words);
    certificate.classList.add(found.agrees ? "tinyml-agrees" : "tinyml-disagrees");
  }, 50);
  return self;
}
