"""Reverse derivatives as algebra: polynomial maps that can be reversed exactly, and what every reverse has to obey."""

from tinyml.ch16_reverse import polymaps, smooth
from tinyml.ch16_reverse.as_lenses import PolyLens, SidedMap, lensed, para_of, sided
from tinyml.ch16_reverse.axioms import Sample, try_axioms
from tinyml.ch16_reverse.polymaps import (
    PolyMap,
    Polynomials,
    forward_derivative,
    polymap,
    printed_reverse,
    reverse_derivative,
)
from tinyml.ch16_reverse.polynomials import Polynomial, variables
from tinyml.ch16_reverse.smooth import Smooth, SmoothMap, of_polymap, smooth_reverse

__all__ = [
    "PolyLens",
    "PolyMap",
    "Polynomial",
    "Polynomials",
    "Sample",
    "SidedMap",
    "Smooth",
    "SmoothMap",
    "forward_derivative",
    "lensed",
    "of_polymap",
    "para_of",
    "polymap",
    "polymaps",
    "printed_reverse",
    "reverse_derivative",
    "sided",
    "smooth",
    "smooth_reverse",
    "try_axioms",
    "variables",
]
