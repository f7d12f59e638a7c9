"""Fused steps against the four readable lines: the same values, the same errors, and powers that add."""

from __future__ import annotations

import tracemalloc
from typing import Any, ClassVar
from unittest import mock

import numpy as np
import pytest
from drawing import draws
from hypothesis import given
from hypothesis import strategies as st
from small_arrows import four_lines
from strategies import FORMS, problems, seed

from tinyml import (
    LearningRate,
    ModelDimension,
    NumericalOverflow,
    OutOfRange,
    Parameters,
    StepCount,
    TrainingSet,
    TrainStep,
    VocabSize,
    WrongType,
    average_loss,
    close,
    deviation,
    iterate,
    trajectory,
)
from tinyml.ch04_training import fused_steps as module

DTYPES = (np.float64, np.float32)
WHOLE = "as a whole"
Problem = tuple[TrainingSet, Parameters]


def run(form: str, problem: Problem, rate: float, count: int, dtype: Any = np.float64) -> Parameters:
    """Take fused steps in one of the forms."""
    dataset, start = problem
    with mock.patch.multiple(module, **FORMS[form]):
        return iterate(TrainStep(dataset, LearningRate(rate), dtype), start, StepCount(count))


def readable(problem: Problem, rate: float, count: int) -> Parameters:
    """Take steps by the four readable lines."""
    dataset, start = problem
    return iterate(four_lines(dataset, LearningRate(rate)), start, StepCount(count))


def scaled(problem: Problem, factor: float) -> Problem:
    dataset, start = problem
    return dataset, Parameters(start.embedding * factor, start.lm_head, start.bias * factor)


@pytest.mark.parametrize("form", FORMS)
@draws(60)
@given(problem=problems(), rate=st.floats(0.01, 2.0), count=st.integers(1, 12))
def test_fused_steps_are_the_four_readable_lines(form: str, problem: Problem, rate: float, count: int) -> None:
    assert close(run(form, problem, rate, count), readable(problem, rate, count), 1e-12)


@pytest.mark.parametrize("form", FORMS)
@draws(60)
@given(problems(), st.sampled_from([1.0, 100.0, 1e4]), st.integers(0, 5), st.integers(0, 5), st.sampled_from(DTYPES))
def test_fused_powers_add_to_the_last_bit_also_where_scores_are_shifted(
    form: str, problem: Problem, factor: float, m: int, n: int, dtype: Any
) -> None:
    dataset, start = scaled(problem, factor)
    middle = run(form, (dataset, start), 0.7, m, dtype)
    assert run(form, (dataset, start), 0.7, m + n, dtype) == run(form, (dataset, middle), 0.7, n, dtype)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("factor", [200.0, -200.0, 1e5, 1e100])
def test_scores_beyond_the_range_of_exp_are_shifted(form: str, factor: float) -> None:
    dataset, start = seed()
    pushed = dataset, Parameters(start.embedding * factor, start.lm_head, np.full(5, factor))
    assert close(run(form, pushed, 0.5, 3), readable(pushed, 0.5, 3), 1e-12)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("rate", "step"), [(10.0, 258), (7.0, 368), (1e200, 1)])
def test_an_overflow_names_the_step_that_the_readable_lines_name(form: str, rate: float, step: int) -> None:
    for steps in (readable, lambda *given_values: run(form, *given_values)):
        with pytest.raises(NumericalOverflow) as caught:
            steps(seed(), rate, 400)
        assert caught.value.step == step


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("count", [1, 2, 3])
def test_parameters_beyond_the_range_of_floats_are_an_overflow_after_the_steps_before(form: str, count: int) -> None:
    # the scores stay small, and the update of the head is beyond float64
    dataset = TrainingSet.from_indices([0], [1])
    start = Parameters([[1e300], [0.0]], [[0.0, 0.0]], [0.0, 0.0])
    for steps in (readable, lambda *given_values: run(form, *given_values)):
        with pytest.raises(NumericalOverflow) as caught:
            steps((dataset, start), 1e10, count)
        assert caught.value.step == 0


def test_in_32_bits_a_rate_of_ten_overflows_earlier() -> None:
    with pytest.raises(NumericalOverflow, match="logits") as caught:
        run(WHOLE, seed(), 10.0, 400, np.float32)
    assert caught.value.step == pytest.approx(37, abs=4)  # the figure of the Rust crate, which sums in another order
    with pytest.raises(NumericalOverflow, match="the parameters are no longer finite after step 0"):
        run(WHOLE, (seed()[0], Parameters(np.full((5, 1), 1e300), np.ones((1, 5)), np.ones(5))), 1.0, 1, np.float32)


@pytest.mark.parametrize("form", FORMS)
@given(problem=problems(), count=st.integers(0, 8))
def test_32_bits_stay_near_64(form: str, problem: Problem, count: int) -> None:
    short, long = (run(form, problem, 0.5, count, dtype) for dtype in (np.float32, np.float64))
    assert deviation(short, long) < 2e-5
    assert count == 0 or np.array_equal(short.embedding, short.embedding.astype(np.float32))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("form", FORMS)
def test_arguments_stay_and_the_result_is_nobody_elses(form: str, dtype: Any) -> None:
    dataset, start = seed()
    copies = [array.copy() for array in (start.embedding, start.lm_head, start.bias)]
    first, second = (run(form, (dataset, start), 1.0, 5, dtype) for _ in "ab")
    for name, copy in zip(("embedding", "lm_head", "bias"), copies, strict=True):
        one, other = getattr(first, name), getattr(second, name)
        assert np.array_equal(getattr(start, name), copy)
        assert np.array_equal(one, other)
        assert not np.shares_memory(one, other)
        assert (one.dtype, one.flags.writeable, one.flags.c_contiguous) == (np.float64, False, True)


