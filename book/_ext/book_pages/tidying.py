"""Tidying: what the themes bring and no page uses is not shipped, and nothing tells where the book was built."""

from __future__ import annotations

import shutil
from pathlib import Path

from sphinx.application import Sphinx

UNUSED = (
    ".buildinfo",  # a hash over absolute paths
    "_rediraffe_redirected.json",
    "_static/**/*.map",
    "_static/copybutton_funcs.js",
    "_static/design-tabs.js",
    "_static/file.png",
    "_static/minus.png",
    "_static/plus.png",
    "_static/scripts/fontawesome.js*",
    "_static/vendor",
    "_static/locales",
    "_static/images",
    "_static/sbt-webpack-macros.html",
    "_static/webpack-macros.html",
    "_static/sphinx_book_theme_plugins",
)


def tidy(folder: Path) -> None:
    """Remove what no page uses."""
    for pattern in UNUSED:
        for path in folder.glob(pattern):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()


def finish(app: Sphinx, exception: Exception | None) -> None:
    if exception is None and app.builder.format == "html":
        tidy(Path(app.outdir))


def setup(app: Sphinx) -> None:
    app.connect("build-finished", finish)
