"""The tape: a graph of nodes, its way back, and how to check it."""

from tinyml.ch10_tape import faulty, nodes
from tinyml.ch10_tape.adjointness import *
from tinyml.ch10_tape.context import *
from tinyml.ch10_tape.nodes import *
from tinyml.ch10_tape.rings import *
from tinyml.ch10_tape.tape import *

__all__ = [
    "FLOAT",
    "GF2",
    "RATIONAL",
    "Context",
    "Graph",
    "Node",
    "Ring",
    "backprop_correct",
    "check_adjoint",
    "check_derivative",
    "faulty",
    "grad",
    "loss_graph",
    "nodes",
    "pairings",
    "seed_scalar_loss",
    "sgd_step",
]
