// The line at the foot of the screen that says what a sentence has done to a widget, and takes it back.
//
// It comes right after the sentence for the keyboard and for those who listen, and is at the foot of the screen for the
// eye, so that nothing moves. What is read aloud is a region of its own, which stays where it is.

import { html, setText } from "../../tinyml/widgets/kit/elements.js";

/**
 * @typedef {object} Told
 * @property {HTMLElement} link the words of the sentence
 * @property {HTMLElement} island the widget
 * @property {string} words what has changed
 * @property {(() => void) | null} undo
 */

const STILL = { preventScroll: true }; // whoever looks at the widget goes on looking at it

/** @param {HTMLElement} element */
function inView(element) {
  const { top, bottom } = element.getBoundingClientRect();
  return bottom > 0 && top < innerHeight;
}

export function createLine() {
  const button = (/** @type {string} */ text, given = {}) => html("button", { type: "button", ...given }, text);
  const words = html("span", {});
  const [undo, look] = [button("Undo"), button("Show it")];
  const close = button("×", { "aria-label": "Close" });
  const node = html("span", { class: "sentence-line", role: "group", "aria-label": "What has changed" },
    words, html("span", {}, undo, look, close));
  const live = html("p", { class: "sentence-said", "aria-live": "polite" });
  document.querySelector("main")?.append(live);
  /** @type {Told | null} */
  let now = null;

  function hide() {
    if (!now) return;
    if (node.contains(document.activeElement)) now.link.focus(STILL);
    node.remove();
    setText(live, "");
    now = null;
  }
  undo.addEventListener("click", () => {
    now?.link.focus(STILL);
    now?.undo?.();
  });
  look.addEventListener("click", () => {
    if (!now) return;
    now.island.tabIndex = -1;
    now.island.scrollIntoView();
    now.island.focus(STILL);
    look.hidden = true;
  });
  close.addEventListener("click", hide);
  document.addEventListener("keydown", ({ key }) => { if (key === "Escape") hide(); });
  return {
    hide,
    /** Whether it speaks of this widget. */
    isAbout: (/** @type {HTMLElement} */ island) => now?.island === island,
    /** @param {Told} told */
    show(told) {
      now = told;
      setText(words, told.words);
      setText(live, told.words);
      undo.hidden = !told.undo;
      look.hidden = inView(told.island);
      if (told.link.nextSibling !== node) told.link.after(node);
    },
  };
}
