"""grading.gradebook.feedback: what goes back to a platform is under its names, for its student, and is no markup."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.__main__ import main
from grading.gradebook.feedback import clean, packed, page, sections
from grading.gradebook.policy import Counted, Policy, counting
from grading.intake.names import of_canvas, of_moodle
from grading.intake.submissions import Submission
from grading.marking.record import Record, Verdict

WRONG = Verdict("gap", 1.0, 2.0, "graded", "called f(1)\n\ncame <b>2</b>")
TEXT = Verdict("gap-why", 0.0, 1.0, "needs review", "to be marked by hand")
CANVAS = {
    "lovelaceada_101_999_05_endomorphism.ipynb": "ada",
    "lovelaceada_LATE_101_1000_05_endomorphism-1.ipynb": "ada",
    "noetheremmy_102_1001_homework.zip/05/05.ipynb": "emmy",
}
MOODLE = {
    "Ada Lovelace_311_assignsubmission_file_/tries/05.ipynb": "ada",
    "Emmy Noether_312_assignsubmission_file/05.ipynb": "emmy",
    "Sam Lee_313_assignsubmission_file_05.ipynb": "sam",
}


def handed_in(names: dict[str, str], *verdicts: Verdict) -> tuple[dict[str, Counted], list[Submission]]:
    files = [Submission(Path(name), name, student) for name, student in names.items()]
    records = [Record(one.file, one.student, "", verdicts or (WRONG,)) for one in files]
    return counting(records, {}, Policy()), files


def entries(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_canvas_gets_a_notebook_under_the_name_of_the_last_upload_and_a_zip_for_a_zip() -> None:
    counted, files = handed_in(CANVAS)
    assert counted["ada"].record.file == "lovelaceada_101_999_05_endomorphism.ipynb"
    found = entries(packed("05_endomorphism", counted, files, {}))
    names = ["lovelaceada_LATE_101_1000_05_endomorphism-1.ipynb", "noetheremmy_102_1001_homework.zip"]
    assert list(found) == names
    notebook = nbformat.reads(found[names[0]].decode(), as_version=4)
    nbformat.validate(notebook)
    assert [cell.cell_type for cell in notebook.cells] == ["markdown"]
    assert "gap: 1 of 2 points" in notebook.cells[0].source
    assert b"gap: 1 of 2 points" in entries(found[names[1]])["feedback.html"]


def test_of_several_uploads_feedback_is_called_like_one_that_can_be_opened() -> None:
    names = dict.fromkeys(("ada_101_5_05.ipynb", "ada_101_7_05.IPYNB", "ada_101_9_notes.pdf"), "ada")
    counted, files = handed_in(names)
    assert list(entries(packed("05", counted, files, {}))) == ["ada_101_7_05.IPYNB"]


def test_a_student_who_is_called_like_a_zip_gets_a_page() -> None:
    counted, files = handed_in({"x.zip/05/05.ipynb": "x.zip"})
    assert entries(packed("05", counted, files, {}))["x.zip/05.html"].startswith(b"<!doctype html>")


def test_moodle_gets_a_page_in_the_folder_of_each_participant() -> None:
    counted, files = handed_in(MOODLE)
    found = entries(packed("05_endomorphism", counted, files, {}))
    assert list(found) == [
        "Ada Lovelace_311_assignsubmission_file_/feedback.html",
        "Emmy Noether_312_assignsubmission_file_/feedback.html",
        "Sam Lee_313_assignsubmission_file_/feedback.html",
    ]


def test_the_same_marks_give_the_same_bytes_and_files_that_can_be_read() -> None:
    counted, files = handed_in(MOODLE)
    content = packed("05", counted, files, {})
    assert content == packed("05", counted, files, {})
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {entry.external_attr >> 16 for entry in archive.infolist()} == {0o644}


hostile = st.sampled_from(["../../x.ipynb", "a:b/x", "a_b/x", "C:\\x", "A_B/x"])
names = st.text(alphabet=st.characters(codec="utf-8")) | st.sampled_from([*CANVAS, *MOODLE]) | hostile


@given(st.dictionaries(names, st.text(), max_size=5))
def test_each_student_has_one_entry_which_leads_nowhere_else(found: dict[str, str]) -> None:
    counted, files = handed_in(found)
    made = entries(packed("05", counted, files, {}))
    assert len(made) == len({name.casefold() for name in made}) == len(counted)
    for name in made:
        path = PurePosixPath(name)
        assert not path.is_absolute()
        assert ".." not in path.parts
        assert re.search(r'[\\:*?"<>|\x00-\x1f]', name) is None


def test_students_whose_names_differ_by_little_have_an_entry_each() -> None:
    counted, files = handed_in(
        {f"{number}.ipynb": name for number, name in enumerate(["a:b", "a_b", "A_B", "\u00ff", "\u0178"])}
    )
    found = entries(packed("05", counted, files, {}))
    assert list(found) == ["A_B/05.html", "a_b/05-2.html", "a_b/05-3.html", "\u00ff/05.html", "\u0178/05-2.html"]
    for content, file in zip(found.values(), ["2.ipynb", "0.ipynb", "1.ipynb", "3.ipynb", "4.ipynb"], strict=True):
        assert f"Marked: {file}".encode() in content


@given(st.sampled_from([*CANVAS, *MOODLE]))
def test_an_entry_has_the_numbers_of_its_own_student(name: str) -> None:
    counted, files = handed_in({name: "x"})
    (made,) = entries(packed("05", counted, files, {}))
    canvas, moodle = of_canvas(name), of_moodle(name)
    assert of_canvas(made) == canvas
    assert (of_moodle(made) or moodle) == moodle


class Tags(HTMLParser):
    """Collects the names of all tags, and the text."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


