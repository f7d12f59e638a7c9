// One guess of a page: the reader commits, sure or not, or asks to be shown; then what it covers opens.
//
// The sentence that answers is put where room for the longest one was kept, so that nothing moves.

import { html } from "../../tinyml/widgets/kit/elements.js";
import { coverAll } from "./covers.js";
import { kinds } from "./kinds.js";
import { makeSortable } from "./sorting.js";

/** @import { Cover } from "./covers.js" */
/** @import { Memory } from "./memory.js" */

const OPEN = "No guess this time. What was covered is open, and what each answer gets is in the fold after it.";
const MARKS = new Map([[true, "✓ Right."], [false, "✗ Not this time."]]);

/**
 * @param {HTMLElement} box
 * @param {HTMLElement} fold
 * @param {Cover} cover
 * @param {Pick<Memory, "get" | "keep" | "forget">} memory
 */
export function startGuess(box, fold, cover, memory) {
  const id = box.dataset.guess ?? "";
  const kind = kinds[box.dataset.kind ?? ""];
  const fieldset = /** @type {HTMLFieldSetElement} */ (box.querySelector("fieldset"));
  const button = (/** @type {string} */ text) => html("button", { type: "button" }, text);
  const [sure, unsure, show, again] = ["I’m sure", "Not sure", "Just show me", "Guess again"].map(button);
  const before = html("div", {}, sure, unsure, show);
  const after = html("div", {}, again);
  const live = html("div", { class: "guess-live", "aria-live": "polite" });
  const order = /** @type {HTMLElement | null} */ (box.querySelector(".guess-order"));
  const start = order ? kind.given(box) : undefined;

  /** @param {(Node | string)[]} words */
  const say = (...words) => live.replaceChildren(html("p", {}, ...words));

  /**
   * @param {HTMLElement} entry of the fold
   * @param {string} given
   */
  function sentence(entry, given) {
    const right = "right" in entry.dataset || ["near", "right"].includes(entry.dataset.answer ?? "");
    const mark = box.dataset.kind === "text" ? "Ours:" : MARKS.get(right);
    const key = fold.querySelector(".guess-key")?.textContent;
    const words = entry.querySelector(".guess-says")?.cloneNode(true) ?? "";
    return [html("b", {}, mark), key ? ` You said ${given}. ${key} ` : " ", words];
  }

  /** @param {boolean} locked */
  function lock(locked) {
    fieldset.disabled = locked;
    before.classList.toggle("guess-away", locked);
    after.classList.toggle("guess-away", !locked);
  }

  /** Show what the memory has; whether it has anything. */
  function recall() {
    const given = memory.get(id)?.given;
    const judged = given === undefined || given === null ? undefined : kind.judge(given, fold);
    if (given === undefined || (given !== null && !judged)) {
      lock(false);
      say(kind.wanted);
      return false;
    }
    lock(true);
    cover.open();
    if (!judged) { say(OPEN); return true; }
    kind.put(box, judged.given);
    const entries = /** @type {HTMLElement[]} */ ([...fold.querySelectorAll("[data-answer]")]);
    const entry = entries.find((own) => own.dataset.answer === judged.sentence);
    if (entry) say(...sentence(entry, shortened(judged.given)));
    return true;
  }

  /** @param {boolean} certain */
  function commit(certain) {
    const given = kind.given(box);
    const judged = given === undefined ? undefined : kind.judge(given, fold);
    if (!judged) {
      say(kind.wanted);
      /** @type {HTMLElement | null} */ (fieldset.querySelector("input, textarea"))?.focus();
      return;
    }
    memory.keep(id, { given: judged.given, sure: certain, right: judged.right });
    recall();
    again.focus();
  }

  function shown() {
    const right = box.dataset.kind === "text" ? null : false; // who has to be shown doesn't know it yet
    memory.keep(id, { given: null, sure: false, right });
    recall();
    again.focus();
  }

  /** Take the guess back; what was given stays to be changed, but an order begins anew. */
  function takeBack() {
    memory.forget(id);
    reset();
    /** @type {HTMLElement | null} */ (fieldset.querySelector("input, textarea, button"))?.focus();
  }

  function reset() {
    if (start) kind.put(box, start);
    recall();
    cover.close();
    coverAll([cover]);
  }

  const sizes = [...fold.querySelectorAll("[data-answer]")].map((entry) =>
    html("p", {}, ...sentence(/** @type {HTMLElement} */ (entry), "−0.123456")));
  const room = html("div", { class: "guess-room", "aria-hidden": "true" });
  room.append(...[OPEN, kind.wanted].map((text) => html("p", {}, text)), ...sizes);
  if (!recall()) cover.close(); // before it is in the page, so that nothing is read aloud on arrival
  fieldset.after(html("div", { class: "guess-actions" }, before, after), html("div", { class: "guess-answer" }, room, live));

  sure.addEventListener("click", () => commit(true));
  unsure.addEventListener("click", () => commit(false));
  show.addEventListener("click", shown);
  again.addEventListener("click", takeBack);
  cover.button.addEventListener("click", shown);
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.target instanceof HTMLInputElement)) return;
    event.preventDefault();
    if (kind.given(box) === undefined) say(kind.wanted);
    else sure.focus(); // how sure they are is theirs to say
  });
  if (order) makeSortable(order, say);

  return {
    /** Follow what another tab has answered, or taken back. */
    follow() {
      const answered = memory.get(id) !== undefined;
      if (answered && !fieldset.disabled) recall();
      else if (!answered && fieldset.disabled) reset();
    },
  };
}

/** @param {string | string[]} given */
function shortened(given) {
  const text = String(given);
  return text.length > 12 ? `${text.slice(0, 11)}…` : text;
}
