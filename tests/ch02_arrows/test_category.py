"""Composition: its laws, exactly, and its refusals, word for word."""

import operator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_arrows import digits, double, increment

from tinyml import (
    CompositionError,
    Embedding,
    Identity,
    Logits,
    ModelDimension,
    Morphism,
    OutOfRange,
    Parameters,
    Product,
    Softmax,
    Space,
    StepCount,
    TokenId,
    Vector,
    VocabSize,
    WrongType,
    arrow,
    predictor,
)


@arrow(int, int)
def square(n: int) -> int:
    return n * n


numbers = st.integers(-1000, 1000)


@st.composite
def lines(draw: st.DrawFn) -> Morphism[int, int]:
    """Draw a straight line through points with whole numbers: an arrow that never fails."""
    factor, summand = draw(numbers), draw(numbers)

    @arrow(int, int)
    def line(n: int) -> int:
        return factor * n + summand

    return line


single: st.SearchStrategy[Morphism[int, int]] = lines() | st.sampled_from([square, Identity[int](Space("int"))])
arrows = single | st.builds(operator.rshift, single, single)


@given(arrows, arrows, arrows, numbers)
def test_composition_is_associative(
    f: Morphism[int, int], g: Morphism[int, int], h: Morphism[int, int], x: int
) -> None:
    assert (f >> g) >> h == f >> (g >> h)
    assert ((f >> g) >> h)(x) == (f >> (g >> h))(x) == h(g(f(x)))


@given(arrows, numbers)
def test_identity_is_neutral(f: Morphism[int, int], x: int) -> None:
    same: Identity[int] = Identity(Space("int"))
    assert (same >> f)(x) == f(x) == (f >> same)(x)


@given(arrows, arrows, arrows, arrows, numbers, numbers)
def test_interchange(
    f: Morphism[int, int], g: Morphism[int, int], h: Morphism[int, int], k: Morphism[int, int], x: int, y: int
) -> None:
    across, down = (f @ g) >> (h @ k), (f >> h) @ (g >> k)
    assert across(Product(x, y)) == down(Product(x, y)) == Product(h(f(x)), k(g(y)))


@given(st.integers(0, 20), st.integers(0, 20), numbers)
def test_powers_add(m: int, n: int, x: int) -> None:
    assert (double ** StepCount(m) >> double ** StepCount(n))(x) == (double ** StepCount(m + n))(x) == x * 2 ** (m + n)


@given(numbers, numbers)
def test_a_composite_runs_from_left_to_right_and_a_product_side_by_side(x: int, y: int) -> None:
    assert (double >> increment)(x) == 2 * x + 1
    assert (increment >> double)(x) == 2 * (x + 1)
    assert (double @ increment)(Product(x, y)) == Product(2 * x, y + 1)
    assert increment(41) == 42
    assert (increment >> double)(4) == 10


def test_sizes_are_part_of_where_an_arrow_ends() -> None:
    small, large = Identity[object](Space("Vector", (4,))), Identity[object](Space("Vector", (8,)))
    with pytest.raises(CompositionError, match=r"Vector\[4\] is not Vector\[8\]"):
        small >> large
    assert str(small >> Identity[object](Space("Vector"))) == "Vector[4] -> Vector[4]"


class Scale(Morphism[Vector, Vector]):
    def apply(self, value: Vector, /) -> Vector:
        return Vector(2 * value.values)


class PairUp(Morphism[int, Product[int, list[str]]]):
    @property
    def sizes(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        return (3,), ()

    def apply(self, value: int, /) -> Product[int, list[str]]:
        return Product(value, [str(value)])


class Untyped(Morphism):  # type: ignore[type-arg]
    name = "shift"
    signature = (float, str)

    def apply(self, value: float, /) -> str:
        return str(value)


def test_a_class_of_arrows_has_its_name_and_its_ends_from_its_declaration() -> None:
    assert repr(Scale()) == "scale : Vector -> Vector"
    assert repr(PairUp()) == "pair_up : int[3] -> int x list[str]"
    assert repr(Untyped()) == "shift : float -> str"
    assert Scale()(Vector([1.0])) == Vector([2.0])
    with pytest.raises(WrongType, match="scale needs a Vector; got Logits"):
        Scale()(Logits([1.0]))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    with pytest.raises(WrongType, match="shift needs a float; got str"):
        Untyped()("1.0")
    assert PairUp.signature == (int, Product)
    assert Embedding.signature == (TokenId, Vector)


def test_the_result_of_a_function_is_checked() -> None:
    @arrow(int, str)
    def digits(n: int) -> str:
        return n  # type: ignore[return-value]  # pyright: ignore[reportReturnType]

    assert repr(digits) == "digits : int -> str"
    with pytest.raises(WrongType, match="the result of digits needs to be a str; got int 3"):
        digits(3)


def test_a_gap_is_refused_before_any_number_moves() -> None:
    start = Parameters.init(VocabSize(5), ModelDimension(4))
    with pytest.raises(CompositionError) as caught:
        Embedding(start) >> Softmax(VocabSize(5))  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
    assert str(caught.value) == (
        "cannot compose\n"
        "    embedding : TokenId[5] -> Vector[4]\n"
        "    softmax   : Logits[5] -> Distribution[5]\n"
        "Vector[4] is not Logits[5]: an arrow Vector[4] -> Logits[5] is missing (linear_to_logits has this type)"
    )


def test_the_first_error_wins() -> None:
    start = Parameters.init(VocabSize(5), ModelDimension(4))
    with pytest.raises(OutOfRange, match="token index 9 out of range; limit is 5"):
        predictor(start)(TokenId(9))


@arrow(int, int)
def refuse_here(n: int) -> int:
    raise OutOfRange("here", n, 0)


@arrow(int, int)
def refuse_there(n: int) -> int:
    raise OutOfRange("there", n, 0)


def test_what_comes_after_the_first_error_is_never_asked() -> None:
    asked = []

    @arrow(int, int)
    def watch(n: int) -> int:
        asked.append(n)
        return n

    with pytest.raises(OutOfRange, match="here index 3"):
        (watch >> refuse_here >> watch >> refuse_there)(3)
    assert asked == [3]


def test_side_by_side_the_first_half_is_evaluated_first() -> None:
    both = Product(1, 2)
    with pytest.raises(OutOfRange, match="here index 1"):
        (refuse_here @ refuse_there)(both)
    with pytest.raises(OutOfRange, match="there index 1"):
        (refuse_there @ refuse_here)(both)


def test_interchange_needs_arrows_that_do_not_fail() -> None:
    same: Identity[int] = Identity(Space("int"))
    both = Product(1, 2)
    with pytest.raises(OutOfRange, match="there index 2"):
        ((same @ refuse_there) >> (refuse_here @ same))(both)
    with pytest.raises(OutOfRange, match="here index 1"):
        ((same >> refuse_here) @ (refuse_there >> same))(both)


def test_an_arrow_that_does_not_return_to_its_source_is_not_repeated() -> None:
    with pytest.raises(CompositionError, match="str is not int"):
        digits ** StepCount(2)  # pyright: ignore[reportOperatorIssue]
    with pytest.raises(WrongType, match="double needs an int; got str"):
        double("2")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
