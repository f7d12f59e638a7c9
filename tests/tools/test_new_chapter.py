"""The skeleton of a new chapter: the checks of a chapter pass on it, and nothing that is there is overwritten."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import new_chapter
import pytest
from guess_project import CONF, PATHS
from processes import PATIENCE

ROOT = Path(__file__).parents[2]
STEM, TITLE = "97_trial", "Trial: one more chapter"
PARTS = ("book", "exercises", "grading", "tests", "tinyml", "tools", "_toc.yml", "pyproject.toml", "README.md")
CHECKED = (
    "tests/book/test_cards.py",
    "tests/book/test_chapters.py",
    "tests/book/test_exercises.py",
    "tests/book/test_guesses.py",
    "tests/book/test_law_boxes.py",
    "tests/book/test_lengths.py",
    "tests/book/test_notebooks.py",
    "tests/package/test_chapter_folders.py",
    "tests/package/test_face.py",
    "tests/package/test_layers.py",
    "tests/widgets/test_widgets.py",
    "tests/ch97_trial/test_trial.py",
    "tests/ch97_trial/test_trial_bench.py",
    "tinyml/ch97_trial/trial.py",
)
"""What says something about each chapter, or about this one alone."""
MORE = """
extensions += ["sphinx_design", "sphinx_exercise", "sphinx_proof", "book_pages.laws", "book_pages.cards"]
myst_enable_extensions += ["dollarmath"]
"""
"""What a chapter needs of the book's configuration, besides what its guesses need."""
PYTEST = ("-m", "pytest", "-p", "no:cacheprovider")
LEFT_OUT = shutil.ignore_patterns("__pycache__", "_build", ".ipynb_checkpoints")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the project in which the command has written one more chapter."""
    folder = tmp_path_factory.mktemp("project")
    for name in PARTS:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=LEFT_OUT)
        else:
            shutil.copy(source, folder / name)
    run(folder, "tools/new_chapter.py", STEM, TITLE)
    return folder


def run(folder: Path, *arguments: str, code: int = 0) -> str:
    environment = os.environ | {"PYTHONPATH": str(folder)}
    ended = subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode == code, ended.stdout + ended.stderr
    return ended.stdout + ended.stderr


def hand_on_what_mypy_knows(project: Path) -> None:
    """Let mypy know of the libraries what it knows here, if it was run; it sees for itself whether that is still true.

    It may be at work here right now, so that its database is asked for a copy, and no file is copied.
    """
    for path in ROOT.glob(".mypy_cache/*/*.db"):
        copy = project / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(path, timeout=PATIENCE)) as here, closing(sqlite3.connect(copy)) as there:
            here.backup(there)


def test_style_and_types_are_those_of_the_book(project: Path) -> None:
    hand_on_what_mypy_knows(project)
    run(project, "-m", "ruff", "format", "--check", "tinyml", "tests/ch97_trial")
    run(project, "-m", "ruff", "check", "tinyml", "tests/ch97_trial", "book/97_trial.ipynb")
    run(project, "-m", "mypy", "tinyml/ch97_trial", "tinyml/demo", "tinyml/widgets/trial_bench", "tests/ch97_trial")


def test_the_checks_of_a_chapter_pass(project: Path) -> None:
    said = run(project, *PYTEST, "-v", "-k", "trial", *CHECKED)
    assert [place for place in CHECKED if not re.search(f"^{place}.* PASSED", said, re.MULTILINE)] == []


def test_its_page_is_built(project: Path, tmp_path: Path) -> None:
    """By Sphinx, which stops at a law without its entry, a key that is wrong, and a card that lacks something."""
    for name in ("guesses", "laws"):
        (tmp_path / "book" / name).mkdir(parents=True)
        shutil.copy(project / "book" / name / f"{STEM}.toml", tmp_path / "book" / name)
    shutil.copy(project / "book" / f"{STEM}.ipynb", tmp_path / "book")
    (tmp_path / "book" / "glossary.md").write_text("# Words\n", encoding="utf-8")
    index = f"# Book\n\n```{{toctree}}\nbook/{STEM}\nbook/glossary\n```\n"
    (tmp_path / "index.md").write_text(index, encoding="utf-8")
    (tmp_path / "conf.py").write_text(CONF.format(paths=[str(ROOT / path) for path in PATHS]) + MORE, encoding="utf-8")
    run(project, "-m", "sphinx", "-W", "-q", str(tmp_path), str(tmp_path / "html"))
    page = (tmp_path / "html" / "book" / f"{STEM}.html").read_text(encoding="utf-8")
    assert [part for part in ("data-guess=", "law-tried", "word-picture") if part not in page] == []


def test_the_fault_that_it_plants_is_caught(project: Path) -> None:
    module = project / "tinyml" / "ch97_trial" / "trial.py"
    sound = module.read_text(encoding="utf-8")
    module.write_text(sound.replace("return value + self.by", "return value - self.by"), encoding="utf-8")
    said = run(project, *PYTEST, "tests/ch97_trial/test_trial.py", code=1)
    module.write_text(sound, encoding="utf-8")
    assert "1 failed" in said


def test_nothing_that_is_there_is_overwritten(project: Path) -> None:
    before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file() and "97_trial" in str(path)}
    assert "Nothing was written" in run(project, "tools/new_chapter.py", STEM, TITLE, code=1)
    assert before == {path: path.read_bytes() for path in before}


@pytest.mark.parametrize(
    ("stem", "title"), [("lens", "Lenses"), ("11_Lens", "Lenses"), ("11_lens", " "), ("1_lens", "x")]
)
def test_a_name_that_is_none_is_refused(stem: str, title: str) -> None:
    with pytest.raises(SystemExit, match="A chapter is called like 11_lens, and has a title"):
        new_chapter.words_of(stem, title)
