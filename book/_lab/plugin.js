// An extension of JupyterLab, in the form in which webpack would give it: a container with one plugin, under its name.

import { askIn } from "./forms.js";
import { teach } from "./vocabulary.js";

/** @import { Panel, Question, Signal } from "./forms.js" */
/** @import { Parser } from "./vocabulary.js" */

/** @typedef {Record<string, Record<string, { get: () => Promise<() => any> }>>} Shared modules, by name and version */
/** @typedef {{ widgetAdded: Signal, forEach: (act: (panel: Panel) => void) => void }} Tracker of notebooks */
/** @typedef {object} Book
    @property {string} name of the extension
    @property {string} style
    @property {Record<string, string>} works the words that cite each
    @property {Record<string, Question>} questions */

/** @type {(shared: Shared, name: string) => Promise<any[]>} */
const modules = (shared, name) =>
  Promise.all(Object.values(shared[name] ?? {}).map(async (own) => (await own.get())()));

/** @param {Book} book */
export function offer({ name, style, works, questions }) {
  /** @type {Shared} */
  let shared = {};

  async function get() {
    const parsers = /** @type {Parser[]} */ (await modules(shared, "myst-parser")); // of jupyterlab-myst
    if (parsers.length === 0) return () => []; // nothing would draw a question, so nothing is covered
    for (const parser of parsers) teach(parser, works);
    const [{ INotebookTracker }] = await modules(shared, "@jupyterlab/notebook");
    const plugin = { id: `${name}:chapters`, autoStart: true, requires: [INotebookTracker], activate };
    return () => [plugin];
  }

  /**
   * @param {unknown} _app
   * @param {Tracker} tracker
   */
  function activate(_app, tracker) {
    const sheet = document.createElement("style");
    sheet.textContent = style;
    document.head.append(sheet);
    tracker.forEach((panel) => askIn(panel, questions));
    tracker.widgetAdded.connect((_tracker, panel) => askIn(panel, questions));
  }

  const labs = /** @type {{ _JUPYTERLAB?: Record<string, object> }} */ (globalThis);
  labs._JUPYTERLAB ??= {};
  labs._JUPYTERLAB[name] = { init: (/** @type {Shared} */ scope) => { shared = scope; }, get };
}
