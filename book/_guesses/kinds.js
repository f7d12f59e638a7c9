// The four kinds of guesses: what is given, what is right, which sentence of the fold answers it, and what to do.

import { readNumber, verdictOf } from "./numbers.js";

/** @typedef {{ given: string | string[], right: boolean | null, sentence: string }} Judged */
/** @typedef {object} Kind
    @property {(box: HTMLElement) => string | string[] | undefined} given undefined: not yet
    @property {(box: HTMLElement, given: string | string[]) => void} put what was given into the box
    @property {(given: string | string[], fold: HTMLElement) => Judged | undefined} judge undefined: of another book
    @property {string} wanted what to do, and what is missing when it was not done */

/** @type {(box: HTMLElement) => HTMLInputElement | HTMLTextAreaElement} */
const fieldOf = (box) => /** @type {HTMLInputElement} */ (box.querySelector(".guess-typed > :last-child"));

/** @type {(box: HTMLElement) => HTMLElement} */
const listOf = (box) => /** @type {HTMLElement} */ (box.querySelector(".guess-order"));

/** @type {(list: HTMLElement) => HTMLElement[]} */
const itemsOf = (list) => /** @type {HTMLElement[]} */ ([...list.children]);

/** @param {HTMLElement} fold */
const sentencesOf = (fold) => /** @type {HTMLElement[]} */ ([...fold.querySelectorAll("[data-answer]")]);

/** @type {Kind} */
const choice = {
  given: (box) => /** @type {HTMLInputElement | null} */ (box.querySelector("input:checked"))?.value,
  put(box, given) {
    for (const input of box.querySelectorAll("input")) input.checked = input.value === given;
  },
  judge(given, fold) {
    const sentence = sentencesOf(fold).find((own) => own.dataset.answer === given);
    return sentence && { given, right: sentence.dataset.right !== undefined, sentence: String(given) };
  },
  wanted: "Choose one, and say how sure you are.",
};

/** @type {Kind} */
const number = {
  given(box) {
    const typed = fieldOf(box).value.trim();
    return readNumber(typed) === undefined ? undefined : typed;
  },
  put(box, given) { fieldOf(box).value = String(given); },
  judge(given, fold) {
    const guessed = readNumber(String(given));
    if (guessed === undefined) return undefined;
    const [value, near, factor] = [fold.dataset.value, fold.dataset.near, fold.dataset.factor].map(Number);
    const sentence = verdictOf(guessed, { value, near, factor });
    return { given, right: sentence === "near", sentence };
  },
  wanted: "Type a number, like 0.2, −3, 1/7 or 1e-3, and say how sure you are.",
};

/** @type {Kind} */
const order = {
  given: (box) => itemsOf(listOf(box)).map((item) => item.dataset.option ?? ""),
  put(box, given) {
    const list = listOf(box);
    for (const id of given) list.append(...itemsOf(list).filter((item) => item.dataset.option === id));
  },
  judge(given, fold) {
    const wanted = sentencesOf(fold).flatMap((own) => own.matches(".guess-right-order *") ? [own.dataset.answer ?? ""] : []);
    if (JSON.stringify([...given].sort()) !== JSON.stringify([...wanted].sort())) return undefined;
    const right = wanted.every((id, place) => id === given[place]);
    return { given, right, sentence: right ? "right" : "wrong" };
  },
  wanted: "Sort them, by their grips or with the arrows, and say how sure you are.",
};

/** @type {Kind} */
const text = {
  given: (box) => fieldOf(box).value.trim() || undefined,
  put(box, given) { fieldOf(box).value = String(given); },
  judge: (given) => ({ given, right: null, sentence: "ours" }),
  wanted: "Write a few words, and say how sure you are.",
};

/** @type {Record<string, Kind>} */
export const kinds = { choice, number, order, text };
