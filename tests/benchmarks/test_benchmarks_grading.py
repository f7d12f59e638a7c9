"""Honest files of each chapter, and the contenders that grade them.  Nothing is timed here."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from benchmarks import grading, honest
from benchmarks.grading import Bare, Class, Stock, TypeChecker
from benchmarks.stock import chapters
from grading.corpus import paper
from grading.intake.master import master_of
from grading.intake.read import read
from grading.intake.rebuild import programs, rebuild
from grading.marking.record import Record, Verdict
from tinyml.check import reading, typecheck

WITH_TYPES, WITHOUT = "01_objects", "04_training"


@pytest.fixture
def later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the name of the only chapter that has exercises."""
    for step, notebook in (("source", paper.master()), ("release", paper.release())):
        path = tmp_path / "exercises" / step / "11_later" / "11_later.ipynb"
        path.parent.mkdir(parents=True)
        path.write_bytes(paper.written(notebook))
    monkeypatch.setattr(honest, "EXERCISES", tmp_path / "exercises")
    honest.released.cache_clear()
    return "11_later"


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    yield
    honest.released.cache_clear()
    typecheck.RECORDS.clear()


def worth(chapter: str) -> list[float]:
    """Return what the questions are worth, as contenders return their points."""
    cells = master_of(honest.master(chapter)).cells
    return honest.in_order({cell.question: cell.points for cell in cells if cell.role == "check"}, chapter)


def verdicts(share: float) -> tuple[Verdict, ...]:
    """Return the verdicts on a file of the paper that has so much of each question's points."""
    return tuple(Verdict(name, share * points, points, "graded", "") for name, points in paper.POINTS.items())


def test_every_chapter_that_has_exercises_has_a_row(later: str) -> None:
    (row,) = chapters.rows()
    assert row.name == "grading one honest file, 11_later"
    assert [goal.wanted.partition(" is at least")[0] for goal in row.goals] == [chapters.OURS] * 2
    assert all(words[2].startswith("benchmarks.") and later in words for words in row.contenders.values())
    assert row.contenders[chapters.OURS][3:] == ["class", later, "1"]
    assert row.contenders[chapters.TWO_JOBS][3:] == ["class", later, "2"]


def test_where_programs_are_type_checked_the_part_of_the_type_checker_is_raced_too() -> None:
    found = {row.name for row in chapters.rows() if chapters.TYPES in row.contenders}
    assert f"grading one honest file, {WITH_TYPES}" in found
    assert f"grading one honest file, {WITHOUT}" not in found


@pytest.mark.parametrize("chapter", [WITH_TYPES, WITHOUT])
def test_a_file_is_what_was_given_out_with_the_answers_of_the_master(chapter: str) -> None:
    given, made = json.loads(honest.released(chapter)), json.loads(honest.honest(chapter, 7))
    source = {cell["id"]: "".join(cell["source"]) for cell in json.loads(honest.master(chapter))["cells"]}
    for one, other in zip(given["cells"], made["cells"], strict=True):
        text, name = "".join(other["source"]), other["id"]
        if other["metadata"].get("nbgrader", {}).get("solution"):
            mark = "# " if other["cell_type"] == "code" else ""
            assert text == f"{source[name]}\n\n{mark}{honest.REMARK} 7."
            assert other | {"source": 0} == one | {"source": 0}
        else:
            assert other == one
    assert "HIDDEN TESTS" not in json.dumps(made)


@pytest.mark.parametrize("chapter", [WITH_TYPES, WITHOUT])
def test_no_two_files_have_an_answer_or_a_program_in_common(chapter: str) -> None:
    master = master_of(honest.master(chapter))
    found = [rebuild(master, read(honest.honest(chapter, number))) for number in (1, 2, 12)]
    for name in found[0].answers:
        assert len({one.answers[name] for one in found}) == 3
    told = [programs(master, one) for one in found]
    for name in told[0]:
        assert len({one[name] for one in told}) == 3
    assert bool(told[0]) is (chapter == WITH_TYPES)


@pytest.mark.parametrize("chapter", honest.chapters())
def test_the_bare_cells_of_each_chapter_have_all_points(chapter: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grading, "FILES", 1)
    contender = Bare(chapter)
    contender.prepare()
    assert contender.check() == worth(chapter)
    assert contender.several is (chapters.TYPES in chapters.chapter_row(chapter).contenders)


