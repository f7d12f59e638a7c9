"""python -m grading: what the command says about the files of a class, and what it says when it is interrupted."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

import grading.__main__ as command
from grading.__main__ import INTERRUPTED, main

pytestmark = pytest.mark.usefixtures("bubblewrap")


def test_the_command_says_who_has_several_files_and_what_is_left_to_other_chapters(
    course: Path, hand_in: Callable[..., bytes], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, out, roster = tmp_path / "class", tmp_path / "out", tmp_path / "roster.csv"
    (folder / "eve" / "06_structure").mkdir(parents=True)
    (folder / "eve" / "06_structure" / "06_structure.ipynb").write_bytes(b"")
    (folder / "ada\x1b[31m").mkdir()
    (folder / "ada\x1b[31m" / "late\ntry.ipynb").write_bytes(hand_in())
    (folder / "ada\x1b[31m" / "._try.ipynb").write_bytes(b"\0\5\x16\7")
    with zipfile.ZipFile(folder / "dora.zip", "w") as archive:
        archive.writestr("bob/small.ipynb", hand_in(square="square = 1"))
        archive.writestr("small.ipynb", hand_in())
    roster.write_text("student\ndora\nzoe\x1b[31m\n", encoding="utf-8")
    arguments = ["grade", str(folder), "--assignment", "small", "--out", str(out), "--course", str(course)]
    assert main([*arguments, "--roster", str(roster)]) == 0
    said = [line for line in capsys.readouterr().err.split("\n") if ": " in line and not line.startswith("small")]
    assert said == [
        "left to another chapter: 1 in folders called 06_structure",
        "not on the roster: ada?[31m",
        "handed in nothing: zoe?[31m",
        "several files: ada?[31m has 2, and ada?[31m/late / try.ipynb counts",
        "several files: dora has 2, and dora.zip/small.ipynb counts",
    ]


def test_a_class_of_more_files_than_any_has_is_refused_in_one_line(
    course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grading.intake.limits.MOST_OF_CLASS", 0)
    (tmp_path / "ada.ipynb").write_bytes(b"")
    arguments = ["grade", str(tmp_path), "--assignment", "small", "--out", str(tmp_path / "o"), "--course", str(course)]
    with pytest.raises(SystemExit, match="cannot be graded: these are more than 0 files"):
        main(arguments)


def test_an_interruption_is_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted() -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "look", interrupted)
    assert main(["doctor"]) == INTERRUPTED
    words = "Interrupted. What was graded is kept, and the same command goes on from there."
    assert capsys.readouterr().err.split("\n") == ["", words, ""]
