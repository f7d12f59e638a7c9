"""Learning circuits: what can be taught to a circuit, and what goes round for ever?

The learner of chapter 13 over bits, with a polynomial and with a lookup table.
"""

from __future__ import annotations

from collections.abc import Iterator

from tinyml.ch17_circuits.chances import mean_samples
from tinyml.ch17_circuits.gates import AND, NOT, OR, XOR, inputs_of, table_of, tables
from tinyml.ch17_circuits.learning import circuit_learner
from tinyml.ch17_circuits.species import best_possible, blooms, halves, share_right, taught
from tinyml.ch17_circuits.sweeps import orders, swept
from tinyml.ch17_circuits.teachable import bits_of, lookup, reed_muller


def lines() -> Iterator[str]:
    circuit, xor = reed_muller(2), table_of(XOR)
    yield f"De Morgan: {NOT @ NOT >> OR == AND >> NOT}"
    yield f"{circuit.map.told('p0 p1 p2 p3 a b')}"
    after = circuit_learner(circuit).step(inputs_of(2)[1], bits_of(1, 1))(bits_of(0, 4))
    yield f"after a mistake at 01 the switches are {after}, and it says {circuit.map(*after, *inputs_of(2)[1])[0]}"
    found = {sum(swept(circuit, table, order).learnt for table in tables(2)) for order in orders(4)}
    yield f"of 16 functions, in each of 24 orders, a polynomial learns {', '.join(map(str, found))}"
    yield f"xor comes round after {len(swept(circuit, xor).cycle)} sweeps"
    learnt = sum(len(swept(lookup(3), table).settings) <= 2 for table in tables(3))
    yield f"of 256 functions a table learns in one sweep {learnt}"
    yield f"drawn, mean samples for xor: {mean_samples(circuit, xor)} and {mean_samples(lookup(2), xor)}"
    yield f"mean of all sixteen: {sum(mean_samples(circuit, table) for table in tables(2)) / 16}"
    two = blooms("setosa", "versicolor")
    teach, ask = halves(two)
    yield f"setosa or versicolor, taught on 50, right on the others: {share_right(two, taught(two, teach), ask):.2f}"
    yield f"versicolor or virginica, at best: {best_possible(blooms('versicolor', 'virginica')):.2f}"
