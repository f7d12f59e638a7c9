"""Hints: a refusal names the nearest arrow that would close the gap, whatever was imported before."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from itertools import permutations
from typing import Any

import pytest

import tinyml
from tinyml import (
    Bias,
    CompositionError,
    Distribution,
    Embedding,
    Identity,
    Input,
    Loss,
    ModelDimension,
    Morphism,
    Neuron,
    NeuronLogit,
    Parameters,
    Probability,
    Product,
    Softmax,
    Space,
    StepCount,
    TokenId,
    Vector,
    VocabSize,
    Weight,
    arrow,
    decide,
)
from tinyml.ch02_arrows import hints
from tinyml.ch02_arrows.hints import Declared, closing, nearest, snake_case


@pytest.fixture(autouse=True)
def without_notebooks() -> None:
    """Forget what a notebook has declared: another test may have run one in this process."""
    for place in [place for place in hints._DECLARED if place[0] == "__main__"]:
        del hints._DECLARED[place]


START = Parameters.init(VocabSize(5), ModelDimension(4))


def hint(first: Any, second: Any) -> str:
    with pytest.raises(CompositionError) as caught:
        first >> second
    return caught.value.suggestion


@arrow(Loss, int)
def rounded(loss: Loss) -> int:
    return round(loss.value)


@arrow(float, Distribution)
def uniform(n: float) -> Distribution:
    return Distribution([1.0])


@arrow(str, float)
def parsed(text: str) -> float:
    return float(text)


@arrow(int, str)
def digits(n: int) -> str:
    return str(n)


@arrow(float, int)
def floor(x: float) -> int:
    return int(x)


def test_an_arrow_made_by_the_decorator_is_named() -> None:
    assert hint(NeuronLogit(Neuron(Weight([1.0]), Bias(0.0))), decide) == "sigmoid"


def test_an_arrow_of_a_class_is_named_sizes_or_not() -> None:
    assert hint(Embedding(START), Softmax(VocabSize(7))) == "linear_to_logits"
    assert hint(Embedding(START) >> Identity(Space("Vector")), Softmax(VocabSize(5))) == "linear_to_logits"


def test_an_arrow_out_of_a_pair_is_named_by_its_factors() -> None:
    shares: Identity[Any] = Identity(Space.of(Product[Distribution, TokenId]))
    assert hint(shares, rounded) == "cross_entropy"
    assert hint(Identity[Any](Space.of(Product[Probability, TokenId])), rounded) == ""


def test_the_readers_own_arrows_count_where_one_of_the_two_is_theirs() -> None:
    assert hint(digits, floor) == "parsed"
    with pytest.raises(CompositionError, match=r"an arrow str -> int is missing$"):
        digits ** StepCount(2)  # pyright: ignore[reportOperatorIssue]


@dataclass(frozen=True)
class Stretched(Morphism[Vector, Vector]):
    """Vectors of one size; what is declared of the class says nothing of the size."""

    size: int

    @property
    def sizes(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        return (self.size,), (self.size,)

    def apply(self, value: Vector, /) -> Vector:
        return Vector(2 * value.values)


def test_a_gap_between_two_sizes_has_no_hint() -> None:
    assert hint(Stretched(4), Stretched(8)) == ""


@dataclass(frozen=True)
class Twin:
    """Something whose name is that of a class of the package."""


Twin.__name__ = Twin.__qualname__ = "Probability"


@arrow(Input, Twin)
def twin(_: Input) -> Twin:
    return Twin()


def test_a_class_of_the_same_name_is_another_class() -> None:
    @arrow(tinyml.Prediction, str)
    def report(_: tinyml.Prediction) -> str:
        return ""

    assert hint(twin, report) == ""


def declared(name: str, module: str) -> Declared:
    return Declared(name, module, (int, str), (Space("int"), Space("str")))


CHAPTERS = ("first", "second", "third")
EVERYWHERE = [declared(f"in_{module}", f"tinyml.{module}") for module in CHAPTERS]
READERS = declared("readers", "__main__")


@pytest.mark.parametrize(
    ("modules", "order"),
    [
        (("tinyml.first", "tinyml.first"), "first second third readers"),
        (("tinyml.first", "tinyml.second"), "second first third readers"),
        (("tinyml.third.part", "tinyml.first"), "third second first readers"),
        (("tinyml.first", "__main__"), "readers third second first"),
        (("somewhere", "somewhere"), "readers third second first"),
    ],
)
def test_the_nearest_chapter_comes_first(modules: tuple[str, str], order: str) -> None:
    for arrows in permutations([*EVERYWHERE, READERS]):
        left = list(arrows)
        for name in order.split():
            found = nearest(left, modules, CHAPTERS)
            assert found is not None
            assert found.name.removeprefix("in_") == name
            left.remove(found)


def test_what_neither_the_book_nor_the_reader_declares_here_is_not_named() -> None:
    others = [declared("far", "tinyml.widgets.far"), declared("elsewhere", "elsewhere")]
    assert nearest(others, ("tinyml.first", "__main__"), CHAPTERS) is None
    assert nearest(others, ("tinyml.first", "elsewhere"), CHAPTERS) == others[1]


def test_every_arrow_of_the_package_with_types_of_its_own_is_found_by_its_type() -> None:
    assert hint(rounded, rounded) == ""  # loads the chapters
    found = set[str]()
    for known in Morphism.__subclasses__():
        ends = known._ends
        package, _, place = known.__module__.partition(".")
        of_a_chapter = package == "tinyml" and place.partition(".")[0] in tinyml.CHAPTERS
        if of_a_chapter and object not in known.signature and ends[0] != ends[1]:
            assert closing(known.signature, ends, (known.__module__, known.__module__)) == snake_case(known.__name__)
            found.add(known.__name__)
    assert {"DirectPredict", "AverageLoss", "NeuronLogit", "GradientRule"} <= found


SAID = """
from tinyml import Bias, Embedding, Identity, Loss, ModelDimension, Neuron, NeuronLogit, Parameters, Softmax, Space
from tinyml import VocabSize, Weight, arrow, decide
start = Parameters.init(VocabSize(5), ModelDimension(4))

