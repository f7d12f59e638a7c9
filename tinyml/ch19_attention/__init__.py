"""Attention: a sequence reads itself, each place as much from each other as they fit."""

from tinyml.ch19_attention.attending import attend, compared, mixed, weighed
from tinyml.ch19_attention.cache import nothing_read, one_by_one
from tinyml.ch19_attention.heads import affine, attention, concatenated, cross_head, head, then, two_heads
from tinyml.ch19_attention.sequences import causal, everywhere, hidden, keys, positions, queries, values

__all__ = [
    "affine",
    "attend",
    "attention",
    "causal",
    "compared",
    "concatenated",
    "cross_head",
    "everywhere",
    "head",
    "hidden",
    "keys",
    "mixed",
    "nothing_read",
    "one_by_one",
    "positions",
    "queries",
    "then",
    "two_heads",
    "values",
    "weighed",
]
