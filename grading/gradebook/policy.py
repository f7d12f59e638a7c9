"""Policies: which of a student's files counts, and what being late costs.

    counting(records, times, Policy(counts="last", due=..., off=2))     one file for each student, with the reason

A file that cannot be read never counts before one that can.  Points are taken off the whole file, for each day begun,
and never more than it has; where Canvas says no more than that a file was late, it is one day.
Laws (tests/grading/test_policy.py): the order of the records does not matter; being late never gives points; of files
that are handed in in time, the policy `in-time` takes the one that `last` takes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import final

from grading.gradebook.table import harmless
from grading.gradebook.when import When
from grading.marking.record import Record

POLICIES = {
    "best": "the best of {files} files",
    "last": "the last of {files} files",
    "in-time": "the last of {files} files that were in time",
}
NONE_IN_TIME = "the last of {files} files, none of them in time"


@final
@dataclass(frozen=True, slots=True)
class Policy:
    """Which file counts; when it was due, if that is known here; the points off for each day, all where it is None."""

    counts: str = "best"
    due: datetime | None = None
    off: float | None = 0.0

    def points_off(self, points: float, days: int) -> float:
        """Return what is taken off the points of a file that came so many days late.

        >>> [Policy(off=2).points_off(5, days) for days in (0, 1, 3)], Policy(off=None).points_off(5, 1)
        ([0, 2, 5], 5)
        """
        if not days:
            return 0
        return points if self.off is None else min(points, days * self.off)


@final
@dataclass(frozen=True, slots=True)
class Counted:
    """The file of a student that counts, and why."""

    record: Record
    files: int
    days: int
    policy: Policy
    why: str

    @property
    def off(self) -> float:
        """The points that were taken off because it was late."""
        return self.policy.points_off(self.record.points, self.days)

    @property
    def total(self) -> float | None:
        """The points of the student; None while some of them wait for a person, or the file cannot be read."""
        waits = self.record.status in ("needs review", "unreadable")
        return None if waits else self.record.points - self.off

    def marked(self, record: Record) -> Counted:
        """Return the same file with marks that a person gave since it was chosen."""
        return replace(self, record=record)


def counting(records: Iterable[Record], times: Mapping[str, When], policy: Policy) -> dict[str, Counted]:
    """Return what counts, by student; `times` says when each file was handed in."""
    by_student: dict[str, list[Record]] = {}
    for record in sorted(records, key=lambda record: record.file):
        by_student.setdefault(record.student, []).append(record)
    return {student: chosen(found, times, policy) for student, found in by_student.items()}


def chosen(records: list[Record], times: Mapping[str, When], policy: Policy) -> Counted:
    """Return which of a student's files counts, the first by name where several are alike."""
    handed_in = {record.file: times.get(record.file, When()) for record in records}
    late = {file: when.days_after(policy.due) for file, when in handed_in.items()}

    def rank(record: Record) -> tuple[object, ...]:
        readable, in_time, place = record.status != "unreadable", not late[record.file], handed_in[record.file].place
        if policy.counts == "best":
            points = record.points - policy.points_off(record.points, late[record.file])
            return readable, points, in_time, waiting(record)
        return readable, in_time or policy.counts == "last", place

    best = max(records, key=rank)
    days, when = late[best.file], handed_in[best.file]
    return Counted(best, len(records), days, policy, "; ".join(reasons(len(records), days, when, policy)))


def waiting(record: Record) -> float:
    """Return the points that a person may still give."""
    return sum(verdict.worth for verdict in record.verdicts if verdict.status == "needs review")


def reasons(files: int, days: int, when: When, policy: Policy) -> Iterable[str]:
    """Yield why a file counts, and as what."""
    words = NONE_IN_TIME if days and policy.counts == "in-time" else POLICIES[policy.counts]
    yield words.format(files=files) if files > 1 else "the only file"
    if days and when.time is None:
        yield "late, and Canvas says no more: taken as one day"
    elif days:
        yield f"late, {days} {'day' if days == 1 else 'days'} begun, by {when.source}"
    elif policy.due and not when.source:
        yield "no time is known: taken as in time"


def several(counted: Mapping[str, Counted]) -> list[str]:
    """Return a line for each student with several files, which says which of them counts."""
    return [
        f"several files: {harmless(student)} has {one.files}, and {harmless(one.record.file)} counts"
        for student, one in sorted(counted.items())
        if one.files > 1
    ]


def doubts(counted: Mapping[str, Counted], times: Mapping[str, When], policy: Policy) -> list[str]:
    """Return lines that say where a policy asks for more than is known: of how many students there is no time."""
    unknown = Counter(not times.get(one.record.file, When()).source for one in counted.values())[True]
    lines = [f"no time is known of the files of {unknown}: taken as in time"] if policy.due and unknown else []
    asks = policy.off != 0 or policy.counts == "in-time"
    if asks and policy.due is None and not any(when.source == "Canvas" for when in times.values()):
        lines.append("nothing is taken as late, because only names of Canvas say so by themselves: give --due")
    return lines