class Watched(np.ndarray[Any, Any]):
    """An array that notes for each of its products where the numbers of both factors and the result begin."""

    places: ClassVar[list[int]] = []

    def dot(self, other: Any, out: Any = None) -> Any:
        arrays = [array for array in (self, other, out) if array is not None]
        self.places.extend(array.ctypes.data % module.CACHE_LINE for array in arrays)
        return super().dot(other, out)


@pytest.mark.parametrize("form", FORMS)
@draws(20)
@given(problem=problems(), dtype=st.sampled_from(DTYPES))
def test_products_find_their_numbers_at_the_same_place_of_a_line_in_every_run(
    form: str, problem: Problem, dtype: Any
) -> None:
    seen, between = [], []
    aligned: Any = module.aligned
    with mock.patch.object(module, "aligned", lambda *given_values: aligned(*given_values).view(Watched)):
        for number in range(8):
            Watched.places.clear()
            run(form, problem, 0.5, 2, dtype)
            seen.append(Watched.places.copy())
            between.append(np.ones(160 + 2 * number))  # so that what comes next lies elsewhere
    assert seen[0]
    assert all(places == seen[0] for places in seen)


@pytest.mark.parametrize("form", FORMS)
def test_a_run_leaves_numpy_as_it_was(form: str) -> None:
    before = np.getbufsize(), np.geterr()
    run(form, seed(), 0.5, 3)
    with pytest.raises(NumericalOverflow):
        run(form, seed(), 1e200, 3)
    assert (np.getbufsize(), np.geterr()) == before


def test_a_step_in_32_bits_is_another_step() -> None:
    dataset, start = seed()
    step = TrainStep(dataset, LearningRate(1.0), np.float32)
    assert step(start) != TrainStep(dataset, LearningRate(1.0))(start)
    assert average_loss(iterate(step, start, StepCount(80)), dataset).value == pytest.approx(0.009720, abs=2e-6)


def test_refusals() -> None:
    dataset, start = seed()
    for wrong in (np.float16, "float32", np.int64, None):
        with pytest.raises(WrongType, match=r"TrainStep needs numpy\.float32 or numpy\.float64"):
            TrainStep(dataset, LearningRate(1.0), wrong)  # type: ignore[arg-type]
        with pytest.raises(WrongType, match=r"trajectory needs numpy\.float32 or numpy\.float64"):
            trajectory(dataset, start, [LearningRate(1.0)], StepCount(1), wrong)  # type: ignore[arg-type]
    step = TrainStep(dataset, LearningRate(1.0))
    with pytest.raises(WrongType, match="train_step_endomorphism needs a Parameters; got int 3"):
        iterate(step, 3, StepCount(2))  # type: ignore[misc]
    with pytest.raises(OutOfRange, match="target token"):
        iterate(step, Parameters.init(VocabSize(4), ModelDimension(2)), StepCount(2))


def test_row_blocks_never_hold_a_table_of_all_predictions() -> None:
    size, rng = 1500, np.random.default_rng(0)
    dataset = TrainingSet.from_indices(rng.integers(0, size, 2500), rng.integers(0, size, 2500))
    start = Parameters.random(VocabSize(size), ModelDimension(2), rng)
    step = TrainStep(dataset, LearningRate(1.0))
    tracemalloc.start()
    end = iterate(step, start, StepCount(2))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < size * size * 8 / 5
    assert close(end, readable((dataset, start), 1.0, 2))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("sizes", [(5, 4), (24, 5)])  # runs side by side, and matrices one by one
def test_a_sweep_measures_what_fused_steps_reach_whatever_the_other_rates(dtype: Any, sizes: tuple[int, int]) -> None:
    size, dimension = sizes
    rng = np.random.default_rng(1)
    dataset = TrainingSet.from_indices(rng.integers(0, size, 40), rng.integers(0, size, 40))
    start = Parameters.random(VocabSize(size), ModelDimension(dimension), rng)
    rates = [LearningRate(rate) for rate in (*np.geomspace(0.05, 2.0, 20).tolist(), 1e300, 1e30)]
    together = trajectory(dataset, start, rates, StepCount(30), dtype)
    tolerance = 1e-11 if dtype is np.float64 else 1e-4
    for row, rate, last in zip(together.losses[:20], rates, together.final, strict=False):
        expected = [
            average_loss(iterate(TrainStep(dataset, rate, dtype), start, StepCount(n)), dataset).value
            for n in (0, 1, 30)
        ]
        assert close(row[[0, 1, 30]], expected, tolerance)
        assert close(last, iterate(TrainStep(dataset, rate, dtype), start, StepCount(30)), tolerance)
    for stopped in (20, 21):
        at = together.overflowed_at[stopped]
        assert at is not None
        assert np.isnan(together.losses[stopped, at:]).all()
        alone = trajectory(dataset, start, [rates[stopped]], StepCount(30), dtype)
        assert alone.overflowed_at == (at,)
        assert close(together.final[stopped], alone.final[0], tolerance)
    assert together.overflowed_at[:20] == (None,) * 20


def test_a_sweep_measures_a_loss_whose_other_scores_are_far_apart() -> None:
    dataset, start = TrainingSet.from_indices([0], [0]), Parameters([[1.7e308], [0.0]], [[1.0, -1.0]], [0.0, 0.0])
    assert average_loss(start, dataset).value == 0
    assert trajectory(dataset, start, [LearningRate(1.0)], StepCount(2)).losses.tolist() == [[0.0, 0.0, 0.0]]
