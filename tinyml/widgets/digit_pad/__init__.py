"""DigitPad: a digit is drawn on 8 x 8 cells, and the page computes what each kernel sees and what the network says.

    ink / 16 -> 8 answers of 6 x 6 -> the largest of each 2 x 2 square, or 0 -> 10 scores -> 10 probabilities

The network is `digit_classifier` with the parameters of `learnt`.  The page has both them and the samples on its
buttons in `learnt.js`, which `tests/support/record_digit_pad.py` writes.
"""

from __future__ import annotations

from functools import cache
from typing import Any, ClassVar, final

import numpy as np
import traitlets

from tinyml.ch01_objects.domain import Product
from tinyml.ch03_prediction.prediction import log_softmax
from tinyml.ch12_para.layers import Offsets, Weights
from tinyml.ch12_para.trees import flattened
from tinyml.ch18_images.classifier import SIDE, Network, digit_classifier, learnt
from tinyml.ch18_images.convolution import correlate
from tinyml.ch18_images.handwriting import INK, digits, held_out
from tinyml.ch18_images.patches import Images, images
from tinyml.draw.picture import ACCENT, QUIET, document, rectangle, text
from tinyml.draw.picture import INK as INK_COLOUR
from tinyml.validation import FloatArray, IntArray
from tinyml.widgets.widget import Count, Widget

LETTERS = "0123456789abcdefg"
"""How much ink a cell has, from 0 to 16."""
CELLS = SIDE * SIDE
HELD_OUT = 450
SAMPLES = (66, 148, 70, 2, 4, 42, 6, 75, 54, 315)
"""Which of the digits that are held out are on buttons, from a 0 to a 9; the 1 and the 9 are named wrong."""
KERNELS, PLACES = 8, 6
FULL = 4.0
"""The answer that is drawn in full colour."""
SHOWN = 3
"""How many of the ten probabilities a caption has."""


def ink_text(image: FloatArray) -> str:
    """Return an image as 64 letters, row by row, as `digits.txt` has it."""
    return "".join(LETTERS[round(INK * float(pixel))] for pixel in image.ravel())


def image_of(ink: str) -> Images:
    return Images(ink_numbers(ink) / INK)


def ink_numbers(ink: str) -> FloatArray:
    """Return the ink of each cell, from 0 to 16, as an image."""
    return np.array([float(LETTERS.index(letter)) for letter in ink]).reshape(SIDE, SIDE, 1)


@cache
def samples() -> tuple[str, ...]:
    """Return what is on the buttons: a digit of each kind, in their order."""
    held = held_out(digits(), HELD_OUT)[1]
    return tuple(ink_text(held.images[place]) for place in SAMPLES)


@cache
def network() -> Network:
    """Return what was learnt in the brackets of the layers."""
    return flattened(digit_classifier().parameters).get(learnt())


def scores_of(ink: str) -> FloatArray:
    return digit_classifier().get(Product(network(), image_of(ink)))


def shares_of(ink: str) -> FloatArray:
    """Return the probability of each digit."""
    return np.exp(log_softmax(scores_of(ink)))


def answers_of(ink: str) -> FloatArray:
    """Return the answers of all kernels at all places, before ReLU, with the kernels in front.

    They are computed in whole numbers, thousandths times sixteenths, so that a picture is the same on all machines.
    """
    offsets, weights = network().second.second.first, network().second.second.second
    whole = Product(Offsets(np.rint(1000 * offsets) * INK), Weights(np.rint(1000 * weights)))
    layer = correlate(images(SIDE, SIDE), KERNELS, 3)
    return np.moveaxis(layer.get(Product(whole, Images(ink_numbers(ink)))), -1, 0) / (1000 * INK)


def kernel_of(place: int) -> tuple[float, FloatArray]:
    """Return the offset of a kernel, and its weights as 3 x 3."""
    own = network().second.second
    return float(own.first[place]), own.second[:, place].reshape(3, 3)


def largest_places(answer: FloatArray) -> list[int]:
    """Return for each 2 x 2 square of 6 x 6 answers the place of its largest; of equal ones, the first."""
    numbered: IntArray = np.arange(PLACES * PLACES).reshape(PLACES, PLACES)
    squares = (np.s_[i : i + 2, j : j + 2] for i in range(0, PLACES, 2) for j in range(0, PLACES, 2))
    return [int(numbered[square].flat[answer[square].argmax()]) for square in squares]


def percent(share: float) -> str:
    """Return a probability in per cent, which is never rounded to none or to all."""
    return "> 99.9 %" if share >= 0.9995 else "< 0.1 %" if share < 0.0005 else f"{100 * share:.1f} %"


class Ink(traitlets.Unicode[str, Any]):
    """A text of 64 letters, each from 0 to 9 or from a to g."""

    def validate(self, obj: Any, value: Any) -> str:
        letters: str = super().validate(obj, value)
        if len(letters) != CELLS:
            raise traitlets.TraitError(f"ink needs {CELLS} letters, one for each cell; got {len(letters)}")
        if wrong := next((letter for letter in letters if letter not in LETTERS), None):
            raise traitlets.TraitError(f"ink has letters from 0 to 9 and from a to g; got {wrong!r}")
        return letters


