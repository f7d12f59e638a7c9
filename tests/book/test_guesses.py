"""Guesses: what an entry and a question must have, what is covered, and keys that the chapter proves.

What a reader does with them is tested in tests/browser/test_guessing.py.
"""

from __future__ import annotations

import subprocess
import tomllib
from pathlib import Path
from typing import Any
from unittest.mock import create_autospec

import nbformat
import notebooks
import pytest
from book_pages.guess_covers import cover_all
from book_pages.guess_keys import disproved, keys_in, refuse_disproved, with_keys
from book_pages.guess_markup import number_fold
from book_pages.guesses import Checkpoint, Guess, refuse_other_options
from book_pages.guesses_asked import asked_by_chapter, asked_in
from book_pages.guesses_toml import Choice, Found, Number, Option, Order, answers_of, chapters
from book_pages.markup import html, markup
from docutils import nodes
from docutils.utils import new_document
from guess_project import CHAPTER, ENTRIES, notebook_of, write_project
from shell import executed
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

ROOT = Path(__file__).parent.parent.parent
ENTRY: dict[str, Any] = tomllib.loads(ENTRIES)
SMALL = notebook_of(CHAPTER)


def with_one_change(old: str, new: str) -> dict[str, Any]:
    """Return the entries of the small chapter with one text of the file in another's place."""
    assert ENTRIES.count(old) == 1
    changed: dict[str, Any] = tomllib.loads(ENTRIES.replace(old, new))
    return changed


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        ("double", 'says = "That is four times', '# "', ", option “16” has no `says`: who takes this option"),
        ("double", 'says = "That is four times four: `x * x`."', 'says = " "', ", option “16” has no `says`"),
        ("double", 'holds = "2 * x == 16"', "", ", option “16” has no `holds`: an expression in the chapter's"),
        ("double", '[double.options."8, as', '[more.options."8, as', " needs at least two options"),
        ("double", 'right = true\nholds = "2', 'holds = "2', " needs an option with `right = true`, and one without"),
        ("double", 'holds = "2 * x == 16"', 'holds = "1"\nright = true', " needs an option with `right = true`, and"),
        ("third", 'value = "third"', "", " has no `value`: an expression in the chapter's names computes the key"),
        ("third", 'value = "third"', "value = 0.3333", " has no `value`: an expression in the chapter's names"),
        ("third", 'form = ".4f"', "", " has no `form`: how the value is written"),
        ("third", "near = 0.05", "", " has no `near` of at least 0: which part of the value"),
        ("third", "factor = 10", "factor = 0.5", " has no `factor` of at least 1: up to how many times"),
        ("third", "says.sign", "says.sine", ", says has no `sign`: each of near, factor, sign, far is answered"),
        ("third", "near = 0.05", 'near = 0.05\nsays.left = "?"', ", says has `left`, which nothing reads"),
        ("third", "near = 0.05", "near = 0.05\nleft = 1", " has `left`, which nothing reads"),
        ("powers", 'sorted-by = "5"', "", ", option “five” has no `sorted-by`: an expression"),
        ("powers", 'says = "Five is five."', "", ", option “five” has no `says`"),
        ("powers", "says.wrong", "says.worse", ", says has no `wrong`: each of right, wrong is answered"),
        ("why", "ours =", "yours =", " has no `ours`: the reader compares with our words"),
        ("why", "ours =", "right = true\nours =", " has `right`, which nothing reads"),
    ],
)
def test_an_entry_that_lacks_something_is_refused(name: str, old: str, new: str, says: str) -> None:
    kind: Any = {"third": "number", "powers": "order", "why": "text"}.get(name, "choice")
    answers_of("01, here", kind, ENTRY[name])
    with pytest.raises(ExtensionError) as refused:
        answers_of("01, here", kind, with_one_change(old, new)[name])
    assert f"book/guesses: 01, here{says}" in str(refused.value)


