"""tinyml.check.concealing: a forbidden way is found, or it is said that it may be there; plain code is read."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinyml.check.concealing import concealed
from tinyml.check.questions import Question
from tinyml.check.reading import uses

GIVEN = ["import numpy as np", "from tinyml import Parameters\nimport tinyml as t\nimport sys, math"]
HIDDEN = [
    "def f(x): return eval('log_' + 'softmax')(x)",
    "def f(x):\n    exec('from tinyml import log_softmax as g')\n    return locals()['g'](x)",
    "exec('def f(x): return x')",
    "def f(x): return getattr(t, 'log_' + 'softmax')(x)",
    "import tinyml\ndef f(x): return vars(tinyml)['log_' + 'softmax'](x)",
    "def f(x): return t.__dict__['log_' + 'softmax'](x)",
    "def f(x): return t.__getattribute__('log_' + 'softmax')(x)",
    "u = t\ndef f(x): return u.log_softmax(x)",
    "def f(x):\n    for u in [t]:\n        return u.log_softmax(x)",
    "import importlib\ndef f(x): return importlib.import_module('tinyml').log_softmax(x)",
    "def f(x):\n    from importlib import import_module\n    return import_module('tinyml').log_softmax(x)",
    "def f(x): return __import__('tinyml').log_softmax(x)",
    "def f(x): return sys.modules['tiny' + 'ml'].log_softmax(x)",
    "def f(x): return globals()['t'].log_softmax(x)",
    "def f(x): return Parameters.__init__.__globals__['log_softmax'](x)",
    "def f(x): return get_ipython().run_line_magic('time', 'log_softmax(x)')",
    "def start():\n    global g\n    g = t.log_softmax\nstart()\ndef f(x): return g(x)",
    "from mine import *\ndef f(x): return g(x)",
    "helper = eval\ndef f(x): return helper('x')",
]
FOUND = [
    "from tinyml import *\ndef f(x): return log_softmax(x)",
    "from tinyml.ch03_prediction import *\ndef f(x): return log_softmax(x)",
    "from tinyml import ch03_prediction as c\ndef f(x): return c.log_softmax(x)",
    "def f(x): return t.log_softmax(x)",
    "def f(x): return getattr(t, 'log_softmax')(x)",
    "def f(x):\n    from tinyml import log_softmax\n    return log_softmax(x)",
]
PLAIN = [
    "def f(x): return np.exp(x) - getattr(x, 'a' + 'b', 0)",
    "def helper(x): return max(x)\ndef f(x): return helper(x)",
    "class f:\n    def __call__(self, x):\n        return __class__, vars(self), self.__dict__",
    "from numpy import *\ndef f(x): return exp(x)",
    "def f(x):\n    try:\n        return sys.float_info, math.log(x)\n    except ValueError as e:\n        print(e)",
    "def f(x):\n    eval = max\n    return eval(x)",
    "def compile(x): return x\ndef f(x): return compile(x)",
    "def f(x, *, t=3): return t",
    "def f(x):\n    global calls\n    calls = 1\n    return calls",
    "display(1)\nf = lambda x: [y for y in x if (z := y)]",
    "if __name__ == '__main__':\n    f = sorted",
]


@pytest.mark.parametrize("text", HIDDEN)
def test_a_way_that_nobody_can_read_is_said(text: str) -> None:
    assert concealed([*GIVEN, text], "f")


@pytest.mark.parametrize("text", FOUND)
def test_a_way_that_can_be_read_is_found(text: str) -> None:
    assert "log_softmax" in uses([*GIVEN, text], "f")
    assert concealed([*GIVEN, text], "f") == ""


@pytest.mark.parametrize("text", PLAIN)
def test_plain_code_is_read(text: str) -> None:
    assert concealed([*GIVEN, text], "f") == ""
    assert "log_softmax" not in uses([*GIVEN, text], "f")


@given(st.lists(st.one_of(st.text(), st.sampled_from([*HIDDEN, *FOUND, *PLAIN]), st.integers())), st.text())
def test_whatever_the_cells_hold_nothing_is_raised(cells: list[object], name: str) -> None:
    assert type(concealed(cells, name)) is str
    assert not concealed([], name)


@given(st.sampled_from(HIDDEN), st.lists(st.sampled_from(["a = 1", "b = a", "def c(): return b"])))
def test_what_stands_between_changes_nothing(text: str, between: list[str]) -> None:
    cells = [*GIVEN, *between, text, *between, "def last(y): return f(y)"]
    assert concealed(cells, "last")


@pytest.mark.parametrize(
    ("holds", "points", "printed"),
    [
        (True, 0.0, ["q: not checked here, its mark is pending", "f goes by eval: a person looks at the way."]),
        (False, 0.0, ["q: not yet.", "it is another value", "reread    here"]),
    ],
)
def test_a_person_looks_at_the_way_of_an_answer_that_is_right(
    capsys: pytest.CaptureFixture[str], holds: bool, points: float, printed: list[str]
) -> None:
    with Question("q", 1, "here", "", {"In": ["def f(x): return eval('x')"], "f": np.sort}) as ask:
        assert ask.uses("f") == set()
        ask.that(holds, "it is another value")
    assert (float(ask.points), ask.pending) == (points, holds)
    assert capsys.readouterr().out.splitlines() == printed
