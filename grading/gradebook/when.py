"""When a file was handed in: as exactly as what was downloaded tells, and no more exactly.

    a name of Canvas               late or not, by the due date in Canvas; a number that grows with each upload
    a name of Moodle               nothing
    nbgrader's `timestamp.txt`     a time, of the server
    any other file                 the time of the file, on the disk or in the zip of the class

The times in the zips of Canvas and Moodle are those of the download, and in a zip that a learner packed they are what
the learner's computer said, so neither is looked at.
Checked by tests/grading/test_when.py.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import final

from grading.intake.archives import opened
from grading.intake.names import of_canvas, of_moodle, repeat
from grading.intake.submissions import Submission

DAY = timedelta(days=1)
BEFORE = datetime.min.replace(tzinfo=UTC)
NO_TIME = 1980
"""The year of an entry whose zip was made without times."""


@final
@dataclass(frozen=True, slots=True)
class When:
    """When a file was handed in: its time, or whether a platform called it late; `source` says who told it."""

    source: str = ""
    time: datetime | None = None
    late: bool = False
    order: tuple[int, int, str] = (0, 0, "")

    def days_after(self, due: datetime | None) -> int:
        """Return the days that have begun since it was due; one where only is known that it was late."""
        if self.time is None or due is None:
            return int(self.late)
        return max(0, -((due - self.time) // DAY))

    @property
    def place(self) -> tuple[datetime, int, int, str]:
        """What grows from one file of a student to the next."""
        return (self.time or BEFORE, *self.order)


def when(one: Submission, zone: tzinfo) -> When:
    """Return when a file was handed in; times without a zone, which are all in zips, are taken to be of this one."""
    canvas = of_canvas(one.file)
    order = (canvas.upload if canvas else 0, repeat(one.file), one.file)
    if canvas:
        return When("Canvas", late=canvas.late, order=order)
    if of_moodle(one.file):
        return When(order=order)
    if (time := stamp(one)) is not None:
        return When("timestamp.txt", time.replace(tzinfo=UTC), order=order)
    time = written_at(one, zone)
    return When("the time of the file" if time else "", time, order=order)


def stamp(one: Submission) -> datetime | None:
    """Return the time, in UTC, in nbgrader's `timestamp.txt` beside a file or the student's zip; None without one.

    In what Canvas or Moodle wrote, a file of that name is one that the learner has handed in.
    """
    from_platform = of_canvas(one.file) or of_moodle(one.file)
    text = b"" if from_platform else one.beside("timestamp.txt")
    if not text:
        return None
    from nbgrader.utils import parse_utc  # noqa: PLC0415  nbgrader takes seconds to import

    with contextlib.suppress(ValueError, OverflowError):
        return parse_utc(text.decode().strip())  # type: ignore[no-any-return]
    return None


def written_at(one: Submission, zone: tzinfo) -> datetime | None:
    """Return the time of a file on the disk or in the zip of the class, or that of the zip that a learner packed."""
    archive, entry = one.archive, one.entry
    if archive is not None and archive.of_learner:
        entry, archive = archive.entry, archive.outer
    try:
        if archive is None:
            return datetime.fromtimestamp(one.path.lstat().st_mtime, UTC)
        with archive.lock:
            found = opened(archive).getinfo(entry).date_time
        return datetime(*found, tzinfo=zone) if found[0] > NO_TIME else None
    except Exception:  # a zip may be broken in more ways than zipfile has names for
        return None
