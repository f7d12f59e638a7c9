"""Type variables: the objects between which an arrow of any type goes, and the changes of their values.

Those of U and V are arrays.  S is for states, L for labels and R for the values of a loss.
"""

from typing import TypeVar

from tinyml.validation import FloatArray

A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")
L = TypeVar("L")
P = TypeVar("P")
Q = TypeVar("Q")
R = TypeVar("R")
S = TypeVar("S")
dA = TypeVar("dA")
dB = TypeVar("dB")
dC = TypeVar("dC")
dD = TypeVar("dD")
dL = TypeVar("dL")
dP = TypeVar("dP")
dQ = TypeVar("dQ")
dR = TypeVar("dR")
U = TypeVar("U", bound=FloatArray)
V = TypeVar("V", bound=FloatArray)
dU = TypeVar("dU", bound=FloatArray)
dV = TypeVar("dV", bound=FloatArray)
