"""Monoids: what adds up, in any grouping, and over the parts of a text."""

from tinyml.ch08_monoids.monoid import *
from tinyml.ch08_monoids.shards import *

__all__ = [
    "LISTS",
    "METRICS",
    "SUM",
    "TRACES",
    "Metrics",
    "Monoid",
    "PairCounts",
    "PipelineTrace",
    "TraceStep",
    "cut",
    "gradient_from_counts",
    "gradient_sum",
    "gradient_sums",
    "gradients",
    "homomorphism",
    "mean_gradient",
    "measured",
    "monoid_laws",
    "pair_counts",
    "pair_of",
]
