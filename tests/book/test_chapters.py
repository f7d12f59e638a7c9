"""What every chapter and other page that runs keeps: its rhythm, short cells, only numbers and tests that are there.

Whether stored outputs are those of a run is checked by tests/book/test_notebooks.py and nbval.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import notebooks
import pytest
from book_pages import guesses_toml
from named_tests import NAMED_TEST, is_a_test

ROOT = Path(__file__).parent.parent.parent
BOOK = ROOT / "book"
CHAPTERS = sorted(BOOK.glob("[0-9][0-9]_*.ipynb"))
NOTEBOOKS = sorted(BOOK.glob("*.ipynb"))
"""The chapters, and pages beside them that keep the same rules and have no number."""
PAGES = sorted([*BOOK.glob("*.md"), *NOTEBOOKS])
RHYTHM = (
    "What you will be able to do",
    "What you need",
    "What this does not show",
    "Recall, explain, apply",
    "Where next",
)
EVERYWHERE = {"numpy", "tinyml", *sys.stdlib_module_names}
"""What a chapter may import without saying so: the wheel of the book brings it, or Python has it."""
NEEDS_DASK = {"local_cluster", "over_dask"}
MOST_LINES = 12
DECIMAL = re.compile(r"(?<![\w.])\d+\.\d+(?![\w.]*\d)")
NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?:e[-+]?\d+)?")
LENT = re.compile(r"\{shown\}`[^`]*`")
"""A number that a widget lends to a sentence, and that it computes: tests/book/test_sentences.py."""
SPEAKING = re.compile(r"(?!\d)[a-z0-9]+(?:-[a-z0-9]+)*")
MADE_UP = re.compile(r"[0-9a-f]{8}")  # what notebook editors and tools/notebooks.py give to a cell without an id

every_chapter = pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
every_page = pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)


def prose(notebook: Any) -> str:
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def shown(output: Any) -> str:
    """Return the text that a reader sees of an output."""
    data = output.get("data", {})
    page = re.sub(r"<(script|style)\b.*?</\1>|<[^>]*>", " ", "".join(data.get("text/html", "")), flags=re.DOTALL)
    message = " ".join(str(output.get(key, "")) for key in ("text", "evalue"))
    return " ".join([message, "".join(data.get("text/plain", "")), page])


def computed(notebook: Any) -> list[float]:
    """Return every number in the sources and outputs of the code cells, without its sign."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    text = " ".join(" ".join([cell.source, *map(shown, cell.outputs)]) for cell in cells)
    return [float(number) for number in NUMBER.findall(text)]


def from_nowhere(notebook: Any) -> list[str]:
    """Return the decimal numbers of the prose, of 3 or more significant digits, that no cell shows, rounded or not."""
    known = computed(notebook)
    found = []
    for match in DECIMAL.finditer(LENT.sub("", prose(notebook))):
        number, before = match.group(), match.string[: match.start()]
        places = len(number.partition(".")[2])
        precise = len(number.replace(".", "").lstrip("0")) >= 3
        scale = 100 if match.string[match.end() :].lstrip("\u00a0 ").startswith(("%", "per cent")) else 1
        near = (abs(scale * value - float(number)) <= 0.5001 * 10**-places for value in known)
        if precise and not before.endswith("Python ") and not any(near):
            found.append(number)
    return found


def long_cells(notebook: Any) -> list[str]:
    code = (cell for cell in notebook.cells if cell.cell_type == "code")
    return [cell.id for cell in code if len(cell.source.splitlines()) > MOST_LINES]


def silent_ids(notebook: Any) -> list[str]:
    ids = [cell.id for cell in notebook.cells]
    return [name for name in ids if not SPEAKING.fullmatch(name) or MADE_UP.fullmatch(name)]


def shows_a_widget(notebook: Any) -> bool:
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    return any('class="tinyml-widget"' in output.get("data", {}).get("text/html", "") for output in outputs)


