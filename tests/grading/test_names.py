"""grading.intake.names: what platforms write into names is read, and nothing else is taken for it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.intake.names import CanvasName, MoodleName, of_canvas, of_moodle, repeat

CANVAS = {
    "lovelaceada_101_5001_05_endomorphism.ipynb": CanvasName("101", 5001, late=False),
    "lovelaceada_LATE_101_5001_05_endomorphism-2.ipynb": CanvasName("101", 5001, late=True),
    "lovelaceada_101_5001_7_8_x.ipynb": CanvasName("101", 5001, late=False),
    "duch\u00e2telet\u00e9milie_103_5002_LATE_1_2.ipynb": CanvasName("103", 5002, late=False),
    "anon_a1b2c_5001_05_06_x.ipynb": CanvasName("anon_a1b2c", 5001, late=False),
    "LATE_anon_a1b2c_5001_05_06_x.ipynb": CanvasName("anon_a1b2c", 5001, late=True),
    "group_a_104_5003_work.zip/05/05.ipynb": CanvasName("104", 5003, late=False),
}
MOODLE = {
    "Ada Lovelace_311_assignsubmission_file_/05.ipynb": MoodleName("Ada Lovelace", "311"),
    "Ada Lovelace_311_assignsubmission_file/tries/05.ipynb": MoodleName("Ada Lovelace", "311"),
    "Ada Lovelace_311_assignsubmission_file_05_1_2_x.ipynb": MoodleName("Ada Lovelace", "311"),
}
NEITHER = (
    "ada.ipynb",
    "ada_12.ipynb",
    "ada/x_101_5001_05.ipynb",
    "lovelaceada_101_text.html",
    "Ada_311_onlinetext",
    "",
)


@pytest.mark.parametrize(("file", "name"), CANVAS.items(), ids=CANVAS)
def test_names_of_canvas(file: str, name: CanvasName) -> None:
    assert of_canvas(file) == name
    assert of_moodle(file) is None


@pytest.mark.parametrize(("file", "name"), MOODLE.items(), ids=MOODLE)
def test_names_of_moodle(file: str, name: MoodleName) -> None:
    assert of_moodle(file) == name


@pytest.mark.parametrize("file", NEITHER)
def test_other_names_are_of_neither(file: str) -> None:
    assert of_canvas(file) is None
    assert of_moodle(file) is None


@given(st.from_regex(r"[a-z]{1,9}", fullmatch=True), st.integers(1), st.integers(1), st.text(min_size=1), st.booleans())
def test_whatever_a_learner_calls_a_file_the_numbers_are_those_of_canvas(
    name: str, user: int, upload: int, rest: str, late: bool
) -> None:
    mark = "_LATE" if late else ""
    found = of_canvas(f"{name}{mark}_{user}_{upload}_x{rest}")
    assert found == CanvasName(str(user), upload, late)


@given(st.text())
def test_every_name_can_be_looked_at(name: str) -> None:
    of_canvas(name)
    of_moodle(name)
    assert repeat(name) >= 0
