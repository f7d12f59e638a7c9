"""Lenses: arrows that go there with a value and come back with a change."""

from tinyml.ch11_lens import wires
from tinyml.ch11_lens.lenses import *
from tinyml.ch11_lens.ports import *
from tinyml.ch11_lens.promises import *
from tinyml.ch11_lens.remembering import *
from tinyml.ch11_lens.taped import *

__all__ = [
    "NUMBERS",
    "UNIT",
    "BarePair",
    "Lens",
    "Meter",
    "Number",
    "NumberChange",
    "Port",
    "both",
    "bracketed",
    "check_reverse",
    "get_put",
    "in_segments",
    "lens",
    "lens_of_graph",
    "lens_of_node",
    "optic",
    "port",
    "put_get",
    "put_put",
    "recomputing",
    "whole",
    "wires",
]
