"""grading.marking.programs: the programs of a class are checked in one run, equal ones once, whatever they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from grading.marking import programs

SOUND = "x: int = 1\n"
WRONG = "x: int = 'one'\n"


def test_each_text_has_its_own_findings() -> None:
    found = programs.findings([SOUND, WRONG, WRONG, "def ("])
    assert {text: [finding.code for finding in errors] for text, errors in found.items()} == {
        SOUND: [],
        WRONG: ["assignment"],
        "def (": ["syntax"],
    }


def test_nothing_asked_is_nothing_found() -> None:
    assert programs.findings([]) == {}


def test_the_folder_that_it_is_started_in_has_no_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pickle.py").write_text("raise SystemExit('taken over')", encoding="utf-8")
    (tmp_path / "mypy.ini").write_text("[mypy]\nignore_errors = True\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert [finding.code for finding in programs.findings([WRONG])[WRONG]] == ["assignment"]


def test_a_run_that_comes_to_no_end_finds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "SECONDS", 0.01)
    assert programs.findings([SOUND]) == {}
