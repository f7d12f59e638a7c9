"""Each quantity accepts exactly its set, gives back what went in, and cannot be written to."""

from __future__ import annotations

import math
import pickle
from collections.abc import Callable
from dataclasses import FrozenInstanceError
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import NOT_A_NUMBER, NOT_AN_ARRAY, finite

from tinyml import (
    Distribution,
    EmptyInput,
    InvalidLearningRate,
    InvalidLoss,
    InvalidProbability,
    InvalidQuantity,
    InvalidScalar,
    LearningRate,
    Logits,
    Loss,
    ModelDimension,
    OutOfRange,
    ShapeMismatch,
    StepCount,
    TinyMLError,
    TokenId,
    Vector,
    VocabSize,
    WrongType,
)
from tinyml.validation import float_array

WHOLE: list[tuple[Any, int]] = [(TokenId, 0), (VocabSize, 1), (ModelDimension, 1), (StepCount, 0)]
REAL: list[tuple[Any, Callable[[float], bool]]] = [
    (LearningRate, lambda x: math.isfinite(x) and x > 0),
    (Loss, lambda x: math.isfinite(x) and x >= 0),
]
ARRAYS: list[Any] = [Vector, Logits]


def accepts(constructor: Any, value: Any) -> bool:
    """Whether a constructor takes a value; a refusal must be one of the package's own errors."""
    try:
        constructor(value)
    except TinyMLError:
        return False
    return True


@given(st.integers() | st.integers(-3, 3) | st.sampled_from([2**63 - 1, 2**63, 10**400]))
def test_constructors_accept_exactly_their_set(n: int) -> None:
    for constructor, least in WHOLE:
        assert accepts(constructor, n) == (least <= n < 2**63), constructor
    for constructor, law in REAL:
        assert accepts(constructor, n) == law(float(n) if abs(n) < 10**300 else math.inf), constructor


@given(st.floats() | st.sampled_from([0.0, -0.0, 5e-324, -5e-324, math.inf, -math.inf, math.nan, 1.8e308]))
def test_constructors_of_reals_accept_exactly_their_set(x: float) -> None:
    for constructor, law in REAL:
        assert accepts(constructor, x) == law(x), constructor
    for constructor, _ in WHOLE:
        assert not accepts(constructor, x), constructor


NEARLY_SHARES = st.lists(st.sampled_from([0.0, 0.5, 0.52, 1.0, 1e-8, 1e-10]), max_size=3)


@given(NEARLY_SHARES | st.lists(st.floats() | st.sampled_from([0.0, 1.0, 0.5, math.nan]), max_size=6))
def test_constructors_of_arrays_accept_exactly_their_set(values: list[float]) -> None:
    sound = bool(values) and all(map(math.isfinite, values))
    assert [accepts(constructor, values) for constructor in ARRAYS] == [sound, sound]
    shares = sound and all(0 <= value <= 1 for value in values)
    assert accepts(Distribution, values) == (shares and abs(math.fsum(values) - 1) <= 1e-9 * len(values))


@pytest.mark.parametrize("value", NOT_A_NUMBER, ids=lambda value: type(value).__name__)
def test_what_is_no_number_is_refused_as_a_wrong_type(value: Any) -> None:
    for constructor, _ in [*WHOLE, *REAL]:
        with pytest.raises(WrongType, match=r"needs an? (int|real number); got"):
            constructor(value)


@pytest.mark.parametrize("value", [True, False, np.True_])
def test_a_bool_is_no_number(value: Any) -> None:
    for constructor, _ in [*WHOLE, *REAL]:
        with pytest.raises(WrongType, match="got bool"):
            constructor(value)
    for constructor in [*ARRAYS, Distribution]:
        with pytest.raises(WrongType):
            constructor([value])


@pytest.mark.parametrize("value", NOT_AN_ARRAY, ids=repr)
def test_what_is_no_flat_array_of_numbers_is_refused(value: Any) -> None:
    for constructor in [*ARRAYS, Distribution]:
        with pytest.raises((EmptyInput, WrongType, ShapeMismatch)):
            constructor(value)