def asking(text: str, *entries: str, cells: tuple[str, ...] = ("double",)) -> list[Any]:
    """Return what a chapter of one cell of prose asks, with some of the entries."""
    prose = nbformat.v4.new_markdown_cell(text)
    code = [nbformat.v4.new_code_cell("1", metadata={"name": name}) for name in cells]
    return asked_in("01_small", {"cells": [prose, *code]}, {name: ENTRY[name] for name in entries})


DOUBLE = "Text.\n\n```{guess} double\n:kind: choice\n:cell: double\nWhich?\n- 16\n```\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (DOUBLE.replace("guess} double", "guess} Double"), "asks “Double”: a guess is called in small letters"),
        (DOUBLE.replace("choice", "riddle"), "`:kind:` is one of choice, number, order, text, and not 'riddle'"),
        (DOUBLE.replace(":kind: choice\n", ""), "`:kind:` is one of choice, number, order, text, and not None"),
        (DOUBLE.replace("guess} double", "checkpoint} triple"), "triple: book/guesses has no entry for it"),
        (DOUBLE.replace(":cell: double\n", ""), "`:cell:` has to name the code cell after which its key is computed"),
        (DOUBLE.replace(":cell: double", ":cell: duoble"), "no code cell, or more than one, is called 'duoble'"),
        (DOUBLE + DOUBLE, "asks “double” twice"),
        ("No question.", "answers “double” of 01_small, and the chapter does not ask it"),
    ],
)
def test_a_question_that_lacks_something_is_refused(text: str, says: str) -> None:
    with pytest.raises(ExtensionError) as refused:
        asking(text, "double")
    assert says in str(refused.value)


def test_a_name_that_two_cells_have_names_neither() -> None:
    with pytest.raises(ExtensionError, match="no code cell, or more than one"):
        asking(DOUBLE, "double", cells=("double", "double"))


@pytest.mark.parametrize("fence", ["```", "`````", ":::"])
def test_what_a_chapter_asks_is_found_in_its_prose(fence: str) -> None:
    [guess] = asking(DOUBLE.replace("```", fence), "double")
    assert (guess.name, guess.kind, guess.cell) == ("double", "choice", "double")
    assert guess.answers.expressions() == {"8, as it should be": "2 * x == 8", "16": "2 * x == 16"}


def found_by(notebook: Any, asked: list[Any]) -> dict[str, Found]:
    """Return the keys that a run of a notebook finds, in this process."""
    return keys_in(executed(nbformat.from_dict(with_keys(notebook, asked))))


def test_the_chapter_computes_the_keys_where_it_says_and_keeps_its_names() -> None:
    asked = asked_in("01_small", SMALL, ENTRY)
    cells = [
        *SMALL.cells,
        nbformat.v4.new_code_cell("print(sorted(set(dir()) & {'asked', 'evaluated', 'json', 'names'}))"),
    ]
    ran = executed(nbformat.from_dict(with_keys({"cells": cells}, asked)))
    keys = keys_in(ran)
    assert keys["double"] == {"8, as it should be": True, "16": False}
    assert keys["third"] == {"value": 1 / 3}
    assert keys["powers"] == {"five": 5, "two cubed": 8, "three squared": 9}
    assert set(keys) == {"double", "third", "powers", "last"}
    assert [fault for guess in asked for fault in disproved(guess, keys)] == []
    assert ran.cells[-1].outputs[0].text == "[]\n"


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        ("double", '"2 * x == 16"', '"2 * x > 7"', "“16” is not marked as right, and `2 * x > 7` is True"),
        (
            "double",
            '"2 * x == 8"',
            '"2 * x == 9"',
            "“8, as it should be” is marked as right, and `2 * x == 9` is False",
        ),
        ("double", '"2 * x == 16"', '"2 * x"', "“16” is not marked as right, and `2 * x` is 8"),
        ("double", '"2 * x == 16"', '"later"', "NameError: name 'later' is not defined"),
        ("third", 'value = "third"', 'value = "third / 0"', "is no number: ZeroDivisionError"),
        ("third", 'value = "third"', "value = \"float('nan')\"", "is no number: nan"),
        ("third", 'value = "third"', 'value = "str(third)"', "is no number: it is of the type str"),
        ("third", 'value = "third"', 'value = "third < 1"', "is no number: True"),
        ("powers", 'sorted-by = "5"', 'sorted-by = "50"', "“five” comes before “two cubed”, and 50 is not below 8"),
        ("powers", 'sorted-by = "squared"', 'sorted-by = "cubed"', "“three squared”, and 8 is not below 8"),
        ("powers", 'sorted-by = "5"', 'sorted-by = "str(5)"', "`str(5)` is no number: it is of the type str"),
    ],
)
def test_a_wrong_key_is_disproved_by_the_chapter(name: str, old: str, new: str, says: str) -> None:
    asked = asked_in("01_small", SMALL, with_one_change(old, new))
    keys = found_by(SMALL, asked)
    [guess] = [own for own in asked if own.name == name]
    with pytest.raises(ExtensionError, match="the chapter says otherwise") as refused:
        refuse_disproved("01_small", guess, keys)
    assert says in str(refused.value)
    assert [own.name for own in asked if disproved(own, keys)] == [name]


