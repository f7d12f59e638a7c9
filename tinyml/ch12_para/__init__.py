"""Para: lenses whose parameters have a wire of their own, and what can be done to that wire."""

from tinyml.ch12_para import layers
from tinyml.ch12_para.base_change import *
from tinyml.ch12_para.layers import bias, dense, embed, every_token, linear, scores, tokens, vectors
from tinyml.ch12_para.parametric import *
from tinyml.ch12_para.trees import *
from tinyml.ch12_para.two_cells import *

__all__ = [
    "PARAMETERS",
    "Para",
    "ParaArrow",
    "based",
    "beside",
    "bias",
    "dense",
    "descent",
    "embed",
    "every_token",
    "flattened",
    "frozen",
    "initialise",
    "layers",
    "lift",
    "linear",
    "low_rank",
    "of_lens",
    "para",
    "recorded",
    "rounded",
    "scores",
    "still",
    "tokens",
    "transposed",
    "two_cell_table",
    "vectors",
]
