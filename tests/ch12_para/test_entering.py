"""Entering: the layer, the 2-cell or the lens that made what is no number is named, on both ways."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from small_lenses import line, pair, square
from small_paras import plus, times

from tinyml import (
    NUMBERS,
    InvalidScalar,
    OutOfRange,
    Product,
    ShapeMismatch,
    WrongType,
    bias,
    embed,
    initialise,
    layers,
    linear,
    para,
    port,
    scores,
    vectors,
)
from tinyml.ch12_para.entering import named_side

MODEL: Any = embed(5, 4) >> linear(vectors(4), scores(5)) >> bias(scores(5)) >> layers.relu(scores(5))
START: Any = initialise(MODEL.parameters, np.random.default_rng(1))
TEXT = np.array([1, 2, 3, 4, 1, 2, 3])


def with_head(head: Any) -> Any:
    return Product(START.first, Product(head, START.second.second))


@pytest.mark.parametrize(
    ("parameters", "text", "error", "message"),
    [
        (
            with_head(np.zeros((3, 5))),
            TEXT,
            ShapeMismatch,
            r"^shape mismatch in parameters of linear, in get of embed >> linear >> bias >> relu, Weights\[4, 5\]: "
            r"expected \(4, 5\), got \(3, 5\)$",
        ),
        (with_head(np.zeros((1, 4, 5))), TEXT, ShapeMismatch, r"parameters of linear, .*got \(1, 4, 5\)$"),
        (
            with_head([[0.0]]),
            TEXT,
            WrongType,
            r"^parameters of linear, .* needs an array for Weights\[4, 5\]; got list",
        ),
        (
            with_head(np.full((4, 5), True)),
            TEXT,
            WrongType,
            r"^parameters of linear, .* needs numbers for Weights\[4, 5\]",
        ),
        (with_head(np.full((4, 5), np.nan)), TEXT, InvalidScalar, r"^Weights\[4, 5\] in parameters of linear, .*nan$"),
        (
            Product(START.first, Product(np.full((4, 5), 1e308), np.full((5, 4), 1e3))),
            TEXT,
            InvalidScalar,
            r"^Scores\[5\] in the result of linear must be",
        ),
        (
            START,
            np.array([1, 5]),
            OutOfRange,
            r"^token in get of .* index 5 out of range; limit is 5, so 0 to 4 are valid$",
        ),
        (START, np.array([-1]), OutOfRange, r"index -1 out of range; indices start at 0$"),
        (START, np.array([1.0]), WrongType, r"^get of .* needs an array of whole numbers for Tokens\[5\]; got ndarray"),
        (START, [1, 2], WrongType, r"needs an array of whole numbers for Tokens\[5\]; got list \[1, 2\]"),
        (
            START.second,
            TEXT,
            ShapeMismatch,
            r"^shape mismatch in parameters of bias, .*: expected \(5,\), got \(4, 5\)$",
        ),
        (None, TEXT, WrongType, r"needs a Product for Offsets\[5\] x \(Weights\[4, 5\] x Table\[5, 4\]\); got None"),
    ],
)
def test_what_a_person_enters_is_refused_by_the_layer_it_is_for(
    parameters: Any, text: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        MODEL.get(Product(parameters, text))


def test_a_change_that_fits_no_result_is_refused() -> None:
    with pytest.raises(
        ShapeMismatch, match=r"^shape mismatch in put of .*, ScoresChange\[5\]: expected \(\.\.\., 5\), got \(7, 4\)"
    ):
        MODEL.put(pair(pair(START, TEXT), np.ones((7, 4))))
    with pytest.raises(
        ShapeMismatch, match=r"^shape mismatch in the change of the result of relu: expected \(7, 5\), got \(6, 5\)"
    ):
        MODEL.put(pair(pair(START, TEXT), np.ones((6, 5))))
    layer: Any = linear(vectors(4), scores(5))
    weights = initialise(layer.parameters, np.random.default_rng(2))
    with pytest.raises(ShapeMismatch, match=r"the change of the result of linear: expected \(2, 5\), got \(3, 5\)"):
        layer.put(pair(pair(weights, np.ones((2, 4))), np.ones((3, 5))))


def test_the_stage_that_overflows_on_the_way_back_is_named() -> None:
    steep: Any = line(1e308, 0)
    with pytest.raises(
        InvalidScalar, match=r"^NumberChange in the change that line 1e\+308 sends back must be finite; got inf"
    ):
        (times >> steep >> line(1e3, 0)).put(pair(pair(1e-9, 1e-6), 1.0))
    with pytest.raises(
        InvalidScalar, match=r"^NumberChange in the change of the parameters of times must be finite; got inf"
    ):
        (times >> plus).put(pair(pair(pair(1.0, 0.0), 1e300), 1e300))
    with pytest.raises(
        InvalidScalar, match=r"^NumberChange in the change that times sends back must be finite; got inf"
    ):
        (plus >> times).put(pair(pair(pair(1e300, 1.0), -1.0), 1e300))
    with pytest.raises(InvalidScalar, match=r"^Number in the result of square must be finite; got inf"):
        times.reparametrise(square).get(pair(1e200, 1.0))
    with pytest.raises(InvalidScalar, match=r"^NumberChange in the change that line 1e\+308 sends back must be finite"):
        times.reparametrise(steep).put(pair(pair(1e-300, 1.0), 1e4))


def test_a_side_is_named_once() -> None:
    side: Any = named_side(named_side(NUMBERS, "times"), "times")
    assert side == NUMBERS
    with pytest.raises(WrongType, match=r"^parameters of times, in here needs a number or an array of numbers"):
        side.admit_point("here", "x")
    with pytest.raises(WrongType, match=r"^parameters of times, in here needs a number or an array of numbers"):
        side.admit_change("here", "x")


def test_checks_change_no_value() -> None:
    rows: Any = port(layers.Vectors, layers.VectorsChange, 4)
    own: Any = para("own", NUMBERS, rows, rows, lambda p, x: (p * x, (p, x)), lambda k, d: ((k[1] * d).sum(), k[0] * d))
    model = own >> own.reparametrise(square) >> layers.tanh(rows)
    at, change = pair(pair(0.5, 2.0), np.arange(8.0).reshape(2, 4)), np.ones((2, 4))
    result, kept = model.forward(at.first, at.second)
    assert np.array_equal(model.get(at), result)
    side, back = model.backward(kept, change)
    found = model.put(pair(at, change))
    assert found.first == side
    assert np.array_equal(found.second, back)
