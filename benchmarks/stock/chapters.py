"""The rows of grading honest files, one for each chapter that has exercises, and what is wanted of ours.

A chapter with a question for the type checker has one more contender: the part of ours that the type checker takes.
Checked by tests/benchmarks/test_benchmarks_grading.py.
"""

from __future__ import annotations

from benchmarks import honest
from benchmarks.goals import faster
from benchmarks.race import Row, command

FAMILY = "grading one honest file"
OURS = "grading: a class, one job"
TWO_JOBS = "grading: a class, two jobs"
TYPES = "grading: the type checker's part of a class"
NBGRADER = "nbgrader: cells and checks in a kernel"
OTTER = "otter-grader: cells and checks in a kernel"
BOUND = "bound: bare cells and checks in one process"
ROUNDS = 6
LEAST_NBGRADER, LEAST_OTTER = 2, 3
"""Times as fast as the stock graders, in every chapter; how much faster in the median chapter is in the summary."""


def chapter_row(chapter: str) -> Row:
    """Race the graders on honest files of one chapter; a file of ours is its share of a class."""
    kinds: dict[str, tuple[str, ...]] = {OURS: ("class", chapter, "1"), TWO_JOBS: ("class", chapter, "2")}
    if honest.has_programs(chapter):
        kinds[TYPES] = ("types", chapter)
    kinds |= {NBGRADER: ("nbgrader", chapter), OTTER: ("otter", chapter), BOUND: ("bare", chapter)}
    return Row(
        name=f"{FAMILY}, {chapter}",
        unit="one file",
        contenders={name: command("grading", *kind) for name, kind in kinds.items()},
        bound=BOUND,
        rounds=ROUNDS,
        goals=(faster(OURS, NBGRADER, least=LEAST_NBGRADER), faster(OURS, OTTER, least=LEAST_OTTER)),
        family=FAMILY,
    )


def rows() -> list[Row]:
    return [chapter_row(chapter) for chapter in honest.chapters()]
