"""The gradebook's writer, on records that nobody had to grade, and the marked notebooks that it writes."""

from __future__ import annotations

import json
import re
import shutil
from argparse import Namespace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, cast

import nbformat
import notebooks
import pytest
from example_exercise import NAME, write_course
from hypothesis import example as example_of
from hypothesis import given
from hypothesis import strategies as st
from nbconvert.filters import markdown2html
from planted_class import master, notebook_of, opened

from grading.__main__ import write_gradebook
from grading.gradebook import gradebook, marked
from grading.intake.master import master_of
from grading.intake.read import read
from grading.intake.rebuild import rebuild
from grading.intake.submissions import Submission
from grading.marking.file import LOST, Job
from grading.marking.record import Record, Verdict
from grading.marking.worker import Worker


def entered(course: Path, *students: str, notebook: Any = None, content: bytes = b"no notebook") -> list[str]:
    """Write a class of one verdict each into the gradebook of a course, without grading it."""
    folder = course / "downloads"
    folder.mkdir(exist_ok=True)
    raw = notebooks.text_of(notebook or master()).encode()
    files = [
        Submission(folder / f"{student.replace('/', '_')}.ipynb", f"{student}.ipynb", student) for student in students
    ]
    for one in files:
        one.path.write_bytes(content)
    verdicts = (Verdict("double", 2.0, 2.0, "graded", ""),)
    return gradebook.enter(course, NAME, raw, files, [Record(one.file, one.student, "", verdicts) for one in files])


@pytest.fixture(scope="module")
def course_without_students(tmp_path_factory: pytest.TempPathFactory) -> Path:
    course = write_course(tmp_path_factory.mktemp("course"), master())
    assert entered(course) == []
    return course


@pytest.fixture
def course(course_without_students: Path, tmp_path: Path) -> Path:
    """Return a course with a gradebook, for which nbgrader starts another program each time that it makes one."""
    return shutil.copytree(course_without_students, tmp_path / "course")


NAMES = [
    "Lovelace, Ada",
    "Rene\u0301",
    "\u0906\u0930\u094d\u092f\u093e",
    "\u0e40\u0e01\u0e48\u0e07",
    "\u0639\u0644\u06cc\u200c\u0631\u0636\u0627",
]
"""With a comma; with an accent in a sign of its own; in Hindi, Thai and Persian, which need such signs."""


def test_a_course_without_a_gradebook_gets_one_and_a_name_that_leads_elsewhere_is_left_out(tmp_path: Path) -> None:
    course = write_course(tmp_path / "course", master())
    bad = ["..", ".", "", "a/b", "<b>", "*", "a" * 200, ".hidden", "x\n", "{student_id}"]
    good = ["ada.l-1@uni.example", "Grace H", *NAMES]
    left_out = entered(course, *good, *bad)
    assert [line.partition(": ")[0] for line in left_out] == [f"{student}.ipynb" for student in sorted(bad)]
    with opened(course) as book:
        assert sorted(student.id for student in book.students) == sorted(good)
        assert book.find_grade("double-check", NAME, NAME, "Grace H").auto_score == 2
    assert sorted(path.name for path in (course / "autograded").iterdir()) == sorted(good)
    assert {path.name for path in tmp_path.iterdir()} == {"course"}


def test_other_questions_than_those_of_the_gradebook_are_refused_and_new_points_are_taken(course: Path) -> None:
    entered(course, "ada")
    changed = master()
    changed.cells[4].metadata.nbgrader.points = 3
    entered(course, "ada", notebook=changed)
    with opened(course) as book:
        assert book.find_grade("double-check", NAME, NAME, "ada").max_score == 3
    del changed.cells[6:9]
    with pytest.raises(gradebook.NotEntered, match="marks for other questions"):
        entered(course, "ada", notebook=changed)


def test_a_gradebook_is_made_without_the_environment_s_programs_on_the_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    course = write_course(tmp_path / "course", master())
    assert entered(course, "Zoë 12_assignsubmission") == []
    assert (course / "autograded" / "Zoë 12_assignsubmission" / NAME / f"{NAME}.ipynb").stat().st_mode & 0o777 == 0o444


def test_a_gradebook_that_cannot_be_written_is_told_in_one_line_and_goes_on_later(course: Path) -> None:
    entered(course, "ada")
    kept = (course / "gradebook.db").read_bytes()
    (course / "gradebook.db").write_bytes(kept[:4096] + bytes(len(kept) - 4096))
    with pytest.raises(gradebook.NotEntered, match="could not be written to its end: database disk image is malformed"):
        entered(course, "bob")
    (course / "gradebook.db").write_bytes(kept)
    assert entered(course, "bob") == []


