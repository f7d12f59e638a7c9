// The host of the static page: it gives a widget's module the model interface that a notebook would give it.
// Shipped as a classic script, because modules and fetch fail on file://. The book's bundler appends what the page has:
// book = { modules: text of an ES module that exports widgets = { name: () => its module }, style: style sheet }.

import { readAddress, settingText, settingValue, writeAddress } from "./address.js";
import { DRAWN } from "./frame.js";
import { HERE, whenNear } from "./waiting.js";

/** @import { AnySetting, Texts } from "./address.js" */
/** @import { Drawn, Given, Model } from "./frame.js" */
/** @typedef {(...details: unknown[]) => void} Listener */
/** @typedef {ReturnType<typeof createModel>} HostModel */
/** @typedef {{ modules: string, style: string }} Book */
/** @typedef {{ default: { render: (given: Given<Record<string, unknown>>) => () => void } }} Module */
/**
 * What the rest of a page may do with a widget, which may not be drawn yet: its key in the address; what Python says of its
 * settings, their values, and as texts those that differ from their start; `set`, after which the others are at theirs;
 * `show`, which draws it if it is not; and what it said when it was drawn last.
 * @typedef {{
 *   key: string, settings: Record<string, AnySetting>, get: (name: string) => unknown, changed: () => Texts,
 *   set: (values: Texts) => void, show: () => void, drawn?: Drawn,
 * }} Handle
 */
/** @typedef {HTMLElement & { widget?: Handle }} Island */
/** @typedef {{ key: string, model: HostModel, island: Island, show: () => void }} ReadyIsland */

/** @param {Record<string, unknown>} values */
export function createModel(values) {
  const current = { ...values };
  /** @type {Map<string, Listener[]>} */
  const listeners = new Map();
  /** @type {(event: string, ...details: unknown[]) => void} */
  const emit = (event, ...details) => [...(listeners.get(event) ?? [])].forEach((callback) => callback(...details));
  const model = {
    /** @type {(name: string) => unknown} */
    get: (name) => current[name],
    /**
     * @param {string} name
     * @param {unknown} value
     */
    set(name, value) {
      if (JSON.stringify(current[name]) === JSON.stringify(value)) return;
      current[name] = value;
      emit(`change:${name}`, model, value);
      emit("change", model);
    },
    /** @type {(event: string, callback: Listener) => void} */
    on: (event, callback) => listeners.set(event, [...(listeners.get(event) ?? []), callback]),
    /** @type {(event: string, callback?: Listener) => void} */
    off: (event, callback) => listeners.set(event,
      callback ? (listeners.get(event) ?? []).filter((own) => own !== callback) : []),
    save_changes() {},
    send() {},
  };
  return model;
}

/** @param {HostModel} model */
function settingsOf(model) {
  return Object.entries(/** @type {Record<string, AnySetting>} */ (model.get("settings")));
}

/**
 * Set the model's settings from the address; settings that the address does not name go back to their start.
 * @param {HostModel} model
 * @param {Texts} values
 */
export function applyAddress(model, values = {}) {
  for (const [name, setting] of settingsOf(model)) {
    const value = name in values ? settingValue(values[name], setting) : undefined;
    model.set(name, value ?? setting.initial);
  }
}

/**
 * The settings that differ from their start, as texts.
 * @param {HostModel} model
 */
export function changedSettings(model) {
  /** @type {Texts} */
  const changed = {};
  for (const [name, { initial }] of settingsOf(model)) {
    const text = settingText(model.get(name));
    if (text !== settingText(initial)) changed[name] = text;
  }
  return changed;
}

/**
 * Make one island ready to be drawn. When anything in its module throws, now or later, the picture comes back with a
 * sentence.
 * @param {Book} book
 * @param {Island} island
 * @param {string} name of the widget
 * @param {string} key of its settings in the address
 * @returns {Promise<ReadyIsland | null>}
 */
