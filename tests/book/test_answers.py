"""The answer key: every master run, with its answers and hidden tests, on pages that ask for nothing elsewhere."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import answers
import notebooks
import pytest
from example_exercise import NAME, changed, write_course
from exercise_rules import passages, squeezed

import exercises

OUTSIDE = re.compile(
    r"""(?:src|href|action)=["']?(?:https?:)?//[^"'> ]* | @import[^;]* | url\(["']?(?:https?:)?//[^)]* | \bcdn\w*""",
    re.VERBOSE,
)


def text_of(page: Path) -> str:
    return squeezed(unescape(re.sub(r"<[^>]*>", "", page.read_text(encoding="utf-8"))))


def test_the_key_holds_every_answer_and_hidden_test_and_asks_for_nothing_outside(tmp_path: Path) -> None:
    course, key = write_course(tmp_path / "course"), tmp_path / "key"
    key.mkdir()
    (key / "98_gone.html").write_text("an old page", encoding="utf-8")
    assert answers.build(course, key) == 0
    assert sorted(path.name for path in key.iterdir()) == [f"{NAME}.html", "index.html"]
    page = key / f"{NAME}.html"
    master = notebooks.read(exercises.notebook_of(course / "source", NAME))
    secret = {passage for passage in passages(master) if "“" not in passage}
    assert [passage for passage in secret if passage not in text_of(page)] == []
    assert "double2of2guess1of1halve1of1sofar4of4" in text_of(page)
    for path in key.iterdir():
        assert OUTSIDE.findall(path.read_text(encoding="utf-8")) == []
    assert f'<a href="{NAME}.html">' in (key / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "page",
    [
        '<script src="https://cdnjs.cloudflare.com/x.js">',
        "<link href='//fonts.example.org/x.css'>",
        "<style>@import 'x.css';</style>",
        '<style>p { background: url("http://example.org/x.png") }</style>',
        "import('https://cdn.example.org')",
    ],
)
def test_an_address_outside_is_noticed(page: str) -> None:
    assert OUTSIDE.search(page)


def test_a_master_that_fails_is_told_and_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    course = write_course(tmp_path / "course", changed(guess="1 / 0"))
    assert answers.build(course, tmp_path / "key") == 1
    said = capsys.readouterr().out
    assert f"{NAME} failed:" in said
    assert "ZeroDivisionError" in said
    assert [path.name for path in (tmp_path / "key").iterdir()] == ["index.html"]


def test_the_key_is_built_beside_the_book_and_not_into_it() -> None:
    assert answers.FOLDER.relative_to(exercises.ROOT).parts == ("_build", "answers")
