"""Losses: parametric lenses whose parameters are the label.

    loss                    label t          there, for a prediction y         back, for a change l'
    squared(X)              one of X         1/2 sum (y - t)^2                 y' = l' (y - t),  t' = l' (t - y)
    cross_entropy(v)        Tokens           mean of -log softmax(y)[t]        y' = l' (softmax(y) - onehot(t)) / n
    counted(v)              Counts[v, v]     -<t, log softmax(y)> / sum t      y' = l' ((t 1) softmax(y) - t) / sum t
    shared(v)               Shares[v]        -<t, log softmax(y)>              y' = l' ((sum t) softmax(y) - t)
    dot(X)                  one of X         <y, t>                            y' = l' t,  t' = l' y
    differing()             Bit              y + t                             y' = t' = l'

The change of a loss is a number that a cap chooses; for most caps it is the same whatever the loss was, and then nobody
reads the loss.  Four numbers are called "mean squared error", and `SCALES` has them: they differ by a factor in front.
`misprinted(v)` and `swapped(X)` are what two formulas of the paper say: on the page they are run and found out.
Laws (tests/ch13_learner/test_losses.py): every loss but those two is the derivative that central differences measure;
cross entropies have the values and changes of JAX; over fractions a square is exact.
"""

from __future__ import annotations

from typing import Any, NewType, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from tinyml.ch02_arrows.space import Space
from tinyml.ch03_prediction.prediction import log_softmax
from tinyml.ch10_tape.rings import Bit
from tinyml.ch11_lens.ports import UNIT, Port, Unit, port, whole
from tinyml.ch12_para.layers import Scores, ScoresChange, Tokens, scores, tokens
from tinyml.ch12_para.parametric import Para, para
from tinyml.ch12_para.trees import check_array, refuse_no_port
from tinyml.errors import EmptyInput, InvalidQuantity, ShapeMismatch, WrongType
from tinyml.type_variables import A, dA
from tinyml.validation import FloatArray

LossValue = NewType("LossValue", float)
LossChange = NewType("LossChange", float)
Counts = NewType("Counts", FloatArray)
Shares = NewType("Shares", FloatArray)
SharesChange = NewType("SharesChange", FloatArray)

LossPort: TypeAlias = Port[LossValue, LossChange]
Softened: TypeAlias = tuple[FloatArray, FloatArray, Any]
"""Powers of scores, their sums, and the label."""

LOSS: LossPort = Port(Space("LossValue"), Space("LossChange"))
BITS: Port[Bit, Bit] = whole(Bit)

SCALES = {"half the sum": (1, False), "the sum": (2, False), "half the mean": (1, True), "the mean": (2, True)}
"""What is called a squared error: the factor in front of y - t on the way back, and whether it is divided by n."""


def squared(ends: Port[A, dA], scale: str = "half the sum") -> Para[Port[A, dA], Port[A, dA], LossPort]:
    """Return the squared error of numbers or rows of numbers; `scale` is one of `SCALES`.

    >>> from tinyml import NUMBERS, Number, Product
    >>> squared(NUMBERS).get(Product(Number(5), Number(2)))
    4.5
    """
    _refuse_pairs("squared", ends)
    if scale not in SCALES:
        raise WrongType("squared", f"one of {', '.join(SCALES)}", scale)
    factor, of_mean = SCALES[scale]

    def forward(label: A, prediction: A) -> tuple[LossValue, Any]:
        error = _difference(prediction, label)
        number = np.size(error) if of_mean else 1
        return LossValue(factor * _total(error * error) / (2 * number)), (error, number)

    def backward(kept: Any, change: LossChange) -> tuple[dA, dA]:
        error, number = kept
        back = factor * change * error / number
        return cast(dA, -back), cast(dA, back)

    return para("squared", ends, ends, LOSS, forward, backward)


def swapped(ends: Port[A, dA]) -> Para[Port[A, dA], Port[A, dA], LossPort]:
    """Return half the squared error with the pair on its way back turned around, as Example 3.4 of the paper has it."""
    right = squared(ends)

    def backward(kept: Any, change: LossChange) -> tuple[dA, dA]:
        to_label, to_prediction = right.backward(kept, change)
        return to_prediction, to_label

    return para("swapped", ends, ends, LOSS, right.forward, backward)


def cross_entropy(size: int) -> Para[Port[Tokens, Unit], Port[Scores, ScoresChange], LossPort]:
    """Return the mean surprise of the targets, a token for each row of scores."""

    def forward(targets: Tokens, logits: Scores) -> tuple[LossValue, Softened]:
        rows = refuse_rows("cross entropy", targets, logits)
        shifted, powers, sums = softened(logits)
        value = (np.log(sums).sum() - shifted[rows, targets].sum()) / len(targets)
        return LossValue(float(value)), (powers, sums, targets)

    def backward(kept: Softened, change: LossChange) -> tuple[Unit, ScoresChange]:
        powers, sums, targets = kept
        signal = powers / sums
        signal[np.arange(len(targets)), targets] -= 1.0
        return (), ScoresChange(signal * (change / len(targets)))

    return para("cross entropy", tokens(size), scores(size), LOSS, forward, backward)


