"""Monoids: what adds up, in any grouping, and over the parts of a text."""

from tinyml.ch08_monoids.monoid import *
from tinyml.ch08_monoids.shards import *

__all__ = [
    "METRICS",
    "SUM",
    "TRACES",
    "Metrics",
    "Monoid",
    "PairCounts",
    "PipelineTrace",
    "TraceStep",
    "gradient_from_counts",
    "gradient_monoid",
    "gradient_sum",
    "gradient_sum_monoid",
    "homomorphism",
    "mean_gradient",
    "metrics_of",
    "monoid_laws",
    "pair_counts",
    "split_into_shards",
]
