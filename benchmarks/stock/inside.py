"""Process 1 of a container: runs a stock grader on hostile files, watches what it leaves, and reads the marks.

    a plan, one line of JSON on standard input -> what was seen, one line of JSON on standard output

The grader and the files that it runs have a user of their own, so they reach each other and the neighbours of a
file, and not this process.  Needs nothing but Python.
Checked by tests/grading/test_stock.py, and without a container by tests/benchmarks/test_benchmarks_stock.py.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PLACES = ("/", "/tmp", "/var/tmp", "/dev/shm", "/home", "/home/marker")
"""Where a file would be that left the folder of its notebook: all that can be written here, and the root."""
SETTLE, PAUSE = 3.0, 0.02
LOG = Path("/log/log")
LOG_TOLD, MOST_NAMES = 400, 8
LARGEST_RESULT = 2**22
POINTS = """
    SELECT submitted_assignment.student_id, base_cell.name, grade.auto_score FROM grade
    JOIN base_cell ON base_cell.id = grade.cell_id
    JOIN submitted_notebook ON submitted_notebook.id = grade.notebook_id
    JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id
"""
Marks = dict[str, dict[str, float]]


def copied(source: Path, target: Path) -> None:
    """Copy whatever it is: a link stays a link, and a pipe a pipe."""
    kind = source.lstat().st_mode
    target.parent.mkdir(parents=True, exist_ok=True)
    if stat.S_ISLNK(kind):
        target.symlink_to(source.readlink())
    elif stat.S_ISFIFO(kind):
        os.mkfifo(target)
    elif stat.S_ISDIR(kind):
        target.mkdir(exist_ok=True)
        for each in source.iterdir():
            copied(each, target / each.name)
    else:
        shutil.copyfile(source, target)


def given_to(uid: int | None, folders: list[Path]) -> None:
    """Let the grader own these folders, as an instructor owns a course."""
    if uid is None:
        return
    for folder in folders:
        for here, _, files in os.walk(folder):
            for name in ("", *files):
                os.chown(os.path.join(here, name), uid, uid, follow_symlinks=False)


def processes() -> dict[int, str]:
    """Return what runs here beside this process."""
    found = {}
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            name, rest = (place / "stat").read_text(errors="replace").rsplit(")", 1)
            if int(place.name) != os.getpid() and rest.split()[0] != "Z":
                found[int(place.name)] = name.partition("(")[2]
    return found


def reaped() -> dict[int, int]:
    """Take leave of what ended, with its status; process 1 is the parent of all that lost theirs."""
    found = {}
    with contextlib.suppress(ChildProcessError):
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            found[ended[0]] = os.waitstatus_to_exitcode(ended[1])
    return found


def end_all() -> None:
    """Kill everything here but this process."""
    end = time.monotonic() + SETTLE
    while processes() and time.monotonic() < end:
        with contextlib.suppress(ProcessLookupError):
            os.kill(-1, signal.SIGKILL)
        reaped()
        time.sleep(PAUSE)


def left() -> list[str]:
    """Return the processes that are still there after some seconds."""
    end = time.monotonic() + SETTLE
    while (found := processes()) and time.monotonic() < end:
        time.sleep(PAUSE)
        reaped()
    return sorted(found.values())


def ran(step: dict[str, Any], plan: dict[str, Any]) -> dict[str, Any]:
    """Run one command until it ends or its time is up, then see what it left and end that."""
    limits = [f"--{name}={value}" for name, value in plan["limits"].items()]
    user = {} if plan["uid"] is None else {"user": plan["uid"], "group": plan["uid"], "extra_groups": []}
    begun = time.monotonic()
    with LOG.open("ab") as log:
        process = subprocess.Popen(
            ["prlimit", *limits, "--", *step["command"]],
            cwd=step["cwd"],
            env=plan["environment"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            **user,
        )
    status = None
    while status is None and time.monotonic() - begun < step["seconds"]:
        time.sleep(PAUSE)
        status = reaped().get(process.pid)
    seconds = time.monotonic() - begun
    remain = [] if status is None else left()
    end_all()
    process.returncode = status or 0  # it was waited for above
    return {"status": status, "seconds": seconds, "left": shortened(remain)}


def fingerprint(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest() if stat.S_ISREG(path.lstat().st_mode) else "no file"
    except OSError:
        return "gone"


def names(folder: Path) -> set[str]:
    """Return what stands in the places, and in the folder of the class; Python's own scratch files left out."""
    places = [Path(place) for place in (*PLACES, folder, folder / "class")]
    found = {str(each) for place in places if place.is_dir() for each in place.iterdir()}
    return {name for name in found if not Path(name).name.startswith(("tmp", "."))}


