"""The order of the house: a chapter imports from those before it and from the ground, and never from above."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import tinyml

FOLDER = Path(tinyml.__file__).parent
GROUND = {path.stem for path in FOLDER.glob("*.py")} - {"__init__", "demo"}
ABOVE = {"check": set[str](), "draw": set[str](), "count": set[str](), "widgets": {"draw"}, "demo": set[str]()}
"""The parts above the chapters, each with what else above the chapters it imports."""


FACE = ""
"""What `import tinyml` names: only what is above the chapters may ask the face of the package."""


def part_of(path: Path) -> str:
    return path.relative_to(FOLDER).with_suffix("").parts[0]


def imported(path: Path) -> Iterator[str]:
    """Yield the part of the package that each import of a module names."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [str(node.module)] if isinstance(node, ast.ImportFrom) else []
        yield from ((name + ".").split(".")[1] for name in names if name.split(".")[0] == "tinyml")


def allowed(part: str) -> set[str]:
    if part in GROUND:
        return GROUND
    if part in tinyml.CHAPTERS:
        return {*GROUND, *tinyml.CHAPTERS[: tinyml.CHAPTERS.index(part) + 1]}
    return {*GROUND, *tinyml.CHAPTERS, part, *ABOVE[part], FACE}


ASKS_THE_FACE = {"hints.py": {FACE}}
"""When a join is refused, the search for a hint loads every chapter that there is."""

modules = sorted(path for path in FOLDER.rglob("*.py") if path != FOLDER / "__init__.py")


@pytest.mark.parametrize("path", modules, ids=lambda path: str(path.relative_to(FOLDER)))
def test_a_module_imports_from_what_is_below_it(path: Path) -> None:
    assert set(imported(path)) - ASKS_THE_FACE.get(path.name, set()) <= allowed(part_of(path))
