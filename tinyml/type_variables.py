"""Type variables: the objects between which an arrow of any type goes, and the changes of their values."""

from typing import TypeVar

A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")
dA = TypeVar("dA")
dB = TypeVar("dB")
dC = TypeVar("dC")
dD = TypeVar("dD")
