// The guesses of a page, brought to life; without this script the page shows all of it, in order.  It is deferred, so the
// page is there when it runs.

import { html } from "../../tinyml/widgets/kit/elements.js";
import { Cover, coverAll, openPlace } from "./covers.js";
import { startGuess } from "./guess.js";
import { createMemory, KEY, SET_ASIDE } from "./memory.js";
import { showProgress, watchEnd } from "./progress.js";

/** @import { Memory } from "./memory.js" */

/** @type {string[]} */
const asked = Reflect.get(globalThis, "bookAsked") ?? [];
/** @type {Cover[]} */
const covers = [];
/** @type {ReturnType<typeof startGuess>[]} */
const guesses = [];
const memory = createMemory(() => localStorage, tell, changed);

/**
 * Say what is wrong with the memory, where the reader is; a page that asks nothing says only what has been set aside.
 * @param {string} word
 */
function tell(word) {
  const place = document.activeElement?.closest(".guess") ?? document.querySelector(".guess, .review-desk");
  const said = html("p", { class: "guess-word", role: "status" }, word);
  if (place) place.before(said);
  else if (word === SET_ASIDE) document.querySelector(".bd-article")?.prepend(said);
}

/** Show what has changed, on this page or in another tab. */
function changed() {
  showProgress(memory.all(), asked, Date.now());
}

/**
 * What is later taken from the page is followed on, to no effect.
 * @param {HTMLElement} box
 * @param {HTMLElement} fold
 * @param {HTMLElement} region what is covered until there is a guess
 * @param {Pick<Memory, "get" | "keep" | "forget">} [answers]
 */
function bringToLife(box, fold, region, answers = memory) {
  const cover = new Cover(region);
  covers.push(cover);
  guesses.push(startGuess(box, fold, cover, answers));
}

const again = () => coverAll(covers);
const open = () => openPlace(covers, location.hash);

/** @typedef {typeof book} Book */
const book = { bringToLife, coverAgain: again, memory };
Reflect.set(globalThis, "bookGuesses", book); // for the script of the page Review

/** @type {(attribute: string, id: string) => HTMLElement | null} */
const find = (attribute, id) => document.querySelector(`[${attribute}="${CSS.escape(id)}"]`);

for (const box of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".guess"))) {
  const id = box.dataset.guess ?? "";
  const [fold, region] = [find("data-answers", id), find("data-covers", id)];
  if (fold && region) bringToLife(box, fold, region);
}
requestAnimationFrame(() => setTimeout(again)); // the page is laid out by then
open();
changed();
watchEnd(memory);
addEventListener("load", () => {
  again();
  if (document.fonts.status === "loading") document.fonts.ready.then(again);
});
addEventListener("resize", again);
addEventListener("hashchange", open);
addEventListener("storage", ({ key }) => {
  if (key !== KEY && key !== null) return;
  for (const guess of guesses) guess.follow();
  changed();
});
