// The page Review: what is due is asked again, and all answers can be saved, read in and wiped.

import { fillDesk } from "./desk.js";
import { offerKeeping } from "./keeping.js";

/** @import { Question } from "./desk.js" */
/** @import { Book } from "./start.js" */

/** @type {Book} */
const book = Reflect.get(globalThis, "bookGuesses");
/** @type {Question[]} */
const questions = Reflect.get(globalThis, "bookQuestions");

const byName = new Map(questions.map((question) => [question.id, question]));
const desk = /** @type {HTMLElement} */ (document.querySelector(".review-desk"));
const answers = /** @type {HTMLElement} */ (document.querySelector(".review-answers"));

let refresh = fillDesk(desk, byName, book);
addEventListener("storage", () => refresh());
offerKeeping(answers, book.memory, () => { refresh = fillDesk(desk, byName, book); });
