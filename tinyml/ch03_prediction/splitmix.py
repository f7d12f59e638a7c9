"""splitmix64: random numbers from a seed, so small that Python and a page compute the same ones.

    s' = s + 0x9E3779B97F4A7C15                      all of it modulo 2**64
    z  = (s' xor s' >> 30) * 0xBF58476D1CE4E5B9
    z  = (z xor z >> 27) * 0x94D049BB133111EB
    64 bits = z xor z >> 31,  and s' is the seed of the next ones

Published by Steele, Lea and Flood in "Fast Splittable Pseudorandom Number Generators" (OOPSLA 2014,
https://doi.org/10.1145/2660193.2660195); these constants are those of Vigna's https://prng.di.unimi.it/splitmix64.c.
Nothing is hidden: whoever knows the seed knows every number that follows, and nothing else has to be remembered.
Checked by tests/ch03_prediction/test_splitmix.py against outputs of that program.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from tinyml.errors import InvalidQuantity
from tinyml.validation import whole_number

BITS = 64
MODULUS = 2**BITS
SHARE_BITS = 53
"""All that a float can hold of a number below 1, whatever its place."""


@final
@dataclass(frozen=True, slots=True)
class Seed:
    """Where a generator of random numbers starts: 64 bits, as a number 0, 1, 2, …

    >>> Seed(-1)
    Traceback (most recent call last):
        ...
    tinyml.errors.InvalidQuantity: seed must be 0 or more; got -1
    """

    value: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", whole_number("Seed", self.value, MODULUS - 1))
        if self.value < 0:
            raise InvalidQuantity("seed", self.value, "0 or more")


def splitmix64(seed: Seed) -> tuple[int, Seed]:
    """Return 64 random bits as a whole number, and the seed of those that come after them.

    >>> splitmix64(Seed(1234567))
    (6457827717110365317, Seed(value=11400714819324433052))
    """
    state = (seed.value + 0x9E3779B97F4A7C15) % MODULUS
    mixed = (state ^ state >> 30) * 0xBF58476D1CE4E5B9 % MODULUS
    mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EB % MODULUS
    return mixed ^ mixed >> 31, Seed(state)


def share_of(bits: int) -> float:
    """Return 64 random bits as a number from 0 to below 1: the upper 53 of them, without rounding.

    >>> share_of(2**63), share_of(2**64 - 1) < 1
    (0.5, True)
    """
    return (bits >> BITS - SHARE_BITS) * 2.0**-SHARE_BITS
