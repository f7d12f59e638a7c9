"""grading.gradebook.roster: a roster is read as it was exported, and serves each chapter of a course."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.__main__ import main
from grading.gradebook.roster import matched, roster
from grading.intake.submissions import Submission, student_of

CANVAS = """Student,ID,SIS User ID,SIS Login ID,Section,05_endomorphism (77)
    Points Possible,,,,,12.00
"Lovelace, Ada",101,al101,ada@uni.example,Monday,
"Noether, Emmy",102,en102,emmy@uni.example,Monday,
"""
MOODLE = """First name,Last name,ID number,Email address
Ada,Lovelace,al101,ada@uni.example
Émilie,du Châtelet,ec103,emilie@uni.example
Sam,Lee,sl104,sam.l@uni.example
Sam,Lee,sl105,lee@uni.example
"""


def belongs(students: list[dict[str, str]], file: str) -> str:
    (one,) = matched([Submission(Path(file), file, student_of(file))], students)
    return one.student


def written(folder: Path, text: str) -> list[dict[str, str]]:
    path = folder / "roster.csv"
    path.write_text(text, encoding="utf-8")
    return roster(path)


def test_the_gradebook_that_canvas_exports_is_a_roster_for_all_chapters(tmp_path: Path) -> None:
    students = written(tmp_path, CANVAS)
    assert [one["student"] for one in students] == ["ada@uni.example", "emmy@uni.example"]
    for file in (
        "lovelaceada_101_5001_05_endomorphism.ipynb",
        "lovelaceada_LATE_101_5099_06_functors-1.ipynb",
        "lovelaceada_101_6000_homework.zip/05/05_endomorphism.ipynb",
    ):
        assert belongs(students, file) == "ada@uni.example"
    assert belongs(students, "noetheremmy_102_101_05.ipynb") == "emmy@uni.example"
    assert belongs(students, "gausscarl_999_5001_05.ipynb") == "gausscarl_999_5001_05"


def test_canvas_exports_a_roster_to_those_too_who_may_not_see_logins(tmp_path: Path) -> None:
    students = written(tmp_path, CANVAS.replace("SIS User ID,SIS Login ID,", "").replace(",,,,,", ",,,", 1))
    assert [one["student"] for one in students] == ["Lovelace, Ada", "Noether, Emmy"]
    assert belongs(students, "lovelaceada_101_5001_05_endomorphism.ipynb") == "Lovelace, Ada"


def test_an_upload_without_a_name_is_nobody_s(tmp_path: Path) -> None:
    students = written(tmp_path, "student,ID\nada,5001\n")
    for file in ("anon_a1b2c_5001_05_endomorphism.ipynb", "LATE_anon_a1b2c_5001_05_endomorphism.ipynb"):
        assert belongs(students, file) == file.removesuffix(".ipynb")


def test_moodle_knows_students_by_their_names_and_those_with_one_name_by_their_numbers(tmp_path: Path) -> None:
    students = written(tmp_path, MOODLE)
    assert belongs(students, "Ada Lovelace_311_assignsubmission_file_/05.ipynb") == "ada@uni.example"
    assert belongs(students, "Ada Lovelace_845_assignsubmission_file/06.ipynb") == "ada@uni.example"
    assert belongs(students, "E\u0301milie du Châtelet_312_assignsubmission_file_05.ipynb") == "emilie@uni.example"
    nobody = "Sam Lee_313_assignsubmission_file"
    assert belongs(students, f"{nobody}/05.ipynb") == nobody
    students[2]["Identifier"], students[3]["Identifier"] = "Participant 313; Participant 847", "Participant 314"
    assert belongs(students, f"{nobody}/05.ipynb") == "sam.l@uni.example"
    assert belongs(students, "Sam Lee_847_assignsubmission_file/06.ipynb") == "sam.l@uni.example"
    assert belongs(students, "Sam Lee_314_assignsubmission_file/05.ipynb") == "lee@uni.example"


def test_a_name_of_our_own_comes_before_what_a_platform_wrote(tmp_path: Path) -> None:
    students = written(tmp_path, "student,ID\nx_101_5_05,7\nada,101\n")
    assert belongs(students, "x_101_5_05.ipynb") == "x_101_5_05"
    assert belongs(students, "x_101_6_05.ipynb") == "ada"


@given(st.text(), st.lists(st.text(max_size=6), unique=True, max_size=4))
def test_a_file_belongs_to_one_student_of_the_roster_or_keeps_its_name(name: str, others: list[str]) -> None:
    students = [{"student": f"s{number}", "ID": other} for number, other in enumerate(others)]
    assert belongs(students, name) in {student_of(name), *(one["student"] for one in students)}


def test_two_students_cannot_have_one_number_of_canvas(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="the same ID more than once: 101"):
        written(tmp_path, "student,ID\nada,101\nbob,101\n")


@pytest.mark.usefixtures("bubblewrap")
def test_records_are_of_the_student_whom_the_roster_names_now(
    course: Path, hand_in: Callable[..., bytes], tmp_path: Path
) -> None:
    folder, out, path = tmp_path / "class", tmp_path / "out", tmp_path / "roster.csv"
    folder.mkdir()
    (folder / "lovelaceada_101_5001_small.ipynb").write_bytes(hand_in())
    (folder / "lovelaceada_101_5002_small-1.ipynb").write_bytes(hand_in(guess="guess = 1"))
    arguments = ["grade", str(folder), "--assignment", "small", "--out", str(out), "--course", str(course)]
    assert main(arguments) == 0
    path.write_text("student,ID\nada,101\n", encoding="utf-8")
    assert main([*arguments, "--roster", str(path)]) == 0
    students = {line.split(",")[1] for line in (out / "marks.csv").read_text(encoding="utf-8").splitlines()[1:]}
    assert students == {"ada"}


def test_a_roster_needs_a_column_of_students(tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_text("student,ID\nada,7\n", encoding="utf-8-sig")
    assert roster(path) == [{"student": "ada", "ID": "7"}]
    for bad in ("name,ID\nada,7\n", "student\n", "student,ID\n,7\n", ""):
        path.write_text(bad, encoding="utf-8")
        with pytest.raises(ValueError, match="needs a column named student"):
            roster(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_roster_is_read_as_spreadsheets_write_it(tmp_path: Path, mark: str, encoding: str) -> None:
    path = tmp_path / "roster.csv"
    lines = [
        ["student", " ID", "Student"],
        ["jos\u00e9 ", "7", '"Garc\u00eda, Jos\u00e9; el mayor"'],
        [""],
        ["bob", "8"],
    ]
    path.write_bytes("\r\n".join(mark.join(line) for line in lines).encode(encoding))
    assert roster(path) == [
        {"student": "jos\u00e9", "ID": "7", "Student": "Garc\u00eda, Jos\u00e9; el mayor"},
        {"student": "bob", "ID": "8", "Student": ""},
    ]


def test_a_letter_with_an_accent_is_one_letter_in_a_roster(tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_text("student\nrene\u0301\n", encoding="utf-8")
    assert roster(path) == [{"student": "ren\u00e9"}]


def test_a_roster_has_each_student_once(tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_text("student,ID\nada,1\nbob,2\nada,3\n", encoding="utf-8")
    with pytest.raises(ValueError, match="more than once: ada"):
        roster(path)
