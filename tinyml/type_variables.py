"""Type variables: the objects between which an arrow of any type goes, and the changes of their values.

Those of U and V are arrays.
"""

from typing import TypeVar

from tinyml.validation import FloatArray

A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")
P = TypeVar("P")
Q = TypeVar("Q")
dA = TypeVar("dA")
dB = TypeVar("dB")
dC = TypeVar("dC")
dD = TypeVar("dD")
dP = TypeVar("dP")
dQ = TypeVar("dQ")
U = TypeVar("U", bound=FloatArray)
V = TypeVar("V", bound=FloatArray)
dU = TypeVar("dU", bound=FloatArray)
dV = TypeVar("dV", bound=FloatArray)
