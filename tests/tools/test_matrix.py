"""tools/matrix.py: which Pythons it finds, what it runs where, and what it says."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import matrix
import pytest
from matrix import brought_up_to_date, candidates, main, place_of, pythons, table, verdict, version_of

HERE = f"{sys.version_info.major}.{sys.version_info.minor}"


def fake_python(path: Path, version: str) -> Path:
    """Write a program that says it is this Python; one without a version fails as a command of pyenv does."""
    path.parent.mkdir(parents=True)
    path.write_text(f"#!/bin/sh\necho {version}\n" if version else "#!/bin/sh\nexit 127\n", encoding="utf-8")
    path.chmod(0o755)
    return path


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a home without any Python, and without anything on the path."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path


def test_a_python_says_its_version_and_what_does_not_start_says_none(tmp_path: Path) -> None:
    assert version_of(sys.executable) == HERE
    assert version_of(tmp_path / "python3.12") == ""
    assert version_of(fake_python(tmp_path / "bin" / "python3.12", "")) == ""


def test_the_python_on_the_path_comes_first_and_then_the_newest_of_pyenv(home: Path) -> None:
    installed = {
        patch: fake_python(home / "pyenv" / "versions" / patch / "bin" / "python3.12", "3.12")
        for patch in ("3.12.9", "3.12.10", "3.12.1")
    }
    newest = [installed[patch] for patch in ("3.12.10", "3.12.9", "3.12.1")]
    assert list(candidates("3.12")) == newest
    on_path = fake_python(home / "bin" / "python3.12", "3.12")
    assert list(candidates("3.12")) == [on_path, *newest]
    assert list(candidates("3.1")) == []


def test_a_command_that_leads_to_no_python_is_passed_over(home: Path) -> None:
    fake_python(home / "bin" / "python3.12", "")
    installed = fake_python(home / "pyenv" / "versions" / "3.12.1" / "bin" / "python3.12", "3.12")
    assert pythons([]) == {"3.11": None, "3.12": installed, "3.13": None}


def test_pythons_can_be_named(home: Path) -> None:
    assert pythons([sys.executable, "python9"]) == {HERE: Path(sys.executable), "python9, which does not start": None}


def test_each_clone_and_each_version_has_a_place_of_its_own(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = place_of("3.12")
    assert here.is_relative_to(home / "cache")
    assert here != place_of("3.13")
    monkeypatch.setattr(matrix, "ROOT", Path("/another/clone"))
    assert place_of("3.12") != here


@pytest.fixture
def clone(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a small clone with a Makefile that notes what it was asked for, and fails at `chapters` if told to."""
    monkeypatch.setenv("PATH", os.defpath)
    for name in ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"):  # of a hook that runs the tests
        monkeypatch.delenv(name, raising=False)
    folder = home / "here"
    folder.mkdir()
    (folder / ".gitignore").write_text("asked\n.venv\n", encoding="utf-8")
    recipe = "\t@echo $@ $(PYTHON) $(MAKELEVEL) >> asked\n"
    (folder / "Makefile").write_text(f"check:\n{recipe}chapters:\n{recipe}\t@test ! -e red\n", encoding="utf-8")
    subprocess.run(["git", "init", "--quiet", folder], check=True)
    monkeypatch.setattr(matrix, "ROOT", folder)
    commit(folder)
    return folder


def commit(folder: Path) -> None:
    who = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", folder, "add", "--all"], check=True)
    subprocess.run(["git", "-C", folder, *who, "commit", "--quiet", "--message", "More"], check=True)


def test_both_stages_run_on_what_is_committed(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAKELEVEL", "3")
    monkeypatch.setenv("MAKEFLAGS", "-- PYTHON=another")
    (clone / "red").touch()  # which is not committed
    place = place_of("3.12")
    assert verdict(Path("/a/python3.12"), place).startswith("green (/a/python3.12, ")
    assert (place / "asked").read_text("utf-8") == "check /a/python3.12 0\nchapters /a/python3.12 0\n"


def test_a_clone_is_brought_up_to_date_and_keeps_what_was_set_up(clone: Path) -> None:
    place = place_of("3.12")
    brought_up_to_date(place)
    (place / ".venv").mkdir()
    (place / "stray").touch()
    (place / "Makefile").write_text("changed", encoding="utf-8")
    (clone / "red").touch()
    commit(clone)
    brought_up_to_date(place)
    assert {path.name for path in place.iterdir()} == {".git", ".gitignore", ".venv", "Makefile", "red"}
    assert (place / "Makefile").read_text("utf-8") == (clone / "Makefile").read_text("utf-8")


def test_a_red_stage_is_named_and_fails_the_run(clone: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([sys.executable]) == 0
    (clone / "red").touch()
    commit(clone)
    assert main([sys.executable]) == 1
    assert f"\n{HERE}  RED: chapters ({sys.executable}, " in capsys.readouterr().out


def test_what_is_not_there_is_told_and_nothing_at_all_is_a_failure(
    clone: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matrix, "VERSIONS", ("9.9",))
    assert main([]) == 1
    assert capsys.readouterr().out.endswith("\n9.9  not there\n")


def test_the_table_is_aligned() -> None:
    assert table({"3.9": "green", "3.11": "RED"}) == "3.9   green\n3.11  RED"
