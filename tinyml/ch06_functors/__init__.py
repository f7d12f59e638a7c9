"""Functors: what passes through a container, and distributions as one."""

from tinyml.ch06_functors.dist import *
from tinyml.ch06_functors.functors import *

__all__ = [
    "DIST",
    "LIST",
    "MAYBE",
    "NUMBER",
    "VALUE",
    "Dist",
    "Functor",
]
