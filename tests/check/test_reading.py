"""Reading: what cells say, however they are cut, and nothing that they do not say."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shell import running_shell

from tinyml.check.outcomes import NotPassed
from tinyml.check.program import Program, program_of
from tinyml.check.questions import Question
from tinyml.check.reading import tree_of, uses

NOTEBOOK = (
    "import numpy as np",
    "from tinyml import log_softmax as logs, close",
    "def helper(x): return logs(x)",
    "class Table:\n    def rows(self): return helper(self)",
    "rows = lambda x: Table.rows(x)",
    "def apart(x): return np.max(x)",
    "apart([1, 2])\ncompared = close(rows([1]), apart([1]), 1)",
)


def refused(ask: Callable[[], None]) -> bool:
    try:
        ask()
    except NotPassed as error:
        return bool(error.lines)
    return False


def program(text: str) -> Program:
    return Program("ends", tree_of(text))


@given(st.lists(st.one_of(st.text(), st.sampled_from(NOTEBOOK), st.integers(), st.none()), max_size=6), st.text())
def test_whatever_the_cells_hold_nothing_is_raised(cells: list[object], name: str) -> None:
    assert uses(cells, name) <= {"log_softmax", "close"}
    assert program_of(cells, name).tree.body == []


@given(st.sets(st.integers(1, len(NOTEBOOK) - 1)))
def test_what_a_name_uses_does_not_depend_on_the_cells(places: set[int]) -> None:
    edges = [0, *sorted(places), len(NOTEBOOK)]
    cells = ["\n".join(NOTEBOOK[a:b]) for a, b in itertools.pairwise(edges)]
    assert uses(cells, "rows") == {"log_softmax"}
    assert uses(cells, "apart") == set()
    assert uses(cells, "compared") == {"log_softmax", "close"}


IMPORT = "from tinyml import softmax"


@given(st.lists(st.sampled_from(["f = softmax", "def f(x): return softmax(x)", "from tinyml import softmax as f"])))
def test_what_was_written_under_a_name_before_is_no_part_of_it(drafts: list[str]) -> None:
    assert not uses([IMPORT, *drafts, "def f(x): return np.exp(x)", "softmax([1.0])"], "f")
    assert uses([IMPORT, *drafts, "def f(x): return softmax(x)", "f = cache(f)"], "f") == {"softmax"}


@pytest.mark.parametrize(
    "text",
    [
        "def f(x, softmax): return softmax(x)",
        "def f(x):\n    softmax = max(x)\n    return softmax",
        "def f(x):\n    return [softmax for softmax in x]",
        "f = lambda softmax: softmax + 1",
        "def softmax(x): return x\ndef f(x): return softmax(x)",
        "def f(x): return x\nsoftmax(f(1))",
        "def f(x): return x.softmax()",
        "def f(x: softmax, *y: softmax) -> softmax:\n    z: softmax = x\n    return z",
        'def f(x): return x["softmax"]',
        "from torch.nn import softmax\ndef f(x): return softmax(x)",
        'import tinyml\ndef f(x):\n    """As tinyml.softmax does it."""\n    return x',
    ],
)
def test_a_name_of_ones_own_is_not_that_of_the_package(text: str) -> None:
    assert uses([IMPORT, text], "f") == set()


@pytest.mark.parametrize(
    "text",
    [
        "def f(x): return softmax(x)",
        "def f(x, softmax=softmax): return softmax(x)",
        "def f(x):\n    from tinyml.ch03_prediction import softmax as own\n    return own(x)",
        "import tinyml\nf = tinyml.softmax",
        "import tinyml as t\ndef f(x): return t.ch03_prediction.softmax(x)",
        "def f(x):\n    import tinyml as t\n    return t.softmax(x)",
        'import tinyml\ndef f(x): return getattr(tinyml, "softmax")(x)',
        "class f:\n    way = softmax",
        "@softmax\ndef f(x): return x",
        "def f(x): return x\nf = softmax",
        "if True:\n    f = softmax",
    ],
)
def test_a_name_of_the_package_is_found(text: str) -> None:
    assert "softmax" in uses([IMPORT, text], "f")


@pytest.fixture
def notebook() -> Iterator[Callable[[str], Question]]:
    with running_shell() as shell:
        shell.register_magic_function(lambda line, cell: None, "cell", "typecheck")

        def run(cell: str) -> Question:
            shell.run_cell(cell, store_history=True)
            return Question("q", 1, "", "", shell.user_ns)

        yield run


def test_a_question_reads_the_cells_of_its_notebook(notebook: Callable[[str], Question]) -> None:
    notebook("from tinyml import close\ndef f(x):\n    return close(x, 1, 0)")
    assert notebook("%%time\ndef g(x):\n    return f(x)").uses("g") == {"close"}
    notebook("%%typecheck ends\nx = 1\nx >> 2")
    ask = notebook("%%typecheck other\ny = 1")
    assert [statement.lineno for statement in ask.program("ends").tree.body] == [2, 3]
    assert ask.program("none").tree.body == []


@pytest.mark.parametrize("cells", [{}, {"In": 3}, {"In": [None, 3, "f ="]}])
def test_cells_that_nobody_keeps_say_nothing(cells: dict[str, object]) -> None:
    ask = Question("q", 1, "", "", cells)
    assert ask.uses("f") == set()
    ask.program("ends").keeps("x = 1")
    ask.program("ends").returns_what_it_was_given("f")


@pytest.mark.parametrize(
    ("text", "ours"),
    [
        ("from tinyml import Loss", True),
        ("from tinyml.ch03_prediction import Loss", True),
        ("import tinyml\ntinyml.Loss(1.0)", True),
        ("from tinyml import Loss as L", True),
        ("from tinyml import Vector as Loss", False),
        ("from tinymlike import Loss", False),
        ("class Loss: ...", False),
        ("from tinyml import Loss\ndef f():\n    class Loss: ...", False),
        ("Loss = 1", False),
        ("def f(Loss): ...", False),
        ("match 1:\n    case Loss: ...", False),
        ("for Loss in (): ...", False),
        ("try: ...\nexcept OSError as Loss: ...", False),
    ],
)
def test_a_name_is_tinymls_where_it_is_given_to_nothing_else(text: str, ours: bool) -> None:
    assert refused(lambda: program(text).takes_from_tinyml("Loss", "Vector")) is not ours


def test_given_lines_are_kept_in_their_order() -> None:
    found = program("x = f( 1 )  # once\ny = 0\nf(2)\ndef g(): f(3)")
    found.keeps("x = f(1)", "f(2)")
    for lost in (("f(2)", "x = f(1)"), ("f(3)",), ("f(2)", "f(2)")):
        assert refused(partial(found.keeps, *lost))


def test_a_name_that_is_given_twice_is_found() -> None:
    found = program("class A: ...\ndef f(x): ...\ndef g(f): ...")
    found.defines_once("A", "g", "h")
    assert refused(lambda: found.defines_once("A", "f"))


def test_joins_are_of_the_names_that_are_due() -> None:
    found = program("(a\n >> b)\na >> c\nd(a) >> b")
    found.joins("a", "b", lines=[1])
    for line in (3, 4):
        assert refused(partial(found.joins, "a", "b", lines=[line]))


WAYS = (
    "return table[token]",
    "row = table[token]\nreturn row",
    "rows = list(table)\nfor place, row in enumerate(rows):\n    if place == token: return row",
    "row = zeros()\ncopyto(row, table[token])\nreturn row",
    "return [row for place, row in enumerate(table) if place == token][0]",
    "try:\n    return table[token]\nfinally: ...",
    "if token < 0: raise ValueError\nfor _ in range(token): next(table)\nreturn next(table)",
)
NO_WAYS = (
    "raise NotImplementedError",
    "return 0",
    "return table[0]",
    "assert table[token]\nreturn 0",
    "row = table[token]\nreturn 0",
    "return",
)


def function(body: str) -> Program:
    lines = "".join(f"\n    {line}" for line in body.splitlines())
    return program(f"def row(table, token):{lines}")


@pytest.mark.parametrize("body", [*WAYS, *NO_WAYS])
def test_what_is_returned_is_made_from_what_was_given(body: str) -> None:
    assert refused(lambda: function(body).returns_what_it_was_given("row")) is (body in NO_WAYS)


@given(st.lists(st.sampled_from(["x", "y", "z"]), min_size=1), st.integers(0, 99))
def test_a_chain_of_any_length_leads_to_what_is_returned(names: list[str], seed: int) -> None:
    chain = ["table, token", *names]
    steps = [f"{after} = f({before})" for before, after in zip(chain, names, strict=False)]
    order = np.random.default_rng(seed).permutation(len(names))
    body = "\n".join([*(steps[place] for place in order), f"return {names[-1]}"])
    assert not refused(lambda: function(body).returns_what_it_was_given("row"))
