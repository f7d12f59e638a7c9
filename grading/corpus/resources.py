"""Submissions that use up time, memory, processes or disk, by mistake or on purpose: each costs its own question."""

from __future__ import annotations

from typing import Any

from nbformat.v4 import new_code_cell

from .entry import Table, before, inside, probing

add = Table("resource")
ENTRIES = add.entries


def with_loops(made: Any) -> None:
    """Add a dozen loops without an end, before the first question."""
    made.cells[2:2] = [new_code_cell("while True:\n    pass") for _ in range(12)]


ODD = """\
class Odd:
    def forever(self, *_):
        while True: pass

    __repr__ = __eq__ = __getattr__ = __float__ = __array__ = __len__ = __iter__ = __bool__ = __hash__ = forever
"""

# Time.
add("loop", "a loop without an end in a cell", before("shares", "while True:\n    pass"), "shares")
add("loop-in-a-function", "a loop without an end in a function", inside("shares", "while True:\n    pass"), "shares")
add(
    "loops-everywhere",
    "a loop in every cell",
    dict.fromkeys(("mean-of", "shares", "next-loss", "cooled", "predicted"), "while True:\n    pass"),
    "all",
)
add("loops-in-many-cells", "loops in a dozen cells of one's own", change=with_loops)
add("loop-in-an-arrow", "an arrow that never arrives", inside("cooled", "while True:\n    pass"), "cooled")
add(
    "stubborn-loop",
    "a loop that catches everything, signals too",
    before(
        "shares",
        """\
import signal
for number in range(1, 65):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
while True:
    try:
        while True:
            pass
    except BaseException:
        pass""",
    ),
    "shares",
)
add(
    "odd-object",
    "an object whose every method is a loop",
    {
        "mean-of": f"{ODD}\n\ndef mean_of(function, numbers):\n    return Odd()",
        "predicted": "predicted = Odd()",
    },
    "mean-of predicted",
)
add(
    "odd-error",
    "an error whose text is a loop",
    {
        "shares": """\
class Odd(Exception):
    def __str__(self):
        while True:
            pass


def shares(table):
    raise Odd"""
    },
    "shares",
)
add(
    "endless-generator",
    "a generator without an end, where numbers are due",
    {"shares": "def shares(table):\n    while True:\n        yield 1.0"},
    "shares",
)
add(
    "endless-list",
    "a list that grows for ever",
    {"shares": "def shares(table):\n    rows = []\n    while True:\n        rows.append(rows)"},
    "shares",
)
add("sleeps", "an hour of sleep", inside("shares", "import time\ntime.sleep(3600)"), "shares")
add(
    "backtracking",
    "a regular expression that never returns to Python",
    before("shares", "import re\nre.match('(a+)+$', 'a' * 60 + 'b')"),
    "shares",
)
add("big-power", "a number that takes too long to compute", before("shares", "x = 7 ** 10 ** 9"), "shares")
add("waits", "a read from a pipe that nobody fills", before("shares", "import os\nos.read(os.pipe()[0], 1)"), "shares")

# Memory.
add("recursion", "a function that calls itself", {"shares": "def shares(table):\n    return shares(table)"}, "shares")
add(
    "deep-recursion",
    "the same, with the limit lifted",
    {"shares": "import sys\nsys.setrecursionlimit(10 ** 9)\n\n\ndef shares(table):\n    return shares(table)"},
    "shares",
)
add("doubling", "a list that doubles", before("shares", "x = [0]\nwhile True:\n    x += x"), "shares")
add("ten-gigabytes", "an array of 80 GB", before("shares", "x = np.ones(10 ** 10)"), "shares")
add(
    "in-a-function",
    "memory taken by a function",
    inside("shares", "x = ['y' * 10 ** 6 * k for k in range(10 ** 4)]"),
    "shares",
)
add("huge-text", "a text of 500 MB as an answer", {"predicted": "predicted = 'x' * 500_000_000"}, "predicted")
add(
    "huge-values",
    "answers that are far too large",
    {
        "mean-of": "def mean_of(function, numbers):\n    return list(range(3_000_000))",
        "shares": "def shares(table):\n    return np.zeros((3000, 3000))",
        "predicted": "predicted = 10 ** 100_000",
    },
    "mean-of shares predicted",
)
add(
    "large-values",
    "answers that are just small enough to come",
    {
        "mean-of": "def mean_of(function, numbers):\n    return list(range(90_000))",
        "shares": "def shares(table):\n    return np.zeros((1000, 1000))",
        "predicted": "predicted = 16 ** 9000",
    },
    "mean-of shares predicted",
)
add(
    "deep-values",
    "lists in lists in lists",
    {
        "mean-of": """\
def mean_of(function, numbers):
    deep = []
    for _ in range(100_000):
        deep = [deep]
    return deep""",
        "shares": "def shares(table):\n    loop = []\n    loop.append(loop)\n    return loop",
    },
    "mean-of shares",
)
add(
    "colliding-keys",
    "a dict all of whose keys collide",
    {"predicted": "predicted = {k * (2 ** 61 - 1): 0 for k in range(2000)} | {'x': [0] * 1000}"},
    "predicted",
)
add(
    "deep-source",
    "source text that is nested too deeply",
    {
        "mean-of": "mean_of = " + "(" * 5000 + "1" + ")" * 5000,
        "shares": "shares = " + "-" * 50_000 + "1",
        "predicted": "predicted = " + "+".join(["1"] * 50_000),
    },
    "mean-of shares predicted",
)
add("magic-source", "thousands of magics", before("shares", "\n".join(f"%magic {k}" for k in range(3000))), "shares")

# Processes, disk, output.
add(
    "fork-bomb",
    "processes that make processes",
    before(
        "shares",
        """\
import os
while True:
    try:
        os.fork()
    except OSError:
        pass""",
    ),
    "shares",
)
add(
    "thread-bomb",
    "threads without an end",
    before(
        "shares",
        """\
import threading, time
while True:
    try:
        threading.Thread(target=time.sleep, args=(1000,)).start()
    except RuntimeError:
        pass""",
    ),
    "shares",
)
add("prints-for-ever", "gigabytes of text", before("shares", "while True:\n    print('x' * 10 ** 7)"), "shares")
add(
    "full-disk",
    "the scratch space is filled, then an answer",
    before(
        "shares",
        """\
import contextlib
with contextlib.suppress(OSError), open("/tmp/full", "wb") as file:
    while True:
        file.write(bytes(10 ** 6))
for number in range(10_000):
    with contextlib.suppress(OSError):
        open(f"/tmp/{number}", "w").close()""",
    ),
)
add(
    "many-files-open",
    "all file numbers are used up, then an answer",
    before(
        "shares",
        """\
import contextlib
kept = []
with contextlib.suppress(OSError):
    while True:
        kept.append(open("/dev/null"))""",
    ),
)
add(
    "hidden-memory",
    "memory that the limit of a process does not count",
    probing(
        "shares",
        [
            "refused(libc.shmget(0, ctypes.c_size_t(2 ** 26), 0o1600))",
            "os.memfd_create('x')",
            "import mmap; mmap.mmap(-1, 2 ** 31)",
            "import resource; resource.setrlimit(resource.RLIMIT_AS, (-1, -1))",
            "import resource; resource.setrlimit(resource.RLIMIT_NPROC, (9999, 9999))",
            "open('/dev/shm/x', 'w')",
        ],
    ),
)
