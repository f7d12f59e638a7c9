"""Arrows: functions that know where they start and where they end, and their composition."""

from tinyml.ch02_arrows.category import *
from tinyml.ch02_arrows.function import *
from tinyml.ch02_arrows.laws import *
from tinyml.ch02_arrows.pairs import *
from tinyml.ch02_arrows.space import *

__all__ = [
    "Composite",
    "Copy",
    "First",
    "Function",
    "Identity",
    "LawReport",
    "Morphism",
    "Power",
    "Second",
    "Space",
    "Tensor",
    "arrow",
    "close",
    "deviation",
    "pair",
    "square_commutes",
]
