"""One stem everywhere: a chapter's modules, tests, notebook and exercises lie where its name says."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import tinyml

ROOT = Path(__file__).parents[2]
FOLDER = Path(tinyml.__file__).parent
MOST_MODULES = 6
NAMED_FILE = re.compile(r"tests/[\w/]+\.(?:py|js|toml)")

every_chapter = pytest.mark.parametrize("chapter", tinyml.CHAPTERS)
modules = sorted(FOLDER.glob("ch[0-9]*/*.py"))


@every_chapter
def test_the_other_parts_of_a_chapter_have_its_name(chapter: str) -> None:
    stem = chapter.removeprefix("ch")
    for path in (f"book/{stem}.ipynb", f"exercises/source/{stem}/{stem}.ipynb", f"exercises/wrong/{stem}.toml"):
        assert (ROOT / path).is_file(), path
    assert list((ROOT / "tests" / chapter).glob("test_*.py"))
    assert (ROOT / "tests" / chapter / "faults.toml").is_file()


@every_chapter
def test_a_readme_lists_the_few_modules_of_its_chapter(chapter: str) -> None:
    there = {path.stem for path in (FOLDER / chapter).glob("*.py")} - {"__init__"}
    listed = re.findall(r"^\| `(\w+)` \|", (FOLDER / chapter / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(listed) == sorted(there)
    assert len(there) <= MOST_MODULES


@every_chapter
def test_modules_are_listed_in_the_order_in_which_they_import_each_other(chapter: str) -> None:
    text = (FOLDER / chapter / "README.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)
    for place, name in enumerate(listed):
        source = (FOLDER / chapter / f"{name}.py").read_text(encoding="utf-8")
        assert set(re.findall(rf"^from tinyml\.{chapter}\.(\w+) import", source, re.MULTILINE)) <= set(listed[:place])


@pytest.mark.parametrize("path", modules, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_module_names_tests_that_are_there(path: Path) -> None:
    header = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    named = NAMED_FILE.findall(header)
    assert [name for name in named if not (ROOT / name).is_file()] == []
    assert named or path.name == "__init__.py"
