// The pure part of the extension for JupyterLab: what MyST learns of the book, and which cells guesses cover.
import assert from "node:assert/strict";
import { test } from "node:test";

import { coveredBy, coveringsIn } from "../../book/_lab/covering.js";
import { teach, wordsOf } from "../../book/_lab/vocabulary.js";

/** @import { Cell } from "../../book/_lab/covering.js" */
/** @import { Directive, Parser, Role, Tree } from "../../book/_lab/vocabulary.js" */

test("a role is read as its words, in one line or in two", () => {
  assert.equal(wordsOf("at step 13 <training_explorer?step_count=13>"), "at step 13");
  assert.equal(wordsOf("up to step 6\n<training_explorer?step_count=6>"), "up to step 6");
  assert.equal(wordsOf("loss"), "loss");
  assert.equal(wordsOf("where 0 < 1"), "where 0 < 1");
});

/** @returns {Parser} a parser that knows a citation of its own, as MyST's does */
function parser() {
  const theirs = /** @type {Role} */ ({ name: "cite", body: { type: String }, run: () => [] });
  return { defaultOptions: { roles: [theirs], directives: [] } };
}

/** @type {(parser: Parser, name: string, body: string) => Tree[] | undefined} */
const read = ({ defaultOptions }, name, body) => defaultOptions.roles.find((own) => own.name === name)?.run({ body });

test("MyST learns the book's roles, and takes ours of a name before its own", () => {
  const taught = parser();
  teach(taught, { one: "Ada and Grace, 2026", two: "Emmy, 1918" });
  for (const name of ["set", "drag", "shown", "term"]) {
    assert.deepEqual(read(taught, name, "the words <target>"), [{ type: "text", value: "the words" }], name);
  }
  assert.deepEqual(read(taught, "cite", "one"), [{ type: "text", value: "[Ada and Grace, 2026]" }]);
  assert.deepEqual(read(taught, "cite", "one, two,new"), [{ type: "text", value: "[Ada and Grace, 2026; Emmy, 1918; new]" }]);
  assert.equal(taught.defaultOptions.roles.at(-1)?.run({ body: "one" }).length, 0);
});

test("a question is what it asks, and an empty place by its name", () => {
  const taught = parser();
  teach(taught, {});
  const asks = { type: "paragraph", children: [{ type: "text", value: "Which?" }] };
  for (const [name, title] of [["guess", "Guess first"], ["checkpoint", "Checkpoint"]]) {
    const directive = /** @type {Directive} */ (taught.defaultOptions.directives.find((own) => own.name === name));
    const [{ children: [heading, question, place] = [] }] = directive.run({ arg: "which-one", body: [asks] });
    assert.equal(heading.children?.[0].children?.[0].value, title);
    assert.equal(question, asks);
    assert.deepEqual(place, { type: "div", class: "book-guess-place book-guess-place-which-one", children: [] });
  }
});

/** @type {(source: string) => Cell} */
const prose = (source) => ({ type: "markdown", source, name: undefined });
/** @type {(name?: string) => Cell} */
const code = (name) => ({ type: "code", source: "## no heading", name });
/** @type {(name: string, cell: string, ...more: string[]) => Cell} */
const guess = (name, cell, ...more) =>
  prose([`Text.\n\n\`\`\`{guess} ${name}`, ":kind: text", `:cell: ${cell}`, ...more, "What?", "```"].join("\n"));

/** @type {(cells: Cell[]) => (string | undefined)[]} */
const covered = (cells) => coveredBy(coveringsIn(cells), cells.length);

test("a guess covers the output of its cell, and what the author says of what follows", () => {
  const cells = [guess("one", "named"), code("other"), code("named"), prose("Read it."), code("next"), prose("## Then")];
  const nothing = undefined;
  assert.deepEqual(covered(cells), [nothing, nothing, "output", nothing, nothing, nothing]);
  assert.deepEqual(covered(cells.with(0, guess("one", "named", ":until: next"))),
    [nothing, nothing, "output", "all", nothing, nothing]);
  assert.deepEqual(covered(cells.with(0, guess("one", "named", ":until: section"))),
    [nothing, nothing, "output", "all", "all", nothing]);
});

test("what covers nothing: a cell before the question, one that isn't there, a checkpoint, an end that isn't there", () => {
  assert.deepEqual(coveringsIn([code("named"), guess("one", "named"), guess("two", "lost")]), []);
  assert.deepEqual(coveringsIn([prose("```{checkpoint} one\n:cell: named\nWhat?\n```"), code("named")]), []);
  assert.deepEqual(coveringsIn([prose("```{guess} one\n:kind: text\nWhat?\n```"), code(undefined)]), []);
  assert.deepEqual(covered([guess("one", "named", ":until: lost"), code("named"), prose("Read it.")]),
    [undefined, "output", undefined]);
});

test("what one guess covers may ask and show what another covers", () => {
  const cells = [guess("one", "first", ":until: section"), code("first"), guess("two", "second"), code("second"), prose("# End")];
  assert.deepEqual(covered(cells), [undefined, "output", "all", "all", undefined]);
  const [, second] = coveringsIn(cells);
  assert.deepEqual(coveredBy([second], cells.length), [undefined, undefined, undefined, "output", undefined]);
});
