"""Local rules against central differences and complex steps, chains of them over fractions, and the error of h."""

from __future__ import annotations

import cmath
import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinyml import (
    AddOp,
    EmptyInput,
    InvalidProbability,
    InvalidScalar,
    LocalGradient,
    LogOp,
    MulOp,
    Operation,
    ShapeMismatch,
    SigmoidOp,
    WrongType,
    check_local_rule,
)
from tinyml.ch09_calculus.calculus import Scalar, sigmoid_of

moderate = st.floats(-8, 8)
fractions = st.fractions(min_value=-50, max_value=50, max_denominator=60)
slopes = st.lists(fractions, min_size=1, max_size=4).map(lambda own: LocalGradient(tuple(own)))
one_slope = fractions.map(lambda own: LocalGradient((own,)))


def complex_step(function: Any, x: float) -> float:
    """Return the slope by a step into the imaginary numbers, where nothing cancels: an oracle of its own."""
    return float(function(complex(x, 1e-30)).imag) / 1e-30


@given(moderate, moderate)
def test_the_local_rules_are_what_a_nudge_measures(a: float, b: float) -> None:
    for operation in (AddOp(), MulOp()):
        assert (report := check_local_rule(operation, a, b)), str(report)
    assert (report := check_local_rule(SigmoidOp(), a)), str(report)
    assert (report := check_local_rule(LogOp(), 0.1 + abs(b))), str(report)


@given(st.floats(-700, 700), st.floats(1e-300, 1e300))
def test_sigmoid_and_log_have_the_slopes_of_a_complex_step(z: float, a: float) -> None:
    [steep] = SigmoidOp().local(z).partials
    far = math.exp(-abs(z))  # where the step itself would leave the range of floats
    expected = complex_step(lambda own: 1 / (1 + cmath.exp(-own)), z) if abs(z) < 300 else far
    assert steep == pytest.approx(expected, rel=1e-12, abs=1e-300)
    assert LogOp().local(a).partials[0] == pytest.approx(1 / a, rel=1e-15)


@given(fractions, fractions, fractions)
def test_add_and_multiply_are_exact_over_fractions(a: Fraction, b: Fraction, h: Fraction) -> None:
    """Both are straight lines in each input, so that one nudge of any size measures the slope exactly."""
    if h == 0:
        return
    for operation in (AddOp(), MulOp()):
        in_a, in_b = operation.local(a, b).partials
        assert operation.forward(a + h, b) - operation.forward(a, b) == h * in_a
        assert operation.forward(a, b + h) - operation.forward(a, b) == h * in_b


@given(slopes, one_slope, one_slope)
def test_chaining_local_gradients_is_associative(f: LocalGradient, g: LocalGradient, h: LocalGradient) -> None:
    assert (f >> g) >> h == f >> (g >> h)
    assert f >> LocalGradient((1,)) == f


@given(slopes, one_slope, fractions)
def test_a_signal_goes_back_through_a_chain_link_by_link(f: LocalGradient, g: LocalGradient, signal: Fraction) -> None:
    [between] = g.backward(signal)
    assert (f >> g).backward(signal) == f.backward(between)


@given(fractions, fractions, fractions)
def test_the_chain_rule_on_a_product_of_sums(a: Fraction, b: Fraction, h: Fraction) -> None:
    """(a + b) * (a + b) has the slope 2 (a + b), and the second difference of a square is h squared."""
    add, multiply = AddOp(), MulOp()
    total = add.forward(a, b)
    signals = multiply.local(total, total).backward(1)
    slope = sum(signals[:1]) + sum(signals[1:])
    in_a, in_b = add.local(a, b).backward(slope)
    assert in_a == in_b == 2 * (a + b)
    assert (a + h + b) ** 2 - (a + b) ** 2 == h * Fraction(in_a) + h * h


def test_the_figures_of_the_source() -> None:
    assert MulOp().forward(2, 3) == 6
    assert MulOp().local(2, 3) == LocalGradient((3, 2))
    assert MulOp().local(2, 3).backward(4) == (12, 8)
    assert AddOp().local(2, 3).backward(4) == (4, 4)


def test_three_operations_in_a_row() -> None:
    """log(sigmoid(2 w)) at w = 0: the value is ln 1/2, the slope 2 * 1/4 * 2 = 1."""
    doubled = MulOp().forward(0.0, 2.0)
    share = SigmoidOp().forward(doubled)
    first, second, third = MulOp().local(0.0, 2.0), SigmoidOp().local(doubled), LogOp().local(share)
    assert LogOp().forward(share) == math.log(0.5)
    assert (first >> second >> third).partials == (1.0, 0.0)


def test_the_sigmoid_reaches_both_ends_without_overflow() -> None:
    assert [sigmoid_of(z) for z in (-1000.0, 0.0, 1000.0)] == [0.0, 0.5, 1.0]
    assert SigmoidOp().local(40.0).partials[0] == pytest.approx(math.exp(-40), rel=1e-12)
    assert SigmoidOp().local(-40.0) == SigmoidOp().local(40.0)
    assert SigmoidOp().local(0.0).partials == (0.25,)


@dataclass(frozen=True)
class Mistaken(Operation):
    """Multiplication with the two slopes changed about, the most common mistake."""

    name: ClassVar[str] = "mistaken"
    arity: ClassVar[int] = 2

    def _forward(self, inputs: tuple[Scalar, ...]) -> Scalar:
        return inputs[0] * inputs[1]

    def _local(self, inputs: tuple[Scalar, ...]) -> tuple[Scalar, ...]:
        return inputs


def test_a_wrong_local_rule_is_found_and_described() -> None:
    report = check_local_rule(Mistaken(), 2.0, 3.0)
    assert not report
    assert "fails, for example at input 0: stated 2, measured 3" in str(report)
    assert report.cases == 2
    assert check_local_rule(Mistaken(), 3.0, 3.0)  # one point can hide a mistake


def test_refusals_say_what_came() -> None:
    with pytest.raises(ShapeMismatch, match="shape mismatch in multiply: expected 2 inputs, got 1"):
        MulOp().forward(2)
    with pytest.raises(ShapeMismatch, match="shape mismatch in log: expected 1 input, got 2"):
        LogOp().local(1, 2)
    with pytest.raises(InvalidProbability, match="a logarithm needs a number above 0; got 0"):
        LogOp().forward(0)
    with pytest.raises(WrongType, match="add needs a number; got bool True"):
        AddOp().forward(True, 1)
    with pytest.raises(InvalidScalar, match="add must be finite; entry 1 is nan"):
        AddOp().forward(1.0, math.nan)
    with pytest.raises(EmptyInput, match="at least one slope is needed"):
        LocalGradient(())
    with pytest.raises(WrongType, match="LocalGradient needs a tuple of numbers"):
        LocalGradient([1.0])  # type: ignore[arg-type]
    with pytest.raises(WrongType, match="LocalGradient >> needs a LocalGradient"):
        LocalGradient((1,)) >> 2  # type: ignore[operator]
    with pytest.raises(ShapeMismatch, match="expected one slope on the right, got 2 slopes"):
        LocalGradient((1,)) >> LocalGradient((1, 2))
    with pytest.raises(InvalidScalar, match="backward must be finite; got inf"):
        LocalGradient((1,)).backward(math.inf)
    assert [repr(own) for own in (AddOp(), LogOp())] == ["AddOp()", "LogOp()"]
