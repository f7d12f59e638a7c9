// The host of the static page: it gives a widget's module the model interface that a notebook would give it.
// Shipped as a classic script, because modules and fetch fail on file://. The book's bundler appends what the page has:
// book = { modules: text of an ES module that exports widgets = { name: () => its module }, style: style sheet }.

import { readAddress, settingText, settingValue, writeAddress } from "./address.js";

export function createModel(values) {
  const current = { ...values };
  const listeners = new Map();
  const emit = (event, ...details) => [...(listeners.get(event) ?? [])].forEach((callback) => callback(...details));
  const model = {
    get: (name) => current[name],
    set(name, value) {
      if (JSON.stringify(current[name]) === JSON.stringify(value)) return;
      current[name] = value;
      emit(`change:${name}`, model, value);
      emit("change", model);
    },
    on: (event, callback) => listeners.set(event, [...(listeners.get(event) ?? []), callback]),
    off: (event, callback) => listeners.set(event,
      callback ? (listeners.get(event) ?? []).filter((own) => own !== callback) : []),
    save_changes() {},
    send() {},
  };
  return model;
}

/** Set the model's settings from the address; settings that the address does not name go back to their start. */
export function applyAddress(model, values = {}) {
  for (const [name, setting] of Object.entries(model.get("settings"))) {
    const value = name in values ? settingValue(values[name], setting) : undefined;
    model.set(name, value ?? setting.initial);
  }
}

/** The settings that differ from their start, as texts. */
export function changedSettings(model) {
  const changed = {};
  for (const [name, { initial }] of Object.entries(model.get("settings"))) {
    const text = settingText(model.get(name));
    if (text !== settingText(initial)) changed[name] = text;
  }
  return changed;
}

/** Start one island. When anything in its module throws, now or later, the picture comes back with a sentence. */
async function startIsland(book, island, key) {
  const name = island.dataset.widget;
  const figure = island.querySelector("figure");
  const live = document.createElement("div");
  let address = null;
  let close = () => {};
  const fail = (error) => {
    window.removeEventListener("error", onError);
    window.removeEventListener("unhandledrejection", onError);
    try {
      close?.();
    } catch {
      // it is already broken
    }
    live.remove();
    figure.hidden = false;
    const sentence = document.createElement("p");
    sentence.className = "tinyml-failed";
    sentence.setAttribute("role", "status");
    sentence.textContent = "The interactive part of this figure failed, so here is its picture with its numbers. " +
      `(${error?.message ?? error})`;
    figure.after(sentence);
  };
  const onError = ({ filename, error, reason }) => {
    if (address && (filename === address || String((error ?? reason)?.stack).includes(address))) fail(error ?? reason);
  };
  try {
    const state = JSON.parse(island.querySelector("script[type='application/json']").textContent);
    const model = createModel({ ...state.traits, certificate: state.certificate, settings: state.settings });
    applyAddress(model, readAddress(location.hash)[key]);
    // An address of its own for each island tells whose error it is.
    address = URL.createObjectURL(new Blob([book.modules], { type: "text/javascript" }));
    window.addEventListener("error", onError);
    window.addEventListener("unhandledrejection", onError);
    const { widgets } = await import(address);
    if (!widgets[name]) throw new Error(`the module of ${name} is missing`);
    const { default: widget } = await widgets[name]();
    island.append(live);
    close = await widget.render({ model, el: live });
    figure.hidden = true;
    return { key, model, island };
  } catch (error) {
    fail(error);
    return null;
  }
}

/** Start every island of the page and keep the address and the models in step. */
export async function startPage(book) {
  const style = document.createElement("style");
  style.textContent = book.style;
  document.head.append(style);
  const seen = {};
  const islands = [...document.querySelectorAll(".tinyml-widget[data-widget]")].map((island) => {
    const name = island.dataset.widget;
    seen[name] = (seen[name] ?? 0) + 1;
    return startIsland(book, island, seen[name] > 1 ? `${name}-${seen[name]}` : name);
  });
  const started = (await Promise.all(islands)).filter(Boolean);
  let timer = 0;
  const write = () => {
    const settings = Object.fromEntries(started.map(({ key, model }) => [key, changedSettings(model)]));
    const hash = writeAddress(settings);
    if (hash || Object.keys(readAddress(location.hash)).length > 0) {
      history.replaceState(history.state, "", hash || location.pathname + location.search);
    }
  };
  for (const { model } of started) {
    model.on("change", () => {
      clearTimeout(timer);
      timer = setTimeout(write, 300); // browsers limit how often an address may change
    });
  }
  window.addEventListener("hashchange", () => {
    const asked = readAddress(location.hash);
    if (Object.keys(asked).length === 0) return; // an ordinary anchor
    started.forEach(({ key, model }) => applyAddress(model, asked[key]));
  });
  const asked = readAddress(location.hash);
  started.find(({ key }) => key in asked)?.island.scrollIntoView();
}

/** What the classic script runs: now, or when the page has been read. */
export function startWhenReady(book) {
  const start = () => startPage(book);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start, { once: true });
  else start();
}