def counted(size: int) -> Para[Port[Counts, Unit], Port[Scores, ScoresChange], LossPort]:
    """Return the mean surprise of a table of pairs: row i of the counts says what came after token i, and how often.

    The scores are those of all tokens, row by row: a model that begins with `every_token` makes them.
    """
    side = Port[Counts, Unit](
        Space("Counts", tokens(size).points.size * 2), UNIT.points, (check_counts, UNIT.checks[1])
    )

    def forward(counts: Counts, logits: Scores) -> tuple[LossValue, tuple[Softened, FloatArray, float]]:
        shifted, powers, sums = softened(logits)
        totals = np.add.reduce(counts, axis=1, keepdims=True)
        number = float(np.add.reduce(totals, axis=None))
        value = (np.vdot(totals, np.log(sums)) - np.vdot(counts, shifted)) / number
        return LossValue(float(value)), ((powers, sums, counts), totals, number)

    def backward(kept: tuple[Softened, FloatArray, float], change: LossChange) -> tuple[Unit, ScoresChange]:
        (powers, sums, counts), totals, number = kept
        return (), ScoresChange((powers * (totals / sums) - counts) * (change / number))

    return para("cross entropy of counts", side, scores(size), LOSS, forward, backward)


def shared(size: int) -> Para[Port[Shares, SharesChange], Port[Scores, ScoresChange], LossPort]:
    """Return the surprise of one row of scores under the shares of a label; rows are summed."""

    def forward(label: Shares, logits: Scores) -> tuple[LossValue, tuple[FloatArray, Shares]]:
        logs = log_softmax(logits)
        return LossValue(-float(np.vdot(label, logs))), (logs, label)

    def backward(kept: tuple[FloatArray, Shares], change: LossChange) -> tuple[SharesChange, ScoresChange]:
        logs, label = kept
        signal = label.sum(axis=-1, keepdims=True) * np.exp(logs) - label
        return SharesChange(-change * logs), ScoresChange(change * signal)

    return para("cross entropy of shares", _shares(size), scores(size), LOSS, forward, backward)


def misprinted(size: int) -> Para[Port[Shares, SharesChange], Port[Scores, ScoresChange], LossPort]:
    """Return sum t (y - log softmax(y)), as Example 3.6 of the paper has it: it does not see which token was meant."""

    def forward(label: Shares, logits: Scores) -> tuple[LossValue, tuple[FloatArray, Scores, Shares]]:
        logs = log_softmax(logits)
        return LossValue(float(np.vdot(label, logits - logs))), (logs, logits, label)

    def backward(kept: tuple[FloatArray, Scores, Shares], change: LossChange) -> tuple[SharesChange, ScoresChange]:
        logs, logits, label = kept
        signal = label.sum(axis=-1, keepdims=True) * np.exp(logs)
        return SharesChange(change * (logits - logs)), ScoresChange(change * signal)

    return para("misprinted cross entropy", _shares(size), scores(size), LOSS, forward, backward)


def dot(ends: Port[A, dA]) -> Para[Port[A, dA], Port[A, dA], LossPort]:
    """Return the dot product with the label: what comes back to a prediction is the label, wherever it is."""
    _refuse_pairs("dot", ends)

    def forward(label: A, prediction: A) -> tuple[LossValue, tuple[A, A]]:
        total: Any = prediction
        return LossValue(_total(total * label)), (label, prediction)

    def backward(kept: tuple[Any, Any], change: LossChange) -> tuple[dA, dA]:
        label, prediction = kept
        return cast(dA, change * prediction), cast(dA, change * label)

    return para("dot", ends, ends, LOSS, forward, backward)


def differing() -> Para[Port[Bit, Bit], Port[Bit, Bit], Port[Bit, Bit]]:
    """Return the loss of a bit, y + t: it is 1 where the two differ, and its change goes back to both as it is."""

    def forward(label: Bit, prediction: Bit) -> tuple[Bit, Unit]:
        return prediction + label, ()

    def backward(_: Unit, change: Bit) -> tuple[Bit, Bit]:
        return change, change

    return para("differing", BITS, BITS, BITS, forward, backward)


def refuse_rows(where: str, targets: Tokens, logits: Scores) -> NDArray[np.intp]:
    """Return the number of each row; refuse targets that are not one for each row of scores."""
    if np.shape(targets) != np.shape(logits)[:-1] or np.ndim(targets) != 1:
        raise ShapeMismatch(where, f"a row of scores for each of {np.shape(targets)} targets", str(np.shape(logits)))
    if not len(targets):
        raise EmptyInput(where, "a mean needs at least one example")
    return np.arange(len(targets))


def check_counts(where: str, space: Space, value: Any) -> None:
    """Refuse what is no table of counts, and one in which nothing was counted."""
    check_array(where, space, value)
    if not (value >= 0).all():
        raise InvalidQuantity(f"a count in {where}", float(value.min()), "0 or more")
    if not value.any():
        raise EmptyInput(where, "a mean needs at least one example")


def softened(logits: Scores) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return scores less the largest of their row, their powers exp, and the sum of these in each row."""
    shifted: FloatArray = logits - np.maximum.reduce(logits, axis=-1, keepdims=True)
    powers: FloatArray = np.exp(shifted)
    return shifted, powers, np.add.reduce(powers, axis=-1, keepdims=True)


def _shares(size: int) -> Port[Shares, SharesChange]:
    return port(Shares, SharesChange, *scores(size).points.size)


def _refuse_pairs(where: str, ends: Port[Any, Any]) -> None:
    """Refuse what is no port of numbers or rows: two halves of a batch have a loss each, and `wires.add` adds them."""
    refuse_no_port(where, ends)
    if ends.points.is_pair:
        raise WrongType(where, "a port of numbers or of rows of numbers", ends)


def _difference(prediction: Any, label: Any) -> Any:
    """Return y - t, of one shape: numpy would repeat a row or a number that is too short."""
    if np.shape(prediction) != np.shape(label):
        raise ShapeMismatch("squared", f"a label {np.shape(prediction)}", str(np.shape(label)))
    return prediction - label


def _total(values: Any) -> Any:
    """Return the sum of all entries, as a number of Python; a number is its own."""
    total = values.sum() if isinstance(values, np.ndarray) else values
    return total.item() if isinstance(total, np.generic) else total
