// What the book adds to MyST, as MyST's own JavaScript describes roles and directives: jupyterlab-myst reads chapters with it.
//
// A role that moves a widget, a term and a citation become their words.  A question becomes its text, its options as a
// list, and an empty place, which what draws the rest leaves alone: a form is put there (forms.js).

/** @typedef {{ type: string, value?: string, class?: string, children?: Tree[] }} Tree a node of what MyST reads */
/** @typedef {{ type: unknown, required?: boolean }} Asks what MyST hands over: a text, or nodes that it has read */
/** @typedef {{ name: string, body: Asks, run: (data: { body: string }) => Tree[] }} Role */
/** @typedef {object} Directive
    @property {string} name
    @property {Asks} arg
    @property {Record<string, Asks>} options
    @property {Asks} body
    @property {(data: { arg: string, body: Tree[] }) => Tree[]} run */
/** @typedef {{ defaultOptions: { roles: Role[], directives: Directive[] } }} Parser the module `myst-parser` */

const TITLES = { guess: "Guess first", checkpoint: "Checkpoint" };
const OPTIONS = { kind: { type: String }, cell: { type: String }, until: { type: String } };
export const PLACE = "book-guess-place";

/** @type {(value: string) => Tree} */
const text = (value) => ({ type: "text", value });

/**
 * The words of a role, without what follows them in angle brackets: a widget with its settings, or an entry.
 * @param {string} body
 */
export const wordsOf = (body) => body.replace(/\s*<[^<>]*>$/, "");

/**
 * Several works are cited in one pair of brackets, as on a page; one that the book doesn't list keeps its name.
 * @param {Record<string, string>} works the words for each work, by its name
 */
const citing = (works) => (/** @type {string} */ body) =>
  `[${body.split(",").map((name) => works[name.trim()] ?? name.trim()).join("; ")}]`;

/** @type {(name: string, words: (body: string) => string) => Role} */
const role = (name, words) => ({ name, body: { type: String, required: true }, run: ({ body }) => [text(words(body))] });

/** @type {(directive: [string, string]) => Directive} */
const question = ([name, title]) => ({
  name,
  arg: { type: String, required: true },
  options: OPTIONS,
  body: { type: "myst", required: true },
  run: ({ arg, body }) => [{
    type: "div",
    class: "book-guess",
    children: [
      { type: "paragraph", children: [{ type: "strong", children: [text(title)] }] },
      ...body,
      { type: "div", class: `${PLACE} ${PLACE}-${arg}`, children: [] },
    ],
  }],
});

/**
 * Let a parser read chapters.  MyST takes the first of two roles of a name, so ours come before its own.
 * @param {Parser} parser
 * @param {Record<string, string>} works
 */
export function teach({ defaultOptions }, works) {
  const plain = ["set", "drag", "shown", "term"].map((name) => role(name, wordsOf));
  defaultOptions.roles.unshift(...plain, role("cite", citing(works)));
  defaultOptions.directives.unshift(...Object.entries(TITLES).map(question));
}
