"""tools/faults.py: a fault is caught when its test fails, and a run that came to a limit says so and no more."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from faults import ROOT, Copies, Fault, Limits, Run, complaint, outcome, read_faults, run, unplanted, without_any_fault
from processes import living, waited_for

SOUND = "def double(x):\n    return 2 * x\n"
TESTS = """
import subprocess, sys, time
from doubling import double

def test_of_two():
    assert double(2) == 4

def test_of_three():
    assert double(3) == 6

def test_that_never_ends():
    while double(1) == 2: pass

def test_that_waits():
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)", sys.argv[0] + "MARK"])
    time.sleep(600)

def test_that_leaves_a_process():
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)", "MARK"])
"""
TWO, THREE = "test_doubling.py::test_of_two", "test_doubling.py::test_of_three"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    (tmp_path / "doubling.py").write_text(SOUND, encoding="utf-8")
    (tmp_path / "test_doubling.py").write_text(TESTS.replace("MARK", mark(tmp_path)), encoding="utf-8")
    return tmp_path


def mark(folder: Path) -> str:
    return f"left-in-{folder}"


def fault(new: str, *tests: str, old: str = "2 * x") -> Fault:
    return Fault("a planted fault", "doubling.py", old, new, tests)


def test_a_fault_that_every_named_test_notices_is_caught_and_taken_out_again(copy: Path) -> None:
    assert outcome(copy, fault("3 * x", TWO, THREE)) == ""
    assert (copy / "doubling.py").read_text(encoding="utf-8") == SOUND


def test_a_fault_that_one_named_test_does_not_notice_is_missed(copy: Path) -> None:
    for tests in ((TWO,), (THREE, TWO)):
        assert outcome(copy, fault("x + 2", *tests)).startswith(f"{TWO} does not catch it (pytest ended with 0)\n")
    assert "does not catch it (pytest ended with 4)" in outcome(copy, fault("3 * x", "test_doubling.py::test_gone"))


@pytest.mark.parametrize(("old", "times"), [("3 * x", 0), ("x", 2)])
def test_a_fault_whose_text_is_not_there_once_is_not_planted(copy: Path, old: str, times: int) -> None:
    assert outcome(copy, fault("y", TWO, old=old)) == f"the text to replace is in doubling.py {times} times, not once"


def test_a_run_that_computes_for_ever_says_that_it_came_to_a_limit(copy: Path) -> None:
    never = "test_doubling.py::test_that_never_ends"
    done = run(copy, (never,), Limits(processor=1))
    assert (done.ended, done.limit) == (-signal.SIGXCPU, "1 s of processor time")
    told = complaint(never, done)
    assert told.startswith(f"{never} came to a limit, 1 s of processor time, so nobody knows whether it catches it\n")
    assert without_any_fault(done).endswith("the tests without any fault came to a limit, 1 s of processor time")


def test_a_run_that_waits_for_ever_is_ended_with_all_that_it_started(copy: Path) -> None:
    done = run(copy, ("test_doubling.py::test_that_waits",), Limits(clock=5))
    assert done.limit == "5 s by the clock"
    assert waited_for(lambda: not living(mark(copy)))


def test_a_run_that_ends_leaves_no_process(copy: Path) -> None:
    assert run(copy, ("test_doubling.py::test_that_leaves_a_process",)).ended == 0
    assert waited_for(lambda: not living(mark(copy)))


@pytest.mark.parametrize(
    ("done", "told"),
    [
        (Run(0, "2 passed"), ""),
        (Run(1, "1 failed"), "1 failed\nthe tests fail without any fault"),
        (Run(-9, "", "9 s by the clock"), "\nthe tests without any fault came to a limit, 9 s by the clock"),
    ],
)
def test_without_a_fault_all_tests_pass(done: Run, told: str) -> None:
    assert without_any_fault(done) == told


def test_every_fault_of_the_book_can_be_planted_and_no_law_is_without_one() -> None:
    assert unplanted(ROOT, read_faults(ROOT)) == []


def test_what_cannot_be_planted_and_what_has_no_fault_is_told(tmp_path: Path) -> None:
    (tmp_path / "doubling.py").write_text(SOUND, encoding="utf-8")
    folder = tmp_path / "tests" / "package"
    folder.mkdir(parents=True)
    (folder / "test_doubling.py").write_text("@given(numbers)\ndef test_a_law(x): ...\n\ndef test_of_two(): ...\n")
    law, of_two, gone = (f"tests/package/test_doubling.py::test_{name}" for name in ("a_law", "of_two", "gone"))
    assert unplanted(tmp_path, [fault("3 * x", law), fault("x", of_two)]) == []
    assert unplanted(tmp_path, [fault("3 * x", of_two)]) == [f"no fault is planted for {law}"]
    assert unplanted(tmp_path, [fault("3 * x", law, gone)]) == [f"there is no {gone}"]
    assert unplanted(tmp_path, [fault("3 * x", law, old="3 * x")]) == [
        "a planted fault: the text to replace is in doubling.py 0 times, not once"
    ]


def test_each_copy_is_for_one_run_at_a_time(tmp_path: Path) -> None:
    for part in ("tinyml", "tests", "tools"):
        (tmp_path / "root" / part).mkdir(parents=True)
    (tmp_path / "root" / "pyproject.toml").touch()

    def alone(folder: Path, value: int) -> int:
        (folder / "taken").touch(exist_ok=False)
        (folder / "taken").unlink()
        return value

    assert list(Copies(tmp_path / "root", tmp_path).map(alone, range(50))) == list(range(50))
