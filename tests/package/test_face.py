"""The face of the package: each public name once, every chapter asked in reading order, and nothing loaded before."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

import tinyml

FOLDER = Path(tinyml.__file__).parent


def run(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


def test_the_chapters_are_the_folders_in_reading_order() -> None:
    folders = sorted(path.parent.name for path in FOLDER.glob("ch[0-9]*/__init__.py"))
    assert list(tinyml.CHAPTERS) == folders
    assert [int(name[2:4]) for name in folders] == list(range(1, len(folders) + 1))


def test_checkers_see_the_errors_and_every_chapter() -> None:
    (for_checkers,) = (
        node.body for node in ast.parse(Path(tinyml.__file__).read_text()).body if isinstance(node, ast.If)
    )
    lines = [ast.unparse(line) for line in for_checkers]
    assert sorted(lines) == sorted(f"from tinyml.{place} import *" for place in tinyml.OFFERING)


def test_checkers_know_what_each_public_name_is(tmp_path: Path) -> None:
    names = tinyml.public_names()
    lines = ["import tinyml", *(f"reveal_type(tinyml.{name})" for name in names)]
    (tmp_path / "names.py").write_text("\n".join(lines), encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--config-file", "pyproject.toml", str(tmp_path / "names.py")]
    said = subprocess.run(command, cwd=FOLDER.parent, capture_output=True, text=True, check=False).stdout
    types = re.findall(r'note: Revealed type is "(.*)"', said)
    assert len(types) == len(names), said
    assert [name for name, type_ in zip(names, types, strict=True) if type_ in ("Any", "builtins.object")] == []


def test_each_public_name_is_there_once_and_is_that_of_its_chapter() -> None:
    names = tinyml.public_names()
    assert [name for name, times in Counter(names).items() if times > 1] == []
    for chapter in tinyml.OFFERING:
        place = importlib.import_module(f"tinyml.{chapter}")
        for name in place.__all__:
            assert getattr(tinyml, name) is getattr(place, name)
    assert not set(names) & set(tinyml.PARTS)  # a part of the package would hide the name
    assert set(names) | set(tinyml.PARTS) <= set(dir(tinyml))


@pytest.mark.parametrize("chapter", tinyml.CHAPTERS)
def test_no_name_of_a_chapter_hides_one_of_its_modules(chapter: str) -> None:
    place = importlib.import_module(f"tinyml.{chapter}")
    for module in pkgutil.iter_modules(place.__path__):
        assert getattr(place, module.name) is importlib.import_module(f"tinyml.{chapter}.{module.name}")


def test_a_name_that_nobody_has_is_an_attribute_error() -> None:
    for name in ("Nothing", "_private", "__nothing__"):
        with pytest.raises(AttributeError, match=f"module 'tinyml' has no attribute '{name}'"):
            getattr(tinyml, name)
    with pytest.raises(ImportError, match="cannot import name 'Nothing'"):
        exec("from tinyml import Nothing")


def test_a_name_loads_the_chapters_up_to_its_own() -> None:
    show = "print(*sorted(name for name in sys.modules if name.count('.') == 1 and name.startswith('tinyml.ch')))"
    seen = run(f"import sys, tinyml; {show}; tinyml.VocabSize; {show}; tinyml.Embedding; {show}").splitlines()
    assert seen[0] == ""
    assert seen[1].split() == ["tinyml.ch01_objects"]
    assert seen[2].split() == [f"tinyml.{name}" for name in tinyml.CHAPTERS[:3]]


def test_importing_the_package_loads_nothing_and_all_of_it_loads_numpy_alone() -> None:
    libraries = "{name.split('.')[0] for name in set(sys.modules) - before} - set(sys.stdlib_module_names)"
    assert run(f"import sys; before = set(sys.modules); import tinyml; print({libraries})") == "{'tinyml'}\n"
    all_of_it = f"import sys, numpy; before = set(sys.modules); from tinyml import *; print(sorted({libraries}))"
    assert run(all_of_it) == "['numpy', 'tinyml']\n"
