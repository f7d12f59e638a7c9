"""Styles: one sheet for all pages, with those rules that a page can use, whatever a reader does on it.

    the sheets of Sphinx, its themes and extensions, and ours  ->  one sheet, by esbuild
    that sheet, and the names in use                           ->  the rules in use, by PurgeCSS

A rule is kept when each class, id, tag and attribute of its selector stands in a tag of some page, or is quoted or set
in a script, which may put it on the page at run time.  Three scripts are not read but told of: Bootstrap's in
`BOOTSTRAP`, because it puts the names together from parts, and those of the themes in `THEMES`, because most of what
they name belongs to parts that this book does not have.  What is left out is noted beside the pages, so that browser
tests can look for it on every page, and in every state of one (tests/support/left_out.py).
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterable
from pathlib import Path
from posixpath import normpath
from typing import Any

from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

from book_pages import npm
from book_pages.built import LAST, pages_in, way_up, write_shared
from book_pages.bundling import run_esbuild

PURGECSS = npm.PROGRAMS / "purgecss"
SHEET = "_static/styles.css"
LEFT_OUT = "left-out-styles.json"
LINK = re.compile(r'\s*<link (?=[^>]*rel="stylesheet")[^>]*?href="([^"?]*)[^>]*>')
TAG = re.compile(r"<[a-zA-Z][^>]*>")
NAME = re.compile(r"[\w-]+")
QUOTED = re.compile(
    r"""/\*.*?\*/ | //[^\n]*  # a comment, which may have quotes of its own, and so may what is searched for, /["']/
    | (?:(?<=[=(,:;!&|?{}\[+>]) | (?<=[=(,:;!&|?{}\[+>]\s) | (?<=return) | (?<=return\s))
      /(?:[^/\\\[\n] | \\. | \[(?:[^\]\\\n] | \\.)*\])+/
    | ("(?:[^"\\\n] | \\.)*" | '(?:[^'\\\n] | \\.)*' | `(?:[^`\\] | \\.)*`)""",
    re.DOTALL | re.VERBOSE,
)
ESCAPED = re.compile(r"\\.")
SET = re.compile(r"(?:\.(?=\w+ ?=(?![=>]))|[{,]\s*(?=\w+:))(\w+)")
"""What a script sets as a property, or gives with a new element, may be an attribute, such as `hidden`."""
VARIABLE = re.compile(r"--[\w-]+")
DECLARED = re.compile(r"(--[\w-]+):([^;}]*)")
STATES_STAY = "module.exports.safelist.standard = [/^:/];"
"""PurgeCSS leaves out a rule that names nothing but a state, such as the frame around what has the focus."""
PART = re.compile(r'data-bs-toggle="(\w+)"')
BOOTSTRAP = {
    "dropdown": {"show", "data-popper-placement", "data-bs-popper"},
    "tooltip": {
        "tooltip",
        "tooltip-inner",
        "tooltip-arrow",
        "bs-tooltip-auto",
        "fade",
        "show",
        "data-popper-placement",
    },
}
"""What Bootstrap's script puts on a page, by the parts of it that a page may name."""
THEMES = {
    "pydata-sphinx-theme.js": {"active", "aria-current", "dropdown-menu-dark", "open", "tabindex"},
    "sphinx-book-theme.js": {"hide", "noprint", "pst-sidebar-hidden", "scrolled"},
}
"""What the scripts of the themes put on a page."""
NEVER = re.compile(r"html:not\(\[data-theme\]\)\{[^}]*\}")
"""Every page says whether it is light or dark (book_pages.theme)."""
FACE = re.compile(r"@font-face\{[^}]*\}")
FAMILY = re.compile(r'font-family:"?([^";}]+)')
FONTS = ("--external:./katex/fonts/*", "--external:./icons.woff", "--external:*.png")


def joined(sheets: Iterable[str], static: Path) -> str:
    """Return one sheet for `static`, the folder in which the others are, with what they import."""
    imports = "".join(f"@import {json.dumps(f'./{sheet}')};" for sheet in sheets)
    return run_esbuild(imports, "--bundle", "--loader=css", *FONTS, folder=static)


def names_said(script: str) -> set[str]:
    """Return the words in the quotes of a script, and the properties that it sets.

    >>> sorted(names_said("note.className = 'new one', html('p', { hidden: card }); // the card's"))
    ['className', 'hidden', 'new', 'one', 'p']
    """
    quoted = (ESCAPED.sub(" ", found[1]) for found in QUOTED.finditer(script) if found[1])
    return set(SET.findall(script)).union(*map(NAME.findall, quoted))


def names_in(pages: Iterable[str], scripts: Iterable[str]) -> set[str]:
    """Return every word that can be the name of something on a page: of its tags, and of the scripts that change it."""
    tags = [tag for page in pages for tag in TAG.findall(page)]
    parts = {part for tag in tags for part in PART.findall(tag)}
    if unknown := parts - set(BOOTSTRAP):
        raise ExtensionError(f"say in {Path(__file__).name} what Bootstrap's {min(unknown)} puts on a page")
    said = map(names_said, scripts)
    return set().union(*map(NAME.findall, tags), *said, *(BOOTSTRAP[part] for part in parts))


def variables_for(style: str, names: set[str]) -> set[str]:
    """Return the variables of a sheet among the names in use, and those that the values of these refer to."""
    values: dict[str, str] = {}
    for name, value in DECLARED.findall(style):
        values[name] = values.get(name, "") + value
    found, new = set[str](), names & set(values)
    while new:
        found |= new
        new = {other for name in new for other in VARIABLE.findall(values[name])} & set(values) - found
    return found


def purged(style: str, names: set[str]) -> tuple[str, list[str]]:
    """Return the rules of a sheet that things with these names can use, and the selectors that were left out."""
    style = NEVER.sub("", style)
    wanted = {
        "content": [{"raw": " ".join(sorted(names)), "extension": "txt"}],
        "css": [{"raw": style}],
        "safelist": {"variables": sorted(variables_for(style, names))},
        "variables": True,
        "keyframes": True,
        "rejected": True,
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "purgecss.config.cjs")
        path.write_text(f"module.exports = {json.dumps(wanted)};\n{STATES_STAY}", encoding="utf-8")
        run = npm.run(PURGECSS, "--config", str(path), folder=Path(folder))
    if run.returncode or not run.stdout:
        raise ExtensionError(f"PurgeCSS could not read the styles of the book:\n{run.stderr}")
    made: dict[str, Any] = json.loads(run.stdout)[0]
    return without_lost_fonts(made["css"]), made["rejected"]


def without_lost_fonts(style: str) -> str:
    """Return a sheet without the fonts that no rule names; PurgeCSS does not know them in `font:` and in variables."""
    rules = FACE.sub("", style)
    return FACE.sub(lambda face: face[0] if FAMILY.findall(face[0])[0] in rules else "", style)


def sheets_of(pages: dict[Path, str], static: Path) -> list[str]:
    """Return the sheets that pages link to, in their order, which has to be the same on every page."""
    lists = {tuple(normpath(path.parent / link) for link in LINK.findall(page)) for path, page in pages.items()}
    if len(lists) != 1:
        raise ExtensionError(f"pages differ in their style sheets: {sorted(lists)}")
    return [Path(sheet).relative_to(static).as_posix() for sheet in lists.pop()]


def with_one_sheet(page: str, address: str) -> str:
    """Return a page that links to one sheet, in the place of the first."""
    first, _, rest = page.partition(LINK.search(page)[0])  # type: ignore[index]
    return f'{first}\n  <link rel="stylesheet" href="{address}">{LINK.sub("", rest)}'


def finish(app: Sphinx, exception: Exception | None) -> None:
    if exception is not None or app.builder.format != "html":
        return
    folder = Path(app.outdir)
    static = folder / "_static"
    pages = pages_in(folder)
    sheets = sheets_of(pages, static)
    read = [path for path in static.rglob("*.js") if path.name not in {"bootstrap.js", *THEMES}]
    names = names_in(pages.values(), [path.read_text(encoding="utf-8") for path in read]).union(*THEMES.values())
    style, left_out = purged(joined(sheets, static), names)
    address = write_shared(folder, SHEET, style)
    (folder.parent / LEFT_OUT).write_text(json.dumps(left_out), encoding="utf-8")
    for path, page in pages.items():
        path.write_text(with_one_sheet(page, way_up(path, folder) + address), encoding="utf-8")
    for sheet in [*sheets, "basic.css"]:  # the theme imports that one
        (static / sheet).unlink()
    for font in (static / "katex" / "fonts").iterdir():
        if font.name not in style:
            font.unlink()


def setup(app: Sphinx) -> None:
    app.connect("build-finished", finish, priority=LAST)
