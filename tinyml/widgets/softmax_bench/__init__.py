"""SoftmaxBench: logits, a temperature and a target give a distribution, its entropy and a loss."""

from __future__ import annotations

from functools import cache
from typing import Any, ClassVar, final

import numpy as np
import traitlets

from tinyml.ch01_objects.quantities import Logits, TokenId, VocabSize
from tinyml.ch03_prediction.loss import loss_from_logits
from tinyml.ch03_prediction.prediction import Softmax, log_softmax
from tinyml.draw.picture import bars
from tinyml.validation import FloatArray
from tinyml.widgets.widget import Count, Number, Widget

SIZE = 5
START = (2.0, 1.0, 0.5, 0.0, -1.0)


@final
class SoftmaxBench(Widget):
    """Five `logits`, a `shift` that is added to all of them, a `temperature` that divides them, and a `target`."""

    name: ClassVar[str] = "softmax_bench"

    logits = traitlets.List(Number(0.0, min=-20.0, max=20.0), list(START), minlen=SIZE, maxlen=SIZE).tag(
        sync=True, setting=True
    )
    temperature = Number(1.0, min=0.1, max=10.0).tag(sync=True, setting=True)
    shift = Number(0.0, min=-1000.0, max=1000.0).tag(sync=True, setting=True)
    target = Count(0, min=0, max=SIZE - 1).tag(sync=True, setting=True)

    def scores(self) -> Logits:
        """Return what softmax is given: (logits + shift) / temperature."""
        return scores_of(self.logits, self.shift, self.temperature)

    def references(self) -> dict[str, Any]:
        return canonical_references()

    def numbers(self) -> dict[str, Any]:
        scores = self.scores()
        return {
            "Distribution": Softmax(VocabSize(SIZE))(scores).values,
            "Surprise, -ln p": -log_softmax(scores.values),
            "exp(l) divided by the sum, as it stands": careless(scores.values),
        }

    def fallback_svg(self) -> str:
        values = self.numbers()["Distribution"].tolist()
        return bars("Distribution", [f"token {k}" for k in range(SIZE)], values, marked=self.target)

    @property
    def alt(self) -> str:
        return f"Bars of the distribution that softmax makes of five logits; the target is token {self.target}."

    @property
    def caption(self) -> str:
        scores = self.scores()
        shown = ", ".join(f"{p:.6f}" for p in Softmax(VocabSize(SIZE))(scores).values)
        given = ", ".join(f"{score:g}" for score in scores.values)
        loss = loss_from_logits(scores, TokenId(self.target)).value
        return (
            f"The logits {given} give the distribution {shown}. Its entropy is {entropy_of(scores):.6f} nats, and the "
            f"loss at target {self.target} is {loss:.6f}. Adding one number to all logits would change none of this."
        )


def scores_of(logits: list[float], shift: float, temperature: float) -> Logits:
    return Logits((np.array(logits) + shift) / temperature)


def entropy_of(scores: Logits) -> float:
    """Return the mean surprise under the distribution itself, in nats."""
    logs = log_softmax(scores.values)
    return abs(float((np.exp(logs) * logs).sum()))


def careless(scores: FloatArray) -> FloatArray:
    """Return exp(l) / sum(exp(l)) without a shift: nan where exp overflows or every exp is 0."""
    with np.errstate(over="ignore", invalid="ignore"):
        powers = np.exp(scores)
        shares: FloatArray = powers / powers.sum()
    return shares


@cache
def canonical_references() -> dict[str, Any]:
    """Return the reference values that the page recomputes, under the same names."""
    values: dict[str, Any] = {}
    for shift, temperature in ((0.0, 1.0), (0.0, 0.25), (0.0, 4.0), (1000.0, 1.0), (-1000.0, 2.0)):
        scores = scores_of(list(START), shift, temperature)
        key = f"shift {shift:g}, temperature {temperature:g}"
        values[f"scores at {key}"] = scores.values
        values[f"distribution at {key}"] = Softmax(VocabSize(SIZE))(scores).values
        values[f"entropy at {key}"] = entropy_of(scores)
        values[f"losses at {key}"] = -log_softmax(scores.values)
    values["careless at shift 0"] = careless(scores_of(list(START), 0.0, 1.0).values)
    return values
