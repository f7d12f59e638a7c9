"""grading.box.process: a spare is a box like any other, knows nothing of the one beside it, and ends with it."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from processes import PATIENCE, alive, children, waited_for

from grading.box import process
from grading.box.box import Box
from grading.box.clock import innermost
from grading.box.proxies import Stopped
from grading.intake.master import Master
from grading.intake.rebuild import Piece, Rebuilt
from grading.marking.checker import verdicts
from grading.marking.fork import in_a_fork
from grading.marking.session import Session

GIVEN = ("given = [*globals().get('given', []), 'ran']", "<cell 1>")
LEAVES_TRACES = """
import builtins, os, sys
given.append("changed")
builtins.left = sys.left = os.environ["LEFT"] = "here"
open("/tmp/left", "w").close()
if os.fork() == 0:
    import time
    time.sleep(1000)
"""
FINDS_TRACES = """
import builtins, os, sys
found = [given, hasattr(builtins, "left"), hasattr(sys, "left"), "LEFT" in os.environ, os.listdir("/tmp")]
others = sorted(int(name) for name in os.listdir("/proc") if name.isdigit())
user = os.getuid()
"""
ENDS = {
    "os._exit(0)": "ended Python",
    "os.kill(os.getpid(), 9)": "ended Python",
    "while True: pass": "takes too long",
    "for one in gc.get_objects():\n    if isinstance(one, io.BufferedWriter): one.write(bytes(9)), one.flush()": "read",
}


@pytest.fixture(params=["boxed", "trusted"])
def trusted(request: pytest.FixtureRequest, bubblewrap: str) -> bool:
    return bool(request.param == "trusted")


@pytest.fixture
def box(trusted: bool) -> Iterator[Box]:
    """Yield a box with a spare beside it, in which the first cell runs."""
    with Box(trusted=trusted) as one:
        one.start([GIVEN])
        yield one


def spare_of(box: Box) -> process.Started:
    assert box.spare is not None
    return box.spare.process


def family(running: process.Started) -> list[int]:
    """Return a process and all that it has started, as soon as Python is one of them."""
    assert waited_for(lambda: b"inside.py" in Path(f"/proc/{innermost(running.pid)}/cmdline").read_bytes())
    return [running.pid, *children(running.pid)]


def gone(numbers: list[int]) -> bool:
    return waited_for(lambda: not any(map(alive, numbers)))


def test_a_spare_takes_the_place_of_the_box_and_has_run_the_first_cell_once(box: Box) -> None:
    first, spare = box.process, spare_of(box)
    box.run(*GIVEN)
    box.start([GIVEN])
    assert box.process is spare is not first
    assert box.watch is not None
    assert (box.watch.process, box.python) == (spare.pid, innermost(spare.pid))
    box.run(*GIVEN)
    assert box.get("given") == ["ran"]
    box.run(*GIVEN)
    assert box.get("given") == ["ran", "ran"]
    box.start()
    assert box.spare is None
    box.run(*GIVEN)
    assert box.get("given") == ["ran"]


@pytest.mark.parametrize("trusted", [False])
def test_nothing_of_a_box_is_seen_in_the_spare_beside_it(box: Box) -> None:
    family(spare_of(box))
    box.run(*GIVEN)
    box.run(FINDS_TRACES, "<cell 2>")
    alone, user = (box.get("found"), box.get("others")), box.get("user")
    box.run(LEAVES_TRACES, "<cell 3>")
    box.run(FINDS_TRACES, "<cell 4>")
    assert box.get("found") == [["ran", "changed"], True, True, True, ["left"]]
    assert len(box.get("others")) == len(alone[1]) + 1
    box.start()
    box.run(*GIVEN)
    box.run(FINDS_TRACES, "<cell 2>")
    assert (box.get("found"), box.get("others")) == alone
    assert (box.get("user") != user) == (os.geteuid() == 0), "the processes of a user are limited"


def test_a_spare_is_begun_as_every_box_is(box: Box) -> None:
    assert box.process is not None
    both = [family(box.process)[0], family(spare_of(box))[0]]
    commands = [Path(f"/proc/{number}/cmdline").read_bytes().split(b"\0") for number in both]
    of_box, of_spare = ([part for part in parts if not part.isdigit()] for parts in commands)  # files and users
    assert of_box == of_spare
    assert len(commands[0]) == len(commands[1]) > len(of_box)


@pytest.mark.parametrize("code", ENDS)
def test_whatever_ends_a_box_ends_its_spare(box: Box, code: str) -> None:
    spare = family(spare_of(box))
    box.run("import gc, io, os", "<cell 2>")
    box.allow(0.2 if "while" in code else PATIENCE)
    with pytest.raises(Stopped, match=ENDS[code]):
        box.run(code, "<cell 3>")
    assert (box.process, box.spare) == (None, None)
    assert gone(spare)
    with pytest.raises(Stopped, match="has been ended"):
        box.get("os")


def test_a_spare_ends_when_nobody_needs_the_box_any_more(trusted: bool) -> None:
    with contextlib.suppress(KeyboardInterrupt), Box(trusted=trusted) as box:
        box.start([GIVEN])
        spare = family(spare_of(box))
        raise KeyboardInterrupt
    assert gone(spare)


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_spare_ends_when_whoever_began_it_is_ended(trusted: bool) -> None:
    def began() -> Iterator[tuple[bool, list[int]]]:
        box = Box(trusted=trusted)
        for _ in range(2):
            box.start([GIVEN])
            assert box.process is not None
            yield innermost(os.getpid()) == box.python, [*family(box.process), *family(spare_of(box))]

    found = in_a_fork(began, PATIENCE)
    assert [of_the_box for of_the_box, _ in found] == [True, True], "its time is that of the file, and the spare's not"
    assert gone([number for _, numbers in found for number in numbers])


def test_what_the_first_cell_raises_is_raised_when_it_is_run(box: Box) -> None:
    for cell in (("1 / 0", "<cell 1>"), GIVEN):
        box.start([cell])
    with pytest.raises(ZeroDivisionError):
        box.run("1 / 0", "<cell 1>")
    box.run(*GIVEN)
    assert box.get("given") == ["ran"]


def test_a_spare_that_has_ended_is_not_taken(box: Box) -> None:
    spare = spare_of(box)
    os.killpg(spare.pid, signal.SIGKILL)
    spare.wait()
    box.start()
    assert box.process is not spare
    assert spare.stdin is not None
    assert spare.stdin.closed
    box.run(*GIVEN)
    assert box.get("given") == ["ran"]


def test_a_spare_is_asked_for_nothing_before_what_it_was_sent(box: Box) -> None:
    box.start()
    with pytest.raises(RuntimeError, match=r"\['get'\] is asked of a spare that was sent \['run'\] ahead"):
        box.get("given")
    box.stop()
    with pytest.raises(Stopped, match="has been ended"):
        box.get("given")


MOVES = {
    "ask.elsewhere(1, 99), ask.elsewhere(2, 99)": 3,
    "ask.elsewhere(ask.elsewhere(ask.call('square', 3).result(), 99), 99)": 3,
    "[ask.elsewhere(number, 99) for number in (1, 2)]": 3,
    "ask.that(False, 'no'); ask.elsewhere(1, 99)": 2,
    "ask.hide()": 1,
}
"""What checks do, and how many boxes are begun for it: with spares by their text, and another where it still asks."""


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[process.Started]:
    """Return what fills with the processes that are begun for boxes."""
    found: list[process.Started] = []
    begin = process.begun

    def noted(*arguments: Any, **named: Any) -> process.Started:
        found.append(begin(*arguments, **named))
        return found[-1]

    monkeypatch.setattr(process, "begun", noted)
    return found


@pytest.mark.usefixtures("bubblewrap")
@pytest.mark.parametrize("lines", MOVES)
def test_so_many_spares_are_begun_as_checks_ask_for(
    lines: str, master: Master, rebuilt: Callable[..., Rebuilt], begun: list[process.Started]
) -> None:
    hidden = f"### BEGIN HIDDEN TESTS\n    ask.hide()\n    {lines}\n    ### END HIDDEN TESTS"
    source = f'with check.question("square", points=2, reread="1") as ask:\n    {hidden}\n    pass\nask.points'
    cells = [replace(cell, source=source) if cell.name == "square-check" else cell for cell in master.cells]
    changed = replace(master, cells=tuple(cells))
    found = {one.question: one.points for one in verdicts(changed, rebuilt())}
    assert found == {"square": 0 if "False" in lines else 2, "shift": 3, "guess": 1, "guess-why": 0}
    assert len(begun) == MOVES[lines]
    assert None not in [one.poll() for one in begun]
    begun.clear()
    assert len([*verdicts(changed, rebuilt(), visible=True)]) == len(found)
    assert len(begun) == 1


@pytest.mark.usefixtures("bubblewrap")
def test_an_answer_that_loses_its_boxes_leaves_no_spare(
    master: Master, rebuilt: Callable[..., Rebuilt], begun: list[process.Started]
) -> None:
    source = 'with check.question("square", points=2, reread="1") as ask:\n    ask.elsewhere(ask.call("square", 1), 1)'
    cells = [replace(cell, source=source) if cell.name == "square-check" else cell for cell in master.cells]
    lost = rebuilt(square="import os\nos._exit(0)")
    found = {one.question: one.points for one in verdicts(replace(master, cells=tuple(cells)), lost)}
    assert found == {"square": 0, "shift": 3, "guess": 1, "guess-why": 0}
    assert None not in [one.poll() for one in begun]


@pytest.mark.usefixtures("bubblewrap")
@pytest.mark.parametrize("own", [(), (Piece("mine = 1"),)])
def test_a_spare_runs_what_the_master_gives_and_nothing_of_a_submission(
    own: tuple[Piece, ...], master: Master, rebuilt: Callable[..., Rebuilt], monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[object] = []
    send = process.Spare.send

    def noted(spare: process.Spare, cells: Iterable[process.Cell]) -> None:
        send(spare, known := [*cells])
        sent.append(known)

    monkeypatch.setattr(process.Spare, "send", noted)
    handed_in = rebuilt()
    with Box() as box:
        session = Session(box, replace(handed_in, pieces=own + handed_in.pieces), PATIENCE, moves=1)
        session.prepare(3)
        session.elsewhere(1, 99)
        assert (box.get("doubled")(3.0), session.done) == (6, 3)
    assert sent == [[] if own else [(master.cells[0].released, "<cell 1>")]]