def test_the_command_says_who_is_not_in_the_gradebook_and_why_nothing_is(
    course: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = Namespace(course=course, assignment=NAME)
    path = tmp_path / "x.ipynb"
    path.write_bytes(b"{}")
    file = "<b>\n\x1b[31m.ipynb"
    one, record = Submission(path, file, "<b>"), Record(file, "<b>", "", ())
    write_gradebook(options, notebooks.text_of(master()).encode(), [one], [record])
    assert "not in the gradebook: <b> / ?[31m.ipynb: '<b>' cannot be the name" in capsys.readouterr().err
    entered(course, "ada")
    changed = master()
    del changed.cells[6:9]
    with pytest.raises(SystemExit, match="Nothing was written"):
        write_gradebook(options, notebooks.text_of(changed).encode(), [one], [record])


def test_nbgrader_takes_off_what_the_course_takes_off_for_a_late_submission(course: Path) -> None:
    with (course / "nbgrader_config.py").open("a", encoding="utf-8") as settings:
        settings.write('\nc.LateSubmissionPlugin.penalty_method = "zero"\n')
    entered(course, "ada")
    with opened(course) as book:
        book.update_or_create_assignment(NAME, duedate="2026-02-03 04:00:00 UTC")
        assert book.find_submission(NAME, "ada").late_submission_penalty == 0
    (course / "downloads" / "timestamp.txt").write_text("2026-02-03 04:05:06 UTC", encoding="utf-8")
    entered(course, "ada")
    with opened(course) as book:
        assert book.find_submission(NAME, "ada").total_seconds_late == 306
        assert book.find_submission(NAME, "ada").late_submission_penalty == 2


def test_a_file_that_ends_the_process_that_reads_it_costs_only_itself(
    course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw, worker = notebooks.text_of(master()).encode(), Worker()
    try:
        assert worker.rebuilt(Job(cast(bytes, None), raw)) == LOST  # an error that nobody expects
        assert worker.rebuilt(Job(raw, raw))[1] == ""
    finally:
        worker.stop()
    ask = Worker.rebuilt
    monkeypatch.setattr(Worker, "rebuilt", lambda worker, job: LOST if job.content == b"1" else ask(worker, job))
    entered(course, "ada", content=b"1")
    entered(course, "bob", content=raw)
    assert "reading it was ended" in notebook_of(course, "ada").cells[0].source
    assert "x + x" in "".join(cell.source for cell in notebook_of(course, "bob").cells)


def test_code_that_was_added_is_shown_where_it_stood() -> None:
    raw = notebooks.text_of(master()).encode()
    shape = master_of(raw)
    released = master()
    for cell in released.cells:
        cell.source = next((one.released for one in shape.cells if one.name == cell.id), cell.source)
    for place, text in ((5, "after = 3"), (4, "between = 2"), (4, "before = 1.5"), (0, "first = 1")):
        released.cells.insert(place, nbformat.v4.new_code_cell(text))
    made = marked.marked(raw, rebuild(shape, read(json.dumps(released).encode())))
    sources = [cell.source for cell in made.cells]
    names = [cell.id for cell in made.cells]
    assert sources[0] == "first = 1"
    assert sources[names.index("double") + 1 : names.index("double-check")] == ["before = 1.5", "between = 2"]
    assert sources[names.index("double-check") + 1] == "after = 3"
    assert "twice_as_much_as_before" not in "".join(sources)


class Tags(HTMLParser):
    """Collects what in a page could do something."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "img", "iframe", "object", "embed", "svg", "form", "style", "link", "base", "meta", "b"):
            self.found.append(tag)
        for name, value in attributes:
            if name.startswith("on") or name == "src" or (name == "href" and not re.match("https?:|#", value or "")):
                self.found.append(f"{name}={value}")


PIECES = ["<", ">", "b", "/", "!", "[", "]", "(", ")", ":", "javascript:1", "&#106;", "attachment:p.png", "`", "\\"]
PIECES += ["\n", " ", "\t", "$", "$$", "|", "-", "http://a.b", "onclick=1", "src=x", "'", '"', "*", "&lt;", "#", "\x00"]


@given(st.lists(st.sampled_from(PIECES), max_size=16).map("".join))
@example_of("![a](attachment:p.png)")
@example_of("[x]: javascript:1\n\n[x]")
@example_of("<b onclick=1>")
def test_no_text_can_do_anything_in_a_page(text: str) -> None:
    assert Tags(markdown2html(marked.harmless(text))).found == []
