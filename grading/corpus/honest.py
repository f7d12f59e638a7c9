"""Honest work, in the styles of several people: all of it right where it is done."""

from __future__ import annotations

from typing import Any

from . import paper
from .entry import Table

add = Table("honest")
ENTRIES = add.entries

add("solutions", "the answers of the master itself")
add(
    "untouched",
    "the notebook as it was given out",
    dict.fromkeys(paper.CODE, "...") | {"mean-of": "def mean_of(function, numbers):\n    ..."},
    "all",
)
add(
    "half-done",
    "two questions left for later",
    {"next-loss": "def next_loss(parameters, dataset, rate):\n    ...", "cooled": "..."},
    "next-loss cooled",
)
add(
    "loops",
    "no numpy, many lines, prints on the way",
    {
        "mean-of": """\
def mean_of(function, numbers):
    total = 0
    for number in numbers:
        value = function(number)
        print("f of", number, "is", value)
        total += value
    return total / len(numbers)""",
        "shares": """\
def shares(table):
    result = []
    for row in table:
        result.append([entry / sum(row) for entry in row])
    return np.array(result)""",
    },
)
add(
    "typed",
    "annotations, docstrings, constants",
    {
        "mean-of": '''\
from collections.abc import Callable


def mean_of(function: Callable[[float], float], numbers: list[float]) -> float:
    """The mean of the values of a function."""
    return float(np.mean([function(x) for x in numbers]))''',
        "predicted": "predicted: int = 11",
    },
)
add(
    "lambdas",
    "functions without def",
    {
        "mean-of": "mean_of = lambda f, xs: sum(map(f, xs)) / len(xs)",
        "shares": "shares = lambda t: (t.T / t.sum(1)).T",
        "cooled": "cooled = arrow(Logits, Logits)(lambda l: Logits(0.5 * l.values))",
    },
)
add(
    "classes",
    "an object that can be called, and an arrow of a class of one's own",
    {
        "mean-of": """\
class Mean:
    def __call__(self, function, numbers):
        return sum(function(x) for x in numbers) / len(numbers)


mean_of = Mean()""",
        "cooled": """\
from tinyml import Morphism


class Cooled(Morphism[Logits, Logits]):
    signature = (Logits, Logits)

    @property
    def name(self):
        return "cooled"

    def apply(self, value):
        return Logits(value.values / 2)


cooled = Cooled()""",
    },
)
add(
    "composed",
    "an arrow built of arrows",
    {
        "cooled": """\
from tinyml import Identity, Space


@arrow(Logits, Logits)
def half(logits):
    return Logits(logits.values * 0.5)


cooled = Identity(Space("Logits")) >> half >> Identity(Space("Logits", (5,)))"""
    },
)
add(
    "repeated",
    "an arrow that is a power of another",
    {
        "cooled": """\
@arrow(Logits, Logits)
def less(logits):
    return Logits(logits.values / np.sqrt(2))


cooled = less ** StepCount(2)"""
    },
)
add(
    "functional",
    "partial, reduce, generators, a decorator",
    {
        "mean-of": """\
import functools


@functools.cache
def one(count):
    return 1 / count


def mean_of(function, numbers):
    return functools.reduce(lambda a, b: a + b, (function(x) for x in numbers), 0.0) * one(len(numbers))""",
        "shares": """\
import functools
import operator


def by(axis, table):
    return operator.truediv(table, table.sum(axis=axis, keepdims=True))


shares = functools.partial(by, 1)""",
    },
)
add(
    "numpy-values",
    "scalars of numpy where plain numbers are meant",
    {
        "mean-of": "def mean_of(function, numbers):\n    return np.mean([function(x) for x in numbers])",
        "predicted": "predicted = np.int64(11)",
    },
)
add(
    "lists-for-arrays",
    "nested lists in place of an array",
    {"shares": "def shares(table):\n    return (table / table.sum(axis=1, keepdims=True)).tolist()"},
)
add(
    "objects-for-numbers",
    "an array of Python's numbers",
    {"shares": "def shares(table):\n    return np.array([[x / sum(row) for x in row] for row in table], dtype=object)"},
)
add(
    "other-language",
    "names and remarks in other scripts",
    {
        "mean-of": "# Среднее значение 🙂\ndef mean_of(функция, числа):\n    größe = len(числа)\n"
        "    return sum(функция(x) for x in числа) / größe"
    },
)
add(
    "helpers",
    "helper cells before and after, and a module-wide constant",
    {
        "shares": "def shares(table):\n    return scaled(table, AXIS)",
    },
    extra={
        "mean-of-check": "AXIS = 1",
        "shares-check": """\
def scaled(table, axis):
    return table / table.sum(axis=axis, keepdims=True)""",
    },
)
add(
    "reused-names",
    "one name for the helpers of two answers, and for two constants",
    {
        "mean-of": "def helper(f, xs):\n    return sum(map(f, xs))\n\n\nscale = 1\n\n\n"
        "def mean_of(function, numbers):\n    return scale * helper(function, numbers) / len(numbers)",
        "shares": "def helper(table):\n    return table.sum(axis=1, keepdims=True)\n\n\ndef shares(table):\n"
        "    return table / helper(table)",
        "cooled": "scale = 2\n\n\n@arrow(Logits, Logits)\ndef cooled(x):\n    return Logits(x.values / scale)",
        "predicted": "start = pairs = None\npredicted = 11",
    },
)
add(
    "by-hand",
    "the loss computed with arrays instead of arrows",
    {
        "next-loss": """\
from tinyml import average_loss, descend, gradient


def next_loss(parameters, dataset, rate):
    return average_loss(descend(parameters, gradient(parameters, dataset), rate), dataset)"""
    },
)
add(
    "in-place",
    "a function that changes what it is given",
    {"shares": "def shares(table):\n    table /= table.sum(axis=1)[:, None]\n    return table"},
)
add(
    "classes-under-pythons",
    "an enum, a float of one's own, a matrix, a list of a class of one's own",
    {
        "mean-of": """\
class Metres(float):
    unit = "m"


def mean_of(function, numbers):
    return Metres(sum(map(function, numbers)) / len(numbers))""",
        "shares": """\
from collections import namedtuple

Rows = namedtuple("Rows", "index values")


def shares(table):
    rows = [tuple(row / row.sum()) for row in table]
    return Rows(*rows) if len(rows) == 2 else np.array(rows, dtype=object)""",
        "predicted": """\
from enum import IntEnum


class Guess(IntEnum):
    LOW, HIGH = 10, 11


predicted = Guess.HIGH""",
    },
)
add(
    "names-of-functions",
    "the name and the words of a function that is given, printed, and taken over by functools.wraps",
    {
        "mean-of": """\
import functools


def counted(function):
    @functools.wraps(function)
    def inner(number):
        inner.calls += 1
        return function(number)

    inner.calls = 0
    return inner


def mean_of(function, numbers):
    print(f"the mean of {function.__name__}: {function.__doc__}")
    seen = counted(function)
    assert seen.__name__ == function.__name__
    total = sum(map(seen, numbers))
    return total / seen.calls""",
    },
)
add(
    "timed-values",
    "%time where a value is expected, and what it gives put into a name",
    {
        "shares": """\
sums = %time np.array([[1.0, 3.0]]).sum(axis=1)
assert sums == 4

def shares(table):
    result = %time table / table.sum(axis=1, keepdims=True)
    return result""",
        "predicted": "%time predicted = 11",
    },
)
add(
    "ipython",
    "IPython imported by name",
    {
        "mean-of": """\
from IPython import get_ipython
from IPython.display import Markdown, display

get_ipython().run_line_magic("matplotlib", "inline")


def mean_of(function, numbers):
    display(Markdown("the **mean**"))
    return sum(map(function, numbers)) / len(numbers)""",
        "predicted": """\
import IPython

shell = IPython.get_ipython()
predicted = 11 if shell is not None else None""",
    },
)
add(
    "from-the-future",
    "annotations that nobody evaluates, by an import in a cell of one's own",
    {
        "mean-of": """\
def mean_of(function: Callable[[float], float], numbers: Sequence[float]) -> Mean:
    return sum(map(function, numbers)) / len(numbers)""",
    },
    extra={"set-up": "from __future__ import annotations"},
)
add(
    "threads-that-ask",
    "a pool of threads that all ask the function they were given",
    {
        "mean-of": """\
from concurrent.futures import ThreadPoolExecutor


def mean_of(function, numbers):
    with ThreadPoolExecutor(4) as pool:
        values = list(pool.map(function, [number for number in numbers for _ in range(20)]))
    return sum(values) / len(values)""",
    },
)
add("star-imports", "everything imported again", {"next-loss": f"from tinyml import *\n\n{paper.RIGHT['next-loss']}"})


def with_an_import_in_the_set_up(notebook: Any) -> None:
    cell = next(cell for cell in notebook.cells if cell.id == "set-up")
    cell.source = f"import math\n{cell.source}\nhalf = 0.5"


add(
    "set-up",
    "an import and a helper written into the cell that is given",
    {"mean-of": "def mean_of(function, xs):\n    return math.fsum(map(function, xs)) * half * 2 / len(xs)"},
    change=with_an_import_in_the_set_up,
)
