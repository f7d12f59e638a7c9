"""What mypy knows is kept from one session to the next, and nothing depends on its being there, or whole."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from importlib.metadata import version
from pathlib import Path

import pytest

from tinyml.check import learned, typechecker

PROGRAM = {"one.py": "import tinyml\n\nx: tinyml.TokenId = 1\n"}


@pytest.fixture(autouse=True)
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a user's cache be empty."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "of the user"))


@pytest.fixture(scope="module")
def known() -> Path:
    """Return what mypy knows in this session."""
    return typechecker.workshop() / "known"


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what came of each run of mypy from now on."""
    came, run = list[str](), typechecker._run

    def watched(*asked: object) -> object:
        why, errors = run(*asked)  # type: ignore[arg-type]
        came.append(why)
        return why, errors

    monkeypatch.setattr(typechecker, "_run", watched)
    return came


def another_session() -> Path:
    return typechecker.workshop.__wrapped__()


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def read(cache: Path, names: str) -> dict[str, float]:
    """Return when mypy read the modules of such names, by what it keeps of them."""
    found: dict[str, float] = {}
    for path in cache.rglob("*.db"):
        with contextlib.closing(sqlite3.connect(path)) as database:
            found |= database.execute("select path, mtime from files2 where path like ?", [names])
    return found


def test_what_was_kept_is_recalled_whole(known: Path, tmp_path: Path) -> None:
    assert not learned.recall(tmp_path / "before")
    learned.keep(known)
    assert learned.recall(tmp_path / "after")
    assert contents(tmp_path / "after") == contents(known) != {}


def test_the_next_session_reads_numpy_no_more(known: Path, runs: list[str]) -> None:
    learned.keep(known)
    session = another_session()
    assert runs == [""]
    assert read(session / "known", "numpy/%.data.%") == read(known, "numpy/%.data.%") != {}
    assert session != known.parent


def test_what_is_damaged_is_learnt_again_and_kept(known: Path, runs: list[str]) -> None:
    learned.keep(known)
    for path in learned.place().rglob("*.db"):
        path.write_bytes(b"no database")
    session = another_session()
    assert runs[0] != "" == runs[1]
    assert not any(path.read_bytes() == b"no database" for path in learned.place().rglob("*.db"))
    assert typechecker._run(session, PROGRAM, 60)[1][0]["code"] == "assignment"


@pytest.mark.parametrize("program", ["mypy", "numpy"])
def test_another_version_learns_anew(
    known: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    learned.keep(known)
    monkeypatch.setattr(learned, "version", lambda name: "0" if name == program else version(name))
    monkeypatch.setattr(learned, "_state", learned._state.__wrapped__)
    assert not learned.recall(tmp_path / "cache")


def test_another_text_of_the_package_learns_anew(known: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    learned.keep(known)
    shutil.copytree(learned.SOURCE, tmp_path / "tinyml", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(learned, "SOURCE", tmp_path / "tinyml")
    monkeypatch.setattr(learned, "_state", learned._state.__wrapped__)
    assert learned.recall(tmp_path / "cache"), "the same text somewhere else is the same"
    with (tmp_path / "tinyml" / "__init__.py").open("a") as source:
        source.write("\n")
    assert not learned.recall(tmp_path / "later")


def test_the_newest_states_are_kept(known: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(learned.AT_MOST + 2):
        monkeypatch.setattr(learned, "_state", lambda number=number: str(number))
        learned.keep(known)
    assert len(list(learned.place().parent.iterdir())) == learned.AT_MOST
    assert learned.place().is_dir()


def test_where_nothing_can_be_kept_a_session_learns_for_itself(
    known: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "of the user").write_text("no folder")
    learned.keep(known)
    assert not learned.recall(tmp_path / "cache")

    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setattr(Path, "home", homeless)
    learned.keep(known)
    assert not learned.recall(tmp_path / "cache")
