// The questions of an open notebook: each gets the form that it has on its page, and what it covers is out of sight.

import { Cover } from "../_guesses/covers.js";
import { startGuess } from "../_guesses/guess.js";
import { createMemory } from "../_guesses/memory.js";
import { html } from "../../tinyml/widgets/kit/elements.js";
import { coveredBy, coveringsIn } from "./covering.js";
import { PLACE } from "./vocabulary.js";

/** @import { Memory } from "../_guesses/memory.js" */

/** @typedef {{ connect: (slot: (...details: any[]) => void) => void }} Signal of JupyterLab */
/** @typedef {object} Cell a cell on the screen; only one of code has an output
    @property {HTMLElement} node
    @property {{ type: string, sharedModel: { getSource: () => string }, getMetadata: (key: string) => unknown }} model
    @property {boolean} [syncCollapse] whether the file remembers that the output is folded
    @property {boolean} [outputHidden] */
/** @typedef {object} Panel an open notebook
    @property {Signal} disposed
    @property {{ ready: Promise<void>, path: string }} context
    @property {{ node: HTMLElement, widgets: readonly Cell[], model: { cells: { changed: Signal } } | null }} content */
/** @typedef {{ box: string, fold: string }} Question a question as its page shows it, in HTML, and what answers it */

const COVERED = { output: "book-covered-output", all: "book-covered" };
const NOT_FOR_THE_NOTEBOOK = ["mousedown", "dblclick", "keydown"]; // it takes the focus, opens the cell, or obeys a letter

/** @type {(word: string) => void} */
const tell = (word) =>
  document.activeElement?.closest(".guess")?.before(html("p", { class: "guess-word", role: "status" }, word));

/**
 * @param {Panel} panel
 * @param {Record<string, Question>} questions of the whole book, by chapter and name
 */
export async function askIn({ content, context, disposed }, questions) {
  await context.ready;
  const chapter = context.path.replace(/^.*\//, "").replace(/\.ipynb$/, "");
  const memory = createMemory(() => localStorage, tell, coverAll);

  function coverAll() {
    const cells = content.widgets;
    const known = coveringsIn(cells.map(described)).filter(({ name }) => `${chapter}/${name}` in questions);
    for (const { first } of known) showOutput(cells[first]);
    const covered = coveredBy(known.filter(({ name }) => !memory.get(`${chapter}/${name}`)), cells.length);
    cells.forEach(({ node }, place) => {
      for (const [kind, name] of Object.entries(COVERED)) node.classList.toggle(name, covered[place] === kind);
    });
  }

  /** @type {Map<string, HTMLElement>} */
  const forms = new Map();
  /** @type {EventTarget | null} */
  let focused = null;

  /**
   * Put a form into its place, which is made again whenever a cell of prose is drawn: what was typed, and the focus, stay.
   * @param {HTMLElement} place
   */
  function fill(place) {
    const name = [...place.classList].find((own) => own.startsWith(`${PLACE}-`))?.slice(PLACE.length + 1);
    const id = `${chapter}/${name}`;
    if (!(id in questions)) return; // of somebody's own notebook, or newer than the book that was built
    const form = forms.get(id) ?? formOf(questions[id], memory);
    forms.set(id, form);
    place.append(form);
    const lost = document.activeElement === document.body;
    if (lost && focused instanceof HTMLElement && form.contains(focused)) focused.focus({ preventScroll: true });
  }

  const fillAll = () => {
    for (const place of content.node.querySelectorAll(`.${PLACE}:empty`)) fill(/** @type {HTMLElement} */ (place));
  };
  const watcher = new MutationObserver(fillAll);
  watcher.observe(content.node, { childList: true, subtree: true });
  content.node.addEventListener("focusin", ({ target }) => { focused = target; }, true);
  disposed.connect(() => watcher.disconnect());
  content.model?.cells.changed.connect(coverAll);
  coverAll();
  fillAll();
}

/**
 * @param {Question} question
 * @param {Memory} memory
 */
function formOf({ box, fold }, memory) {
  const form = html("div", { class: "book-guess-form" });
  form.innerHTML = `${box}<div class="guess-covered guess-fold-alone"><div class="guess-content">${fold}</div></div>`;
  for (const event of NOT_FOR_THE_NOTEBOOK) form.addEventListener(event, (own) => own.stopPropagation());
  const [asked, region, answers] = [".guess", ".guess-covered", ".guess-answers"].map((own) => form.querySelector(own));
  startGuess(/** @type {HTMLElement} */ (asked), /** @type {HTMLElement} */ (answers), new Cover(/** @type {HTMLElement} */ (region)), memory);
  return form;
}

/** @param {Cell} cell */
const described = ({ model }) =>
  ({ type: model.type, source: model.sharedModel.getSource(), name: model.getMetadata("name") });

/**
 * The file folds the outputs that answer a guess, for who reads it without these forms; here they are covered instead.
 * @param {Cell} cell
 */
function showOutput(cell) {
  cell.syncCollapse = false; // to read a chapter doesn't change its file
  cell.outputHidden = false;
}
