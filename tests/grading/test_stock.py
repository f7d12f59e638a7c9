"""The container of the bench's stock graders: what is a_try in it is seen, reaches a neighbour, and never this machine.

The graders here are short programs; the last test runs nbgrader itself on one file.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from processes import PATIENCE

from benchmarks.stock import container, graders, run
from benchmarks.stock.container import Plan, Step

PYTHON = os.path.realpath(sys.executable)
MARKS = """
import json, os
for who in ("a-first", "m-x", "z-last"):
    os.makedirs(f"results/{who}", exist_ok=True)
    json.dump({"tests": [{"name": "shares", "score": 2.0}]}, open(f"results/{who}/results.json", "w"))
"""
Try = Callable[..., dict[str, Any]]


@pytest.fixture
def a_try(tmp_path: Path, bubblewrap: str) -> Try:
    """Return a_try(code, …): what is seen when this runs as a grader, the second only when the first hangs."""

    def run_it(*codes: str, first: float = PATIENCE, **changes: Any) -> dict[str, Any]:
        (tmp_path / "class").mkdir()
        (tmp_path / "class" / "neighbour").write_text("right answers")
        course, given = tmp_path / "course", tmp_path / "class"
        plan = Plan(
            folder=tmp_path,
            copies=[(graders.GIVEN, given), (graders.GIVEN, course)],
            steps=[
                Step([PYTHON, "-I", "-c", code], course, seconds)
                for code, seconds in zip(codes, (first, PATIENCE), strict=False)
            ],
            marks="otter",
            shown={given: graders.GIVEN},
            path=[],
            canaries=[given / "neighbour"],
        )
        return container.run(replace(plan, **changes))

    return run_it


def test_an_honest_grader_leaves_its_marks_and_nothing_else(a_try: Try) -> None:
    seen = a_try(f"{MARKS}open('mine', 'w').write('x')", "raise SystemExit('it is not needed')")
    assert [step["status"] for step in seen["steps"]] == [0]
    assert seen["marks"] == {who: {"shares": 2.0} for who in ("a-first", "m-x", "z-last")}
    assert (seen["files"], seen["harmed"], seen["met"], seen["steps"][0]["left"]) == ([], [], [], [])


def test_files_elsewhere_and_harm_to_a_neighbour_are_seen(a_try: Try, tmp_path: Path) -> None:
    seen = a_try(f"open('/tmp/stray', 'w'); open({str(tmp_path / 'class' / 'neighbour')!r}, 'w').write('wrong')")
    assert seen["files"] == ["/tmp/stray"]
    assert seen["harmed"] == [str(tmp_path / "class" / "neighbour")]
    assert not Path("/tmp/stray").exists()
    assert (tmp_path / "class" / "neighbour").read_text() == "right answers"


def test_processes_that_stay_are_seen_and_ended(a_try: Try) -> None:
    seen = a_try("import os, time\nif os.fork() == 0:\n    os.setsid()\n    time.sleep(1000)")
    assert seen["steps"][0]["status"] == 0
    assert len(seen["steps"][0]["left"]) == 1


def test_connections_are_seen(a_try: Try) -> None:
    addresses = f"(socket.AF_INET, ('127.0.0.1', {container.PORT})), (socket.AF_UNIX, '\\0corpus-{container.PORT}')"
    seen = a_try(f"import socket\nfor family, place in ({addresses}):\n    socket.socket(family).connect(place)")
    assert sorted(seen["met"]) == ["AF_INET", "AF_UNIX"]


def test_a_grader_that_hangs_is_ended_and_its_neighbour_graded(a_try: Try) -> None:
    forking = "import os\nfor _ in range(3):\n    os.fork()\nwhile True: pass"
    seen = a_try(forking, MARKS, first=2)
    assert [step["status"] for step in seen["steps"]] == [None, 0]
    assert seen["steps"][1]["left"] == []
    assert "z-last" in seen["marks"]


def test_a_submission_that_kills_everything_kills_the_grader_and_not_the_watch(a_try: Try) -> None:
    kernel = "import os, signal, time\ntime.sleep(0.1)\nos.kill(-1, signal.SIGKILL)"
    seen = a_try(f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {kernel!r}])\n{MARKS}")
    assert seen["steps"][0]["status"] == -9
    assert seen["marks"] == {}


@pytest.mark.parametrize(
    "code",
    [
        "[open(f'{place}/stray', 'w') for place in ('/', '/usr', '/etc', '/package')]",
        "import socket; socket.create_connection(('192.0.2.1', 80), timeout=1)",
        "x = bytearray(2 ** 33)",
        "import os; [os.fork() for _ in range(40)]",
        "open('large', 'wb').truncate(2 ** 28 + 1)",
        "open('/proc/1/mem', 'r+b')" if os.geteuid() == 0 else "open('/root/x', 'w')",
    ],
)
def test_the_walls_hold(a_try: Try, code: str) -> None:
    caught = f"import os\nme = os.getpid()\ntry:\n    {code}\nexcept (OSError, MemoryError):\n    os._exit(7)\n"
    seen = a_try(f"{caught}os._exit(0 if os.getpid() == me else 7)")
    assert seen["steps"][0]["status"] == 7
    assert seen["files"] == []


def test_a_container_that_says_nothing_is_an_error(a_try: Try) -> None:
    with pytest.raises(container.ContainerError, match="No such file"):
        a_try("pass", shown={Path("/not/there"): Path("/shown")})


def test_nbgrader_is_graded_with_a_link_to_a_neighbour(tmp_path: Path, bubblewrap: str) -> None:
    grader: graders.Grader = graders.stock(tmp_path)["nbgrader"]()
    graders.set_up(grader, run.paper.written(run.paper.master()), run.SOLUTIONS.notebook, tmp_path)
    entry = next(entry for entry in run.ENTRIES if entry.name == "link")
    found = run.outcome(grader, entry, PATIENCE)
    assert not found.hung, found.told
    assert found.neighbours_lost == 0, found.told
    assert found.gained  # the link was followed, which an honest marker would not do
    assert found.got == {**run.FULL}


def test_ours_is_right_about_files_that_others_are_not(bubblewrap: str) -> None:
    names: Sequence[str] = ("solutions", "link", "kills-everything")
    entries = [entry for entry in run.ENTRIES if entry.name in names]
    found = run.ours(entries)
    assert [one.name for one in found if not one.right] == []
    assert not any(one.files or one.processes or one.connections or one.hung for one in found)
