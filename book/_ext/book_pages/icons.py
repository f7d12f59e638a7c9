"""Icons: of the theme's icon font, with its 1,400 signs, only those that some page shows are shipped.

    pages and style sheet  ->  the signs in use  ->  a font of some kilobytes, and a style sheet without the others

An icon stands beside a word or in a button with a label, so readers of the page aloud need not hear of it.
"""

from __future__ import annotations

import re
from pathlib import Path

import pydata_sphinx_theme
from fontTools import subset
from sphinx.application import Sphinx

FONT = Path(pydata_sphinx_theme.__file__).parent.joinpath(
    "theme/pydata_sphinx_theme/static/vendor/fontawesome/webfonts/fa-solid-900.ttf"
)
NAMED = re.compile(r'([^{}]*\.fa-[^{}]*::?before)\{content:"(\\[0-9a-f]+)"\}')
ICON_NAME = re.compile(r"\bfa-[a-z0-9-]+")
ICON_TAG = re.compile(r'<(i|span) class="((?:theme-switch )?(?:fas|fa-solid) )')
VARIABLE = re.compile("[\ue000-\uf8ff]")
FONT_FACE = re.compile(r"@font-face\{[^}]*\}")
OUR_FACE = (
    '@font-face{font-display:block;font-family:"Font Awesome 6 Free";font-style:normal;font-weight:900;'
    'src:url(../icons.woff) format("woff")}'
)


def names_in(pages: list[str]) -> set[str]:
    """Return the class names of icons that stand in the HTML of pages."""
    return {name for page in pages for name in ICON_NAME.findall(page)}


def reduced(style: str, names: set[str]) -> tuple[str, set[int]]:
    """Return the style sheet without the icons that no page names, and the characters that it still uses."""
    used: set[int] = set()

    def keep(rule: re.Match[str]) -> str:
        if names.isdisjoint(ICON_NAME.findall(rule[1])):
            return ""
        used.add(int(rule[2][1:], 16))
        return rule[0]

    rest = NAMED.sub(keep, style)
    used.update(map(ord, VARIABLE.findall(rest)))
    faces = FONT_FACE.findall(rest)
    return FONT_FACE.sub("", rest) + (OUR_FACE if faces else ""), used


def write_font(path: Path, characters: set[int]) -> None:
    """Write the signs for these characters, and no others, as a font."""
    options = subset.Options(flavor="woff", hinting=False, notdef_outline=True, glyph_names=False)
    font = subset.load_font(str(FONT), options)
    part = subset.Subsetter(options)
    part.populate(unicodes=sorted(characters))
    part.subset(font)
    subset.save_font(font, str(path), options)
    font.close()


def ship_icons(app: Sphinx, exception: Exception | None) -> None:
    if exception is not None or app.builder.format != "html":
        return
    pages = {path: path.read_text(encoding="utf-8") for path in Path(app.outdir).rglob("*.html")}
    static = Path(app.outdir, "_static")
    sheet = static / "styles" / "pydata-sphinx-theme.css"
    style, characters = reduced(sheet.read_text(encoding="utf-8"), names_in(list(pages.values())))
    sheet.write_text(style, encoding="utf-8")
    write_font(static / "icons.woff", characters)
    for path, page in pages.items():
        path.write_text(ICON_TAG.sub(r'<\1 aria-hidden="true" class="\2', page), encoding="utf-8")


def setup(app: Sphinx) -> None:
    app.connect("build-finished", ship_icons)