@final
class DigitPad(Widget):
    """A picture of 8 x 8 cells, what eight kernels see in it, and which digit the network says it is.

    `ink` has a letter for each cell, row by row, from 0 for none to g for 16; `kernel` is the one that is shown large.
    """

    name: ClassVar[str] = "digit_pad"

    ink = Ink(samples()[4]).tag(sync=True, setting=True)
    kernel = Count(2, min=0, max=KERNELS - 1).tag(sync=True, setting=True)

    def references(self) -> dict[str, Any]:
        return canonical_references()

    def numbers(self) -> dict[str, Any]:
        return {
            "Probabilities": shares_of(self.ink),
            "Kernel": kernel_of(self.kernel)[1],
            "Answer": answers_of(self.ink)[self.kernel],
        }

    def shown(self) -> dict[str, float]:
        shares = shares_of(self.ink)
        says = int(shares.argmax())
        return {"says": says, "probability": 100 * float(shares[says])}

    def fallback_svg(self) -> str:
        shares = shares_of(self.ink)
        parts = [
            text(20, 28, f"Drawn: {self.meant()}"),
            text(330, 28, "The network says"),
            *cells(20, 42, 30, ink_numbers(self.ink)[:, :, 0] / INK, INK_COLOUR),
        ]
        for digit, share in enumerate(shares):
            y, best = 42 + 24 * digit, digit == shares.argmax()
            parts += [
                text(344, y + 16, str(digit), anchor="end"),
                rectangle(352, y + 3, max(1.0, round(190 * float(share), 1)), 18, fill=ACCENT if best else QUIET),
                text(round(358 + 190 * float(share), 1), y + 16, percent(float(share))),
            ]
        for kernel, answer in enumerate(answers_of(self.ink)):
            x = 20 + 77 * kernel
            parts.append(text(x, 318, f"kernel {kernel}", fill=QUIET, size=11))
            parts += cells(x, 326, 11, answer / FULL, ACCENT)
        return document(640, 412, parts)

    def meant(self) -> str:
        """Return which sample it is, such as "a 4"."""
        found = [digit for digit, ink in enumerate(samples()) if ink == self.ink]
        return f"a {found[0]}" if found else "a picture"

    @property
    def alt(self) -> str:
        return "Eight by eight cells with ink, the probability of each digit, and where each of eight kernels answers."

    @property
    def caption(self) -> str:
        shares = shares_of(self.ink)
        told = [f"{digit}, with {percent(float(shares[digit]))}" for digit in (-shares).argsort(kind="stable")[:SHOWN]]
        inked = CELLS - self.ink.count("0")
        return (
            f"{self.meant().capitalize()}, with ink in {inked} of {CELLS} cells, as the network reads it: "
            f"{'; '.join(told)}. The largest answer of kernel {self.kernel} is "
            f"{answers_of(self.ink)[self.kernel].max():.2f}."
        )


def cells(left: int, top: int, size: int, shares: FloatArray, fill: str) -> list[str]:
    """Return a square of cells whose colour is as strong as their share, in sixteenths, from none to all."""
    levels = np.rint(INK * np.clip(shares, 0, 1)).astype(int)
    side = size * len(levels)
    parts = [rectangle(left, top, side, side, fill="none", stroke=QUIET)]
    for level in range(1, INK + 1):
        paths = [f"M{left + size * x} {top + size * y}h{size}v{size}h-{size}z" for y, x in np.argwhere(levels == level)]
        if paths:
            parts.append(f'<path d="{"".join(paths)}" fill="{fill}" fill-opacity="{level / INK:g}"/>')
    return parts


HEART = "000000000gg00gg0gggggggggggggggg0gggggg000gggg00000gg00000000000"


@cache
def checked() -> dict[str, str]:
    """Return the pictures on which the page is compared with Python."""
    return {
        **{f"a {digit}": ink for digit, ink in enumerate(samples())},
        "no ink": "0" * CELLS,
        "all ink": "g" * CELLS,
        "one cell": f"{'0' * 27}g{'0' * 36}",
        "a chessboard": ("g0g0g0g0" + "0g0g0g0g") * 4,
        "a heart": HEART,
    }


@cache
def canonical_references() -> dict[str, Any]:
    """Return the reference values that the page recomputes, under the same names."""
    values: dict[str, Any] = {}
    for place in range(KERNELS):
        offset, weights = kernel_of(place)
        values[f"kernel {place}"] = [offset, *weights.ravel()]
        values[f"answers of kernel {place}"] = answers_of(samples()[4])[place].ravel()
        values[f"largest of kernel {place}"] = largest_places(answers_of(HEART)[place])
    for name, ink in checked().items():
        values[f"scores of {name}"] = scores_of(ink)
        values[f"probabilities of {name}"] = shares_of(ink)
    return values
