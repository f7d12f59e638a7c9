"""Limits: how much of one student's files is looked at, so that no student costs another one anything.

    many files      the notebooks that stand highest are looked at, and one row says that there are more
    large files     after so many bytes of notebooks the others have a reason and no content

A class has a largest size as well, so that the folder of a whole disk is not taken for one.
What was left out depends on names and sizes alone, so each run leaves out the same.
Checked by tests/grading/test_submissions.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from grading.intake.submissions import Submission

MOST_FILES, MOST_BYTES = 50, 2**27
"""Of one student: files that are looked at, and bytes of notebooks."""
MOST_OF_CLASS = 20_000


def within_limits(found: Iterable[Submission]) -> list[Submission]:
    """Return the files of a class without those of a student that are too many, sorted by name.

    `ValueError` says that it is no class.
    """
    by_student: dict[str, list[Submission]] = {}
    for one in found:
        by_student.setdefault(one.student, []).append(one)
    kept = [one for files in by_student.values() for one in small_enough(few_enough(files))]
    if len(kept) > MOST_OF_CLASS:
        raise ValueError(f"these are more than {MOST_OF_CLASS} files")
    return sorted(kept, key=lambda one: one.file)


def few_enough(files: list[Submission]) -> list[Submission]:
    """Return the first files of a student, and the next one with the reason why it is the last."""
    ranked = sorted(files, key=rank)
    trouble = f"{files[0].student} has more than {MOST_FILES} files: this one and those behind it are not looked at"
    return ranked[:MOST_FILES] + [replace(one, trouble=trouble) for one in ranked[MOST_FILES : MOST_FILES + 1]]


def rank(one: Submission) -> tuple[bool, int, str]:
    """Notebooks come first, and then what stands higher."""
    return not one.is_notebook, one.file.count("/"), one.file


def small_enough(files: list[Submission]) -> Iterator[Submission]:
    """Yield the files of a student, those that are too much without their content."""
    left = MOST_BYTES
    for one in files:
        if one.is_notebook and one.size > left:
            yield replace(one, trouble=f"{one.student} has notebooks of more than {MOST_BYTES // 2**20} MB in all")
        else:
            left -= one.size if one.is_notebook else 0
            yield one
