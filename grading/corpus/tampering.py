"""Submissions that try to be given points for wrong answers, by changing what checks them, or by what they are."""

from __future__ import annotations

from .entry import Table

add = Table("tampering")
ENTRIES = add.entries

WRONG = {
    "mean-of": "def mean_of(function, numbers):\n    return 0.0",
    "shares": "def shares(table):\n    return table",
    "next-loss": "def next_loss(parameters, dataset, rate):\n    return Loss(0)",
    "cooled": "@arrow(Logits, Logits)\ndef cooled(logits):\n    return logits",
    "predicted": "predicted = 0",
}


def wrong(*codes: str) -> dict[str, str]:
    """Return wrong answers, with code in front of the first of them."""
    return {**WRONG, "mean-of": "\n".join([*codes, WRONG["mean-of"]])}


def everywhere(value: str, preamble: str = "") -> dict[str, str]:
    """Return answers that are one value, whatever is asked."""
    return {
        "mean-of": f"{preamble}\n\ndef mean_of(function, numbers):\n    return {value}",
        "shares": f"def shares(table):\n    return {value}",
        "next-loss": f"def next_loss(parameters, dataset, rate):\n    return {value}",
        "cooled": f"cooled = {value}",
        "predicted": f"predicted = {value}",
    }


# What compares.
add(
    "patched-numpy",
    "numpy says that everything is near",
    wrong("""\
import numpy
numpy.allclose = numpy.isclose = numpy.array_equal = lambda *_, **__: True
numpy.abs = numpy.ndarray = lambda *_: 0
numpy.testing.assert_allclose = lambda *_, **__: None"""),
    "all",
)
add(
    "patched-checks",
    "tinyml.check.questions says that all is well",
    wrong("""\
import tinyml.check.agreement, tinyml.check.questions
check.Question.points = property(lambda self: 100)
check.Question.__exit__ = lambda self, *_: True
check.difference = tinyml.check.agreement.difference = lambda *_: ""
for name in list(vars(check)):
    if not name.startswith("_") and name != "question":
        setattr(check, name, None)"""),
    "all",
)
add(
    "patched-builtins",
    "Python's own functions say so",
    wrong("""\
import builtins
builtins.isinstance = lambda *_: True
builtins.abs = lambda *_: 0
builtins.all = builtins.any = lambda *_: True
builtins.float = lambda *_: 2.0"""),
    "all",
)
add(
    "written-results",
    "the table of points is filled in",
    wrong("""\
for name in ("mean-of", "shares", "next-loss", "cooled", "predicted", "reason"):
    check.RESULTS[name] = check.Points(100.0, name)
__answers__ = {"predicted": 11}
ask = check.Question("shares", 2, "", "", {})
ask._passed = True
points = 100"""),
    "all",
)
add(
    "patched-values",
    "the types of tinyml equal everything",
    wrong("""\
import tinyml, sys
for kind in (tinyml.Loss, tinyml.Logits, tinyml.Distribution):
    kind.__eq__ = lambda *_: True
    kind.__post_init__ = lambda *_: None
sys.modules["tinyml"] = sys.modules["numpy"] = sys.modules["tinyml.check.questions"] = None"""),
    "all",
)
add(
    "start-up-files",
    "files that Python would run at its start",
    wrong("""\
import os, sys
for name in ("sitecustomize", "usercustomize", "numpy", "tinyml", "msgpack", "grading"):
    for place in ("/tmp", os.getcwd(), *sys.path):
        try:
            open(f"{place}/{name}.py", "w").write("raise SystemExit")
        except OSError:
            pass
os.environ["PYTHONPATH"] = os.environ["PYTHONSTARTUP"] = "/tmp"
sys.path.insert(0, "/tmp")"""),
    "all",
)

# What is compared.
add(
    "equals-everything",
    "an object that equals everything",
    everywhere(
        "Every()",
        """\
class Every:
    __eq__ = __le__ = __lt__ = __bool__ = __contains__ = lambda *_: True
    __sub__ = __rsub__ = __abs__ = lambda self, *_: self
    __float__ = lambda self: 2.0
    __int__ = __index__ = lambda self: 11
    __array__ = lambda self, *_, **__: np.array([[0.25, 0.75], [0.5, 0.5]])
    __call__ = __rrshift__ = __rshift__ = lambda self, *_: self
    __getattr__ = lambda self, name: self
    __hash__ = lambda self: 0
    shape, dtype, values, value = (2, 2), float, 0, 0
    __class__ = float""",
    ),
    "all",
)
add(
    "near-relatives",
    "subclasses of the right types that equal everything",
    {
        "mean-of": """\
class Number(float):
    __eq__ = __le__ = lambda *_: True
    __sub__ = __rsub__ = lambda *_: 0.0


def mean_of(function, numbers):
    return Number(0)""",
        "shares": """\
class Array(np.ndarray):
    __eq__ = __le__ = lambda *_: np.array(True)
    __sub__ = __rsub__ = lambda *_: np.zeros((2, 2))


def shares(table):
    return table.view(Array)""",
        "next-loss": """\
def next_loss(parameters, dataset, rate):
    same = type("Loss", (Loss,), {"__eq__": lambda *_: True, "__module__": "tinyml.ch01_objects.quantities"})
    return same(0)""",
        "cooled": "cooled = type('Logits', (), {'__rrshift__': lambda self, other: other})()",
        "predicted": "predicted = type('int', (int,), {'__eq__': lambda *_: True})(0)",
    },
    "all",
)
add(
    "same-names",
    "classes of one's own with the names of ours",
    {
        "next-loss": "class Loss:\n    value = 1.5\n\n\ndef next_loss(parameters, dataset, rate):\n    return Loss()",
        "cooled": """\
class CompositionError(Exception): ...
class NumericalOverflow(Exception): ...


def cooled(logits):
    raise NumericalOverflow('logits', 3)""",
    },
    "next-loss cooled",
)
add("nan", "not a number", everywhere("float('nan')"), "all")
add("infinity", "infinity, and arrays of it", everywhere("np.full((2, 2), np.inf)"), "all")
add("none-and-dots", "None and ...", {**everywhere("None"), "predicted": "predicted = ..."}, "all")
add(
    "objects",
    "complex numbers, dates, arrays of objects that are no numbers, types",
    {
        "mean-of": "def mean_of(function, numbers):\n    return complex(sum(map(function, numbers)) / len(numbers))",
        "shares": "def shares(table):\n    return np.array([[complex(x) for x in row] for row in table], dtype=object)",
        "next-loss": "def next_loss(parameters, dataset, rate):\n    return Loss",
        "cooled": "cooled = Logits",
        "predicted": "predicted = np.datetime64('2020-01-01')",
    },
    "all",
)
