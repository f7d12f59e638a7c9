"""The whole book is built again after an edit of the package, and is up to date without one: in `make test-long`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import check_reproducible
import nbformat
import pytest

TOC = "format: jb-book\nroot: book/preface\nchapters:\n- file: book/page\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a copy of the book with one small notebook, which prints a number that the package holds."""
    check_reproducible.copy_sources(tmp_path)
    for chapter in (tmp_path / "book").glob("*.ipynb"):
        chapter.unlink()
    for table in (tmp_path / "book").rglob("*.toml"):  # the pages that they speak of are gone
        table.unlink()
    (tmp_path / "book" / "moved.toml").touch()
    (tmp_path / "_toc.yml").write_text(TOC, encoding="utf-8")
    (tmp_path / "book" / "preface.md").write_text("# A book\n\nOne page.\n", encoding="utf-8")
    cells = [
        nbformat.v4.new_markdown_cell("# A page", id="title"),
        nbformat.v4.new_code_cell("from tinyml.held import NUMBER\n\nprint('it is', NUMBER)", id="shown"),
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "book" / "page.ipynb")
    hold(tmp_path, 41)
    return tmp_path


def hold(project: Path, number: int) -> None:
    (project / "tinyml" / "held.py").write_text(f'"""A number."""\n\nNUMBER = {number}\n', encoding="utf-8")


def build(project: Path) -> str:
    """Build the copy with its own package; return what the build says."""
    command = [sys.executable, str(project / "tools" / "build_book.py")]
    environment = os.environ | {"PYTHONPATH": str(project)}
    run = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


def page(project: Path) -> str:
    return (project / "_build" / "html" / "book" / "page.html").read_text(encoding="utf-8")


def test_notebooks_run_again_after_an_edit_of_the_package(project: Path) -> None:
    assert "up to date" not in build(project)
    assert "it is 41" in page(project)
    assert "up to date" in build(project)
    hold(project, 42)
    assert "up to date" not in build(project)
    assert "it is 42" in page(project)
