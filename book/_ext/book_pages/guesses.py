"""Guesses: a question, and an answer that is covered until the reader has guessed or asks to be shown.

    ```{guess} NAME            a checkpoint is written alike, as {checkpoint}
    :kind: choice              or number, order, text
    :cell: four-lines          the name of the cell whose output is the answer: covered until there is a guess
    :until: next-cell          what follows is covered too, up to that cell; `section`: up to the next heading
    Whose bias goes up?
    - token 1
    - tokens 2, 3 and 4
    ```

What is said of each answer, and how the chapter proves it, is in book/guesses/ (guesses_toml).  The cell of a
checkpoint may come before it: its answer is covered, and nothing else.
Checked by tests/book/test_guesses.py, and in a browser by tests/browser/test_guessing.py.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, ClassVar, cast

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

from book_pages import everywhere, guess_covers
from book_pages.guess_keys import keys_in, refuse_disproved, with_keys
from book_pages.guess_markup import fold, question, words_of
from book_pages.guesses_asked import Asked, asked_by_chapter
from book_pages.guesses_toml import FOLDER, Choice, Order, chapters

SCRIPTS = everywhere.BOOK / "_guesses"
ASKED = "book_guesses"
"""Where the environment keeps what the page that is read asks."""


class Question(SphinxDirective):
    """A question of a chapter, with its answer where it is covered."""

    required_arguments = 1
    has_content = True
    option_spec: ClassVar[dict[str, Any]] = dict.fromkeys(("kind", "cell", "until"), directives.unchanged_required)
    title: str
    covers_a_cell: bool

    def run(self) -> list[nodes.Node]:
        guess = self._asked()
        chapter = Path(self.env.docname).name
        key = f"{chapter}/{guess.name}"
        keys = keys_in(run_of(self.state.document))
        refuse_disproved(chapter, guess, keys)
        asked, items = self._content(guess, key)
        answers = fold(key, guess, keys.get(guess.name, {}), items, self._inline)
        answers["guess"], answers["cell"], answers["until"] = key, guess.cell, self.options.get("until", "")
        answers["covers"] = self.covers_a_cell and guess.cell is not None
        return [question(self.title, key, guess, asked, items), answers]

    def _asked(self) -> Asked:
        [name] = self.arguments
        for guess in cast("list[Asked]", self.env.temp_data.get(ASKED, [])):
            if guess.name == name:
                return guess
        raise ExtensionError(
            f"{self.env.docname} asks “{name}” where nothing can be computed: a guess is written in a chapter, "
            "which is a notebook, and its directive begins a line"
        )

    def _content(self, guess: Asked, key: str) -> tuple[list[nodes.Node], list[nodes.list_item]]:
        """Return the paragraphs of the question, and its options if its kind has any."""
        content = self.parse_content_to_nodes()
        items: list[nodes.list_item] = []
        if isinstance(guess.answers, Choice | Order):
            if not content or not isinstance(content[-1], nodes.bullet_list):
                raise ExtensionError(f"{key}: the options of a {guess.kind} are a list at its end")
            items = cast("list[nodes.list_item]", content.pop().children)
            refuse_other_options(key, guess.answers, [words_of(item) for item in items])
        if not content or not isinstance(content[-1], nodes.paragraph):
            raise ExtensionError(f"{key}: the question itself is a paragraph, after which only its options come")
        return content, items

    def _inline(self, text: str) -> list[nodes.Node]:
        parsed = self.parse_text_to_nodes(text)
        if len(parsed) != 1 or not isinstance(parsed[0], nodes.paragraph):
            raise ExtensionError(f"{FOLDER}: each answer is one paragraph, and this is not: {text}")
        return parsed[0].children


class Guess(Question):
    """A question that is asked before the answer is seen."""

    title = "Guess first"
    covers_a_cell = True


class Checkpoint(Question):
    """A question about what was read."""

    title = "Checkpoint"
    covers_a_cell = False


def refuse_other_options(key: str, answers: Choice | Order, words: list[str]) -> None:
    """Stop unless the chapter has the options that the file answers, and an order not in its right order."""
    known = [option.text for option in answers.options]
    if lost := [text for text in words if text not in known]:
        raise ExtensionError(f"{FOLDER}: {key} has no sentence for the option “{lost[0]}” of the chapter")
    if lost := [text for text in known if words.count(text) != 1]:
        raise ExtensionError(f"{FOLDER}: {key} answers the option “{lost[0]}”, which the chapter does not have once")
    if isinstance(answers, Order) and words == known:
        raise ExtensionError(f"{key}: the chapter lists the options of an order in another order than the right one")


def run_of(document: nodes.document) -> dict[str, Any]:
    """Return the notebook that a page is made from, as its run has left it."""
    return cast("dict[str, Any]", document["nb_renderer"].renderer.nb_client.notebook)


def compute_keys(app: Sphinx, docname: str, source: list[str]) -> None:
    """Let a chapter with guesses compute their keys as it is run; its exercises have the same name elsewhere."""
    if docname.startswith("book/") and app.env.doc2path(docname).endswith(".ipynb"):
        root, notebook = Path(app.srcdir), json.loads(source[0])
        if asked := asked_by_chapter(root, Path(docname).name, notebook):
            app.env.note_dependency(str(root / FOLDER / f"{Path(docname).name}.toml"))
            app.env.temp_data[ASKED] = asked
            source[0] = json.dumps(with_keys(notebook, asked))


def refuse_lost_chapters(_app: Sphinx, env: BuildEnvironment, _docnames: list[str]) -> None:
    known = {Path(name).name for name in env.found_docs if name.startswith("book/")}
    if lost := sorted(set(chapters(Path(env.srcdir))) - known):
        raise ExtensionError(f"{FOLDER}/{lost[0]}.toml answers guesses, and the book has no such chapter")


def setup(app: Sphinx) -> None:
    guess_covers.setup(app)
    app.add_directive("guess", Guess)
    app.add_directive("checkpoint", Checkpoint)
    app.connect("env-before-read-docs", refuse_lost_chapters)
    app.connect("source-read", compute_keys)
    app.connect("builder-inited", everywhere.adding(SCRIPTS))
