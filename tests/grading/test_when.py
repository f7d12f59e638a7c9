"""grading.gradebook.when: what tells when a file was handed in, and who could have made it up."""

from __future__ import annotations

import os
import zipfile
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.gradebook.when import When, stamp, when
from grading.intake.archives import Archive
from grading.intake.submissions import Submission, submissions

BERLIN = timezone(timedelta(hours=1))
DUE = datetime(2026, 12, 1, 23, 59, tzinfo=BERLIN)
WRITTEN = (2026, 12, 2, 10, 0, 0)


def packed(path: Path, *names: str, date: tuple[int, ...] = WRITTEN) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(zipfile.ZipInfo(name, date), b"{}")  # type: ignore[arg-type]
    return path


def test_canvas_says_late_or_not_and_which_upload_came_later(tmp_path: Path) -> None:
    names = ("ada_LATE_101_5002_05.ipynb", "ada_101_10003_05.ipynb", "ada_101_5001_05-1.ipynb")
    found = {one.file: when(one, UTC) for one in submissions(packed(tmp_path / "class.zip", *names))}
    late = found[names[0]]
    assert (late.source, late.time, late.late) == ("Canvas", None, True)
    assert (late.days_after(DUE), late.days_after(None), found[names[1]].days_after(DUE)) == (1, 1, 0)
    assert sorted(names, key=lambda name: found[name].place) == [names[2], names[0], names[1]]


def test_moodle_says_nothing_and_a_learner_s_timestamp_is_not_believed(tmp_path: Path) -> None:
    folder = tmp_path / "Ada Lovelace_311_assignsubmission_file"
    folder.mkdir()
    (folder / "timestamp.txt").write_text("2026-01-01 00:00:00 UTC")
    (folder / "05.ipynb").write_text("{}")
    (one,) = submissions(tmp_path)
    assert when(one, UTC) == When(order=(0, 0, one.file))
    assert when(one, UTC).days_after(DUE) == 0
    assert stamp(one) is None


def test_a_plain_file_has_the_time_in_the_zip_of_the_class_and_never_that_in_a_learner_s_zip(tmp_path: Path) -> None:
    inner = packed(tmp_path / "bob.zip", "05.ipynb", date=(2001, 1, 1, 0, 0, 0)).read_bytes()
    path = packed(tmp_path / "class.zip", "ada.ipynb")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(zipfile.ZipInfo("bob.zip", WRITTEN), inner)
        archive.writestr(zipfile.ZipInfo("eve.ipynb"), b"{}")
    found = {one.student: when(one, BERLIN) for one in submissions(path)}
    assert found["ada"].time == found["bob"].time == datetime(*WRITTEN, tzinfo=BERLIN)
    assert found["ada"].days_after(DUE) == 1
    assert found["eve"] == When(order=(0, 0, "eve.ipynb"))


def test_on_the_disk_it_is_the_time_of_the_file_or_of_the_zip(tmp_path: Path) -> None:
    packed(tmp_path / "bob.zip", "05.ipynb", date=(2001, 1, 1, 0, 0, 0))
    (tmp_path / "ada.ipynb").write_text("{}")
    for path in tmp_path.iterdir():
        os.utime(path, (0, DUE.timestamp() + 1))
    times = [when(one, UTC).time for one in submissions(tmp_path)]
    assert times == [DUE + timedelta(seconds=1)] * 2
    assert when(Submission(tmp_path / "gone.ipynb", "gone.ipynb", "gone"), UTC).source == ""


@given(st.integers(-1000, 1000))
def test_a_day_begins_with_its_first_second(minutes: int) -> None:
    after = timedelta(days=2, minutes=minutes)
    days = When("t", DUE + after).days_after(DUE)
    assert (days - 1) * timedelta(days=1) < after <= days * timedelta(days=1)
    assert When("t", DUE - after).days_after(DUE) == 0


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2026-02-03 04:05:06 UTC", datetime(2026, 2, 3, 4, 5, 6)),
        ("yesterday, I think", None),
        ("9" * 1000, None),
        ("", None),
    ],
)
def test_the_time_of_a_submission_is_read_with_care(tmp_path: Path, text: str, time: datetime | None) -> None:
    (tmp_path / "timestamp.txt").write_text(text, encoding="utf-8")
    assert stamp(Submission(tmp_path / "a.ipynb", "a.ipynb", "a")) == time
    path = tmp_path / "class.zip"
    one = Submission(path, "ada/05.ipynb", "ada", Archive(path), "ada/05.ipynb")
    assert stamp(one) is None
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("ada/timestamp.txt", text)
    assert stamp(Submission(path, "ada/05.ipynb", "ada", Archive(path), "ada/05.ipynb")) == time