def packages(notebook: Any) -> set[str]:
    """Return the packages that the code cells need to run."""
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code" and not cell.source.startswith("%%")]
    nodes = list(ast.walk(ast.parse("\n".join(code))))
    found = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    found |= {str(node.module) for node in nodes if isinstance(node, ast.ImportFrom)}
    names = {alias.name for node in nodes if isinstance(node, ast.ImportFrom) for alias in node.names}
    return {name.partition(".")[0] for name in found} | ({"distributed"} if names & NEEDS_DASK else set())


def unnamed_packages(notebook: Any) -> list[str]:
    """Return the packages that the code cells need and that "What you need" does not name."""
    _, _, rest = prose(notebook).partition("## What you need\n")
    named = re.split(r"^## ", rest, maxsplit=1, flags=re.MULTILINE)[0]
    return sorted(name for name in packages(notebook) - EVERYWHERE if f"`{name}`" not in named)


def headings(notebook: Any) -> list[str]:
    without_code = re.sub(r"^(```+|:::+).*?^\1", "", prose(notebook), flags=re.DOTALL | re.MULTILINE)
    return re.findall(r"^#{1,2} (.+)$", without_code, flags=re.MULTILINE)


def unnamed_boxes(text: str) -> list[str]:
    """Return the properties that do not say whether they are a law or a test, or have no label.

    By its label a law has its badge, in book/laws/; an analogy is no property: its box is an admonition.
    """
    properties = re.findall(r"^(?:`{3,}|:{3,})\{prf:property\} *(.*)\n(.*)$", text, flags=re.MULTILINE)
    return [
        title for title, below in properties if not title.startswith(("Law. ", "Test. ")) or ":label: " not in below
    ]


def unsolved(text: str) -> list[str]:
    exercises = re.findall(r"\{exercise\}.*?\n:label: (\S+)", text)
    return [label for label in exercises if f"{{solution}} {label}\n" not in text]


def dead_links(path: Path, text: str) -> list[str]:
    targets = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", text)
    return [target for target in targets if not (path.parent / target).exists()]


def answers(chapter: str) -> str:
    """Return what book/guesses/ says to the guesses of a chapter, and how it proves them."""

    def texts(table: dict[str, Any]) -> Iterator[str]:
        for value in table.values():
            yield from texts(value) if isinstance(value, dict) else [str(value)]

    return "\n".join(texts(guesses_toml.chapters(ROOT).get(chapter, {})))


@every_notebook
def test_every_number_of_the_prose_and_of_its_answers_is_computed(path: Path) -> None:
    notebook = notebooks.read(path)
    notebook.cells.append(nbformat.v4.new_markdown_cell(answers(path.stem)))
    assert from_nowhere(notebook) == []


@every_notebook
def test_cells_are_short_and_have_speaking_ids(path: Path) -> None:
    notebook = notebooks.read(path)
    assert long_cells(notebook) == []
    assert silent_ids(notebook) == []


@every_notebook
def test_a_chapter_keeps_the_rhythm(path: Path) -> None:
    found = headings(notebooks.read(path))
    assert found[0].startswith(f"{int(path.stem[:2])}. " if path in CHAPTERS else "What ")
    assert [heading for heading in found if heading in RHYTHM] == list(RHYTHM)


@every_chapter
def test_a_chapter_shows_a_widget(path: Path) -> None:
    assert shows_a_widget(notebooks.read(path))


@every_notebook
def test_a_chapter_runs_with_the_wheel_and_what_it_says_that_it_needs(path: Path) -> None:
    assert unnamed_packages(notebooks.read(path)) == []


@every_notebook
def test_boxes_say_what_they_are_and_exercises_have_solutions(path: Path) -> None:
    text = prose(notebooks.read(path))
    assert unnamed_boxes(text) == []
    assert unsolved(text) == []


@every_notebook
def test_every_test_that_a_chapter_names_is_there(path: Path) -> None:
    assert [name for name in NAMED_TEST.findall(prose(notebooks.read(path))) if not is_a_test(name)] == []


@every_page
def test_no_link_between_pages_is_dead(path: Path) -> None:
    text = prose(notebooks.read(path)) if path.suffix == ".ipynb" else path.read_text(encoding="utf-8")
    assert dead_links(path, text) == []


