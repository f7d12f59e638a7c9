"""grading.intake.chapters: what is in the folder of another chapter is said, and no student vanishes."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from grading.intake.chapters import of_chapter
from grading.intake.submissions import Submission, student_of

OTHERS = {"06_functors", "07_naturality"}


def placed(*files: str) -> tuple[dict[str, str], Counter[str]]:
    """Return what is kept of files, each with the reason why it is not read, and what is left to which chapter."""
    kept, left = of_chapter([Submission(Path(), file, student_of(file)) for file in files], "05_endomorphism", OTHERS)
    return {one.file: one.trouble for one in kept}, left


WRONG = "it is in the folder 06_functors, which is another chapter's"


def test_the_files_of_other_chapters_are_left_to_them() -> None:
    own = "ada/05_endomorphism/05_endomorphism.ipynb"
    others = ["ada/06_functors/06_functors.ipynb", "ada/06_functors/a.csv", "ada/06_functors/notes.ipynb"]
    assert placed(own, *others) == ({own: ""}, {"06_functors": 3})
    assert placed(*others) == ({}, {"06_functors": 3})


def test_a_file_in_the_wrong_folder_has_a_row_that_says_so() -> None:
    wrong = "ada/06_functors/my 05_endomorphism (1).ipynb"
    assert placed("ada/05.ipynb", wrong) == ({"ada/05.ipynb": "", wrong: WRONG}, {})
    assert placed("ada/06_functors/06_functors.ipynb", wrong) == ({wrong: WRONG}, {"06_functors": 1})


def test_a_file_has_a_row_where_nothing_in_its_folder_is_called_like_that_chapter() -> None:
    files = ["06_functors/bob.ipynb", "ada/06_functors/homework.ipynb", "eve/06_functors/06_functors.ipynb"]
    assert placed(*files) == (dict.fromkeys(files[:2], WRONG), {"06_functors": 1})


def test_a_file_that_is_called_like_a_chapter_is_in_no_folder_of_it() -> None:
    assert placed("06_functors", "06_functors.ipynb") == ({"06_functors": "", "06_functors.ipynb": ""}, {})
