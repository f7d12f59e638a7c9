"""Classifying digits: a row of layers, and two curves, of the data that teach and of the data that are held out.

    digit_classifier(m, n)   correlate >> max_pool >> relu >> flatten >> linear >> bias, to ten scores
    followed(learner, ...)   epochs of chapter 13 in an order that is drawn anew for each, and the mean surprise of both
                             halves of the data before the first and after each
    share_named(...)         of so many digits, the share whose largest score is at what was meant
    learnt()                 parameters that were trained so, rounded to thousandths

Only the taught half is ever differentiated.  The held-out one is read, and what it says is about data like itself.
Laws (tests/ch18_images/test_classifier.py): what is followed ends where the epochs by hand end, and the held-out data
do not change it; the classifier has PyTorch's values and changes; training again gives `learnt`, to a thousandth.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TypeAlias

import numpy as np

from tinyml.ch01_objects.domain import Product
from tinyml.ch11_lens.ports import Port
from tinyml.ch12_para.layers import (
    Offsets,
    OffsetsChange,
    Scores,
    ScoresChange,
    Tokens,
    Weights,
    WeightsChange,
    bias,
    linear,
    relu,
    scores,
)
from tinyml.ch12_para.parametric import Para
from tinyml.ch12_para.trees import Flat, settled
from tinyml.ch13_learner.epochs import cut, drawn, epoch
from tinyml.ch13_learner.learner import Learner
from tinyml.ch13_learner.losses import LossValue
from tinyml.ch18_images.convolution import correlate
from tinyml.ch18_images.handwriting import Digits
from tinyml.ch18_images.patches import ImagePort, Images, ImagesChange, flatten, images
from tinyml.ch18_images.pooling import max_pool
from tinyml.errors import InvalidQuantity
from tinyml.type_variables import P, S, dP
from tinyml.validation import whole_number

SIDE, CLASSES = 8, 10

Layer: TypeAlias = Product[Offsets, Weights]
LayerChange: TypeAlias = Product[OffsetsChange, WeightsChange]
Network: TypeAlias = Product[Offsets, Product[Weights, Layer]]
NetworkChange: TypeAlias = Product[OffsetsChange, Product[WeightsChange, LayerChange]]


def digit_classifier(
    kernels: int = 8, size: int = 3
) -> Para[Port[Network, NetworkChange], ImagePort, Port[Scores, ScoresChange]]:
    """Return the row of layers from images of digits to ten scores.

    >>> digit_classifier().name
    'correlate >> max pool 2 >> relu >> flatten >> linear >> bias'
    """
    read = correlate(images(SIDE, SIDE), kernels, size)
    pool = max_pool(read.target)
    row = flatten(pool.target)
    return read >> pool >> relu(pool.target) >> row >> linear(row.target, scores(CLASSES)) >> bias(scores(CLASSES))


def share_named(
    model: Para[Port[P, dP], Port[Images, ImagesChange], Port[Scores, ScoresChange]], own: P, data: Digits
) -> float:
    """Return the share of digits whose largest score is at the digit that was meant; the first of equal ones."""
    logits = model.get(Product(own, Images(data.images)))
    return float((logits.argmax(axis=-1) == data.labels).mean())


def followed(
    learner: Learner[S, Images, Tokens, LossValue],
    state: S,
    taught: Digits,
    held: Digits,
    epochs: int,
    size: int,
    rng: np.random.Generator,
) -> tuple[S, dict[str, list[float]]]:
    """Return the state after so many epochs in batches of a size, and the mean surprise of both halves on the way.

    Both lists begin with what the start has, so that place n is after n epochs.
    """
    if whole_number("number of epochs", epochs) < 0:
        raise InvalidQuantity("number of epochs", epochs, "0 or more")
    surprises = {
        name: learner.measure(Images(data.images), Tokens(data.labels))
        for name, data in (("taught", taught), ("held out", held))
    }
    seen = {name: [float(surprise(state))] for name, surprise in surprises.items()}
    for _ in range(epochs):
        state = epoch(learner, drawn(taught.images, taught.labels, cut(len(taught), size, rng)))(state)
        for name, surprise in surprises.items():
            seen[name].append(float(surprise(state)))
    return state, seen


@cache
def learnt() -> Flat:
    """Return the 810 parameters of `digit_classifier()` as one vector, trained once and rounded to thousandths.

    Glorot's start and the orders from the seed 18; 30 epochs on all digits but the last 450, in batches of 32; Adam at
    .01 with .9, .999 and eps 1e-8.  `tests/support/record_digits.py` writes the file.
    """
    thousandths = Path(__file__).with_name("learnt.txt").read_text(encoding="ascii").split()
    return Flat(settled(np.array([int(number) for number in thousandths]) / 1000))
