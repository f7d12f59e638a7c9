"""Search: try to break a law on random cases, and make what breaks it small.

    find_counterexample(holds, cases, smaller)   the first case that breaks the law, shrunk while a smaller one does

A search that finds nothing proves nothing; a single case that it finds refutes the law.
Laws (tests/ch07_naturality/test_counterexamples.py): what is found breaks the law, no smaller case does, and a law
that holds is never broken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, final

from tinyml.errors import EmptyInput
from tinyml.type_variables import A


@final
@dataclass(frozen=True)
class Found(Generic[A]):
    """What a search saw: how many cases it tried, and how a case that broke the law was made smaller.

    `shrinking` holds the case that was found and each smaller one after it; it is empty when the law held.
    """

    tried: int
    shrinking: tuple[A, ...] = ()

    @property
    def broken(self) -> bool:
        return bool(self.shrinking)


def find_counterexample(
    holds: Callable[[A], bool], cases: Iterable[A], smaller: Callable[[A], Iterable[A]]
) -> Found[A]:
    """Try a law on each case; shrink the first that breaks it, always to the first smaller case that does so too.

    >>> find_counterexample(lambda items: max(items) < 3, [[1, 2], [2, 7, 4]], smaller_list)
    Found(tried=2, shrinking=([2, 7, 4], [7, 4], [4], [3]))
    """
    tried = 0
    for case in cases:
        tried += 1
        if not holds(case):
            return Found(tried, tuple(_shrunk(holds, case, smaller)))
    if tried == 0:
        raise EmptyInput("cases for a search", "a law that is tried on nothing is not checked")
    return Found(tried)


def _shrunk(holds: Callable[[A], bool], case: A, smaller: Callable[[A], Iterable[A]]) -> Iterator[A]:
    going_on = True
    while going_on:
        yield case
        going_on = False
        for own in smaller(case):
            if not holds(own):
                case, going_on = own, True
                break


def smaller_number(number: int) -> Iterator[int]:
    """Yield whole numbers that are simpler: 0, the half, one nearer to 0, and the same without its sign."""
    half = abs(number) // 2 if number >= 0 else -(abs(number) // 2)
    nearer = nearer_to_zero(number)
    for own in dict.fromkeys((0, half, nearer, abs(number))):
        if own != number:
            yield own


def nearer_to_zero(number: int) -> int:
    """Return the next whole number towards 0, and 0 for 0."""
    return number - (number > 0) + (number < 0)


def smaller_list(items: list[int], fewest: int = 1) -> Iterator[list[int]]:
    """Yield simpler lists: without an item while more than `fewest` are there, one item simpler, all nearer to 0."""
    if len(items) > fewest:
        for place in range(len(items)):
            yield items[:place] + items[place + 1 :]
    for place, item in enumerate(items):
        for own in smaller_number(item):
            yield [*items[:place], own, *items[place + 1 :]]
    if any(items):
        yield [nearer_to_zero(item) for item in items]
