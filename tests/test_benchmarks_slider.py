"""The contenders of slider to paint: what their cells show, what counts as their waiting.  No browser starts."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from benchmarks import contender, slider, slider_lab
from benchmarks.contender import Contender, timed
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


def test_the_page_is_slowed_down(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[str, dict[str, float]]] = []
    session = SimpleNamespace(send=lambda name, about: sent.append((name, about)))
    page = SimpleNamespace(context=SimpleNamespace(new_cdp_session=lambda _: session))
    monkeypatch.setattr(slider.Slider, "__init__", lambda self, slower: setattr(self, "slower", float(slower)))
    made = slider.Frame("6")
    made.page = page  # type: ignore[assignment]
    made.slow_down()
    assert sent == [("Emulation.setCPUThrottlingRate", {"rate": 6.0})]


def test_the_processes_of_a_contender_are_those_that_it_started_and_all_that_these_started() -> None:
    start = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'print(1, flush=True); input()'])"
    with subprocess.Popen([sys.executable, "-c", start], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        found = slider.started_by(os.getpid())
        assert {os.getpid(), process.pid} < set(found)
        assert any(re.search("input", slider.command_of(own)) for own in slider.started_by(process.pid)[1:])
        process.communicate(b"\n")


class Several(Contender):
    """Two processes, 1 and 2, of which the first says that it has waited for 90 % of its time."""

    waits = 0

    def check(self) -> None:
        """Nothing to compare."""

    def go(self) -> list[float]:
        self.waits += 10**12
        return [1.0]

    def waiting(self) -> dict[int, int]:
        return {1: self.waits}

    def family(self) -> set[int]:
        return {1, 2}


@pytest.mark.parametrize(("others", "clean"), [(0, True), (10**13, False)])
def test_what_the_parts_of_a_contender_wait_for_each_other_is_its_own_time(
    others: int, clean: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = iter([{11: (1, 0), 33: (3, 0)}, {11: (1, 10**15), 22: (2, 10**15), 33: (3, others)}])
    monkeypatch.setattr(contender, "threads", lambda: next(ran))
    assert (timed(Several())["waited"] < 0.03) is clean


def test_the_threads_of_this_machine_are_seen_with_their_processes() -> None:
    before = contender.threads()
    sum(range(10**6))
    process, ran = contender.threads()[os.getpid()]
    assert process == os.getpid()
    assert ran > before[os.getpid()][1]
