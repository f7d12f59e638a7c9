"""Learning circuits: gates are polynomial maps over bits, so the learner of chapter 13 teaches them."""

from tinyml.ch17_circuits.chances import mean_samples
from tinyml.ch17_circuits.gates import AND, MUX, NOT, OR, XOR, inputs_of, table_of, tables
from tinyml.ch17_circuits.learning import circuit_learner, differing_wires, flipping
from tinyml.ch17_circuits.species import best_possible, blooms, halves, share_right, taught
from tinyml.ch17_circuits.sweeps import drawn_samples, orders, swept
from tinyml.ch17_circuits.teachable import bits_of, lookup, masks_of, reed_muller, settings_for

__all__ = [
    "AND",
    "MUX",
    "NOT",
    "OR",
    "XOR",
    "best_possible",
    "bits_of",
    "blooms",
    "circuit_learner",
    "differing_wires",
    "drawn_samples",
    "flipping",
    "halves",
    "inputs_of",
    "lookup",
    "masks_of",
    "mean_samples",
    "orders",
    "reed_muller",
    "settings_for",
    "share_right",
    "swept",
    "table_of",
    "tables",
    "taught",
]
