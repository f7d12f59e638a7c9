// Numbers that are dragged, or stepped by keys: each is a second handle of a slider in its widget, which knows the
// limits and the steps. Numbers that are shown follow the widget.
//
// A sentence says what it says until its widget is moved, here or there; from then on it speaks of the widget as it is.

import { attributes, setText } from "../../tinyml/widgets/kit/elements.js";
import { whenNear } from "../../tinyml/widgets/kit/waiting.js";
import { islandOf, named, partsAbout } from "./islands.js";
import { KEYS, plain, stepsOf, withMinus, written } from "./numbers.js";

/** @import { LiveIsland, ReadyIsland } from "./islands.js" */

/** @type {Set<string>} the keys of the widgets that have been moved */
const moved = new Set();

/** @param {HTMLElement} drag */
const settingOf = (drag) => drag.dataset.control ?? "";

/**
 * The slider of a number in a sentence; a widget may have other controls, which cannot be dragged.
 * @param {ReadyIsland} island
 * @param {HTMLElement} drag
 * @returns {HTMLInputElement | null}
 */
const sliderOf = (island, drag) => island.querySelector(`[data-setting="${settingOf(drag)}"] input[type="range"]`);

/**
 * @param {HTMLElement} drag
 * @param {string} text
 */
function show(drag, text) {
  setText(drag, withMinus(text));
  attributes(drag, { "aria-valuenow": text });
}

/**
 * Let a number be moved, now that there is a slider to move.
 * @param {LiveIsland} island
 * @param {HTMLElement} drag
 * @param {HTMLInputElement} slider
 */
function enable(island, drag, slider) {
  const { min, max } = island.widget.settings[settingOf(drag)];
  const label = slider.closest("label")?.textContent;
  const title = island.querySelector(".tinyml")?.getAttribute("aria-label");
  attributes(drag, {
    role: "spinbutton", tabindex: 0, "aria-label": `${label}, ${title}`, "aria-valuemin": min, "aria-valuemax": max,
  });
  show(drag, named(drag.dataset.moves).texts[settingOf(drag)]);
}

/**
 * Have a widget drawn when a number that moves it comes near the view, wherever the widget itself is: until there is a
 * slider, the number is only words.
 * @param {ReadyIsland} island
 */
export function expect({ widget }) {
  const drags = partsAbout("data-moves", widget.key).filter((own) => own.matches(".sentence-drag"));
  if (drags.length > 0) whenNear(drags, widget.show);
}

/**
 * Say what a widget says that has been drawn, unless it is still as it opened.
 * @param {LiveIsland} island
 */
export function follow(island) {
  const { key, get, changed, drawn } = island.widget;
  if (Object.keys(changed()).length > 0) moved.add(key);
  for (const drag of partsAbout("data-moves", key)) {
    const slider = sliderOf(island, drag);
    if (slider && !drag.hasAttribute("role")) enable(island, drag, slider);
    if (slider && moved.has(key)) show(drag, plain(Number(get(settingOf(drag)))));
  }
  if (!moved.has(key)) return;
  for (const own of partsAbout("data-shows", key)) {
    const [[name, pattern]] = Object.entries(named(own.dataset.shows).texts);
    setText(own, written(drawn.shown[name], pattern));
  }
}

/**
 * The slider of a number, with its widget where the sentence is.
 * @param {HTMLElement} drag
 */
function begun(drag) {
  const { key, texts } = named(drag.dataset.moves);
  const island = islandOf(key);
  if (!island) return null;
  if (!moved.has(key)) island.widget.set(texts);
  moved.add(key);
  return sliderOf(island, drag);
}

/**
 * Move a slider as its reader would.
 * @param {HTMLInputElement} slider
 * @param {number} place
 */
function slide(slider, place) {
  slider.value = String(Math.min(Number(slider.max), Math.max(Number(slider.min), place)));
  slider.dispatchEvent(new Event("input", { bubbles: true }));
}

/** @param {Event} event */
const dragOf = ({ target }) =>
  /** @type {HTMLElement | null} */ (target instanceof Element ? target.closest(".sentence-drag[role]") : null);

/** @param {KeyboardEvent} event */
function onKey(event) {
  const drag = dragOf(event);
  if (!drag || !(event.key in KEYS) || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  const slider = begun(drag);
  if (slider) slide(slider, Number(slider.value) + KEYS[event.key] * Number(slider.step));
}

/**
 * Follow the pointer from where it took hold of a number: sideways, because up and down is how a page is moved.
 * @param {HTMLElement} drag
 * @param {number} x
 */
function dragging(drag, x) {
  /** @type {HTMLInputElement | null} */
  let slider = null;
  let from = 0;
  return {
    /** @param {number} to */
    move(to) {
      if (!slider) {
        if (to === x) return;
        slider = begun(drag);
        if (!slider) return;
        from = Number(slider.value);
      }
      const step = Number(slider.step);
      const steps = stepsOf(to - x, (Number(slider.max) - Number(slider.min)) / step);
      slide(slider, from + steps * step);
    },
    cancel: () => { if (slider) slide(slider, from); },
  };
}

export function listenToDrags() {
  /** @type {ReturnType<typeof dragging> | null} */
  let held = null;
  document.addEventListener("keydown", onKey);
  document.addEventListener("pointerdown", (event) => {
    const drag = event.button === 0 ? dragOf(event) : null;
    held = drag && dragging(drag, event.clientX);
    drag?.setPointerCapture(event.pointerId);
  });
  document.addEventListener("pointermove", (event) => held?.move(event.clientX));
  document.addEventListener("pointerup", () => { held = null; });
  document.addEventListener("pointercancel", () => {
    held?.cancel();
    held = null;
  });
}