@arrow(Loss, float)
def number(loss): return loss.value

neuron = Neuron(Weight([1.0]), Bias(0.0))
gaps = (Identity(Space("Parameters")), number), (NeuronLogit(neuron), decide), (Embedding(start), Softmax(VocabSize(5)))
for first, second in gaps:
    try:
        first >> second
    except TypeError as error:
        print(error)
"""
BEFORE = {
    "nothing": "",
    "all": "from tinyml import *",
    "the widgets": "import tinyml.widgets.chain_builder",
    "the last chapter first": "from tinyml import backprop_correct, Softmax",
    "a namesake": "from tinyml import *\n@arrow(Logit, Probability)\ndef surely(z): return Probability(1.0)",
}


def said(before: str) -> str:
    code = f"{before}\n{SAID}"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("before", [name for name in BEFORE if name != "nothing"])
def test_the_hint_does_not_depend_on_what_was_imported_before(before: str) -> None:
    plain = said("")
    assert "Parameters -> Loss is missing (average_loss has this type)" in plain  # of a chapter that is not loaded
    assert "Logit -> Probability is missing (sigmoid has this type)" in plain
    assert "Vector[4] -> Logits[5] is missing (linear_to_logits has this type)" in plain
    assert said(BEFORE[before]) == plain


FAR_AHEAD = """
import sys
from tinyml import Identity, Loss, Space, arrow

@arrow(Loss, float)
def number(loss): return loss.value

assert "tinyml.ch05_endomorphism" not in sys.modules
try:
    Identity(Space("Parameters")) >> number
except TypeError as error:
    print(error)
"""


def test_a_hint_names_an_arrow_of_a_chapter_that_is_not_loaded_yet() -> None:
    run = subprocess.run([sys.executable, "-c", FAR_AHEAD], capture_output=True, text=True, check=True)
    assert "Parameters -> Loss is missing (average_loss has this type)" in run.stdout


IN_A_NOTEBOOK = """
from tinyml import arrow
f = arrow(int, str)(str)

@arrow(str, bytes)
def encoded(text): return text.encode()

@arrow(int, str)
def digits(n): return str(n)

@arrow(bytes, int)
def length(content): return len(content)

digits >> length
"""


def test_in_a_notebook_the_readers_arrow_is_named() -> None:
    run = subprocess.run([sys.executable, "-c", IN_A_NOTEBOOK], capture_output=True, text=True, check=False)
    assert run.stderr.endswith("an arrow str -> bytes is missing (encoded has this type)\n")


def test_declaring_an_arrow_loads_no_later_chapter() -> None:
    code = "import sys; from tinyml import arrow; "
    code += "print(any(hasattr(own, 'Softmax') for name, own in sys.modules.items() if name.startswith('tinyml.')))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "False\n"
