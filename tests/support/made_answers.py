"""Notebooks of learners that a machine has made: solutions and wrong answers, their values in classes of all kinds."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from random import Random

import exercises
from grading.corpus.dressing import dressed
from grading.intake.master import Master, master_of
from grading.lint import with_answers, wrong_answers

SEED = int(os.environ.get("VARIANTS_SEED", "20261130"))
FILES = int(os.environ.get("VARIANTS_FILES", "40")) // 8
"""Notebooks of each chapter; `make test-long` makes ten times as many: 2,350 answers."""
NAMES = exercises.names_in(exercises.COURSE / "source")


@cache
def content(name: str) -> bytes:
    return exercises.notebook_of(exercises.COURSE / "source", name).read_bytes()


@dataclass(frozen=True)
class Handed:
    """One notebook: its answers by question, and what was done to each."""

    name: str
    answers: dict[str, str]
    whys: dict[str, str]

    @property
    def master(self) -> Master:
        return master_of(content(self.name))

    @property
    def file(self) -> bytes:
        return with_answers(content(self.name), self.answers)


def handed_in(name: str, random: Random) -> Handed:
    """Return a notebook of a chapter in which every question has an answer that a machine has made."""
    master = master_of(content(name))
    wrong = wrong_answers(exercises.COURSE / "wrong" / f"{name}.toml")
    answers, whys = {}, {}
    for cell in master.cells:
        if cell.role == "answer" and not cell.source.startswith("%%typecheck"):
            bases = [("solution", cell.source)] * 2
            bases += [(one["why"], one["source"]) for one in wrong if one["question"] == cell.name]
            honest = random.random() < 0.7
            way, source = random.choice(bases[:2] if random.random() < (0.6 if honest else 0.2) else bases)
            below = dressed(random, sorted(master.wanted_by(cell.name)), honest=honest) if random.random() < 0.9 else ""
            answers[cell.name] = f"{source}\n{below}"
            whys[cell.name] = f"{way}, {'dressed' if honest else 'lying'}" if below else way
    return Handed(name, answers, whys)


def notebooks_of(name: str) -> Iterator[Handed]:
    for number in range(FILES):
        yield handed_in(name, Random(f"{SEED}-{name}-{number}"))