def book_of(*cells: Any) -> Any:
    return nbformat.v4.new_notebook(cells=list(cells))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("the loss is 1.609389", []),
        ("the loss is about 1.61", []),
        ("or 160.94 %, or 160.9 per cent", []),
        ("a rate of 0.1 with Python 3.11", []),
        ("the sign of −1.609 is not compared", []),
        ("the loss is 1.608", ["1.608"]),
        ("the loss is 1.609388", ["1.609388"]),
        ("a rate of 0.125, and `0.00972` in code", ["0.125", "0.00972"]),
        ("{shown}`0.123456 <bench?loss>` at {drag}`0.375 <bench?rate>`", ["0.375"]),
    ],
)
def test_a_number_from_nowhere_is_noticed(text: str, found: list[str]) -> None:
    cell = nbformat.v4.new_code_cell("print(loss)")
    cell.outputs = [nbformat.v4.new_output("stream", name="stdout", text="loss 1.6093893\n")]
    page = {"text/html": "<p x='0.125'>shown</p><script>0.00972</script>", "text/plain": "W()"}
    cell.outputs.append(nbformat.v4.new_output("display_data", data=page))
    assert from_nowhere(book_of(nbformat.v4.new_markdown_cell(text), cell)) == found


def test_long_cells_and_silent_ids_are_noticed() -> None:
    long = nbformat.v4.new_code_cell("\n".join("x = 1" for _ in range(13)), id="long-cell")
    ids = ("1a2b3c4d", "deadbeef", "Upper", "two_words", "9-lives")
    silent = [nbformat.v4.new_markdown_cell("", id=name) for name in ids]
    good = nbformat.v4.new_markdown_cell("", id="loss-at-80")
    assert long_cells(book_of(long, good)) == ["long-cell"]
    assert silent_ids(book_of(long, *silent, good)) == list(ids)


def test_a_package_that_is_not_named_is_noticed() -> None:
    needs = nbformat.v4.new_markdown_cell("## What you need\n\nThe package `dask`.\n\n## Why is `scipy` here?")
    cells = (
        "import numpy as np, os.path\nfrom tinyml.count import count_corpus\nimport dask.bag",
        "%%typecheck\nimport mypy",
        "def later():\n    import scipy",
        "from tinyml.count import over_dask",
    )
    assert unnamed_packages(book_of(needs, *map(nbformat.v4.new_code_cell, cells))) == ["distributed", "scipy"]


def test_a_widget_is_seen_where_there_is_one() -> None:
    cell = nbformat.v4.new_code_cell("LawLab()")
    assert not shows_a_widget(book_of(cell))
    page = {"text/html": '<div class="tinyml-widget" data-widget="law_lab"></div>'}
    cell.outputs.append(nbformat.v4.new_output("display_data", data=page))
    assert shows_a_widget(book_of(cell))


def test_a_heading_inside_code_is_no_heading() -> None:
    text = "# 1. Title\n```python\n# a comment\n```\n## Where next\n### Deeper"
    assert headings(book_of(nbformat.v4.new_markdown_cell(text))) == ["1. Title", "Where next"]


def test_a_box_without_its_kind_or_its_label_is_noticed() -> None:
    texts = ["Law. A\n:label: a", "Law. B\nno label", "C\n:label: c", "Analogy. D\n:label: d", "Test. E\n:label: e"]
    text = "\n".join(f"```{{prf:property}} {text}\n```" for text in texts)
    text += "\n```{admonition} Analogy. F\nlike a hill\n```"
    assert unnamed_boxes(text) == ["Law. B", "C", "Analogy. D"]
    assert unnamed_boxes(text.replace("```", ":::")) == ["Law. B", "C", "Analogy. D"]


def test_an_exercise_without_a_solution_is_noticed() -> None:
    text = (
        "```{exercise} A\n:label: ex-a\n```\n```{exercise}\n:label: ex-b\n```\n```{solution} ex-b\n:class: dropdown\n"
    )
    assert unsolved(text) == ["ex-a"]


def test_a_dead_link_is_noticed() -> None:
    text = "[a](glossary.md) [b](99_nowhere.ipynb#x) [c](https://example.org) [d](#here) [e](glossary.md#term-law)"
    assert dead_links(BOOK / "preface.md", text) == ["99_nowhere.ipynb"]
