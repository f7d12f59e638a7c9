"""Everywhere: a script and a style that every page gets, from a folder of the book such as book/_guesses.

All pages have them, so that all share one script and one sheet (scripts, styles).

    book/_guesses/start.js and what it imports  ->  _static/guesses.js
    book/_guesses/guesses.css and the like      ->  _static/guesses.css
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

from sphinx.application import Sphinx

from book_pages.bundling import run_esbuild

BOOK = Path(__file__).parents[2]


def name_of(folder: Path) -> str:
    return folder.name.removeprefix("_")


@cache
def script(folder: Path) -> str:
    """Return the script of a folder: a classic one, because modules fail on file://."""
    return run_esbuild('import "./start.js";', "--bundle", "--format=iife", folder=folder)


@cache
def style(folder: Path) -> str:
    sheet = folder / f"{name_of(folder)}.css"
    return run_esbuild(sheet.read_text(encoding="utf-8"), "--bundle", "--loader=css", folder=folder)


def adding(folder: Path) -> Callable[[Sphinx], None]:
    """Return what adds the script and the style of a folder to every page, once it is known what is built."""

    def add(app: Sphinx) -> None:
        if app.builder.format != "html":
            return
        name = name_of(folder)
        for file, text in {f"{name}.js": script(folder), f"{name}.css": style(folder)}.items():
            path = Path(app.outdir, "_static", file)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        app.add_js_file(f"{name}.js", loading_method="defer")
        app.add_css_file(f"{name}.css")

    return add
