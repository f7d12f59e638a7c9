"""Bombs in a class of twelve: each costs whoever threw it, and nobody else anything.

For each kind the real command grades eleven right notebooks of chapter 1 and one that would use up what the machine
has: the other rows are those of a class without it, the row of the twelfth says why, and nothing is left behind.
"""

from __future__ import annotations

import csv
import ctypes
import io
import os
import subprocess
import sys
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from grading.corpus.run import PR_SET_CHILD_SUBREAPER, descendants, left_behind
from grading.lint import with_answers
from grading.marking import checker

ROOT = Path(__file__).parents[2]
CHAPTER = "01_objects"
FILE = f"{CHAPTER}.ipynb"
RIGHT = (ROOT / "exercises" / "source" / CHAPTER / FILE).read_bytes()
CELL, TYPED = "position", "int-for-token"
ENDLESS_TYPE = "from typing import Final\nX: Final = 9 ** 9 ** 9\n"
CLASS = [f"student{number:02}" for number in range(11)]
EVE = "eve"
TOO_LONG = "its cell was stopped: it takes too long"


def in_a_cell(*lines: str) -> dict[str, bytes]:
    return {FILE: with_answers(RIGHT, {CELL: "\n".join(lines)})}


def zipped(entries: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return made.getvalue()


@dataclass(frozen=True)
class Bomb:
    """What the twelfth hands in, by the names of the files, and what her rows or the command say of it.

    A cell has so many seconds: more of them where it has to take a lot of memory before it is ended, on a busy machine.
    """

    files: dict[str, bytes]
    why: str
    seconds: float = checker.SECONDS


BOMBS = {
    "the type checker": Bomb(
        {FILE: with_answers(RIGHT, {TYPED: f"%%typecheck int_for_token\n{ENDLESS_TYPE}"})},
        "the type checker came to no end in 10 seconds",
    ),
    "a zip": Bomb({"homework.zip": zipped({FILE: bytes(2**30)})}, "eve has notebooks of more than 128 MB in all"),
    "files": Bomb(
        {f"{number}/{FILE}": RIGHT for number in range(400)},
        "several files: eve has 51, and eve/0/01_objects.ipynb counts",
    ),
    "memory in many processes": Bomb(
        in_a_cell(
            "import os, time",
            "for _ in range(8):",
            "    if os.fork() == 0:",
            "        huge = b'x' * (400 * 2**20)",
            "        time.sleep(600)",
            "time.sleep(600)",
        ),
        "its processes took more than 2 GB of memory together",
        seconds=60,
    ),
    "output": Bomb(in_a_cell("while True:", "    print('x' * 10**7)"), TOO_LONG),
    "slow cells": Bomb(in_a_cell("import time", "time.sleep(600)"), TOO_LONG),
    "threads": Bomb(
        in_a_cell(
            "import threading, time",
            "while True:",
            "    try:",
            "        threading.Thread(target=time.sleep, args=(600,)).start()",
            "    except RuntimeError:",
            "        pass",
        ),
        TOO_LONG,
    ),
}


@dataclass(frozen=True)
class Graded:
    """What a run of the command came to."""

    status: int
    rows: list[dict[str, str]]
    words: str
    left: list[str]
    scratch: list[Path]

    def of_others(self) -> list[dict[str, str]]:
        return [row for row in self.rows if row["student"] != EVE]


def graded(folder: Path, bomb: Bomb) -> Graded:
    """Grade the class, with what the twelfth hands in, in scratch space of its own."""
    scratch = folder / "scratch"
    scratch.mkdir()
    for name in CLASS:
        (folder / "class" / name).mkdir(parents=True)
        (folder / "class" / name / FILE).write_bytes(RIGHT)
    for name, content in bomb.files.items():
        (folder / "class" / EVE / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "class" / EVE / name).write_bytes(content)
    words = ["class", "--assignment", CHAPTER, "--out", "out", "--course", str(ROOT / "exercises"), "--jobs", "2"]
    words += ["--seconds", f"{bomb.seconds:g}"]
    environment = {**os.environ, "TMPDIR": str(scratch), "PYTHONPATH": str(ROOT)}
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    known, started = set(descendants()), time.monotonic()
    run = subprocess.run(
        [sys.executable, "-m", "grading", "grade", *words],
        cwd=folder,
        env=environment,
        stderr=subprocess.PIPE,
        check=False,
    )
    print(f"{time.monotonic() - started:.0f} s")
    left = left_behind(known)
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)
    with (folder / "out" / "marks.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return Graded(run.returncode, rows, run.stderr.decode(errors="replace"), left, [*scratch.iterdir()])


@pytest.fixture(scope="module")
def without(tmp_path_factory: pytest.TempPathFactory) -> Graded:
    """Return the class without the twelfth."""
    return graded(tmp_path_factory.mktemp("without"), Bomb({}, ""))


@pytest.mark.usefixtures("bubblewrap")
@pytest.mark.parametrize("kind", BOMBS)
def test_a_bomb_costs_whoever_threw_it_and_nobody_else(kind: str, without: Graded, tmp_path: Path) -> None:
    run = graded(tmp_path, BOMBS[kind])
    assert run.status == without.status == 0
    assert run.of_others() == without.rows
    assert [said for said in (run.words, *(row["reason"] for row in run.rows)) if BOMBS[kind].why in said]
    assert run.left == []
    assert run.scratch == []
