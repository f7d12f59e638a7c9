"""Functions as morphisms: a Python function that says where it starts and where it ends.

    arrow(A, B)(function) : A -> B

The types are checked when the arrow is called, at both ends.  Checked by tests/ch02_arrows/test_category.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import final

from tinyml.ch02_arrows.category import Morphism
from tinyml.ch02_arrows.hints import Types, declare
from tinyml.ch02_arrows.space import Space
from tinyml.errors import WrongType, with_article
from tinyml.type_variables import A, B


@final
@dataclass(frozen=True, repr=False)
class Function(Morphism[A, B]):
    """A Python function as an arrow; made by `arrow`."""

    function: Callable[[A], B]
    signature: Types

    @property
    def name(self) -> str:
        return self.function.__name__

    @property
    def source(self) -> Space:
        return Space(self.signature[0].__name__)

    @property
    def target(self) -> Space:
        return Space(self.signature[1].__name__)

    @property
    def declared_in(self) -> str:
        return self.function.__module__

    def apply(self, value: A, /) -> B:
        result = self.function(value)
        if not isinstance(result, self.signature[1]):
            raise WrongType(f"the result of {self.name}", f"to be {with_article(self.target)}", result)
        return result


def arrow(source: type[A], target: type[B]) -> Callable[[Callable[[A], B]], Function[A, B]]:
    """Turn a function from A to B into an arrow that composes.

    >>> @arrow(int, str)
    ... def digits(n: int) -> str:
    ...     return str(n)
    >>> digits, digits(42)
    (digits : int -> str, '42')
    """

    def declared(function: Callable[[A], B]) -> Function[A, B]:
        made = Function(function, (source, target))
        declare(function, made.name, made.signature, (made.source, made.target))
        return made

    return declared