@pytest.mark.parametrize("chapter", chapters(ROOT))
def test_every_key_of_a_chapter_is_proved_by_the_chapter(chapter: str) -> None:
    notebook = notebooks.read(ROOT / "book" / f"{chapter}.ipynb")
    asked = asked_by_chapter(ROOT, chapter, notebook)
    keys = found_by(notebook, asked)
    assert [fault for guess in asked for fault in disproved(guess, keys)] == []


def test_the_options_of_the_page_are_those_that_are_answered() -> None:
    one, two = Option("one", "?", "1"), Option("two", "?", "2", right=True)
    refuse_other_options("here", Choice((one, two)), ["two", "one"])
    with pytest.raises(ExtensionError, match=r"here has no sentence for the option “three” of the chapter"):
        refuse_other_options("here", Choice((one, two)), ["one", "two", "three"])
    for words in (["one"], ["one", "two", "two"]):
        with pytest.raises(
            ExtensionError, match=r"here answers the option “two”, which the chapter does not have once"
        ):
            refuse_other_options("here", Choice((one, two)), words)
    with pytest.raises(ExtensionError, match="lists the options of an order in another order than the right one"):
        refuse_other_options("here", Order((one, two), {}), ["one", "two"])


def test_the_key_on_the_page_is_what_the_chapter_computed() -> None:
    number = Number("third", ".4f", 0.05, 10, ENTRY["third"]["says"])
    _, given, sentences = number_fold(number, {"value": 2 / 3}, [], lambda text: [nodes.Text(text)])
    assert given == {"data-value": "0.666666666667", "data-near": "0.05", "data-factor": "10"}
    assert sentences[0].astext() == "The chapter computes 0.6667."
    _, given, sentences = number_fold(number, {"value": -0.0}, [], lambda text: [nodes.Text(text)])
    assert (given["data-value"], sentences[0].astext()) == ("0", "The chapter computes 0.0000.")


BOTH = "source\n\noutput"


def cell(name: str, *, shows: bool = True) -> nodes.container:
    """Return a code cell as MyST-NB leaves it."""
    inside = [nodes.container("", nodes.Text(part), nb_element=f"cell_code_{part}") for part in ("source", "output")]
    return nodes.container("", *inside[: 1 + shows], nb_element="cell_code", cell_metadata={"name": name})


def fold(covered_cell: str = "a", *, until: str = "", covers: bool = True) -> markup:
    """Return the fold of a guess, where its directive leaves it."""
    made = html("details", {}, "fold")
    made["guess"], made["cell"], made["until"], made["covers"] = "here", covered_cell, until, covers
    return made


