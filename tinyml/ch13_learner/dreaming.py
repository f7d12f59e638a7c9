"""Dreaming: the same composite with another wire closed, so that the input is learnt and the parameters stay.

    f : (P) x A -> B      turned(f) : (A) x P -> B      parameters and points have changed places

    supervised(turned(model), update of A, loss, cap).step(parameters, label) : A -> A

Nothing is new but the turn: a learner of the turned model has a point for its state, and parameters where a supervised
one has its points [Cruttwell et al. 2022, Section 4].
Laws (tests/ch13_learner/test_dreaming.py): turned twice is the model; with the dot product for a loss the change does
not depend on the prediction; a linear model is dreamt along the span of its columns, and parameters stay.
"""

from __future__ import annotations

from typing import Any

from tinyml.ch11_lens.ports import Port
from tinyml.ch12_para.parametric import Para, para
from tinyml.errors import WrongType
from tinyml.type_variables import A, B, P, dA, dB, dP


def turned(model: Para[Port[P, dP], Port[A, dA], Port[B, dB]]) -> Para[Port[A, dA], Port[P, dP], Port[B, dB]]:
    """Return a model whose point comes in from the side, and whose parameters go through."""
    if not isinstance(model, Para):
        raise WrongType("turned", "a parametric lens", model)

    def forward(point: A, parameters: P) -> tuple[B, Any]:
        result: tuple[B, Any] = model.forward(parameters, point)
        return result

    def backward(kept: Any, change: dB) -> tuple[dA, dP]:
        own, before = model.backward(kept, change)
        return before, own

    return para(f"turned ({model.name})", model.source, model.parameters, model.target, forward, backward)
