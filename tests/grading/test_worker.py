"""A worker, its forks and what is done with one file: right verdicts, whatever is killed and whatever stays silent."""

from __future__ import annotations

import os
import select
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import pytest
from processes import alive, children, waited_for

from grading.marking import file
from grading.marking import worker as module
from grading.marking.file import Job
from grading.marking.fork import Budget, in_a_fork
from grading.marking.fork import module as command
from grading.marking.record import ENDED_TWICE, Verdict
from grading.marking.worker import Pool, Worker
from tinyml import check

FULL = {"square": 2.0, "shift": 3.0, "guess": 1.0, "guess-why": 0.0}
SLOW = "import time\ntime.sleep(5)\n@arrow(float, float)\ndef shift(x): return x + 1"
PATIENT = "from grading.marking import checker, worker; checker.SECONDS = 100; worker.main()"
"""A worker whose cells have time enough for the test to find them running, on a machine that is busy."""
pytestmark = [
    pytest.mark.usefixtures("bubblewrap"),
    pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning"),
]
HandIn = Callable[..., bytes]


@pytest.fixture
def job(master_path: Path, hand_in: HandIn) -> Callable[..., Job]:
    """Return job(square="…"): a job whose answers are right but for these."""
    return lambda **answers: Job(hand_in(**answers), master_path.read_bytes())


@pytest.fixture
def worker() -> Iterator[Worker]:
    one = Worker()
    yield one
    one.stop()


@pytest.fixture
def patient(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> Worker:
    start = {**command("worker"), "args": [sys.executable, "-P", "-c", PATIENT]}
    monkeypatch.setattr(module, "module", lambda _: start)
    return worker


def points(found: tuple[Verdict, ...]) -> dict[str, float]:
    return {verdict.question: verdict.points for verdict in found}


def statuses(found: tuple[Verdict, ...]) -> set[str]:
    return {verdict.status for verdict in found}


def test_one_worker_grades_one_file_after_another(worker: Worker, job: Callable[..., Job]) -> None:
    assert points(worker.grade(job())) == FULL
    process = worker.process
    assert points(worker.grade(job(guess="guess = 41"))) == {**FULL, "guess": 0}
    assert worker.process is process
    worker.stop()
    assert points(worker.grade(job())) == FULL
    assert worker.process is not process


def test_what_cannot_be_read_has_a_verdict_for_each_question(worker: Worker, master_path: Path) -> None:
    master = master_path.read_bytes()
    for bad, reason in ((Job(b"{", master), "not JSON"), (Job(b"", master, "it is a link"), "it is a link")):
        found = worker.grade(bad)
        assert points(found) == dict.fromkeys(FULL, 0.0)
        assert statuses(found) == {"unreadable"}
        assert all(reason in verdict.reason for verdict in found)
    assert points(worker.grade(Job(b"{", master, only=frozenset({"guess"})))) == {"guess": 0}


class Killer:
    """Ends processes under a worker, as often as told, each time that a fork of it has a box."""

    def __init__(self, worker: Worker, times: int, victim: Callable[[int], int]) -> None:
        self.worker, self.times, self.victim = worker, times, victim
        self.seen: list[int] = []
        self.thread = threading.Thread(target=self.run)

    def run(self) -> None:
        for _ in range(self.times):
            assert waited_for(self.busy)
            number = self.worker.process.pid if self.worker.process else 0
            time.sleep(0.2)
            self.seen = [number, *children(number)]
            os.kill(self.victim(number), signal.SIGKILL)
            assert waited_for(lambda number=number: not alive(number) or len(children(number)) == 0)  # type: ignore[misc]

    def busy(self) -> bool:
        process = self.worker.process
        return process is not None and alive(process.pid) and len(children(process.pid)) > 2

    def __enter__(self) -> Killer:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.thread.join()


def itself(number: int) -> int:
    return number


def beside_a_stopped_fork(number: int) -> int:
    os.kill(children(number)[0], signal.SIGSTOP)  # it cannot notice by itself that nobody listens
    return number


@pytest.mark.parametrize("victim", [itself, beside_a_stopped_fork])
def test_a_killed_worker_loses_nothing_and_leaves_nothing(
    patient: Worker, job: Callable[..., Job], victim: Callable[[int], int]
) -> None:
    with Killer(patient, 1, victim) as killer:
        found = patient.grade(job(shift=SLOW))
    assert points(found) == FULL
    assert len(killer.seen) > 2
    assert waited_for(lambda: not any(map(alive, killer.seen)))


def test_a_worker_that_is_killed_again_and_again_says_so(patient: Worker, job: Callable[..., Job]) -> None:
    with Killer(patient, 2, itself):
        found = patient.grade(job(shift=SLOW))
    assert points(found) == dict.fromkeys(FULL, 0.0)
    assert statuses(found) == {"needs review"}
    assert found[0].reason == ENDED_TWICE


def test_a_killed_fork_costs_the_question_that_it_was_at(patient: Worker, job: Callable[..., Job]) -> None:
    with Killer(patient, 1, lambda number: children(number)[0]) as killer:
        found = patient.grade(job(square=f"{SLOW}\ndef square(x): return x * x"))
    assert points(found) == {**FULL, "square": 0}, found
    assert found[0].status == "stopped"
    assert "was ended" in found[0].reason
    assert waited_for(lambda: not any(map(alive, killer.seen[1:])))


def test_a_killed_box_costs_a_question_and_no_more(patient: Worker, job: Callable[..., Job]) -> None:
    with Killer(patient, 1, lambda number: children(number)[-1]):
        found = patient.grade(job(square=f"{SLOW}\ndef square(x): return x * x"))
    assert {**points(found), "square": 2} == FULL, found  # a cell that the master gives is tried again


def with_cells(path: Path, sources: Mapping[str, str]) -> bytes:
    """Return a master in which some cells are others."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        cell.source = sources.get(cell.id, cell.source)
    text: str = nbformat.writes(notebook)
    return text.encode()


DEAF = """import signal, time
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGPROF])
with check.question("guess", points=1, reread="") as ask:
    time.sleep(600)
