"""Start one contender: `python -m benchmarks.step KIND PROBLEM DTYPE`."""

from __future__ import annotations

import sys
from importlib import import_module

from benchmarks.contender import Contender, serve
from benchmarks.environments import at_home

KINDS = {
    "ours": ("ours", "Ours"),
    "examples": ("ours", "Examples"),
    "composite": ("lenses", "Composite"),
    "one-by-one": ("lenses", "OneByOne"),
    "bound": ("bound", "Bound"),
    "flowers": ("flowers", "Composite"),
    "flowers-by-hand": ("flowers", "ByHand"),
    "flowers-torch": ("pytorch", "OnFlowers"),
    "lenet": ("lenet", "Composite"),
    "lenet-by-hand": ("lenet", "ByHand"),
    "lenet-products": ("lenet", "Products"),
    "lenet-torch": ("pytorch", "OnImages"),
    "torch-eager": ("pytorch", "Eager"),
    "torch-counts": ("pytorch", "Counts"),
    "torch-by-hand": ("pytorch", "ByHand"),
    "jax": ("xla", "Compiled"),
    "micrograd": ("scalars", "Scalars"),
    "rates-at-once": ("rates", "AtOnce"),
    "rates-one-by-one": ("rates", "OneByOne"),
    "rates-losses-one-by-one": ("rates", "LossesOneByOne"),
    "rates-jax": ("rates", "Mapped"),
    "rates-bound": ("rates", "Bound"),
    "start": ("starts", "Start"),
    "crate": ("crate", "Crate"),
    "step-of-pairs": ("pairs", "StepOfPairs"),
    "counting-pairs": ("pairs", "Counting"),
}
HOMES = {"pytorch": "torch", "scalars": "micrograd"}


def contender(kind: str, *arguments: str) -> Contender:
    """Make a contender, in the environment of its library where it has one."""
    here = kind.removesuffix(" at home")
    module, name = KINDS[here]
    if module in HOMES and here == kind:
        return at_home(HOMES[module], "benchmarks.step", f"{kind} at home", *arguments)
    made: Contender = getattr(import_module(f"benchmarks.step.{module}"), name)(*arguments)
    return made


if __name__ == "__main__":
    serve(contender(*sys.argv[1:]))
