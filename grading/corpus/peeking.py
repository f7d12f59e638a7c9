"""Submissions that try to be given points by changing the notebook around the answers, or by reading what is known."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from . import paper
from .entry import Table, after, before
from .tampering import WRONG

add = Table("tampering")
ENTRIES = add.entries


def each(change: Callable[[Any], object]) -> Callable[[Any], None]:
    """Return a change of a notebook, from a change of one of its cells."""

    def changed(made: Any) -> None:
        for cell in made.cells:
            change(cell)

    return changed


def oddly(made: Any) -> None:
    """Give the first cells names that are no names."""
    odd: list[Any] = [7, ["shares"], {}, None, "shares", "x" * 10_000, "../shares"]
    for cell, name in zip(made.cells, odd, strict=False):
        cell.metadata.update(nbgrader={"grade_id": name, "points": "many"})


def spoilt() -> Any:
    return paper.code("shares", WRONG["shares"], solution=True)


def place_of(made: Any, name: str) -> int:
    return next(number for number, cell in enumerate(made.cells) if cell.id == name)


# The notebook itself.
add(
    "written-checks",
    "check cells that say what they should",
    WRONG,
    "all",
    change=each(lambda cell: cell.update(source="100.0") if cell.id.endswith("check") else None),
)
add(
    "more-points",
    "a hundred points for each check",
    WRONG,
    "all",
    change=each(lambda cell: cell.metadata.get("nbgrader", {}).update(points=100)),
)
add(
    "more-points-for-right",
    "a hundred points for each right answer",
    change=each(lambda cell: cell.metadata.get("nbgrader", {}).update(points=100, grade=True, solution=True)),
)
add(
    "other-given",
    "given cells that give something else",
    WRONG,
    "all",
    change=each(lambda cell: cell.update(source="class check: ...") if cell.id in ("set-up", "points") else None),
)
add(
    "borrowed-names",
    "answers under the names of check cells",
    WRONG,
    "all",
    change=each(
        lambda cell: cell.metadata.nbgrader.update(grade_id=cell.id + "-check") if cell.id in paper.CODE else None
    ),
)
add(
    "swapped-names",
    "right answers under each other's names",
    change=each(
        lambda cell: (
            cell.metadata.nbgrader.update(grade_id={"shares": "cooled", "cooled": "shares"}[cell.id])
            if cell.id in ("shares", "cooled")
            else None
        )
    ),
)
add(
    "odd-names",
    "names that are no names",
    WRONG,
    "all",
    change=oddly,
)
add(
    "overwritten",
    "an extra cell that claims an answer and spoils it, above the check, which refuses it in the notebook too",
    {},
    "shares",
    change=lambda made: made.cells.insert(place_of(made, "shares-check"), spoilt()),
)
add(
    "overwritten-below",
    "the same cell below the check, which has accepted the answer in the notebook",
    change=lambda made: made.cells.append(spoilt()),
)
add(
    "redefined-given",
    "given values replaced in an answer",
    {
        **WRONG,
        "next-loss": """\
pairs = TrainingSet.from_indices([0], [0])
AverageLoss = TrainStep = LearningRate = None
Parameters.random = Parameters.init


def next_loss(parameters, dataset, rate):
    return Loss(1.525305)""",
    },
    "all",
)

# What is known.
LOOK = """\
import gc, os, sys
found = []
frame = sys._getframe()
while frame:
    found += [*frame.f_locals.items(), *frame.f_globals.items()]
    frame = frame.f_back
for thing in gc.get_objects():
    if type(thing).__name__ in ("Question", "Outcome", "Session", "Master", "Verdict"):
        found.append(("object", thing))
hits = [pair for pair in found if "BEGIN HIDDEN" in str(pair[1])[:10000] or str(pair[0]) in ("expected", "ask")]
if any(type(pair[1]).__name__ == "Question" for pair in hits):
    predicted = 11
"""
add(
    "looks-around",
    "frames and all objects, for expected values",
    {
        **WRONG,
        "predicted": f"predicted = 0\n{LOOK}",
        "shares": "import gc\n\n\ndef shares(table):\n"
        "    return [found for found in gc.get_objects() if type(found) is np.ndarray][-1]",
    },
    "all",
)
add(
    "looks-on-the-disk",
    "the master, its hidden tests, the environment",
    {
        **WRONG,
        "predicted": """\
import os
predicted = 0
words = [*os.environ.values()]
for top in ("/box", "/root", "/home", "/tmp", "/work", "/proc/1", "/proc/self", "/etc", "/var", "/srv", "/opt"):
    for here, folders, files in os.walk(top):
        folders[:] = sorted({*folders} - {"tinyml", "packages0", "site-packages", "task", "fd"})[:50]
        for name in files[:100]:
            try:
                words.append(open(os.path.join(here, name), errors="replace").read(100_000))
            except OSError:
                pass
if any("1.525" + "305" in text or "np.exp(mid" + "dle / 2)" in text for text in words):
    predicted = 11""",
    },
    "all",
)
add(
    "asks-our-functions",
    "the insides of a function that we lend",
    {
        **WRONG,
        "mean-of": """\
def mean_of(function, numbers):
    for name in ("__globals__", "__code__", "__closure__", "__self__", "__class__"):
        for way in (getattr, lambda f, n: f._ask(["attribute", f.number, n]), lambda f, n: f._ask(["get", "ask"])):
            try:
                print(way(function, name))
            except Exception:
                pass
    return 6.0""",
    },
    "all",
)
add(
    "keeps-our-functions",
    "a function that we lent, as an answer elsewhere",
    {
        "mean-of": f"{paper.RIGHT['mean-of']}\nhonest = mean_of\n\n\ndef mean_of(function, numbers):\n"
        "    global lent\n    lent = function\n    return honest(function, numbers)",
        "shares": "def shares(table):\n    return lent(table)",
        "next-loss": "def next_loss(parameters, dataset, rate):\n    return lent",
    },
    "shares next-loss",
)
add(
    "text-for-the-marker",
    "a formula for the spreadsheet, a script for the page, a colour for the terminal",
    {
        "mean-of": "raise ValueError('=cmd|calc!A0')",
        "shares": "raise ValueError('<script>alert(1)</script>')",
        "cooled": "raise ValueError('\\x1b[31m\\x00\\u202e' + chr(0xd800))",
        "predicted": "predicted = type('<img src=x onerror=alert(1)>\\n', (), {})()",
    },
    "mean-of shares cooled predicted",
)
add(
    "late-change",
    "answers that change when they are asked a second time",
    {
        "mean-of": "times = []\n\n\ndef mean_of(function, numbers):\n    times.append(1)\n"
        "    return sum(map(function, numbers)) / len(numbers) + (len(times) > 1)",
        **after("predicted", "class Names(dict):\n    ...\npredicted, spare = 12, predicted"),
    },
    "mean-of predicted",
)
add(
    "doubled-with-a-trick",
    "a right answer above, and a trick in a copy of it",
    change=lambda made: made.cells.extend(
        [deepcopy(cell) | {"source": "predicted = 0"} for cell in made.cells if cell.id == "predicted"]
    ),
    lost="predicted",
)
add("no-harm", "parts of numpy taken away, by way of a joke", before("shares", "np.linalg = np.fft = None"))
