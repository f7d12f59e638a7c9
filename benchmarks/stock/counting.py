"""What a grader's marks are worth beside those of an honest marker, file by file and in all.

    judged(kind, due, got) = right, gained, lost        counted(outcomes) = the figures of a grader

A file without any mark counts as one of no points, in favour of the graders that gave none.
Checked by tests/benchmarks/test_benchmarks_stock.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

INNOCENT = frozenset({"honest", "broken"})
CHEATING = frozenset({"tampering", "isolation", "protocol", "files"})
"""Kinds of files that are after points or after the machine; those of the other kinds do harm, perhaps by mistake."""
OURS = "grading"
GRADERS = {OURS: "grading", "nbgrader": "nbgrader autograde", "otter": "otter run"}
BOUND = 60.0
Points = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a grader made of one submission, and what came of its surroundings."""

    grader: str
    kind: str
    name: str
    due: Points
    got: Points | None
    seconds: float = 0.0
    hung: bool = False
    neighbours_lost: int = 0
    files: Sequence[str] = ()
    harmed: Sequence[str] = ()
    processes: Sequence[str] = ()
    connections: int = 0
    told: str = ""

    @property
    def innocent(self) -> bool:
        """Whether it is somebody's work; a file that is odd by itself is innocent when it is worth points."""
        return self.kind in INNOCENT or (self.kind == "files" and sum(self.due.values()) > 0)

    @property
    def cheats(self) -> bool:
        return self.kind in CHEATING and not self.innocent

    @property
    def gained(self) -> bool:
        got = self.got or {}
        return any(got.get(question, 0.0) > points + 1e-9 for question, points in self.due.items())

    @property
    def lost(self) -> bool:
        got = self.got or {}
        return any(not got.get(question, 0.0) >= points - 1e-9 for question, points in self.due.items())

    @property
    def right(self) -> bool:
        return not self.gained and not self.lost


@dataclass(frozen=True, slots=True)
class Count:
    """The figures of one grader."""

    files: int
    right: int
    cheats: int
    cheated: int
    others_gained: int
    innocent: int
    innocent_lost: int
    others_lost: int
    unmarked: int
    hung: int
    neighbours_lost: int
    left_files: int
    harmed: int
    left_processes: int
    connected: int
    by_kind: Mapping[str, tuple[int, int]] = field(default_factory=dict)


def counted(outcomes: Iterable[Outcome]) -> Count:
    """Count the outcomes of one grader, all in files but for the neighbours."""
    all_ = list(outcomes)
    kinds = dict.fromkeys(one.kind for one in all_)
    return Count(
        files=len(all_),
        right=sum(one.right for one in all_),
        cheats=sum(one.cheats for one in all_),
        cheated=sum(one.gained and one.cheats for one in all_),
        others_gained=sum(one.gained and not one.cheats for one in all_),
        innocent=sum(one.innocent for one in all_),
        innocent_lost=sum(one.lost and one.innocent for one in all_),
        others_lost=sum(one.lost and not one.innocent for one in all_),
        unmarked=sum(one.got is None for one in all_),
        hung=sum(one.hung for one in all_),
        neighbours_lost=sum(one.neighbours_lost for one in all_),
        left_files=sum(bool(one.files) for one in all_),
        harmed=sum(bool(one.harmed) for one in all_),
        left_processes=sum(bool(one.processes) for one in all_),
        connected=sum(one.connections > 0 for one in all_),
        by_kind={
            kind: (sum(one.right for one in all_ if one.kind == kind), sum(one.kind == kind for one in all_))
            for kind in kinds
        },
    )


@dataclass(slots=True)
class Comparison:
    """What came of a run: which files, the outcomes, each grader's seconds for an honest file, and what is missing."""

    kinds: Sequence[str]
    some: int | None
    bound: float
    left_out: int
    outcomes: list[Outcome] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    unseen: list[str] = field(default_factory=list)

    def of(self, grader: str) -> list[Outcome]:
        return [one for one in self.outcomes if one.grader == grader]
