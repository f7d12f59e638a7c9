"""Chapters: which files of a class are of the chapter that is graded, where folders are called like others.

    ada/06_functors/06_functors.ipynb       left to its own chapter, with all that is in that folder
    ada/06_functors/05_endomorphism.ipynb   has a row which says that it is in the folder of another chapter
    ada/06_functors/homework.ipynb          has one too: nothing there is called like that chapter

Checked by tests/grading/test_chapters.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Set
from dataclasses import replace
from pathlib import PurePosixPath

from grading.intake.submissions import Submission


def of_chapter(files: Iterable[Submission], name: str, others: Set[str]) -> tuple[list[Submission], Counter[str]]:
    """Return the files that are graded as the chapter of this name, and how many were left to each of the others."""
    found = [(one, other_chapter(one, others)) for one in files]
    filed = {(one.student, other) for one, other in found if other and is_called(one, other)}
    kept: list[Submission] = []
    left: Counter[str] = Counter()
    for one, other in found:
        if not other:
            kept.append(one)
        elif one.is_notebook and (is_called(one, name) or (one.student, other) not in filed):
            kept.append(replace(one, trouble=f"it is in the folder {other}, which is another chapter's"))
        else:
            left[other] += 1
    return kept, left


def other_chapter(one: Submission, others: Set[str]) -> str:
    """Return which of these names a folder of a file has; none where no folder does."""
    return next((part for part in PurePosixPath(one.file).parts[:-1] if part in others), "")


def is_called(one: Submission, name: str) -> bool:
    return one.is_notebook and name in PurePosixPath(one.file).name
