// What the sidebar says: of each chapter whether it was read to its end, and how many of its questions are answered; of the
// page Review how many are due.  The names of the questions come from the build (book_pages.progress).

import { html } from "../../tinyml/widgets/kit/elements.js";
import { dueNow } from "./schedule.js";

/** @import { Kept, Memory } from "./memory.js" */
/** @typedef {{ seen: string, heard: string } | undefined} Mark */

/**
 * @param {Kept} kept
 * @param {string[]} asked the names of all questions of the book
 * @param {string} chapter
 * @returns {Mark}
 */
export function chapterMark({ answers, read }, asked, chapter) {
  const ids = asked.filter((id) => id.startsWith(`${chapter}/`));
  const answered = ids.filter((id) => (answers[id]?.given ?? null) !== null).length;
  const wasRead = Object.hasOwn(read, chapter);
  if (!wasRead && !answered) return undefined;
  const total = ids.length;
  const count = total ? { seen: `${answered}/${total}`, heard: `(${answered} of ${total} answered)` } : { seen: "", heard: "" };
  return wasRead ? { seen: `✓ ${count.seen}`, heard: `(read to its end) ${count.heard}` } : count;
}

/**
 * @param {Kept} kept
 * @param {string[]} asked
 * @param {number} now
 * @returns {Mark}
 */
export function reviewMark({ answers }, asked, now) {
  const due = dueNow(asked, answers, now).length;
  return due ? { seen: `${due} due`, heard: `(${due} due)` } : undefined;
}

/**
 * The mark is in the link, so that whoever goes from link to link hears it, and has a place of its own in it, so that
 * nothing moves when it comes.
 * @param {Kept} kept
 * @param {string[]} asked
 * @param {number} now
 */
export function showProgress(kept, asked, now) {
  for (const link of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-progress]"))) {
    const page = link.dataset.progress ?? "";
    const mark = page === "review" ? reviewMark(kept, asked, now) : chapterMark(kept, asked, page);
    link.querySelector(".progress-mark")?.remove();
    if (mark) link.append(html("span", { class: "progress-mark", role: "img", "aria-label": mark.heard }, mark.seen));
  }
}

/**
 * A chapter counts as read once its end has been in view.
 * @param {Memory} memory
 */
export function watchEnd(memory) {
  const link = /** @type {HTMLElement | null} */ (document.querySelector(".current[data-progress]"));
  const chapter = link?.dataset.progress;
  if (!chapter || chapter === "review") return;
  const end = html("div");
  const observer = new IntersectionObserver((seen) => {
    if (!seen.some(({ isIntersecting }) => isIntersecting)) return;
    observer.disconnect();
    memory.markRead(chapter);
  });
  document.querySelector(".bd-article")?.append(end);
  observer.observe(end);
}
