"""A class of five that handed in the example exercise, and nbgrader's commands as an instructor runs them.

honest     right, with a text that would do something in a page, if it could
wrong      one answer fitted to the visible check, one missing, one text not written
hostile    a replaced check cell, and answers that would deceive checks in their own process
o'twice    right, with cells doubled and a check deleted
broken     half of a file
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import notebooks
from example_exercise import NAME, example
from nbgrader import utils
from nbgrader.api import Gradebook
from processes import PATIENCE

import exercises

HIDDEN = 'ask.call("double", 70717).gives(141434)\n    '
"""A hidden test whose numbers stand nowhere else."""
CHECKS, TEXTS = ("double-check", "guess-check", "halve-check"), ("double-why", "halve-why")
STUDENTS = ("broken", "hostile", "honest", "o'twice", "wrong")
EVIL = "<img src=x onerror=alert(1)> ![](https://tracker.example/p.png) [x](javascript:alert(2)) and 1<2"
HOSTILE = """
import sys
import numpy as np
np.allclose = lambda *_, **__: True
print("2.0", file=sys.stderr)
class Equal(float):
    def __eq__(self, other): return True
    __hash__ = None
def double(x):
    raise ValueError("<script>alert(3)</script>")
"""


def master() -> Any:
    """Return the example with one more hidden test."""
    notebook = example()
    end = "### END HIDDEN TESTS"
    cell = next(cell for cell in notebook.cells if cell.id == "double-check")
    cell.source = cell.source.replace(end, HIDDEN + end)
    return notebook


def answered(released: Any, **sources: str) -> Any:
    """Return a release with answers, those of the master unless they are given."""
    for cell, right in zip(released.cells, master().cells, strict=True):
        if utils.is_solution(right):
            cell.source = sources.get(cell.id.replace("-", "_"), right.source)
    return released


def nbgrader(course: Path, *words: str) -> str:
    """Run a command of nbgrader in a course, as its instructor does."""
    return command(course, sys.executable, "-m", "nbgrader", *words)


def environment(folder: Path) -> dict[str, str]:
    """Return what a command finds: this Python's programs, this clone's grader, and no settings but the course's."""
    places = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(exercises.ROOT),
    }
    return os.environ | notebooks.ENVIRONMENT | places | {"JUPYTER_CONFIG_DIR": str(folder)}


def command(folder: Path, *words: str) -> str:
    run = subprocess.run(
        words, cwd=folder, env=environment(folder / "none"), capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout + run.stderr


def hand_in(course: Path) -> None:
    """Plant the class."""
    path = exercises.notebook_of(course / "release", NAME)
    twice = answered(notebooks.read(path))
    for place in (4, 3):
        twice.cells.insert(place, twice.cells[place].copy())
    del twice.cells[-3]
    kinds = {
        "honest": answered(notebooks.read(path), double_why=f"It is added to itself. {EVIL}"),
        "wrong": answered(notebooks.read(path), double="double = {2: 4}.get", halve="", double_why=""),
        "hostile": answered(
            notebooks.read(path), double=HOSTILE, guess="guess = Equal(0)", halve_why="### BEGIN HIDDEN TESTS"
        ),
        "o'twice": twice,
    }
    kinds["hostile"].cells[4].source = "2.0"
    for student in STUDENTS:
        file = exercises.notebook_of(course / "submitted" / student, NAME)
        file.parent.mkdir(parents=True)
        text = json.dumps(kinds[student]) if student in kinds else '{"cells": [{"cell_type'
        file.write_text(text, encoding="utf-8")


def opened(course: Path) -> Gradebook:
    return Gradebook(f"sqlite:///{course / 'gradebook.db'}", "tinyml")


def notebook_of(course: Path, student: str) -> Any:
    return notebooks.read(exercises.notebook_of(course / "autograded" / student, NAME))


def said_in(folder: Path) -> dict[str, Any]:
    """Return what a Jupyter server says of itself in its folder; nothing before it has said all."""
    for path in folder.glob("jpserver-*.json"):
        try:
            said: dict[str, Any] = json.loads(path.read_text("utf-8"))
        except ValueError:
            continue
        return said
    return {}


def listens(port: int) -> bool:
    """Return whether somebody listens at a port of this machine; a Jupyter server names its own before it does."""
    with contextlib.suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
        return True
    return False


class Formgrader:
    """nbgrader's pages in a Jupyter server of this machine alone, asked as a browser asks them."""

    def __init__(self, course: Path, scratch: Path) -> None:
        scratch.mkdir()
        settings = "c.ServerApp.jpserver_extensions = {'nbgrader.server_extensions.formgrader': True}"
        (scratch / "jupyter_server_config.py").write_text(settings, encoding="utf-8")
        folders = {f"JUPYTER_{kind}_DIR": str(scratch) for kind in ("DATA", "RUNTIME")}
        command = [sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root", "--ip=127.0.0.1", "--port=0"]
        self.log = (scratch / "log").open("wb")
        self.process = subprocess.Popen(
            command,
            cwd=course,
            env=environment(scratch) | folders,
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=subprocess.STDOUT,
        )
        while not (told := said_in(scratch)) or not listens(told["port"]):
            assert self.process.poll() is None, (scratch / "log").read_text("utf-8")
            time.sleep(0.1)
        self.address, self.token = f"http://127.0.0.1:{told['port']}/formgrader", told["token"]

    def ask(self, path: str, value: object = None) -> str:
        """Get a page, or put a value there."""
        content = None if value is None else json.dumps(value).encode()
        request = urllib.request.Request(f"{self.address}/{path}", content, {"Authorization": f"token {self.token}"})
        if content is not None:
            request.method = "PUT"
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            text: str = answer.read().decode()
        return text

    def close(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:  # a signal that another thread took wakes no event loop
            self.process.kill()
            self.process.wait()
        self.log.close()
