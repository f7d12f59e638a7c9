"""LawLab: state that a transformation is natural, and let a search try to break its square and shrink what it finds.

The cases come from a small generator that Python and the page share, so both find the same counter-example.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import cache
from itertools import chain
from typing import Any, ClassVar, final

import traitlets

from tinyml.ch06_functors.dist import DIST, Dist
from tinyml.ch06_functors.functors import LIST, MAYBE, NUMBER, VALUE
from tinyml.ch07_naturality.counterexamples import (
    Found,
    find_counterexample,
    nearer_to_zero,
    smaller_list,
    smaller_number,
)
from tinyml.ch07_naturality.shares import frequencies, likeliest
from tinyml.ch07_naturality.transformations import (
    Corners,
    Transformation,
    as_list,
    first_or_none,
    largest_or_none,
    reversed_list,
)
from tinyml.draw.picture import document, text
from tinyml.draw.svg import head, wrapped
from tinyml.widgets.widget import Count, Widget

TRIES = 200
LARGEST = 9
"""Items are whole numbers from -9 to 9."""

Case = tuple[str, Any]
"""What a square is tried on: the name of a function, and a container (a distribution as outcomes with weights)."""

FUNCTIONS: dict[str, Callable[[int], int]] = {
    "n + 1": lambda n: n + 1,
    "2 * n": lambda n: 2 * n,
    "-n": lambda n: -n,
    "n * n": lambda n: n * n,
    "n // 2": lambda n: n // 2,
    "n % 2": lambda n: n % 2,
    "0": lambda n: 0,
}
ANY = "any of these"


def _without_repeats(items: list[int]) -> list[int]:
    return list(dict.fromkeys(items))


distinct = Transformation("distinct", LIST, LIST, _without_repeats)
size = Transformation("size", LIST, NUMBER, len)
or_zero = Transformation("or_zero", MAYBE, VALUE, lambda item: 0 if item is None else item)
outcomes = Transformation("outcomes", DIST, NUMBER, lambda dist: len(dist.weights))

TRANSFORMATIONS: dict[str, Transformation] = {
    own.name: own
    for own in (
        *(first_or_none, largest_or_none, reversed_list, distinct, size, frequencies),
        *(as_list, or_zero),
        *(likeliest, outcomes),
    )
}
CORNERS = ((150, 48), (490, 48), (150, 216), (490, 216))
"""Where the values of the square are in the picture without JavaScript."""
FEWEST = {"frequencies": 1}
"""The fewest items of a list to try; `frequencies` asks for one."""


def random_numbers(seed: int) -> Iterator[int]:
    """Yield the whole numbers below 2**16 of a linear congruence modulo 2**32 that the page has as well."""
    state = (seed * 2654435761 + 12345) % 2**32
    while True:
        state = (state * 1664525 + 1013904223) % 2**32
        yield state >> 16


def cases(function: str, transformation: str, seed: int) -> Iterator[Case]:
    """Yield the random cases of one search; they grow a little."""
    numbers = random_numbers(seed)
    kind, names = TRANSFORMATIONS[transformation].source.name, list(FUNCTIONS)

    def item(reach: int) -> int:
        return next(numbers) % (2 * reach + 1) - reach

    for number in range(TRIES):
        chosen = names[next(numbers) % len(names)] if function == ANY else function
        reach = min(LARGEST, 2 + number // 4)
        longest = min(6, 1 + number // 8)
        if kind == "maybe":
            yield chosen, None if next(numbers) % 4 == 0 else item(reach)
        elif kind == "list":
            count = max(FEWEST.get(transformation, 0), next(numbers) % (longest + 1))
            yield chosen, [item(reach) for _ in range(count)]
        else:
            count = 1 + next(numbers) % longest
            yield chosen, _merged([[item(reach), 1 + next(numbers) % 4] for _ in range(count)])


def _merged(weights: list[list[int]]) -> list[list[int]]:
    """Keep the first of several weights for one outcome."""
    kept: dict[int, int] = {}
    for outcome, weight in weights:
        kept.setdefault(outcome, weight)
    return [list(pair) for pair in kept.items()]


def smaller(transformation: str, case: Case) -> Iterator[Case]:
    """Yield cases that are simpler, with the same function."""
    function, container = case
    kind = TRANSFORMATIONS[transformation].source.name
    if kind == "list":
        simpler: Iterator[Any] = smaller_list(container, FEWEST.get(transformation, 0))
    elif kind == "dist":
        simpler = _smaller_weights(container)
    else:
        simpler = iter([]) if container is None else chain([None], smaller_number(container))
    return ((function, own) for own in simpler)


def _smaller_weights(weights: list[list[int]]) -> Iterator[list[list[int]]]:
    """Yield simpler distributions: without an outcome, with one simpler or lighter, with all nearer to 0."""
    if len(weights) > 1:
        for place in range(len(weights)):
            yield weights[:place] + weights[place + 1 :]
    taken = {outcome for outcome, _ in weights}
    for place, (outcome, weight) in enumerate(weights):
        for own in smaller_number(outcome):
            if own not in taken:
                yield [*weights[:place], [own, weight], *weights[place + 1 :]]
        if weight > 1:
            yield [*weights[:place], [outcome, weight - 1], *weights[place + 1 :]]
    nearer = [[nearer_to_zero(outcome), weight] for outcome, weight in weights]
    if nearer != weights and len({outcome for outcome, _ in nearer}) == len(nearer):
        yield nearer


def container_of(transformation: str, written: Any) -> Any:
    """Return the container of a case as `tinyml` has it."""
    if TRANSFORMATIONS[transformation].source is not DIST:
        return written
    total = sum(weight for _, weight in written)
    return Dist((outcome, Fraction(weight, total)) for outcome, weight in written)


def corners_of(transformation: str, case: Case) -> Corners:
    """Go both ways round the square of a transformation."""
    function, written = case
    return TRANSFORMATIONS[transformation].corners(FUNCTIONS[function], container_of(transformation, written))


@cache
def search_of(function: str, transformation: str, seed: int) -> Found[Case]:
    """Search for a case that breaks the square, as the page does."""
    return find_counterexample(
        lambda case: corners_of(transformation, case).meet,
        cases(function, transformation, seed),
        lambda case: smaller(transformation, case),
    )


@cache
def last_case(function: str, transformation: str, seed: int) -> Case:
    """Return the case with which a search ends that finds nothing."""
    return list(cases(function, transformation, seed))[-1]


def shown_case(function: str, transformation: str, seed: int) -> Case:
    """Return the case that is drawn: the smallest that breaks the square, or else the last that was tried."""
    found = search_of(function, transformation, seed)
    return found.shrinking[-1] if found.broken else last_case(function, transformation, seed)


def told_of(function: str, transformation: str, seed: int) -> str:
    """Return what the search found, line by line: how the case became small, and the corners of its square."""
    found = search_of(function, transformation, seed)
    corners = corners_of(transformation, shown_case(function, transformation, seed))
    return "\n".join(
        [
            f"{'broken' if found.broken else 'not broken'} after {found.tried} cases",
            *(f"{case[0]} on {container_of(transformation, case[1])}" for case in found.shrinking),
            f"start: {corners.start}",
            f"mapped: {corners.mapped}",
            f"map, then transform: {corners.over}",
            f"transformed: {corners.transformed}",
            f"transform, then map: {corners.under}",
        ]
    )


@final
class LawLab(Widget):
    """`function` and `transformation` state a law; `seed` numbers the search that tries to break it."""

    name: ClassVar[str] = "law_lab"

    function = traitlets.Enum([*FUNCTIONS, ANY], "-n").tag(sync=True, setting=True)
    transformation = traitlets.Enum(list(TRANSFORMATIONS), "largest_or_none").tag(sync=True, setting=True)
    seed = Count(1, min=1, max=20).tag(sync=True, setting=True)

    def story(self) -> str:
        return told_of(self.function, self.transformation, self.seed)

    def corners(self) -> Corners:
        return corners_of(self.transformation, shown_case(self.function, self.transformation, self.seed))

    def references(self) -> dict[str, Any]:
        return canonical_references()

    def fallback_svg(self) -> str:
        own, corners = TRANSFORMATIONS[self.transformation], zip(CORNERS, self.corners().written(), strict=True)
        parts = [
            text(x, y + 17 * row, words, anchor="middle")
            for (x, y), value in corners
            for row, words in enumerate(wrapped(value, 24))
        ]
        parts += [
            text(320, 34, f"{own.source.name}({self.function})", anchor="middle"),
            text(320, 202, f"{own.target.name}({self.function})", anchor="middle"),
            text(160, 146, own.name),
            text(480, 146, own.name, anchor="end"),
        ]
        arrows = [(245, 43, 395, 43), (245, 211, 395, 211), (150, 98, 150, 192), (490, 98, 490, 192)]
        return document(640, 266, parts + [head(*ends) for ends in arrows])

    @property
    def alt(self) -> str:
        start, mapped, transformed, last = self.corners().written()
        return (
            f"A square. Mapping leads to the right, from {start} to {mapped}; the transformation leads down from them, "
            f"to {transformed} and to {last}."
        )

    @property
    def caption(self) -> str:
        own = TRANSFORMATIONS[self.transformation]
        law = f"{own} with f(n) = {self.function}"
        return f"{law}: " + "; ".join(self.story().splitlines()) + "."


@cache
def canonical_references() -> dict[str, Any]:
    """Return the reference values that the page recomputes, under the same names."""
    chosen = [(function, own) for own in TRANSFORMATIONS for function in ("-n", "n * n", ANY)]
    texts = {f"{own} with {function}": told_of(function, own, 1) for function, own in chosen}
    numbers = random_numbers(1)
    return {"the first random numbers": [next(numbers) for _ in range(6)], **texts}
