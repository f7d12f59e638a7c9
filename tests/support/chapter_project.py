"""Two chapters with a law, a picture and a card each, and the page of all cards, built by Sphinx as the book is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
from notebooks import METADATA

from tinyml import StepCount
from tinyml.draw import doors

EXTENSIONS = Path(__file__).parent.parent.parent / "book" / "_ext"
CONF = f"""
import sys
sys.path.insert(0, {str(EXTENSIONS)!r})
extensions = ["myst_nb", "sphinx_design", "sphinx_proof"]
extensions += [f"book_pages.{{part}}" for part in ("markup", "laws", "cards", "guesses")]
myst_enable_extensions = ["dollarmath"]
nb_execution_mode = "off"
html_theme = "basic"
"""
SMALL_LAWS = """
[law-small]
tried = "exact"
tests = ["tests/small.py::test_small"]
"""
LARGE_LAWS = """
[law-large]
tried = "cases"
tests = ["tests/large.py::test_large", "tests/large.py::test_larger"]
"""
GUESSES = '[why]\nours = "It is small."\n'
GUESS = "```{guess} why\n:kind: text\n:cell: picture\nWhy?\n```\n"
INDEX = "# Book\n\n```{toctree}\nbook/02_large\nbook/01_small\nbook/cards\n```\n"
GLOSSARY = "\n\n```{glossary}\ndoor\n  What opens.\n```\n"


def chapter(number: int, name: str, kind: str, asked: str = "") -> Any:
    """Return a chapter whose card has a term of the glossary, and whose picture is that of `number` doors."""
    drawn = doors(number, [StepCount] * number)
    data = {"text/html": drawn._repr_html_(), "text/plain": repr(drawn)}
    shown = nbformat.v4.new_output("execute_result", data=data, execution_count=1)
    law = f"```{{prf:property}} {kind}. It is {name}\n:label: law-{name}\n\nIt is.\n```"
    parts = "\n\n".join(["A {term}`door`.", f"`{name}()`", "$x = x$", "It is not."])
    card = f"```{{card}} {name.title()}\n:class-card: word-card\n{parts}\n```"
    picture = nbformat.v4.new_code_cell(f"draw({number})", metadata={"card": True, "name": "picture"}, outputs=[shown])
    text = f"# {number}. The {name} one\n\n{asked}"
    cells = [nbformat.v4.new_markdown_cell(text), picture, nbformat.v4.new_markdown_cell(f"{law}\n\n{card}")]
    return nbformat.v4.new_notebook(cells=cells, metadata=METADATA)


def write_project(folder: Path) -> Path:
    """Build the book of two chapters, the larger one first, and return the folder of its pages."""
    (folder / "book").mkdir(parents=True)
    nbformat.write(chapter(1, "small", "Law", GUESS), folder / "book" / "01_small.ipynb")
    nbformat.write(chapter(2, "large", "Test"), folder / "book" / "02_large.ipynb")
    texts = {
        "conf.py": CONF,
        "index.md": INDEX + GLOSSARY,
        "book/cards.md": "# Cards\n\nAll of them.\n\n```{cards}\n```\n",
        "book/laws/01_small.toml": SMALL_LAWS,
        "book/laws/02_large.toml": LARGE_LAWS,
        "book/guesses/01_small.toml": GUESSES,
    }
    for name, text in texts.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    html = folder / "_build" / "html"
    command = [sys.executable, "-m", "sphinx", "-W", "-q", "-d", str(html.parent / ".doctrees"), str(folder), str(html)]
    subprocess.run(command, capture_output=True, text=True, check=True)
    return html / "book"