def section(*parts: nodes.Element, until: str = "", covers: bool = True) -> nodes.section:
    """Return a section that begins with a guess."""
    made = nodes.section("", nodes.paragraph("", "question"), fold(until=until, covers=covers))
    made.extend(parts)
    document = new_document("a page")
    document.append(made)
    cover_all(create_autospec(Sphinx, instance=True), document)
    return made


def seen(made: nodes.section) -> tuple[list[str], list[str]]:
    """Return what is in sight of a section, and what is covered, in the order of the page."""
    [place] = [node for node in made.children if isinstance(node, markup)]
    [content] = place.children
    before = [node.astext() for node in made.children if node is not place]
    return before, [node.astext() for node in content.children]


def words(text: str) -> nodes.paragraph:
    return nodes.paragraph("", text)


@pytest.mark.parametrize(
    ("until", "covered"),
    [("", []), ("b", ["1"]), ("c", ["1", BOTH, "2"]), ("section", ["1", BOTH, "2", BOTH])],
)
def test_a_guess_covers_an_output_and_what_its_author_says(until: str, covered: list[str]) -> None:
    parts: list[nodes.Element] = [
        words("0"),
        cell("a"),
        words("1"),
        cell("b"),
        words("2"),
        cell("c"),
        nodes.section("", words("3")),
    ]
    in_sight, hidden = seen(section(*parts, until=until))
    assert hidden == ["output", "fold", *covered]
    assert in_sight[:3] == ["question", "0", "source"]
    assert in_sight[-1] == "3"
    assert len(in_sight) == 4 + 4 - len(covered)


def test_a_guess_may_cover_the_question_of_the_next_one() -> None:
    made = section(cell("a"), words("next question"), fold("b", until="section"), cell("b"), words("1"), until="b")
    first, second = (node for node in made.children if isinstance(node, markup))
    assert first.astext().split() == ["output", "fold", "next", "question"]
    assert second.astext().split() == ["output", "fold", "1"]
    assert [node.astext() for node in made.children if not isinstance(node, markup)] == ["question", "source", "source"]


def test_a_checkpoint_about_a_cell_before_it_covers_its_answer_alone() -> None:
    assert seen(section(cell("b"), covers=False)) == (["question", BOTH], ["fold"])
    assert (Guess.covers_a_cell, Checkpoint.covers_a_cell) == (True, False)


@pytest.mark.parametrize(
    ("made", "says"),
    [
        (lambda: section(cell("b")), "the cell 'a' has to come after the question and under the same heading"),
        (lambda: section(nodes.section("", cell("a"))), "the cell 'a' has to come after the question and under"),
        (lambda: section(cell("a", shows=False)), "the cell that it names shows nothing that could be covered"),
        (lambda: section(cell("a"), until="b"), "no cell called 'b' comes after the covered one"),
        (lambda: section(cell("a"), nodes.section("", cell("b")), until="b"), "no cell called 'b' comes after"),
        (lambda: section(covers=False, until="b"), "no cell follows the question"),
    ],
)
def test_a_cover_that_cannot_be_made_is_refused(made: Any, says: str) -> None:
    with pytest.raises(ExtensionError) as refused:
        made()
    assert says in str(refused.value)


def test_a_wrong_key_stops_the_build(tmp_path: Path) -> None:
    cells = {name: text for name, text in CHAPTER.items() if name in {"title", "third-question", "third"}}
    third = f"[third]{ENTRIES.split('[third]')[1].split('[powers]')[0]}"
    with pytest.raises(subprocess.CalledProcessError) as stopped:
        write_project(tmp_path, cells, third.replace('"third"', '"1 / third > 3"'))
    assert "01_small, after the cell 'third' the chapter says otherwise" in stopped.value.stderr
    assert "third: the value `1 / third > 3` is no number: False" in stopped.value.stderr
