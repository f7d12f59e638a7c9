"""Type variables: the objects between which an arrow of any type goes."""

from typing import TypeVar

A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")
