"""Functions as morphisms: a Python function that says where it starts and where it ends.

    arrow(A, B)(function) : A -> B

The types are checked when the arrow is called, at both ends.  Checked by tests/test_category.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar, final

from tinyml.category import Morphism
from tinyml.errors import WrongType, one
from tinyml.space import Space

A = TypeVar("A")
B = TypeVar("B")


@final
@dataclass(frozen=True, repr=False)
class Function(Morphism[A, B]):
    """A Python function as an arrow; made by `arrow`."""

    function: Callable[[A], B]
    types: tuple[type[A], type[B]]

    @property
    def name(self) -> str:
        return self.function.__name__

    @property
    def source(self) -> Space:
        return Space(self.types[0].__name__)

    @property
    def target(self) -> Space:
        return Space(self.types[1].__name__)

    def apply(self, value: A, /) -> B:
        if not isinstance(value, self.types[0]):
            raise WrongType(self.name, one(self.source), value)
        result = self.function(value)
        if not isinstance(result, self.types[1]):
            raise WrongType(f"the result of {self.name}", f"to be {one(self.target)}", result)
        return result


def arrow(source: type[A], target: type[B]) -> Callable[[Callable[[A], B]], Function[A, B]]:
    """Turn a function from A to B into an arrow that composes.

    >>> @arrow(int, str)
    ... def digits(n: int) -> str:
    ...     return str(n)
    >>> digits, digits(42)
    (digits : int -> str, '42')
    """
    return lambda function: Function(function, (source, target))
