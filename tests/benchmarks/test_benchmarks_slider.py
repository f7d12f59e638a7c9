"""The contenders of slider to paint: what their cells show, what ran beside them.  No browser starts."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from types import SimpleNamespace
from typing import Any

import pytest

from benchmarks import contender, slider, slider_lab
from benchmarks.race import ROOT, Process
from benchmarks.statistics import Sample
from benchmarks.waits import table
from tinyml.widgets import TrainingExplorer

LOSSES = TrainingExplorer().trajectory().losses[0]


def test_the_cell_with_an_svg_shows_the_loss_at_the_slider() -> None:
    names: dict[str, Any] = {}
    exec(slider_lab.SVG, names)
    for step in (80, 81, 0):
        names["slider"].value = step
        markup = names["picture"].value
        assert f"<p>loss {LOSSES[step]:.6f}</p>" in markup
        assert f'<circle cx="{2 * step}" cy="{200 - 100 * LOSSES[step]:.2f}"' in markup
        assert markup.count(",") == len(LOSSES)
    assert (names["slider"].min, names["slider"].max) == (0, 200)


def test_all_kernels_draw_the_losses_of_the_widget() -> None:
    names: dict[str, Any] = {}
    exec(slider_lab.LOSSES, names)
    assert names["losses"].tolist() == LOSSES.tolist()
    assert slider_lab.LOSSES in slider_lab.SVG
    assert slider_lab.LOSSES in slider_lab.INTERACT


def test_the_loss_is_found_in_the_words_of_each_page() -> None:
    for words in ("After 81 steps at rate 1 the loss is 0.009455; it started at 1.6", "loss 0.009455"):
        found = slider.Slider.pattern.search(words)
        assert found is not None
        assert found[1] == "0.009455"


@pytest.mark.parametrize("slower", [1, 6])
def test_a_row_starts_contenders_that_there_are_at_the_speed_that_it_names(slower: int) -> None:
    row = table.slider(slower)
    assert ("slower" in row.name) is (slower == 6)
    there = {"benchmarks.slider": {"page", "frame"}, "benchmarks.slider_lab": set(slider_lab.KINDS)}
    asked = [command[2:] for command in row.contenders.values()]
    assert {(module, kind) for module, kind, _ in asked} == {(name, kind) for name in there for kind in there[name]}
    assert {speed for *_, speed in asked} == {str(slower)}


def test_the_page_is_slow_only_while_it_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[object] = []

    def move(_: slider.Frame, key: str) -> float:
        done.append(key)
        return 0.001

    made = slider.Frame.__new__(slider.Frame)
    made.slower, made.right = 6.0, False
    made.session = SimpleNamespace(send=lambda name, about: done.append((name, about)))  # type: ignore[assignment]
    monkeypatch.setattr(slider.Frame, "move", move)
    slow, fast = (("Emulation.setCPUThrottlingRate", {"rate": rate}) for rate in (6.0, 1))
    assert made.go() == [0.001] * slider.MOVES
    assert done == [slow, *["ArrowRight"] * slider.MOVES, fast]
    monkeypatch.setattr(slider.Frame, "move", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        made.go()
    assert done[-2:] == [slow, fast]


def test_the_processes_of_a_contender_are_those_that_it_started_and_all_that_these_started() -> None:
    start = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'print(1, flush=True); input()'])"
    with subprocess.Popen([sys.executable, "-c", start], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        found = contender.started_by(os.getpid())
        assert {os.getpid(), process.pid} < set(found)
        assert len(contender.started_by(process.pid)) == 2
        process.communicate(b"\n")


def test_a_process_has_run_for_as_long_as_its_threads_those_that_have_ended_too() -> None:
    before, spent = contender.ran([os.getpid()]), list[float]()

    def work() -> None:
        sum(range(10**6))
        spent.append(time.thread_time())

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert contender.ran([os.getpid()]) - before >= spent[0] > 0
    assert contender.ran([2**22 + 1]) == 0.0


@pytest.mark.parametrize(
    ("ran", "stolen", "beside"), [(0, 0, 0), (0.1, 0, 0.05), (0, 1, 0.5), (0.5, 0.1, 0.3), (-1, 0, 0)]
)
def test_what_others_ran_or_were_given_by_the_host_was_beside(
    ran: float, stolen: float, beside: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a second of two processors; there is less than before when another has ended, and nobody waited for it."""
    times, runs, theirs = iter([100.0, 101.0]), iter([10.0, 10.0 + ran]), iter([5.0, 5.0 + stolen])
    monkeypatch.setattr(contender, "time", SimpleNamespace(perf_counter=lambda: next(times)))
    monkeypatch.setattr(contender, "ran", lambda others: next(runs) if os.getpid() not in others else 0.0)
    monkeypatch.setattr(contender, "stolen", lambda: next(theirs))
    monkeypatch.setattr(contender, "adopt_orphans", lambda: None)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    assert contender.Others().share() == pytest.approx(beside)


# Starts a process, or one whose parent ends first, and says whether it is one of the others while it is there.
STARTED = """
import os, subprocess, sys
from benchmarks import contender

WAIT = "import os; print(os.getpid(), flush=True); input()"
LEAVE = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', sys.argv[1]])"
contender.Others()
command = [sys.executable, "-c", WAIT] if sys.argv[1] == "child" else [sys.executable, "-c", LEAVE, WAIT]
with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
    started = int(process.stdout.readline())
    if sys.argv[1] == "orphan":
        os.waitpid(process.pid, 0)
    print(*(other in contender.others() for other in (os.getpid(), started, os.getppid())))
    process.stdin.close()
"""


@pytest.mark.parametrize("kind", ["child", "orphan"])
def test_what_a_contender_has_started_is_none_of_the_others(kind: str) -> None:
    found = subprocess.run([sys.executable, "-c", STARTED, kind], capture_output=True, text=True, check=True, cwd=ROOT)
    assert found.stdout.split() == ["False", "False", "True"]


SEVERAL = """
import time
from benchmarks.contender import Contender, serve

class Several(Contender):
    several = True
    def check(self): return 1
    def go(self):
        time.sleep(0.3)
        return [0.3]

serve(Several())
"""


def test_a_round_beside_which_all_processors_are_busy_is_not_clean() -> None:
    process = Process("ours", [sys.executable, "-c", SEVERAL])
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(os.cpu_count() or 1)]
    try:
        found = process.ask("go")
        assert not Sample(tuple(found["seconds"]), 0.0, found["beside"]).clean
        assert found["beside"] > 0.3
    finally:
        for each in busy:
            each.kill()
            each.wait()
        process.end()
