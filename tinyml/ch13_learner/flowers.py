"""Iris: 150 flowers of three species, each measured four times, in centimetres.

Anderson measured them, and Fisher published them in 1936, "The use of multiple measurements in taxonomic problems",
Annals of Eugenics 7(2).  The numbers are those of the UCI Machine Learning Repository (CC BY 4.0,
doi 10.24432/C56C76) with the two corrections to Fisher's paper that scikit-learn has made: flowers 35 and 38.
Checked by tests/ch13_learner/test_iris.py against scikit-learn, where that is installed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import final

import numpy as np

from tinyml.validation import FloatArray, IntArray

SPECIES = ("setosa", "versicolor", "virginica")
MEASURED = ("sepal length", "sepal width", "petal length", "petal width")


@final
@dataclass(frozen=True)
class Iris:
    """Measurements in cm, shape (150, 4), and the number of each flower's species in `SPECIES`, shape (150,)."""

    measurements: FloatArray
    species: IntArray

    @property
    def standardised(self) -> FloatArray:
        """The measurements with mean 0 and standard deviation 1 in each column."""
        columns = self.measurements
        spread: FloatArray = (columns - columns.mean(axis=0)) / columns.std(axis=0)
        return spread


@cache
def iris() -> Iris:
    """Return the flowers, 50 of each species in a row; the arrays are read-only.

    >>> flowers = iris()
    >>> flowers.measurements[0].tolist(), SPECIES[flowers.species[0]]
    ([5.1, 3.5, 1.4, 0.2], 'setosa')
    """
    rows = [line.split(",") for line in _text().splitlines()[1:]]
    measurements = np.array([row[:4] for row in rows], dtype=np.float64)
    species = np.array([SPECIES.index(row[4]) for row in rows])
    for array in (measurements, species):
        array.setflags(write=False)
    return Iris(measurements, species)


def _text() -> str:
    return Path(__file__).with_name("iris.csv").read_text(encoding="utf-8")
