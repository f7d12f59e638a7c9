"""ConstructorBench: a number or a list, tried on every constructor; each verdict in the words of the package."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from functools import cache
from typing import Any, ClassVar, final

import traitlets

from tinyml.ch01_objects.domain import TokenSequence
from tinyml.ch01_objects.quantities import (
    Distribution,
    LearningRate,
    Logits,
    Loss,
    ModelDimension,
    StepCount,
    TokenId,
    Vector,
    VocabSize,
)
from tinyml.draw.picture import document, text
from tinyml.errors import TinyMLError
from tinyml.widgets.widget import Widget

LONGEST = 200
HELP = (
    "Write one number or one list of numbers as Python does, "
    "for example 3, -1, 0.5, 1e-3, True, nan, inf or [0.4, 0.6]."
)
TOO_LONG = "A whole number may have 40 digits here, and 15 inside a list."

CONSTRUCTORS: dict[str, Callable[[Any], object]] = {
    "TokenId": TokenId,
    "VocabSize": VocabSize,
    "ModelDimension": ModelDimension,
    "StepCount": StepCount,
    "LearningRate": LearningRate,
    "Loss": Loss,
    "Vector": Vector,
    "Logits": Logits,
    "Distribution": Distribution,
    "TokenSequence": TokenSequence.from_indices,
}

ITEM = re.compile(
    r"(?P<word>True|False)|(?P<special>[+-]?(?:nan|inf))|(?P<whole>[+-]?[0-9]+)"
    r"|(?P<real>[+-]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))(?:[eE][+-]?[0-9]+)?)"
)
SPACES = " \t\n"


class NotAValueError(ValueError):
    """A text that is neither a number nor a flat list of numbers."""


@final
class ConstructorBench(Widget):
    """Try `text`, a number or a flat list of numbers, on the constructors."""

    name: ClassVar[str] = "constructor_bench"

    text = traitlets.Unicode("[0.4, 0.6]").tag(sync=True, setting=True)

    @traitlets.validate("text")
    def _check_text(self, proposal: dict[str, Any]) -> str:
        given: str = proposal["value"]
        if len(given) > LONGEST:
            raise traitlets.TraitError(f"text has {len(given)} characters; at most {LONGEST} are tried")
        return given

    def references(self) -> dict[str, Any]:
        return canonical_references()

    def fallback_svg(self) -> str:
        lines = [self.text, *told_of(self.text)]
        return document(640, 24 + 22 * len(lines), [text(20, 30 + 22 * n, own) for n, own in enumerate(lines)])

    @property
    def alt(self) -> str:
        return "What each constructor says of the value, one line for each."

    @property
    def caption(self) -> str:
        return f"{self.text.strip()}. " + " / ".join(told_of(self.text))


def value_of(given: str) -> Any:
    """Read a number or a flat list of numbers; `NotAValueError` for anything else."""
    stripped = given.strip(SPACES)
    if stripped.startswith("[") and stripped.endswith("]"):
        inside = stripped[1:-1].strip(SPACES)
        return [_item(part.strip(SPACES), 15) for part in inside.split(",")] if inside else []
    return _item(stripped, 40)


def _item(given: str, digits: int) -> int | float | bool:
    found = ITEM.fullmatch(given)
    if not found:
        raise NotAValueError(HELP)
    if found["word"]:
        return given == "True"
    if found["whole"]:
        if len(given.lstrip("+-")) > digits:
            raise NotAValueError(TOO_LONG)
        return int(given)
    return float(given)


def told_of(given: str) -> list[str]:
    """Return one line for each constructor, and for a list of finite numbers one about its sum."""
    try:
        value = value_of(given)
    except NotAValueError as error:
        return [str(error)]
    lines = [f"{name}: {verdict(make, value)}" for name, make in CONSTRUCTORS.items()]
    if (
        isinstance(value, list)
        and value
        and not any(isinstance(item, bool) or not math.isfinite(item) for item in value)
    ):
        try:
            total = math.fsum(value)
        except OverflowError:
            return lines
        lines.append(
            f"The sum is {total!r}, {abs(total - 1):.2g} away from 1; a Distribution allows {1e-9 * len(value):.2g}."
        )
    return lines


def verdict(make: Callable[[Any], object], value: Any) -> str:
    try:
        make(value)
    except TinyMLError as error:
        return f"{type(error).__name__}: {error}"
    return "accepted"


@cache
def canonical_references() -> dict[str, Any]:
    """Return the reference values that the page recomputes, under the same names."""
    texts = ["3", "0", "-1", "0.5", "True", "nan", "-inf", "9223372036854775808", "[]", "[1, 2, 3]", "[0.4, 0.4]"]
    texts += ["[0.25, 0.75]", "[1.00005]", "[0.5, nan]", "[0, True]", "[0.3333333333, 0.3333333333, 0.3333333333]"]
    texts += ["[0.5, 0.500000005]", "x"]
    return {given: "\n".join(told_of(given)) for given in texts}