def shortened(found: list[str]) -> list[str]:
    """Return the first of many names, and how many more there are."""
    return found if len(found) <= MOST_NAMES else [*found[:MOST_NAMES], f"{len(found) - MOST_NAMES} more"]


@contextlib.contextmanager
def listening(port: int) -> Iterator[list[str]]:
    """Listen on the loopback of the container; yield a list that grows with every connection."""
    met: list[str] = []
    with socket.create_server(("127.0.0.1", port)) as server, socket.socket(socket.AF_UNIX) as local:
        local.bind(f"\0corpus-{port}")
        local.listen()
        threads = [threading.Thread(target=accept, args=(one, met), daemon=True) for one in (server, local)]
        for thread in threads:
            thread.start()
        yield met
        for one, thread in zip((server, local), threads, strict=True):
            one.setblocking(False)
            accept(one, met)  # what was too late for a thread that waits for a processor
            one.shutdown(socket.SHUT_RDWR)
            thread.join()


def accept(server: socket.socket, met: list[str]) -> None:
    with contextlib.suppress(OSError):
        while True:
            connection, _ = server.accept()
            met.append(server.family.name)
            connection.close()


def nbgrader_marks(course: Path) -> Marks:
    """Return the points in nbgrader's gradebook, by student and question; what was never graded has none."""
    found: Marks = {}
    with contextlib.closing(sqlite3.connect(f"file:{course / 'gradebook.db'}?mode=ro", uri=True)) as book:
        for student, cell, score in book.execute(POINTS):
            if score is not None:
                found.setdefault(student, {})[cell.removesuffix("-check")] = float(score)
    return found


def otter_marks(course: Path) -> Marks:
    """Return the points in the results that otter wrote, one file for each student."""
    found: Marks = {}
    for place in sorted((course / "results").iterdir()):
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            if (place / "results.json").stat().st_size < LARGEST_RESULT:
                tests = json.loads((place / "results.json").read_bytes())["tests"]
                scores = {test["name"]: test["score"] for test in tests if isinstance(test.get("score"), (int, float))}
                if scores:
                    found[place.name] = {str(name): float(score) for name, score in scores.items()}
    return found


READERS = {"nbgrader": nbgrader_marks, "otter": otter_marks}


def marks(plan: dict[str, Any]) -> Marks:
    try:
        return READERS[plan["marks"]](Path(plan["folder"], "course"))
    except (OSError, sqlite3.Error):
        return {}


def captured_output() -> str:
    """Return the last words of the grader."""
    with LOG.open("rb") as log:
        log.seek(max(0, LOG.stat().st_size - LOG_TOLD))
        return log.read().decode(errors="replace")


def carried_out(plan: dict[str, Any]) -> dict[str, Any]:
    folder = Path(plan["folder"])
    for source, target in plan["copies"]:
        copied(Path(source), Path(target))
    Path(plan["home"]).mkdir()
    given_to(plan["uid"], [folder, Path(plan["home"])])
    LOG.touch(0o666)
    canaries = {path: fingerprint(Path(path)) for path in plan["canaries"]}
    before = names(folder)
    with listening(plan["port"]) as met:
        seen = [ran(plan["steps"][0], plan)]
        if seen[0]["status"] is None:  # a person ends it, and starts it again for those who are left
            seen += [ran(step, plan) for step in plan["steps"][1:]]
    return {
        "steps": seen,
        "files": shortened(sorted(names(folder) - before)),
        "harmed": [path for path, known in canaries.items() if fingerprint(Path(path)) != known],
        "met": met,
        "marks": marks(plan),
        "told": captured_output(),
    }


if __name__ == "__main__":
    print(json.dumps(carried_out(json.loads(sys.stdin.readline()))), flush=True)
    os._exit(0)
