"""One neuron: its figures, its gradient in three ways, and when no arrow leads from a loss to a gradient."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import NOT_A_NUMBER, NOT_AN_ARRAY

from tinyml import (
    Bias,
    BinaryCrossEntropy,
    CompositionError,
    EmptyInput,
    GradientRule,
    Input,
    InvalidLoss,
    InvalidProbability,
    InvalidScalar,
    LearningRate,
    Logit,
    Loss,
    Neuron,
    NeuronExample,
    NeuronGradient,
    NeuronLogit,
    NeuronLoss,
    NeuronStep,
    NumericalOverflow,
    Prediction,
    Probability,
    Product,
    ShapeMismatch,
    StepCount,
    Target,
    Weight,
    WrongType,
    ZeroOneLoss,
    arrow,
    close,
    decide,
    deviation,
    iterate,
    neuron_gradient,
    numerical_gradient,
    sigmoid,
    single_valued,
    trace_neuron,
)
from tinyml.ch09_calculus.neuron_arrows import loss_from_logit

NEURON = Neuron(Weight([0.5, -0.25]), Bias(0.1))
EXAMPLE: NeuronExample = Product(Input([1.0, 2.0]), Target(True))
moderate = st.floats(-3, 3)


@st.composite
def neurons(draw: st.DrawFn) -> tuple[Neuron, NeuronExample]:
    """Draw a neuron of one to four inputs and an example for it."""
    size = draw(st.integers(1, 4))
    row = st.lists(moderate, min_size=size, max_size=size)
    neuron = Neuron(Weight(draw(row)), Bias(draw(moderate)))
    return neuron, Product(Input(draw(row)), Target(draw(st.booleans())))


def flat(neuron: Neuron) -> Any:
    return np.array([*neuron.weight.values, neuron.bias.value])


def unflat(numbers: Any) -> Neuron:
    return Neuron(Weight(numbers[:-1]), Bias(numbers[-1]))


@given(neurons())
def test_the_gradient_rule_is_what_a_nudge_measures(drawn: tuple[Neuron, NeuronExample]) -> None:
    neuron, example = drawn
    measured = numerical_gradient(lambda numbers: NeuronLoss(example)(unflat(numbers)).value, flat(neuron))
    found = neuron_gradient(neuron, example)
    assert [*found.weight, found.bias] == pytest.approx(measured.tolist(), abs=1e-8)


@given(neurons())
def test_the_gradient_rule_is_the_local_rules_chained_backwards(drawn: tuple[Neuron, NeuronExample]) -> None:
    neuron, example = drawn
    trace = trace_neuron(neuron, example)
    assert close(trace.gradient, neuron_gradient(neuron, example), 1e-9)
    assert trace["loss"].value == pytest.approx(NeuronLoss(example)(neuron).value, abs=1e-9)
    assert trace["z"].value == pytest.approx(NeuronLogit(neuron)(example.first).value, abs=1e-12)
    assert trace["loss"].signal == 1.0


@given(neurons())
def test_the_signal_at_an_input_is_what_a_nudge_of_it_measures(drawn: tuple[Neuron, NeuronExample]) -> None:
    neuron, example = drawn

    def loss_at(features: Any) -> float:
        return NeuronLoss(Product(Input(features), example.second))(neuron).value

    trace = trace_neuron(neuron, example)
    found = [trace[f"x{k}"].signal for k in range(1, len(example.first) + 1)]
    assert found == pytest.approx(numerical_gradient(loss_at, example.first.values).tolist(), abs=1e-8)


@given(neurons(), st.integers(0, 5), st.integers(0, 5))
def test_steps_of_a_neuron_add_up_and_leave_their_argument_alone(
    drawn: tuple[Neuron, NeuronExample], m: int, n: int
) -> None:
    neuron, example = drawn
    before = flat(neuron).tolist()
    step = NeuronStep(example, LearningRate(0.3))
    once = iterate(step, neuron, StepCount(m + n))
    assert once == iterate(step, iterate(step, neuron, StepCount(m)), StepCount(n))
    assert len(once.weight) == len(neuron.weight)
    assert flat(neuron).tolist() == before


@given(st.lists(st.tuples(st.integers(-3, 3), st.just(None)), min_size=8, max_size=20), st.integers(-3, 3))
def test_what_comes_from_a_function_is_single_valued(drawn: list[tuple[int, None]], wrong: int) -> None:
    pairs = [(argument, argument * argument) for argument, _ in drawn]
    assert single_valued(pairs)  # eight numbers among seven: two are equal
    argument = pairs[0][0]
    assert bool(single_valued([*pairs, (argument, wrong)])) == (wrong == argument * argument)


@given(st.floats(-15, 15), st.booleans())
def test_the_loss_of_the_probability_is_the_loss_of_the_logit(score: float, answer: bool) -> None:
    direct = loss_from_logit(Logit(score), Target(answer))
    composed = BinaryCrossEntropy()(Product(sigmoid(Logit(score)), Target(answer)))
    assert composed.value == pytest.approx(direct.value, abs=1e-8)


@given(st.floats(allow_nan=True))
def test_a_probability_is_a_number_from_zero_to_one(value: float) -> None:
    if 0 <= value <= 1:
        assert Probability(value).value == value
    else:
        with pytest.raises((InvalidProbability, InvalidScalar)):
            Probability(value)
    for kind in (Logit, Bias):
        if math.isfinite(value):
            assert kind(value).value == value
        else:
            with pytest.raises(InvalidScalar, match=f"a {kind.__name__} must be finite; got"):
                kind(value)


def test_figures_of_the_neuron() -> None:
    z = NeuronLogit(NEURON)(EXAMPLE.first)
    assert z.value == pytest.approx(0.1, abs=1e-15)
    assert sigmoid(z).value == pytest.approx(0.524979, abs=1e-6)
    assert NeuronLoss(EXAMPLE)(NEURON).value == pytest.approx(0.644397, abs=1e-6)
    found = neuron_gradient(NEURON, EXAMPLE)
    assert found.weight == pytest.approx((-0.475021, -0.950042), abs=1e-6)
    assert found.bias == pytest.approx(-0.475021, abs=1e-6)
    after = NeuronStep(EXAMPLE, LearningRate(0.1))(NEURON)
    assert after.weight.values == pytest.approx([0.547502, -0.154996], abs=1e-6)
    assert after.bias.value == pytest.approx(0.147502, abs=1e-6)
    assert NeuronLoss(EXAMPLE)(after).value == pytest.approx(0.519057, abs=1e-6)


@given(neurons())
def test_on_one_example_the_loss_of_a_neuron_gives_its_slopes(drawn: tuple[Neuron, NeuronExample]) -> None:
    neuron, features = drawn[0], drawn[1].first
    example = Product(features, Target(True))
    signal = math.exp(-NeuronLoss(example)(neuron).value) - 1
    expected = NeuronGradient(tuple((signal * features.values).tolist()), signal)
    assert close(neuron_gradient(neuron, example), expected, 1e-9)


def two_neurons() -> list[tuple[Neuron, NeuronExample]]:
    yes = Target(True)
    return [
        (Neuron(Weight([1.0]), Bias(0.0)), Product(Input([1.0]), yes)),
        (Neuron(Weight([0.5]), Bias(0.0)), Product(Input([2.0]), yes)),
    ]


def test_on_different_data_no_arrow_leads_from_a_loss_to_a_gradient() -> None:
    losses = [NeuronLoss(example)(neuron) for neuron, example in two_neurons()]
    gradients = [neuron_gradient(*pair) for pair in two_neurons()]
    assert losses[0] == losses[1]
    assert losses[0].value == pytest.approx(0.3132617, abs=5e-8)
    assert [own.weight[0] for own in gradients] == pytest.approx([-0.268941, -0.537883], abs=1e-6)
    report = single_valued(zip(losses, gradients, strict=True))
    assert not report
    assert "fails, for example at Loss(value=0.313" in str(report)
    honest = [(Product(example.first, Product(sigmoid(NeuronLogit(own)(example.first)), example.second)), neuron_gradient(own, example)) for own, example in two_neurons() * 2]  # fmt: skip  # noqa: E501
    assert single_valued(honest)


def test_a_zero_one_loss_has_no_slope_to_follow() -> None:
    count = ZeroOneLoss()
    assert count(Product(Prediction(True), Target(True))) == Loss(0.0)
    assert count(Product(Prediction(True), Target(False))) == Loss(1.0)
    answers = [decide(sigmoid(Logit(z))) for z in (-0.1, -1e-9, 0.0, 1e-9, 0.1)]
    assert [own.value for own in answers] == [False, False, True, True, True]
    assert ((NeuronLogit(NEURON) >> sigmoid >> decide)(EXAMPLE.first)).value


def test_the_pipeline_of_the_neuron_and_its_missing_arrow() -> None:
    pipeline = NeuronLogit(NEURON) >> sigmoid >> decide
    assert str(pipeline) == "Input[2] -> Prediction"
    with pytest.raises(CompositionError, match="Prediction is not Loss: an arrow Prediction -> Loss is missing"):
        pipeline >> single_loss()
    with pytest.raises(CompositionError, match="Logit is not Probability"):
        NeuronLogit(NEURON) >> decide  # type: ignore[operator]
    with pytest.raises(CompositionError, match="cannot compose"):
        iterate(NeuronLoss(EXAMPLE), NEURON, StepCount(2))  # type: ignore[misc]


def single_loss() -> Any:
    @arrow(Loss, float)
    def read(loss: Loss) -> float:
        return loss.value

    return read


@pytest.mark.parametrize("value", NOT_A_NUMBER)
def test_what_is_no_number_is_refused(value: Any) -> None:
    for kind in (Bias, Logit, Probability):
        with pytest.raises(WrongType, match=f"{kind.__name__} needs a real number"):
            kind(value)


def test_what_is_no_row_of_numbers_is_refused() -> None:
    for value in NOT_AN_ARRAY:
        for kind in (Input, Weight):
            with pytest.raises((WrongType, EmptyInput, ShapeMismatch)):
                kind(value)


def test_quantities_of_one_value_are_not_equal() -> None:
    assert deviation(Logit(0.5), Probability(0.5)) == math.inf
    assert Input([1.0]) != Weight([1.0])
    answers: list[object] = [Prediction(True), Target(True), True]
    assert len(set(answers)) == 3
    numbers: list[object] = [Probability(0.5), Logit(0.5), Bias(0.5), 0.5]
    assert len(set(numbers)) == 4


def test_refusals_say_what_came() -> None:
    with pytest.raises(WrongType, match="Target needs True or False; got int 1"):
        Target(1)  # type: ignore[arg-type]
    with pytest.raises(WrongType, match="Neuron needs a Weight; got Input"):
        Neuron(Input([1.0]), Bias(0.0))  # type: ignore[arg-type]
    with pytest.raises(WrongType, match=r"Neuron needs a Bias; got float 0\.0"):
        Neuron(Weight([1.0]), 0.0)  # type: ignore[arg-type]
    with pytest.raises(WrongType, match=r"logit needs an Input\[2\]; got Weight"):
        NeuronLogit(NEURON)(NEURON.weight)  # type: ignore[arg-type]
    with pytest.raises(ShapeMismatch, match="shape mismatch in logit: expected an Input of 2, got 3"):
        NeuronLogit(NEURON)(Input([1.0, 2.0, 3.0]))
    with pytest.raises(ShapeMismatch, match="shape mismatch in logit: expected an Input of 2, got 1"):
        trace_neuron(NEURON, Product(Input([1.0]), Target(True)))
    with pytest.raises(WrongType, match="binary_cross_entropy needs a Probability x Target"):
        BinaryCrossEntropy()(Product(Logit(0.5), Target(True)))  # type: ignore[arg-type]
    with pytest.raises(WrongType, match="zero_one_loss needs a Prediction x Target"):
        ZeroOneLoss()(Product(Probability(1.0), Target(True)))  # type: ignore[arg-type]
    with pytest.raises(WrongType, match=r"gradient_rule needs an Input x \(Probability x Target\)"):
        GradientRule()(Product(NEURON, Product(Probability(0.5), Target(True))))  # type: ignore[arg-type]
    with pytest.raises(InvalidLoss, match="the answer has probability 0; loss_from_logit does not round to 0"):
        BinaryCrossEntropy()(Product(Probability(1.0), Target(False)))
    with pytest.raises(WrongType, match="NeuronStep needs a LearningRate"):
        NeuronStep(EXAMPLE, 0.1)  # type: ignore[arg-type]
    with pytest.raises(WrongType, match="NeuronLoss needs an Input x Target"):
        NeuronLoss(NEURON)  # type: ignore[arg-type]
    with pytest.raises(EmptyInput, match="pairs with equal arguments"):
        single_valued([(1, 2), (2, 2)])
    with pytest.raises(KeyError, match="no wire 'y'; there are w1, x1, w2"):
        trace_neuron(NEURON, EXAMPLE)["y"]


def test_a_gradient_holds_finite_slopes() -> None:
    assert NeuronGradient((1, -0.0), 2) == NeuronGradient((1.0, 0.0), 2.0)
    with pytest.raises(InvalidScalar, match="slopes must be finite; entry 1 is nan"):
        NeuronGradient((1.0, math.nan), 0.0)
    with pytest.raises(WrongType, match="NeuronGradient needs a tuple of slopes"):
        NeuronGradient([1.0], 0.0)  # type: ignore[arg-type]
    with pytest.raises(EmptyInput, match="at least one slope is needed"):
        NeuronGradient((), 0.0)


def test_large_numbers_end_in_a_typed_error() -> None:
    with pytest.raises(NumericalOverflow, match="the scores are no longer finite"):
        NeuronLogit(Neuron(Weight([1e308, 1e308]), Bias(0.0)))(Input([10.0, 10.0]))
    with pytest.raises(NumericalOverflow, match="the weights are no longer finite"):
        NeuronStep(Product(Input([1e200, 0.0]), Target(False)), LearningRate(1e200))(NEURON)
    assert loss_from_logit(Logit(1e308), Target(False)).value == 1e308
