"""Downloads: the wheel of the package, made so that the same sources give the same bytes, and the notebooks.

{wheel}`text`           a link to the wheel
{notebook}`text`        a link to the page itself as a notebook
```{notebooks}```       a list of links to all chapters and exercises as notebooks
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective, SphinxRole

FOLDER = "_downloads"
LONG_AGO = (2026, 1, 1, 0, 0, 0)
LINK = re.compile(r'href="((?:\.\./)*(?:_downloads|_sources)/[^"]*)"')
PARTS = ("pyproject.toml", "README.md", "LICENSE", "tinyml")


def wheel_name(root: Path) -> str:
    """Return the file name of the wheel, from the version that the package states."""
    found = re.search(r'^__version__ = "([^"]+)"$', (root / "tinyml" / "__init__.py").read_text("utf-8"), re.MULTILINE)
    if found is None:
        raise ExtensionError("tinyml/__init__.py states no __version__")
    return f"category_theory_tiny_ml-{found[1]}-py3-none-any.whl"


def build_wheel(root: Path, folder: Path) -> Path:
    """Build the package's wheel into `folder` and return its path."""
    with tempfile.TemporaryDirectory() as work:
        source = Path(work, "source")  # a copy: nothing of an earlier build gets in, nothing is left behind
        source.mkdir()
        for part in PARTS:
            if (root / part).is_dir():
                shutil.copytree(root / part, source / part, ignore=shutil.ignore_patterns("__pycache__"))
            elif (root / part).is_file():
                shutil.copy(root / part, source)
        command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps"]
        command += ["--no-build-isolation", "--no-index", "--wheel-dir", work, str(source)]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        if run.returncode:
            raise ExtensionError(f"the wheel could not be built:\n{run.stderr}")
        folder.mkdir(parents=True, exist_ok=True)
        return repack(Path(work, wheel_name(root)), folder / wheel_name(root))


def repack(source: Path, target: Path) -> Path:
    """Copy a wheel with its files sorted and without their dates and access rights, which differ between machines."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist()):
            entry = zipfile.ZipInfo(name, LONG_AGO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            new.writestr(entry, old.read(name))
    return target


def add_wheel(app: Sphinx, exception: Exception | None) -> None:
    if exception is None and app.builder.format == "html":
        build_wheel(Path(app.srcdir), Path(app.outdir, FOLDER))


def up(docname: str) -> str:
    """Return the way from a page to the folder of all pages."""
    return "../" * docname.count("/")


class WheelRole(SphinxRole):
    """A link to the wheel."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        target = f"{up(self.env.docname)}{FOLDER}/{wheel_name(Path(self.env.srcdir))}"
        return [nodes.reference(self.rawtext, self.text, refuri=target)], []


class NotebookRole(SphinxRole):
    """A link to the notebook that the page was made from."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        return [nodes.reference(self.rawtext, self.text, refuri=notebook_at(self.env.docname, self.env.docname))], []


def notebook_at(page: str, name: str) -> str:
    """Return the way from a page to the notebook of another page, or of the same."""
    return f"{up(page)}_sources/{name}.ipynb"


class notebook_list(nodes.General, nodes.Element):  # noqa: N801  # docutils names its nodes like this
    """The place of the list of notebooks, until the titles of all pages are known."""


class NotebooksDirective(SphinxDirective):
    """A list of links to all chapters as notebooks, and behind each to its exercises."""

    def run(self) -> list[nodes.Node]:
        return [notebook_list()]


def list_notebooks(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    for place in doctree.findall(notebook_list):
        entries = nodes.bullet_list()
        for name in sorted(app.env.found_docs, key=lambda name: (Path(name).name, name)):
            if app.env.doc2path(name).endswith(".ipynb"):
                link = nodes.reference("", app.env.titles[name].astext(), refuri=notebook_at(docname, name))
                entries += nodes.list_item("", nodes.paragraph("", "", link))
        place.replace_self(entries)


def saved(match: re.Match[str]) -> str:
    """Return a link that saves a file; exercises, which are called as their chapter, get a name of their own."""
    exercise = re.search(r"exercises/release/.*/(.*)\.ipynb$", match[1])
    name = f'="{exercise[1]}_exercises.ipynb"' if exercise else ""
    return f'download{name} href="{match[1]}"'


def offer_file(
    app: Sphinx, pagename: str, _template: str, context: dict[str, Any], _doctree: nodes.document | None
) -> None:
    """Let links to downloads save the file instead of showing it."""
    if isinstance(app.builder, StandaloneHTMLBuilder) and "body" in context:
        context["body"] = LINK.sub(saved, context["body"])


def setup(app: Sphinx) -> None:
    app.add_node(notebook_list)
    app.add_role("wheel", WheelRole())
    app.add_role("notebook", NotebookRole())
    app.add_directive("notebooks", NotebooksDirective)
    app.connect("doctree-resolved", list_notebooks)
    app.connect("html-page-context", offer_file)
    app.connect("build-finished", add_wheel)
