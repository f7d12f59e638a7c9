"""grading.marking.file: a fork changes no verdict; what each step gives in one, it gives in this process."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grading.marking import file
from grading.marking.file import LOST, Job

HandIn = Callable[..., bytes]
pytestmark = [
    pytest.mark.usefixtures("bubblewrap"),
    pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning"),
]
SHOWN_ONE = "def square(x):\n    return 9"
"""What the notebook's test accepts and a hidden one does not, so that the reason is asked of a second box."""


@pytest.fixture
def twice(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Job], Any], Job], Any]:
    """Return twice(step, job): what a step gives in forks, which is what it gives without them."""

    def ask(step: Callable[[Job], Any], job: Job) -> Any:
        in_forks = step(job)
        with monkeypatch.context() as here:
            here.setattr(file, "in_a_fork", lambda values, most, budget=None: list(values()))
            assert step(job) == in_forks
        return in_forks

    return ask


@pytest.mark.parametrize(
    ("answers", "points", "words"),
    [
        ({}, 6.0, ""),
        ({"square": SHOWN_ONE}, 4.0, "hidden ones"),
        ({"guess": "guess = 41", "guess_why": ""}, 5.0, "no answer"),
    ],
    ids=["right", "fitted to the test that is shown", "wrong"],
)
def test_a_file_gets_the_same_verdicts(
    twice: Any, master_path: Path, hand_in: HandIn, answers: dict[str, str], points: float, words: str
) -> None:
    found = twice(file.grade, Job(hand_in(**answers), master_path.read_bytes()))
    assert sum(one.points for one in found) == points
    assert words in " ".join(one.reason for one in found if not one.points)


def test_a_file_that_cannot_be_read_says_so_to_each_step(twice: Any, master_path: Path, hand_in: HandIn) -> None:
    master = master_path.read_bytes()
    for job in (Job(b"{", master), Job(hand_in(), master, unreadable="it is too large")):
        assert {one.status for one in twice(file.grade, job)} == {"unreadable"}
        assert twice(file.programs_in, job) == {}
        rebuilt, reason = twice(file.rebuilt_in, job)
        assert (rebuilt.pieces, bool(reason)) == ((), True)


def test_answers_are_found_and_a_faulty_master_costs_them_all(twice: Any, master_path: Path, hand_in: HandIn) -> None:
    master = master_path.read_bytes()
    rebuilt, reason = twice(file.rebuilt_in, Job(hand_in(), master))
    assert "guess = 40 + 2" in [piece.source for piece in rebuilt.pieces]
    assert reason == ""
    assert twice(file.programs_in, Job(hand_in(), master)) == {}
    assert file.rebuilt_in(Job(hand_in(), b"no master")) == LOST
