"""Learning: the learner of chapter 13 over bits, whose step flips the parameters that have a say in a mistake.

    model     a circuit with parameters            back: the mask of its input, where the output is to change
    loss      y + t, which is 1 where they differ  back: the same change
    cap       the loss itself                      back: it
    update    p + p', which is XOR                 no minus and no rate: there is one way to change a bit

    step at (x, t):   p   if the circuit says t,   p + mask(x)   if it does not

Laws (tests/ch17_circuits/test_learning.py): the composite is this line, for each circuit, setting and example; what was
wrong at an input is right there afterwards when its mask is odd, as those of a lookup table are, and as wrong as before
when it is even; a step that found nothing wrong changes nothing; a circuit whose switches are copied and ANDed with
themselves has the same values for every setting, and its learner never changes anything.
"""

from __future__ import annotations

from typing import Any

from tinyml.ch10_tape.rings import GF2
from tinyml.ch11_lens.lenses import Lens
from tinyml.ch11_lens.ports import Port
from tinyml.ch12_para.parametric import Para, para
from tinyml.ch13_learner.closing import identity_rate, moving
from tinyml.ch13_learner.learner import Learner, supervised
from tinyml.ch16_reverse.as_lenses import SidedMap, para_of, wires
from tinyml.ch17_circuits.gates import Bits
from tinyml.ch17_circuits.teachable import refuse_no_circuit

Wires = Port[Bits, Bits]


def flipping(size: int) -> Lens[Wires, Wires]:
    """Return the update that adds a change to so many bits: where the change is 1, a bit is flipped.

    >>> from tinyml.ch01_objects.domain import Product
    >>> from tinyml.ch17_circuits.teachable import bits_of
    >>> flipping(3).put(Product(bits_of(6, 3), bits_of(3, 3)))
    (1, 0, 1)
    """

    def flip(own: Bits, change: Bits) -> Bits:
        return tuple(bit + other for bit, other in zip(own, change, strict=True))

    return moving("flipping", wires(GF2, size), flip)


def differing_wires(size: int) -> Para[Wires, Wires, Wires]:
    """Return the loss of so many output bits: y + t for each, and its change goes back to both as it is."""
    port = wires(GF2, size)

    def forward(label: Bits, made: Bits) -> tuple[Bits, tuple[()]]:
        return tuple(one + other for one, other in zip(label, made, strict=True)), ()

    def backward(_: tuple[()], change: Bits) -> tuple[Bits, Bits]:
        return change, change

    return para("differing", port, port, port, forward, backward)


def circuit_learner(circuit: SidedMap) -> Learner[Bits, Bits, Bits, Bits]:
    """Return the learner of a circuit: its states are its parameters, and `step(x, (t,))` teaches it one example.

    >>> from tinyml.ch17_circuits.teachable import bits_of, lookup
    >>> one, nothing = bits_of(1, 1), bits_of(0, 2)
    >>> circuit_learner(lookup(1)).step(one, one)(nothing)
    (0, 1)
    """
    refuse_no_circuit("circuit_learner", circuit)
    end: Any = wires(GF2, circuit.map.target)
    return supervised(
        para_of(circuit), flipping(circuit.parameters), differing_wires(circuit.map.target), identity_rate(end)
    )
