// The questions that are due, on the page Review, each with the same box as in its chapter.

import { html, setText } from "../../tinyml/widgets/kit/elements.js";
import { dueAt, dueNow, isDue, mixed } from "./schedule.js";
import { inWords } from "./times.js";

/** @import { Answer } from "./memory.js" */
/** @import { Wait } from "./schedule.js" */
/** @import { Book } from "./start.js" */

/** @typedef {{ id: string, from: string, href: string, box: string, fold: string }} Question
    a question as its chapter shows it, in HTML, and where that is */

const AT_ONCE = 10;
const NOTHING_YET = "Nothing has to come back yet. Answer the questions of a chapter first: what you get wrong, or aren't sure "
  + "of, is asked here again.";
const KNOWN = "You know this one, so it won't come back.";

/** @type {(count: number) => string} */
const questionsIn = (count) => (count === 1 ? "1 question" : `${count} questions`);

/**
 * Ask what is due, and return what follows the answers as they change.
 * @param {HTMLElement} desk
 * @param {Map<string, Question>} questions of the whole book, by their names
 * @param {Book} book
 * @param {() => number} clock
 */
export function fillDesk(desk, questions, { bringToLife, coverAgain, memory }, clock = Date.now) {
  const before = memory.all().answers;
  const due = mixed(dueNow([...questions.keys()], before, clock()), clock());
  const [count, list] = [html("p", { class: "review-count", role: "status" }), html("div")];
  const more = html("button", { type: "button" });
  /** @type {Map<string, HTMLElement>} */
  const shown = new Map();

  /** What was said before this visit is not shown again. @type {(answer: Answer | undefined, id: string) => boolean} */
  const isNew = (answer, id) => answer?.given !== undefined && answer.at !== before[id].at;
  /** @type {Pick<typeof memory, "get" | "keep" | "forget">} */
  const visit = {
    get(id) {
      const answer = memory.get(id);
      return isNew(answer, id) ? answer : undefined;
    },
    keep(id, said) {
      memory.keep(id, said);
      refresh();
    },
    forget(id) {
      memory.forget(id);
      refresh();
    },
  };

  /** @param {string} id */
  function ask(id) {
    const { from, href, box, fold } = /** @type {Question} */ (questions.get(id));
    const place = `Question ${shown.size + 1} of ${due.length}`;
    const region = html("div", { class: "guess-covered guess-fold-alone" }, html("div", { class: "guess-content" }));
    const next = html("p", { class: "review-next", role: "status" });
    const frame = html("section", { class: "review-question", "aria-label": place },
      html("p", {}, "From ", html("a", { href }, from)), region, next);
    region.insertAdjacentHTML("beforebegin", box);
    region.firstElementChild?.insertAdjacentHTML("beforeend", fold);
    const [made, answers] = /** @type {HTMLElement[]} */ ([...frame.querySelectorAll("[data-guess], [data-answers]")]);
    setText(/** @type {Element} */ (made.querySelector(".guess-title")), place);
    list.append(frame);
    bringToLife(made, answers, region, visit);
    shown.set(id, next);
  }

  function askMore() {
    const first = shown.size;
    for (const id of due.slice(first, first + AT_ONCE)) ask(id);
    coverAgain();
    const left = due.length - shown.size;
    more.textContent = `Ask me ${questionsIn(Math.min(left, AT_ONCE))} more`;
    more.hidden = !left;
    return list.children[first]?.querySelector("input, textarea, button");
  }

  function refresh() {
    const [{ answers }, now] = [memory.all(), clock()];
    const left = due.filter((id) => !isNew(answers[id], id)).length;
    setText(count, left ? `${questionsIn(left)} to go.` : nothingLeft(answers, now));
    for (const [id, next] of shown) setText(next, isNew(answers[id], id) ? comesBack(answers[id].wait, now) : "");
  }

  /**
   * @param {Record<string, Answer>} answers
   * @param {number} now
   */
  function nothingLeft(answers, now) {
    const waits = Object.entries(answers).flatMap(([id, { wait }]) => (wait && questions.has(id) ? [wait] : []));
    const times = waits.filter((wait) => !isDue(wait, now)).map(dueAt);
    if (!times.length) return due.length ? "That's all." : NOTHING_YET;
    const next = `The next question comes back ${inWords(Math.min(...times), now)}.`;
    return `${due.length ? "That's all for now." : "Nothing is due, so you're all caught up."} ${next}`;
  }

  more.addEventListener("click", () => /** @type {HTMLElement | null | undefined} */ (askMore())?.focus());
  desk.replaceChildren(count, list, html("div", { class: "review-tools" }, more));
  desk.classList.add("review-ready");
  askMore();
  refresh();
  return refresh;
}

/**
 * @param {Wait | undefined} wait
 * @param {number} now
 */
const comesBack = (wait, now) => (wait ? `It comes back ${inWords(dueAt(wait), now)}.` : KNOWN);