OURS = {"html", "meta", "title", "style", "h1", "h2", "p", "pre"}


@given(st.text(), st.text(), st.text())
def test_no_letter_of_a_learner_or_a_person_is_markup(file: str, reason: str, comment: str) -> None:
    names = {f"<img src=x>\n\n{file}": "ada"}
    counted, _ = handed_in(names, replace(WRONG, reason=f"</pre><script>{reason}"))
    parts = list(sections("05", counted["ada"], {"gap": f"<iframe>{comment}"}))
    reader = Tags()
    reader.feed(page(parts).decode())
    assert reader.names == OURS
    assert all("\n" not in part for part in parts if not part.startswith("<pre>"))  # else Markdown would read on


def test_a_page_says_points_reasons_comments_and_what_being_late_cost() -> None:
    counted, _ = handed_in({"ada.ipynb": "ada"}, WRONG, TEXT)
    one = replace(counted["ada"], days=1, policy=Policy(off=0.5), why="the only file; late")
    reader = Tags()
    reader.feed(page(sections("05", one, {"gap-why": "Nearly: which gap?"})).decode())
    for words in (
        "05: 0.5 of 3 points, and not everything is marked yet",
        "Marked: ada.ipynb (the only file; late).",
        "0.5 points were taken off, because it was late.",
        "gap: 1 of 2 points",
        "came <b>2</b>",
        "gap-why: a person will look at this answer",
        "Your instructor says:\nNearly: which gap?",
    ):
        assert words in reader.text
    assert "to be marked by hand" not in reader.text


@pytest.mark.parametrize("name", ["..", ".", "", " ", "a/..", "a\0b", "x\udcff"])
def test_a_clean_name_is_one_name(name: str) -> None:
    assert PurePosixPath(clean(name)).parts == (clean(name),)
    assert clean(name) not in ("..", ".", "")
    clean(name).encode()


@pytest.mark.usefixtures("bubblewrap")
def test_the_command_packs_feedback_and_says_what_waits(
    course: Path, hand_in: Callable[..., bytes], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, out = tmp_path / "class", tmp_path / "out"
    folder.mkdir()
    (folder / "ada_101_5001_small.ipynb").write_bytes(hand_in(guess="guess = 1", guess_why="Because."))
    arguments = ["grade", str(folder), "--assignment", "small", "--out", str(out), "--course", str(course)]
    assert main([*arguments, "--feedback"]) == 0
    said = capsys.readouterr()
    assert "feedback.zip: 1 of 1 are not marked to the end" in said.err
    assert str(out / "feedback.zip") in said.out
    (content,) = entries((out / "feedback.zip").read_bytes()).values()
    source = json.loads(content)["cells"][0]["source"]
    assert "guess: 0 of 1 points" in source
    assert "a person will look at this answer" in source
