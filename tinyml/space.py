"""Spaces: the objects of the category as an arrow names them, a kind and, where it is known, a size.

    Vector[4]    Parameters    Distribution[5] x TokenId

Two arrows meet where a value of one space can be a value of the other.  Checked by tests/test_category.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import final


@final
@dataclass(frozen=True, slots=True)
class Space:
    """An object as an arrow names it: a kind and, where it is known, a size.

    >>> print(Space("Vector", (4,)), Space("Parameters"), Space.product(Space("Logits", (5,)), Space("TokenId")))
    Vector[4] Parameters Logits[5] x TokenId
    """

    kind: str
    size: tuple[int, ...] = ()
    factors: tuple[Space, ...] = ()

    @classmethod
    def product(cls, first: Space, second: Space) -> Space:
        return cls("Product", (), (first, second))

    def meets(self, other: Space) -> bool:
        """Say whether a value of one can be a value of the other: same kind, and no two known sizes differ."""
        sizes_meet = not self.size or not other.size or self.size == other.size
        factors_meet = not self.factors or not other.factors or all(map(Space.meets, self.factors, other.factors))
        return self.kind == other.kind and sizes_meet and factors_meet

    def __str__(self) -> str:
        if self.factors:
            return " x ".join(f"({part})" if part.factors else str(part) for part in self.factors)
        return self.kind + (f"[{', '.join(map(str, self.size))}]" if self.size else "")
