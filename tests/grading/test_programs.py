"""grading.marking.programs: the programs of a class are checked in a box, equal ones once, whatever they are."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from processes import alive, children, waited_for

from grading.box.box import Box
from grading.box.proxies import Stopped
from grading.marking import programs
from tinyml.check.typecheck import Finding

SOUND = "x: int = 1\n"
WRONG = "x: int = 'one'\n"
ENDLESS = "from typing import Final\nX: Final = 9 ** 9 ** 9\n"
TOO_LARGE = "from typing import Final\nX: Final = 1 << 10 ** 10\n"
pytestmark = pytest.mark.usefixtures("bubblewrap")


def codes(found: programs.Found) -> dict[str, list[str]]:
    return {text: [finding.code for finding in errors] for text, errors in found.items()}


@pytest.mark.parametrize("trusted", [False, True])
def test_each_text_has_its_own_findings(trusted: bool) -> None:
    found = programs.findings([SOUND, WRONG, WRONG, "def (", "'\ud800'", "import numpy, tinyml\n"], trusted=trusted)
    assert codes(found) == {
        SOUND: [],
        WRONG: ["assignment"],
        "def (": ["syntax"],
        "'\ud800'": ["syntax"],
        "import numpy, tinyml\n": [],
    }


def test_nothing_asked_is_nothing_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(Box, "start")
    assert programs.findings([]) == {}


def test_the_folder_that_it_is_started_in_has_no_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pickle.py").write_text("raise SystemExit('taken over')", encoding="utf-8")
    (tmp_path / "mypy.ini").write_text("[mypy]\nignore_errors = True\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert codes(programs.findings([WRONG])) == {WRONG: ["assignment"]}


def test_what_is_read_is_read_in_the_box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "outside.py").write_text("secret = 1\n", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    text = "from outside import secret\n"
    assert codes(programs.findings([text])) == {text: ["import-not-found"]}
    assert codes(programs.findings([text], trusted=True)) == {text: ["import-untyped"]}


def test_many_texts_are_checked_some_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "AT_ONCE", 3)
    texts = [f"x{number}: int = ''\n" for number in range(7)]
    assert codes(programs.findings(texts)) == {text: ["assignment"] for text in texts}


def test_a_text_that_mypy_comes_to_no_end_with_costs_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        programs, "IN_THE_BOX", programs.IN_THE_BOX + "from tinyml.check import typechecker\ntypechecker.SECONDS = 3\n"
    )
    found = programs.findings([SOUND, ENDLESS, WRONG, TOO_LARGE])
    assert codes(found) == {SOUND: [], ENDLESS: ["unfinished"], WRONG: ["assignment"], TOO_LARGE: ["unfinished"]}
    assert found[ENDLESS][0].message == "the type checker came to no end in 3 seconds"
    assert found[TOO_LARGE][0].message == "the type checker came to no end in 1 GB of memory"


LOST = """
judged = checked
def checked(texts):
    if "lost" in texts:
        os._exit(1)
    return judged(texts)
"""


def test_a_text_that_ends_the_box_costs_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "IN_THE_BOX", programs.IN_THE_BOX + LOST)
    found = programs.findings([SOUND, "# lost\n", WRONG])
    assert codes(found) == {SOUND: [], "# lost\n": ["unfinished"], WRONG: ["assignment"]}
    assert found["# lost\n"] == (Finding(1, "the type checker came to no end: its process was ended", "unfinished"),)


def test_where_no_box_starts_any_more_texts_are_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(_: Box) -> None:
        raise Stopped

    monkeypatch.setattr(Box, "start", lost)
    assert programs.findings([SOUND]) == {}


def test_nothing_is_left_when_the_grader_is_killed(tmp_path: Path) -> None:
    code = f"from grading.marking import programs; programs.findings([{ENDLESS!r}])"
    with subprocess.Popen([sys.executable, "-c", code], env={"TMPDIR": str(tmp_path)}) as process:
        assert waited_for(lambda: len(children(process.pid)) > 3)  # bubblewrap twice, Python and mypy
        started = children(process.pid)
        process.send_signal(signal.SIGKILL)
    assert waited_for(lambda: not any(map(alive, started)))
    assert list(tmp_path.iterdir()) == []
