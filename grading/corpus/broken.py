"""Honest work whose code broke on its way: what a marker who reads it would forgive, and what nobody could."""

from __future__ import annotations

from . import paper
from .entry import Table, after, before, inside

add = Table("broken")
ENTRIES = add.entries

# Code that does not run, or not as it was meant.
add("syntax-error", "a bracket is missing", {"shares": "def shares(table:\n    return table"}, "shares")
add("tabs", "tabs and spaces mixed", {"shares": "def shares(table):\n\tx = table\n        return x"}, "shares")
add(
    "wrong-shape",
    "the sums have lost an axis",
    {"shares": "def shares(table):\n    return table.sum(axis=1)"},
    "shares",
)
add("renamed", "a function under another name", {"mean-of": "def meanof(function, numbers):\n    return 0"}, "mean-of")
add("arity", "one argument too few", {"mean-of": "def mean_of(numbers):\n    return numbers"}, "mean-of")
add(
    "printed",
    "print in place of return",
    {"shares": "def shares(table):\n    print(table / table.sum(axis=1, keepdims=True))"},
    "shares",
)
add(
    "wrong-ends",
    "an arrow that does not meet ours",
    {"cooled": "@arrow(Vector, Vector)\ndef cooled(x):\n    return Vector(x.values / 2)"},
    "cooled",
)
add(
    "raises",
    "an error in the function",
    {"mean-of": "def mean_of(function, numbers):\n    raise ValueError('not yet')"},
    "mean-of",
)
add("raises-at-the-end", "an error behind a right answer", after("shares", "shares(3)"))
add("no-such-file", "a file that is not there, in front of an answer", before("shares", "open('data.csv')"), "shares")
add(
    "no-such-module",
    "a module that lay beside the notebook",
    {"mean-of": "from .helpers import mean_of", "shares": "from my_helpers import shares"},
    "mean-of shares",
)
add(
    "broken-extra", "cells of one's own that fail", extra={"mean-of": "1 / 0", "shares": "open('x.png')", "cooled": "("}
)
add(
    "later-helper",
    "a helper that stands in a later cell",
    {"predicted": "predicted = eleven() if True else None"},
    extra={"points": "def eleven():\n    return 11"},
)

# Noise.
add(
    "warnings",
    "warnings, logging, stderr",
    inside(
        "mean-of",
        """\
import logging, sys, warnings
warnings.warn("careful")
logging.warning("careful")
print("careful", file=sys.stderr)
np.log(np.array([-1.0]))""",
    )
    | before("shares", "print(1 is 1, '\\d')"),
)
add("prints", "a great deal of text", inside("mean-of", "print('x' * 100_000)"))
add("asks-later", "input() behind an answer", after("shares", "name = input('Your name? ')"))
add("asks", "input() in a function", inside("shares", "if input('Go on? ') != 'y':\n    return None"), "shares")
add(
    "plots",
    "a picture of the answer",
    after(
        "shares",
        """\
import matplotlib.pyplot as plt
plt.plot([1, 2, 3])
plt.savefig('plot.png')
plt.show()""",
    ),
)
add("widgets", "a slider", after("shares", "from ipywidgets import interact\ninteract(lambda x: x, x=(0, 10))"))
add(
    "magics",
    "magics and shell commands",
    {
        **before("mean-of", "%matplotlib inline\n!ls -l\nfiles = !ls\n%load_ext autoreload\n%autoreload 2"),
        **before("cooled", "np.sum?\n%timeit -n 1 1 + 1\n!pip install numpy"),
    },
    extra={"set-up": "%%bash\necho hello", "shares": "%%html\n<b>bold</b>", "cooled": "pip install numpy"},
)
add(
    "timed",
    "cells that are timed or captured",
    {
        "mean-of": f"%%time\n{paper.RIGHT['mean-of']}",
        "shares": f"%%capture captured\n{paper.RIGHT['shares']}",
        "next-loss": f"\n%%time\n%matplotlib inline\n{paper.RIGHT['next-loss']}",
        "predicted": "%time predicted = 11",
    },
)
add(
    "helped",
    "help() and display() and the end of a session",
    {
        **before("mean-of", "help(np.sum)\ndisplay(start)\nfrom IPython.display import display\ndisplay(start)"),
        **after("predicted", "exit()"),
    },
)
add("awaits", "await at the top of a cell", before("shares", "import asyncio\nawait asyncio.sleep(0)"))
add(
    "threads",
    "a pool of four threads, and a child process",
    {
        "shares": """\
import subprocess
from concurrent.futures import ThreadPoolExecutor
assert subprocess.run(["echo", "hello"], capture_output=True, text=True).stdout == "hello\\n"


def shares(table):
    with ThreadPoolExecutor(4) as pool:
        return np.array(list(pool.map(lambda row: row / row.sum(), table)))"""
    },
)
add("scratch", "files of one's own", before("shares", "open('mine.txt', 'w').write('x')\nopen('mine.txt').read()"))
add("slow", "an answer that takes its time", inside("shares", "import time\ntime.sleep(0.1)"))