def test_the_bare_checks_read_the_cells_that_ran_as_those_in_a_notebook_do(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def uses(cells: list[str], name: str) -> frozenset[str]:
        seen.extend(cells)
        return reading.uses(cells, name)

    monkeypatch.setattr(grading, "FILES", 1)
    monkeypatch.setattr("tinyml.check.questions.reading", SimpleNamespace(CELLS=reading.CELLS, uses=uses))
    Bare(WITHOUT).check()
    assert any(cell.endswith(f"{honest.REMARK} 0.") for cell in seen)
    assert not any("check.question(" in cell for cell in seen)


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_class_of_ours_is_graded_by_the_real_way_and_is_new_in_each_round(
    jobs: str, later: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[int, list[bytes]]] = []

    def fake(run: Any, files: list[Any], jobs: int, progress: Any) -> list[Record]:
        assert not run.folder.exists()
        assert run.master == honest.master(later)
        seen.append((jobs, [one.content() for one in files]))
        return [Record(one.file, one.student, "", verdicts(1)) for one in files]

    monkeypatch.setattr(grading, "grade", fake)
    contender = Class(later, jobs)
    assert contender.check() == worth(later)
    contender.prepare()
    assert len(contender.go()) == 1
    contents = [content for _, files in seen for content in files]
    assert [number for number, _ in seen] == [int(jobs)] * 2
    assert len(set(contents)) == len(contents) == 2 * grading.FILES
    contender.close()
    assert not contender.folder.exists()


def test_a_class_in_the_box_has_all_points(later: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grading, "FILES", 2)
    contender = Class(later, "2")
    assert contender.check() == worth(later)
    contender.close()


def test_a_class_whose_files_have_different_points_agrees_with_nobody(
    later: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fake(_run: Any, files: list[Any], _jobs: int, _progress: Any) -> list[Record]:
        return [Record(one.file, one.student, "", verdicts(k > 0)) for k, one in enumerate(files)]

    monkeypatch.setattr(grading, "grade", fake)
    contender = Class(later, "1")
    found = contender.check()
    assert found[0] == [0.0] * len(paper.CODE)
    assert found[1:] == [worth(later)] * (grading.FILES - 1)
    contender.close()


def test_the_part_of_the_type_checker_is_all_programs_of_a_new_class(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []
    monkeypatch.setattr("grading.marking.programs.findings", lambda texts: asked.append(list(texts)))
    monkeypatch.setattr("grading.marking.file.in_a_fork", lambda values, _: list(values()))  # JAX minds a fork
    contender = TypeChecker(WITH_TYPES)
    assert contender.check() is None
    contender.prepare()
    assert len(contender.go()) == 1
    texts = [text for one in asked for text in one]
    assert len(set(texts)) == len(texts) == 2 * grading.FILES


def test_nbgrader_grades_a_new_student_in_each_round(later: str, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[tuple[str, ...]] = []
    grades = [SimpleNamespace(name=f"{name}-check", auto_score=points) for name, points in paper.POINTS.items()]
    found = SimpleNamespace(find_submission_notebook=lambda *_: SimpleNamespace(grades=grades))

    class Api:
        gradebook = nullcontext(found)

        def __init__(self, config: Any) -> None:
            self.root = Path(config.CourseDirectory.root)

        def generate_assignment(self, chapter: str) -> dict[str, Any]:
            calls.append(("generate", chapter))
            return {"success": True}

        def autograde(self, chapter: str, student: str, *, force: bool, create: bool) -> dict[str, Any]:
            assert force
            assert create
            calls.append((student, (self.root / "submitted" / student / chapter / f"{chapter}.ipynb").read_text()))
            return {"success": student != "student2", "log": "the kernel died"}

    monkeypatch.setattr("nbgrader.apps.NbGraderAPI", Api)
    monkeypatch.setenv("PATH", "/bin")
    contender = Stock(later)
    assert contender.check() == worth(later)
    contender.prepare()
    assert len(contender.go()) == 1
    assert calls == [("generate", later), *((f"student{n}", honest.honest(later, n).decode()) for n in (0, 1))]
    contender.prepare()
    with pytest.raises(RuntimeError, match="the kernel died"):
        contender.go()
    contender.close()
    assert not contender.folder.exists()
