"""A chapter with a guess of each kind, and the page Review, built by Sphinx as the book's pages are, in its look.

It runs in the process of the build: a kernel takes seconds to start, minutes on a busy machine, and says the same.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
import yaml
from notebooks import METADATA

ROOT = Path(__file__).parent.parent.parent
PATHS = ("book/_ext", "tests/support")
CONF = """
import sys
from types import SimpleNamespace
sys.path[:0] = {paths!r}
from myst_nb.core.execute import cache
from shell import executed


def run(notebook, **_):
    executed(notebook)
    return SimpleNamespace(err=None, time=0.0)


cache.single_nb_execution = run
parts = ["markup", "guesses", "progress", "theme", "review"]
extensions = ["myst_nb", "sphinx_togglebutton", "sphinx_book_theme", *(f"book_pages.{{part}}" for part in parts)]
myst_enable_extensions = ["smartquotes"]
html_theme = "sphinx_book_theme"
nb_execution_mode, nb_execution_raise_on_error = "cache", True
"""
GUESS = """```{{guess}} {name}
:kind: {kind}
:cell: {cell}
{rest}
```"""
CHAPTER = {
    "title": "# 1. A small chapter\n\nFour guesses and a checkpoint.",
    "double-question": GUESS.format(
        name="double",
        kind="choice",
        cell="double",
        rest=":until: after-double\nA number is doubled.\n\nWhat is `2 * x` for *x* = 4?\n- `8`, as it should be\n- 16",
    ),
    "double": "x = 4\nprint(2 * x)",
    "double-answer": "(place-inside)=\nThe answer in prose, with a marmoset.",
    "after-double": "y = x\nprint('in sight')",
    "third-question": "## A third\n\n"
    + GUESS.format(name="third", kind="number", cell="third", rest="How much is a third?"),
    "third": "third = 1 / 3\nprint(f'{third:.4f}')",
    "powers-question": "## Powers\n\n"
    + GUESS.format(
        name="powers",
        kind="order",
        cell="powers",
        rest="Sort them, the smallest first.\n- two cubed\n- five\n- three squared",
    ),
    "powers": "cubed, squared = 2**3, 3**2\nprint(cubed, squared)",
    "words-question": "## Words\n\n```{guess} why\n:kind: text\n:cell: words\nWhy is nine larger than eight?\n```",
    "words": "print(9 > 8)",
    "last-question": "## At the end\n\n"
    + GUESS.format(
        name="last", kind="choice", cell="powers", rest="Which was larger?\n- two cubed\n- three squared"
    ).replace("{guess}", "{checkpoint}"),
}
"""The cells by their names; a cell that begins a question or a heading, and prose, is Markdown."""
ENTRIES = """
[double.options."8, as it should be"]
right = true
holds = "2 * x == 8"
says = "It is **eight**, twice four."

[double.options.16]
holds = "2 * x == 16"
says = "That is four times four: `x * x`."

[third]
value = "third"
form = ".4f"
near = 0.05
factor = 10
says.near = "That is a third."
says.factor = "The digits are not the difficulty, their place is."
says.sign = "A third of a cake is not a debt."
says.far = "Cut the cake again."

[powers]
says.right = "That is their order."
says.wrong = "Work out the powers first."

[powers.options.five]
sorted-by = "5"
says = "Five is five."

[powers.options."two cubed"]
sorted-by = "cubed"
says = "It is eight."

[powers.options."three squared"]
sorted-by = "squared"
says = "It is nine."

[why]
ours = "Because one more fits into it."

[last.options."two cubed"]
holds = "cubed > squared"
says = "That is eight."

[last.options."three squared"]
right = true
holds = "squared > cubed"
says = "Nine, by one."
"""
OTHER_CHAPTER = {
    "title": "# 2. Another chapter\n\nOne guess, called like one of the first chapter.",
    "double-question": GUESS.format(
        name="double", kind="choice", cell="double", rest="What is twice nine?\n- eighteen\n- nineteen"
    ),
    "double": "print(2 * 9)",
    "double-answer": "(other-place)=\nTwice nine is eighteen.",
}
OTHER_ENTRIES = """
[double.options.eighteen]
right = true
holds = "2 * 9 == 18"
says = "Eighteen, as is said [below](#other-place)."

[double.options.nineteen]
holds = "2 * 9 == 19"
says = "One too many, and never even, like what is [doubled elsewhere](#place-inside)."
"""
CHAPTERS = {"01_small": (CHAPTER, ENTRIES), "02_other": (OTHER_CHAPTER, OTHER_ENTRIES)}
"""The cells of each chapter, and what its guesses are answered with."""


def notebook_of(cells: dict[str, str]) -> Any:
    """Return the notebook of a chapter; a code cell is called like its id."""
    made = [
        nbformat.v4.new_markdown_cell(text, id=name)
        if name.endswith(("question", "answer")) or text.startswith("#")
        else nbformat.v4.new_code_cell(text, id=name, metadata={"name": name})
        for name, text in cells.items()
    ]
    return nbformat.v4.new_notebook(cells=made, metadata=METADATA)


def look() -> str:
    """Return the lines of a configuration that make a page look like one of the book."""
    book = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["sphinx"]["config"]
    same = {name: book[name] for name in ("html_theme_options", "html_sidebars", "html_context")}
    here = {name: [str(ROOT / path) for path in book[name]] for name in ("html_static_path", "templates_path")}
    settings = {**same, **here, "html_css_files": ["book.css"]}
    return "".join(f"{name} = {value!r}\n" for name, value in settings.items())


def write_project(folder: Path, cells: dict[str, str] = CHAPTER, entries: str = ENTRIES) -> Path:
    """Build the book of one chapter, and return its page."""
    return write_book(folder, {"01_small": (cells, entries)})


def write_book(folder: Path, chapters: Mapping[str, tuple[dict[str, str], str]] = CHAPTERS) -> Path:
    """Build the book of some chapters, beside which the page Review is, and return the page of the first."""
    (folder / "book" / "guesses").mkdir(parents=True)
    for name, (cells, entries) in chapters.items():
        nbformat.write(notebook_of(cells), folder / "book" / f"{name}.ipynb")
        (folder / "book" / "guesses" / f"{name}.toml").write_text(entries, encoding="utf-8")
    shutil.copy(ROOT / "book" / "review.md", folder / "book")
    pages = "\n".join(f"book/{name}" for name in [*chapters, "review"])
    (folder / "index.md").write_text(f"# Book\n\n```{{toctree}}\n{pages}\n```\n", encoding="utf-8")
    (folder / "conf.py").write_text(CONF.format(paths=[str(ROOT / path) for path in PATHS]) + look(), encoding="utf-8")
    html = folder / "_build" / "html"
    command = [sys.executable, "-m", "sphinx", "-W", "-q", "-d", str(html.parent / ".doctrees"), str(folder), str(html)]
    subprocess.run(command, capture_output=True, text=True, check=True)
    return html / "book" / f"{next(iter(chapters))}.html"
