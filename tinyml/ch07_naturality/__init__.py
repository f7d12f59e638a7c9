"""Naturality: what cannot tell which items a container holds."""

from tinyml.ch07_naturality.counterexamples import *
from tinyml.ch07_naturality.shares import *
from tinyml.ch07_naturality.transformations import *

__all__ = [
    "Found",
    "Transformation",
    "as_list",
    "find_counterexample",
    "first_or_none",
    "frequencies",
    "largest_or_none",
    "likeliest",
    "naturality",
    "reversed_list",
    "smaller_list",
]
