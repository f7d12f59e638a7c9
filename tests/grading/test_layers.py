"""The way of a submission: a folder of the grader imports from those before it, and the box sees three modules."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import grading
from grading.box.walls import SOURCES

FOLDER = Path(grading.__file__).parent
ORDER = ("intake", "box", "marking", "gradebook")
FEWER = {"box": {"box"}}
"""What runs answers knows nothing of notebooks."""
MODULES = sorted(path for part in ORDER for path in (FOLDER / part).glob("*.py"))


def imported(path: Path) -> Iterator[str]:
    """Yield the modules of the grader that a module imports, a folder where it imports from the folder itself."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and str(node.module).partition(".")[0] == "grading":
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.partition(".")[0] == "grading")


def test_every_folder_of_modules_is_in_the_order() -> None:
    assert {path.parent.name for path in FOLDER.glob("*/__init__.py")} == {*ORDER, "corpus"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_a_module_imports_from_the_folders_before_it(path: Path) -> None:
    part = path.parent.name
    below = FEWER.get(part, {*ORDER[: ORDER.index(part) + 1]})
    assert {name.split(".")[1] for name in imported(path)} <= below


@pytest.mark.parametrize("name", [name for name in SOURCES if not name.endswith("__init__.py")])
def test_what_the_box_sees_needs_nothing_else_of_the_grader(name: str) -> None:
    seen = {source.removesuffix(".py").replace("/", ".") for source in SOURCES}
    assert {".".join(module.split(".")[:3]) for module in imported(FOLDER.parent / name)} <= seen
