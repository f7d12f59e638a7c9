"""The errors: one tree, drawn in the docstring, with fields that survive pickling and messages that say what came."""

from __future__ import annotations

import ast
import pickle
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import tinyml
from tinyml import errors
from tinyml.errors import (
    CompositionError,
    EmptyInput,
    InvalidInterval,
    InvalidLearningRate,
    InvalidLoss,
    InvalidProbability,
    InvalidQuantity,
    InvalidScalar,
    InvalidWire,
    NumericalOverflow,
    OutOfRange,
    ShapeMismatch,
    TinyMLError,
    UnknownWord,
    UnreadableText,
    WrongType,
)

EXAMPLES: list[tuple[TinyMLError, str]] = [
    (WrongType("TokenId", "an int", "x" * 99), "TokenId needs an int; got str 'xxxx"),
    (EmptyInput("softmax"), "empty input in softmax: at least one entry is needed"),
    (OutOfRange("token", 9, 5), "token index 9 out of range; limit is 5"),
    (UnknownWord("dog", 3), "dog"),
    (InvalidWire("z", "the graph has so far x, y"), "wire 'z': the graph has so far x, y"),
    (UnreadableText("corpus.txt", "there is no such file"), "corpus.txt: there is no such file"),
    (ShapeMismatch("vector", "(n,)", "(2, 3)"), "shape mismatch in vector: expected (n,), got (2, 3)"),
    (InvalidScalar("vector", float("inf"), 2), "inf"),
    (InvalidQuantity("step count", -1, "0 or more"), "step count must be 0 or more; got -1"),
    (InvalidInterval(3, 1), "3"),
    (InvalidProbability("distribution", "probabilities must sum to 1"), "probabilities must sum to 1"),
    (InvalidLoss(-1.0), "got -1"),
    (InvalidLearningRate(0.0), "got 0"),
    (NumericalOverflow("logits", 258), "after step 258"),
    (CompositionError(("f", "A", "B"), ("g", "C", "D"), "h"), "an arrow B -> C is missing (h has this type)"),
]


def test_every_error_has_an_example_here() -> None:
    assert {type(error) for error, _ in EXAMPLES} == set(TinyMLError.__subclasses__())


def test_the_docstring_draws_the_tree() -> None:
    drawn = dict(re.findall(r"[├└]── (\w+) \((\w+)\)", errors.__doc__ or ""))
    real = {own.__name__: own.__mro__[2].__name__ for own in TinyMLError.__subclasses__()}
    assert drawn == real


@pytest.mark.parametrize(("error", "text"), EXAMPLES, ids=lambda value: type(value).__name__)
def test_a_message_says_what_came_and_survives_pickling(error: TinyMLError, text: str) -> None:
    assert text in str(error)
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert str(again) == str(error)
    assert vars(again) == vars(error)


def test_a_long_value_is_cut_in_a_message() -> None:
    assert len(str(WrongType("TokenId", "an int", "x" * 10_000))) < 120


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (OutOfRange("token", -(10**5000), 0), "token index a negative whole number of 16610 bits out of range"),
        (OutOfRange("token", 10**5000, 5), "token index a whole number of 16610 bits out of range; limit is 5"),
        (InvalidQuantity("step count", -(10**5000), "0 or more"), "got a negative whole number of 16610 bits"),
        (InvalidQuantity("TokenId", 10**59, "at most 2**63 - 1"), f"got 1{'0' * 59}"),
        (WrongType("Vector", "an array of real numbers", [10**5000]), "got list too long to print"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_number_that_python_does_not_print_has_a_message(error: TinyMLError, message: str) -> None:
    assert message in str(error)


def test_an_overflow_counts_steps_that_were_completed() -> None:
    assert NumericalOverflow("logits").after(3).step == 3
    assert NumericalOverflow("logits", 2).after(3).step == 5


def imported(statements: list[ast.stmt]) -> list[tuple[str, str]]:
    """Return the module and the name of each import, in order."""
    found = [node for node in statements if isinstance(node, ast.ImportFrom)]
    return [(str(node.module).removeprefix("tinyml."), alias.name) for node in found for alias in node.names]


def test_the_package_exports_all_that_it_imports_and_nothing_else() -> None:
    tree = ast.parse(Path(tinyml.__file__).read_text(encoding="utf-8"))
    (checkers_alone,) = (node.body for node in tree.body if isinstance(node, ast.If))
    known = [(module, name) for module, names in tinyml.NAMES.items() for name in names.split()]
    assert sorted(known) == sorted(imported(checkers_alone))
    names = [name for _, name in known]
    assert sorted(tinyml.__all__) == sorted(names)  # ruff keeps the list in order
    assert {name: getattr(tinyml, name) for name in names} == {
        name: getattr(import_module(f"tinyml.{module}"), name) for module, name in known
    }
    assert not set(names) & {path.stem for path in Path(tinyml.__file__).parent.iterdir()}  # a module would hide it
    assert set(names) <= set(dir(tinyml))
    with pytest.raises(AttributeError, match="module 'tinyml' has no attribute 'Nothing'"):
        tinyml.Nothing  # noqa: B018
    errors_there = {own.__name__ for own in TinyMLError.__subclasses__()} | {"TinyMLError"}
    assert errors_there <= set(tinyml.__all__)


def test_a_name_loads_its_module_when_it_is_first_used() -> None:
    code = (
        "import sys, tinyml; show = lambda: print(*sorted(name for name in sys.modules if name.startswith('tinyml')))"
    )
    use = "; show(); tinyml.VocabSize; show(); tinyml.ch02_arrows.category.Morphism; show()"
    run = subprocess.run([sys.executable, "-c", code + use], capture_output=True, text=True, check=True)
    assert [line.split() for line in run.stdout.splitlines()] == [
        ["tinyml"],
        ["tinyml", *(f"tinyml.{name}" for name in ("errors", "quantities", "validation"))],
        [
            "tinyml",
            *(
                f"tinyml.{name}"
                for name in ("category", "domain", "errors", "hints", "quantities", "space", "validation")
            ),
        ],
    ]


def test_importing_the_package_loads_numpy_and_no_other_library() -> None:
    code = (
        "import sys, numpy; before = set(sys.modules); from tinyml import *; "
        "print(sorted({name.split('.')[0] for name in set(sys.modules) - before} - set(sys.stdlib_module_names)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "['numpy', 'tinyml']\n"