@pytest.mark.parametrize(
    ("values", "ndim", "told"), [([[1.0]], 1, r"\(n,\), got \(1, 1\)"), ([1.0], 2, r"\(rows, columns\), got \(1,\)")]
)
def test_a_refused_shape_is_told_with_the_expected_one(values: Any, ndim: int, told: str) -> None:
    with pytest.raises(ShapeMismatch, match=f"table: expected {told}"):
        float_array("table", values, ndim)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: TokenId(-1), OutOfRange, r"^token index -1 out of range; indices start at 0$"),
        (lambda: VocabSize(0), EmptyInput, r"^empty input in vocabulary: at least 1 is needed$"),
        (lambda: VocabSize(-2), InvalidQuantity, r"vocabulary.*-2"),
        (lambda: ModelDimension(0), EmptyInput, r"^empty input in model dimension: at least 1 is needed$"),
        (lambda: StepCount(-1), InvalidQuantity, r"^step count must be 0 or more; got -1$"),
        (lambda: StepCount(2**63), InvalidQuantity, r"at most 2\*\*63 - 1"),
        (lambda: LearningRate(0), InvalidLearningRate, r"must be finite and greater than 0; got 0$"),
        (lambda: LearningRate(math.nan), InvalidLearningRate, r"got nan$"),
        (lambda: LearningRate(-math.inf), InvalidLearningRate, r"got -inf$"),
        (lambda: Loss(-0.1), InvalidLoss, r"must be finite and at least 0; got -0\.1$"),
        (lambda: Loss(math.inf), InvalidLoss, r"got inf$"),
        (lambda: Vector([1.0, math.nan]), InvalidScalar, r"nan"),
        (lambda: Logits([math.inf]), InvalidScalar, r"inf"),
        (lambda: Distribution([0.5, 0.4999]), InvalidProbability, r"must sum to 1; these 2 sum to 0\.9999$"),
        (lambda: Distribution([1.00005]), InvalidProbability, r"between 0 and 1; entry 0 is 1\.00005$"),
        (lambda: Distribution([-0.1, 1.1]), InvalidProbability, r"between 0 and 1; entry 0 is -0\.1$"),
        (lambda: Distribution([0.0]), InvalidProbability, r"must sum to 1; this 1 sums to 0$"),
        (lambda: Vector([]), EmptyInput, r"^empty input in Vector"),
        (lambda: Vector(np.ones((2, 2))), ShapeMismatch, r"expected \(n,\), got \(2, 2\)"),
        (lambda: Vector(np.array(["a"])), WrongType, r"an array of real numbers"),
        (lambda: Vector(np.array([object()])), WrongType, r"an array of real numbers"),
        (lambda: Vector(np.array([1], dtype="datetime64[D]")), WrongType, r"an array of real numbers"),
    ],
)
def test_a_refusal_says_what_came_and_what_is_due(make: Any, error: Any, message: str) -> None:
    with pytest.raises(error, match=message):
        make()


@pytest.mark.parametrize("sign", [1, -1])
def test_a_refusal_of_a_huge_integer_can_be_printed(sign: int) -> None:
    huge = sign * 10**5000  # Python refuses to write it
    for constructor, _ in WHOLE:
        with pytest.raises(TinyMLError, match="whole number of 16610 bits"):
            constructor(huge)
    with pytest.raises(WrongType, match="got list too long to print"):
        Vector([huge])


@given(st.integers(1, 2**63 - 1))
def test_construct_then_read_gives_back_a_whole_number(n: int) -> None:
    assert TokenId(n).index == n
    for constructor in (VocabSize, ModelDimension, StepCount):
        quantity = constructor(n)
        assert quantity.value == n
        assert type(quantity.value) is int
        assert quantity == constructor(n)
        assert hash(quantity) == hash(constructor(n))
        assert quantity.__eq__(n) is NotImplemented


@given(st.floats(min_value=5e-324, allow_infinity=False))
def test_construct_then_read_gives_back_a_real_number(x: float) -> None:
    for constructor in (LearningRate, Loss):
        assert constructor(x).value == x
        assert type(constructor(np.float64(x)).value) is float


def test_minus_zero_is_zero() -> None:
    assert math.copysign(1, Loss(-0.0).value) == 1
    assert not np.signbit(Vector([-0.0]).values[0])


def test_quantities_of_different_kinds_are_never_equal() -> None:
    made: list[object] = [TokenId(1), VocabSize(1), ModelDimension(1), StepCount(1), LearningRate(1), Loss(1), 1, 1.0]
    made += [Vector([1.0]), Logits([1.0]), Distribution([1.0])]
    equal = [(i, j) for i, a in enumerate(made) for j, b in enumerate(made) if i < j and a == b]
    assert equal == [(6, 7)]  # 1 == 1.0


@given(st.lists(finite, min_size=1, max_size=6))
def test_an_array_is_a_private_copy_that_nobody_can_write_to(values: list[float]) -> None:
    given_array = np.array(values)
    vector = Vector(given_array)
    given_array[0] = 7.5
    assert vector.values.tolist() == [value + 0.0 for value in values]
    assert vector.values.dtype == np.float64
    with pytest.raises(ValueError, match="read-only"):
        vector.values[0] = 1.0
    with pytest.raises(FrozenInstanceError):
        vector.values = given_array  # type: ignore[misc]
    assert len(vector) == len(values)
    assert vector == Vector(values)
    assert hash(vector) == hash(Vector(values))


@pytest.mark.parametrize("dtype", ["int8", "uint64", "float16", "float32", "float64"])
def test_every_real_dtype_becomes_float64(dtype: str) -> None:
    assert Vector(np.array([0, 1], dtype=dtype)).values.dtype == np.float64


def test_a_longer_float_beyond_float64_is_refused_without_a_warning() -> None:
    with np.errstate(over="ignore"):
        long = np.array(["1", "1e400"], dtype=np.longdouble)
    with pytest.raises(InvalidScalar, match="Vector must be finite; entry 1 is inf"):
        Vector(long)


def test_pickling_keeps_values_and_keeps_them_read_only() -> None:
    for value in (TokenId(3), LearningRate(0.5), Distribution([0.25, 0.75]), Logits([1.0])):
        again = pickle.loads(pickle.dumps(value))
        assert again == value
        if isinstance(again, (Distribution, Logits)):
            assert not again.values.flags.writeable


def test_quantities_are_not_subclasses_of_numbers() -> None:
    for constructor, _ in [*WHOLE, *REAL]:
        assert not issubclass(constructor, (int, float))


@given(st.integers(1, 60_000))
def test_a_uniform_distribution_of_any_size_is_accepted(size: int) -> None:
    assert len(Distribution(np.full(size, 1 / size))) == size
    if size > 1:
        assert len(Distribution(np.full(size, 1 / size + 0.9e-9))) == size
        assert not accepts(Distribution, np.full(size, 1 / size + 1.1e-9))
