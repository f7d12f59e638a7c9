"""Bundling: what a page with widgets loads, as one classic script made by esbuild.

    host + text of one ES module with the page's widgets and what they import, each once  ->  one script

It is a classic script, because modules and `fetch` fail on file://.  Names within it are shortened, which saves a
quarter of what is loaded; to follow an error through a script, build it without the last option of `SMALL`.
Checked by tests/book/test_bundling.py, and by every browser test, which run such scripts.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from sphinx.errors import ExtensionError

from book_pages import npm
from tinyml.widgets.linking import FOLDER

ESBUILD = npm.PROGRAMS / "esbuild"
SMALL = ("--charset=utf8", "--minify")
ALIKE = ("--target=es2022", "--tsconfig-raw={}", "--log-level=error")  # whatever is configured around the folder


def page_script(names: Iterable[str], folder: Path = FOLDER) -> str:
    """Return the classic script of a page that holds these widgets, which starts their islands.

    `folder` is where the widgets and their kit are.
    """
    wanted = sorted(set(names))
    book = {"modules": _modules(wanted, folder), "style": _style(wanted, folder)}
    start = f'import {{ startWhenReady }} from "./kit/host.js"; startWhenReady({json.dumps(book, ensure_ascii=False)});'
    return run_esbuild(start, "--bundle", "--format=iife", folder=folder)


def _modules(names: list[str], folder: Path) -> str:
    """Return one ES module that exports `widgets`: for each a function that runs its module, and only then.

    A module that throws as it is run thus breaks its own islands and no others.
    """
    loaders = (f"{name}: () => import({json.dumps(f'./{name}/{name}.js')})" for name in names)
    return run_esbuild(f"export const widgets = {{ {', '.join(loaders)} }};", "--bundle", "--format=esm", folder=folder)


def _style(names: list[str], folder: Path) -> str:
    sheets = [folder / "kit" / "kit.css", *(folder / name / f"{name}.css" for name in names)]
    text = "\n".join(sheet.read_text(encoding="utf-8") for sheet in sheets if sheet.is_file())
    return run_esbuild(text, "--loader=css", folder=folder)


def run_esbuild(text: str, *options: str, folder: Path) -> str:
    """Return what esbuild makes of a text that stands in `folder`."""
    run = npm.run(ESBUILD, *SMALL, *ALIKE, *options, folder=folder, text=text)
    if run.returncode:
        raise ExtensionError(f"esbuild could not join the modules of a page:\n{run.stderr}")
    return run.stdout