"""


def test_a_check_that_nothing_reaches_costs_its_own_question(
    master_path: Path, hand_in: HandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file, "SILENCE", -16.8)  # of 4 questions: 4.8 seconds for the first
    master = with_cells(master_path, {"guess-check": DEAF, "shift-check": "import os\nos._exit(0)"})
    found = file.grade(Job(hand_in(), master))
    assert points(found) == {**FULL, "guess": 0, "shift": 0}
    assert [verdict.status for verdict in found] == ["graded", "stopped", "stopped", "graded"]


def test_a_file_that_takes_too_long_in_all_keeps_what_it_has_and_its_texts(
    master_path: Path, hand_in: HandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file, "LEAST_WHOLE", 8.0)
    monkeypatch.setattr(file, "WHOLE", 0.0)
    slow = "import time\n@arrow(float, float)\ndef shift(x):\n    time.sleep(600)"
    found = file.grade(Job(hand_in(shift=slow, guess_why="Why."), master_path.read_bytes(), seconds=600))
    assert points(found) == {**FULL, "shift": 0, "guess": 0}
    assert [verdict.status for verdict in found] == ["graded", "stopped", "stopped", "needs review"]
    assert {verdict.reason for verdict in found[1:3]} == {
        "its file was stopped: all its cells and checks take more than 8 seconds"
    }
    assert found[3].reason == "to be marked by hand"


def test_a_file_has_no_more_time_to_say_why_than_to_get_points(
    master_path: Path, hand_in: HandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = Job(hand_in(guess="guess = 1"), master_path.read_bytes())
    first = file.graded(job, Budget())
    assert file.graded(replace(job, only=frozenset({"guess"})), Budget(0.0), visible=True) == (
        replace(
            first[2],
            status="stopped",
            reason="its file was stopped: all its cells and checks take more than 60 seconds",
        ),
    )


def test_the_time_of_a_file_grows_with_the_time_of_a_cell() -> None:
    assert file.whole(Job(b"", b"")) == 60
    assert file.whole(Job(b"", b"", seconds=10)) == 200


@pytest.mark.parametrize("fault", ["1 / 0", "def", "raise EOFError", "raise BrokenPipeError"])
def test_a_faulty_master_is_for_a_person_to_look_at(
    worker: Worker, master_path: Path, hand_in: HandIn, fault: str
) -> None:
    found = worker.grade(Job(hand_in(), with_cells(master_path, {"set-up": fault})))
    assert points(found) == dict.fromkeys(FULL, 0.0)
    assert statuses(found) == {"needs review"}
    assert "grading it failed" in found[0].reason


def test_a_fork_gives_what_it_gave_before_it_ended() -> None:
    def values() -> Iterator[Any]:
        yield 1
        yield "two" * 100_000
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        yield 3

    here = os.getpid()
    assert in_a_fork(values, 10) == [1, "two" * 100_000]


def test_a_fork_gives_what_it_gave_before_it_was_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    def values() -> Iterator[Any]:
        yield from range(10)
        time.sleep(600)

    def late(*arguments: Any) -> Any:
        time.sleep(0.05)  # so that all values wait together
        return on_time(*arguments)

    on_time = select.select
    monkeypatch.setattr(select, "select", late)
    assert in_a_fork(values, 2) == list(range(10))


def test_a_fork_that_computes_for_too_long_is_ended() -> None:
    def values() -> Iterator[Any]:
        yield 1
        while True:
            pass

    assert in_a_fork(values, 3) == [1]


def test_forks_have_a_budget_together() -> None:
    def values() -> Iterator[Any]:
        yield 1
        time.sleep(600)

    budget = Budget(3)
    assert in_a_fork(values, 600, budget) == [1]
    assert budget.left <= 0
    assert in_a_fork(values, 600, budget) == []


def test_an_error_in_a_fork_stays_in_it() -> None:
    def values() -> Iterator[Any]:
        yield 1
        raise SystemExit

    assert in_a_fork(values, 10) == [1]


def test_a_fork_has_a_limit_of_memory() -> None:
    def values() -> Iterator[Any]:
        yield 1
        yield len(bytes(2**32))

    assert in_a_fork(values, 10) == [1]


def test_a_pool_gives_every_job_to_one_worker_and_ends_them() -> None:
    pids: list[int] = []

    def busy(worker: Worker, value: int) -> int:
        pids.append(worker._running().pid)
        return value

    with Pool(2) as pool:
        futures = [pool.submit(busy, value) for value in range(8)]
        assert [future.result() for future in futures] == list(range(8))
        assert 1 <= len(set(pids)) <= 2
    assert waited_for(lambda: not any(map(alive, pids)))


def test_what_hidden_tests_give_reaches_no_reason(worker: Worker, job: Callable[..., Job]) -> None:
    """An answer leaves what it was called with for the next question, which tells all of it in an error."""
    spy = "seen = []\ndef square(x):\n    seen.append(x)\n    return x * x"
    tell = "@arrow(float, float)\ndef shift(x: float) -> float:\n    raise ValueError(seen)"
    found = {verdict.question: verdict for verdict in worker.grade(job(square=spy, shift=tell))}
    assert found["square"].points == 2
    assert found["shift"].points == 0
    assert "raised    ValueError: []" in found["shift"].reason


def test_an_answer_that_fails_on_hidden_inputs_alone_is_told_no_more(worker: Worker, job: Callable[..., Job]) -> None:
    fitted = "def square(x):\n    if x in (3,): return x * x\n    raise ValueError(f'secret {x}')"
    found, *_ = worker.grade(job(square=fitted))
    assert (found.points, found.reason) == (0, check.HIDDEN)
