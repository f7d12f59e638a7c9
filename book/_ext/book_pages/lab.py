"""Lab: an extension of JupyterLab in which chapters read as their pages do, beside jupyterlab-myst, which reads MyST.

    book/_lab, questions of the built chapters, works that they cite  ->  _build/lab/NAME/package.json and .../lab.js

It is made with the book, because that has computed the keys of the guesses; `make lab` shows it to JupyterLab.
Checked by tests/book/test_lab.py, and in a JupyterLab by tests/browser/test_chapters_in_jupyterlab.py.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from bs4 import BeautifulSoup
from sphinx.application import Sphinx

import tinyml
from book_pages.built import pages_in
from book_pages.bundling import run_esbuild
from book_pages.everywhere import BOOK
from book_pages.review import questions_in

SCRIPTS = BOOK / "_lab"
NAME = "category-theory-tiny-ml"
LOAD = "static/lab.js"
FOLDER = "lab"
"""Where the extension is made, beside the folder of the pages."""


class Person(Protocol):
    """An author, as pybtex has it."""

    rich_prelast_names: list[Any]
    rich_last_names: list[Any]


def cited(authors: Iterable[Person], year: str) -> str:
    """Return the words with which a page cites a work: who wrote it, and when."""
    names = [" ".join(map(str, [*author.rich_prelast_names, *author.rich_last_names])) for author in authors]
    who = " and ".join(names) if len(names) < 3 else f"{names[0]} et al."
    return f"{who}, {year}"


def works_in(app: Sphinx) -> dict[str, str]:
    citations = app.env.get_domain("cite").citations  # type: ignore[attr-defined]  # of sphinxcontrib.bibtex
    return {own.key: cited(own.entry.persons["author"], own.entry.fields["year"]) for own in citations}


def unlinked(text: str) -> str:
    """Return HTML with its links as plain words: in a notebook there is no page that they could lead to."""
    soup = BeautifulSoup(text, "html.parser")
    for link in soup.find_all("a"):
        link.unwrap()
    return str(soup)


def questions_of(pages: Mapping[Path, str]) -> dict[str, dict[str, str]]:
    """Return the questions of the built chapters by their names, each as its page shows it, with its answers."""
    found = [own for path, text in pages.items() for own in questions_in(text, path.stem)]
    return {own["id"]: {part: unlinked(own[part]) for part in ("box", "fold")} for own in found}


@cache
def style() -> str:
    sheet = (SCRIPTS / "lab.css").read_text(encoding="utf-8")
    return run_esbuild(sheet, "--bundle", "--loader=css", folder=SCRIPTS)


def script(works: Mapping[str, str], questions: Mapping[str, Mapping[str, str]]) -> str:
    book = {"name": NAME, "style": style(), "works": works, "questions": questions}
    start = f'import {{ offer }} from "./plugin.js"; offer({json.dumps(book, ensure_ascii=False)});'
    return run_esbuild(start, "--bundle", "--format=iife", folder=SCRIPTS)


def package() -> dict[str, Any]:
    """Return what JupyterLab has to know about the extension: which script to load, and what to ask of it."""
    build = {"load": LOAD, "extension": "./extension"}
    about = {"name": NAME, "version": tinyml.__version__, "description": "Chapters of the book, as its pages show them"}
    return about | {"jupyterlab": {"extension": True, "_build": build}}


def write(folder: Path, text: str) -> None:
    """Write the extension, with `text` as its script, into a folder where JupyterLab looks for extensions."""
    path = folder / NAME / LOAD
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    (folder / NAME / "package.json").write_text(json.dumps(package(), indent=2) + "\n", encoding="utf-8")


def finish(app: Sphinx, exception: Exception | None) -> None:
    if exception is None and app.builder.format == "html":
        folder = Path(app.outdir)
        write(folder.parent / FOLDER, script(works_in(app), questions_of(pages_in(folder))))


def setup(app: Sphinx) -> None:
    app.connect("build-finished", finish)