async function prepareIsland(book, island, name, key) {
  const figure = /** @type {HTMLElement} */ (island.querySelector("figure"));
  const data = /** @type {HTMLElement} */ (island.querySelector("script[type='application/json']"));
  const live = document.createElement("div");
  let address = "";
  let close = () => {};
  /** @param {unknown} error */
  const fail = (error) => {
    window.removeEventListener("error", onError);
    window.removeEventListener("unhandledrejection", onRejection);
    try {
      close?.();
    } catch {
      // it is already broken
    }
    live.remove();
    delete island.widget;
    figure.hidden = false;
    const sentence = document.createElement("p");
    sentence.className = "tinyml-failed";
    sentence.setAttribute("role", "status");
    sentence.textContent = "The interactive part of this figure failed, so here is its picture with its numbers. " +
      `(${error instanceof Error ? error.message : error})`;
    figure.after(sentence);
  };
  /** @type {(error: unknown, file?: string) => void} */
  const judge = (error, file) => {
    const stack = error instanceof Error ? String(error.stack) : "";
    if (address && (file === address || stack.includes(address))) fail(error);
  };
  const onError = (/** @type {ErrorEvent} */ { error, filename }) => judge(error, filename);
  const onRejection = (/** @type {PromiseRejectionEvent} */ { reason }) => judge(reason);
  try {
    const state = JSON.parse(data.textContent);
    const model = createModel({ ...state.traits, certificate: state.certificate, settings: state.settings });
    // An address of its own for each island tells whose error it is.
    address = URL.createObjectURL(new Blob([book.modules], { type: "text/javascript" }));
    window.addEventListener("error", onError);
    window.addEventListener("unhandledrejection", onRejection);
    /** @type {{ widgets: Record<string, () => Promise<Module>> }} */
    const { widgets } = await import(address);
    if (!widgets[name]) throw new Error(`the module of ${name} is missing`);
    const { default: widget } = await widgets[name]();
    const show = () => {
      if (live.isConnected || !island.widget) return;
      try {
        island.append(live);
        close = widget.render({ model: /** @type {Model<Record<string, unknown>>} */ (model), el: live });
        figure.hidden = true;
      } catch (error) {
        fail(error);
      }
    };
    /** @type {Handle} */
    const handle = {
      key, settings: state.settings, get: model.get, changed: () => changedSettings(model), show,
      set(values) {
        applyAddress(model, values);
        show();
      },
    };
    island.addEventListener(DRAWN, (event) => (handle.drawn = /** @type {CustomEvent<Drawn>} */ (event).detail));
    island.widget = handle;
    return { key, model, island, show };
  } catch (error) {
    fail(error);
    return null;
  }
}

/**
 * Write what differs from the start into the address, and take from it what somebody has put there.
 * @param {ReadyIsland[]} ready
 */
function keepAddress(ready) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const write = () => {
    const settings = Object.fromEntries(ready.map(({ key, model }) => [key, changedSettings(model)]));
    const hash = writeAddress(settings);
    if (hash || Object.keys(readAddress(location.hash)).length > 0) {
      history.replaceState(history.state, "", hash || location.pathname + location.search);
    }
  };
  for (const { model } of ready) {
    model.on("change", () => {
      clearTimeout(timer);
      timer = setTimeout(write, 300); // browsers limit how often an address may change
    });
  }
  window.addEventListener("hashchange", () => {
    const asked = readAddress(location.hash);
    if (Object.keys(asked).length === 0) return; // an ordinary anchor
    for (const { key, model, show } of ready) {
      applyAddress(model, asked[key]);
      if (key in asked) show();
    }
  });
}

/**
 * Draw each widget as it comes near the view, and all of them before the Tab key looks for the next control, and on paper.
 * @param {ReadyIsland[]} ready
 */
function drawInTime(ready) {
  for (const { island, show } of ready) whenNear([island], show);
  const showAll = () => ready.forEach(({ show }) => show());
  window.addEventListener("keydown", ({ key }) => { if (key === "Tab") showAll(); }, { capture: true });
  window.addEventListener("beforeprint", showAll);
}

/**
 * Start every island of the page.
 * @param {Book} book
 */
export async function startPage(book) {
  const style = document.createElement("style");
  style.textContent = book.style;
  document.head.append(style);
  /** @type {Record<string, number>} */
  const seen = {};
  /** @type {NodeListOf<Island>} */
  const found = document.querySelectorAll(".tinyml-widget[data-widget]");
  const islands = [...found].map((island) => {
    const name = String(island.dataset.widget);
    seen[name] = (seen[name] ?? 0) + 1;
    return prepareIsland(book, island, name, seen[name] > 1 ? `${name}-${seen[name]}` : name);
  });
  const ready = (await Promise.all(islands)).filter((island) => island !== null);
  const asked = readAddress(location.hash);
  const linked = ready.filter(({ key }) => key in asked);
  for (const { key, model, show } of linked) {
    applyAddress(model, asked[key]);
    show();
  }
  keepAddress(ready);
  for (const { island } of ready) island.dispatchEvent(new Event(HERE, { bubbles: true }));
  linked[0]?.island.scrollIntoView();
  drawInTime(ready);
}

/**
 * What the classic script runs: now, or when the page has been read.
 * @param {Book} book
 */
export function startWhenReady(book) {
  const start = () => startPage(book);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start, { once: true });
  else start();
}
