"""The exercises: masters keep the rules and give all points; releases tell no secret and say what is unanswered.

Neither masters nor releases store outputs, so nbval has nothing to compare: they are run here, each in a shell of its
own, the example in a kernel, and what they say is tested.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import exercise_rules as rules
import notebooks
import pytest
import shell
from example_exercise import HALVE_WHY, NAME, changed, example

import exercises
from tinyml import check

ROOT = Path(__file__).parent.parent.parent
NAMES = [NAME, *exercises.names_in(exercises.COURSE / "source")]


@dataclass
class Exercise:
    """A master and its release: of the course, or the example."""

    course: Path
    name: str

    def text(self, kind: str) -> str:
        return exercises.notebook_of(self.course / kind, self.name).read_text(encoding="utf-8")

    def notebook(self, kind: str) -> Any:
        return notebooks.read(exercises.notebook_of(self.course / kind, self.name))

    def run(self, kind: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
        """Return the notebook as a run leaves it, in a folder with nothing else and under another name."""
        path = folder / "another name.ipynb"
        path.write_text(self.text(kind), encoding="utf-8")
        if self.name == NAME:
            return notebooks.executed(notebooks.read(path), folder)
        monkeypatch.chdir(folder)
        check.RESULTS.clear()
        return shell.executed(notebooks.read(path))


@pytest.fixture(params=NAMES)
def exercise(request: pytest.FixtureRequest) -> Exercise:
    course = request.getfixturevalue("example_course") if request.param == NAME else exercises.COURSE
    return Exercise(course, request.param)


def said(cell: Any) -> str:
    return "".join(output.text for output in cell.outputs if output.output_type == "stream")


def result(cell: Any) -> float:
    """Return the number that a check cell ends in, as nbgrader reads it."""
    (shown,) = [output.data["text/plain"] for output in cell.outputs if output.output_type == "execute_result"]
    return float(shown)


def complaints(notebook: Any) -> list[str]:
    """Return what a notebook wrote to stderr and the errors that it ended in."""
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    return [str(output) for output in outputs if output.output_type == "error" or output.get("name") == "stderr"]


def test_every_release_is_what_its_master_gives() -> None:
    assert exercises.out_of_step(exercises.COURSE, ()) == []


def test_a_master_is_in_normal_form_and_stores_no_outputs(exercise: Exercise) -> None:
    assert notebooks.text_of(notebooks.normalised(exercise.notebook("source"))) == exercise.text("source")
    assert [
        cell.id for cell in exercise.notebook("source").cells if cell.get("outputs") or cell.get("execution_count")
    ] == []


def test_a_master_keeps_the_rules(exercise: Exercise) -> None:
    found = exercise.notebook("source")
    assert 3 <= len(rules.questions(found)) <= 6
    assert rules.wrong_ids(found) == []
    assert rules.wrong_order(found) == []
    assert rules.wrong_marks(found) == []
    assert rules.wrong_points(found) == []
    assert rules.without_hints(found) == []


def test_learners_names_are_reached_through_questions_alone_and_asked_for_once(exercise: Exercise) -> None:
    assert rules.strange_names(exercise.notebook("source")) == []
    assert rules.shared_names(exercise.notebook("source")) == []


def test_a_release_tells_no_secret(exercise: Exercise) -> None:
    assert rules.secrets(exercise.notebook("source")) != set()
    assert rules.revealed(exercise.notebook("source"), exercise.text("release").replace('\\"', '"')) == []


def test_a_release_has_the_cells_of_its_master_and_no_outputs(exercise: Exercise) -> None:
    assert [cell.id for cell in exercise.notebook("release").cells] == [
        cell.id for cell in exercise.notebook("source").cells
    ]
    assert [
        cell.id for cell in exercise.notebook("release").cells if cell.get("outputs") or cell.get("execution_count")
    ] == []


def test_the_code_of_a_release_is_cut_for_a_page(exercise: Exercise) -> None:
    assert rules.wide_lines(exercise.notebook("release")) == []


def test_a_line_that_is_too_wide_is_found() -> None:
    wide = f"# {'x' * 75}"
    assert rules.wide_lines(changed(double=f"short = 1\n{wide}")) == [f"double: {wide}"]
    assert rules.wide_lines(changed(double=wide[1:], double_check=wide)) == []


def test_a_master_runs_and_gives_all_points(
    exercise: Exercise, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = exercise.run("source", tmp_path, monkeypatch)
    assert complaints(ended) == []
    got = {cell.id: (result(cell), said(cell)) for cell in ended.cells if rules.is_check(cell)}
    assert got == {f"{question}-check": (points, "") for question, points in rules.questions(ended).items()}


def test_an_untouched_release_runs_to_its_end_and_says_what_is_unanswered(
    exercise: Exercise, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = exercise.run("release", tmp_path, monkeypatch)
    assert complaints(ended) == []
    for cell in ended.cells:
        if rules.is_check(cell):
            first, *words = said(cell).splitlines()
            assert first == f"{cell.id.removesuffix('-check')}: not yet."
            assert len(words) >= 2
            assert words[-1].startswith("reread ")
            assert [line for line in words if line.startswith("raised ") or "Traceback" in line] == []
            assert result(cell) == 0
    assert f"0 of {sum(rules.questions(ended).values()):g}" in said(ended.cells[-1])


@pytest.mark.parametrize("page", [*sorted((ROOT / "book").glob("*.ipynb")), *sorted((ROOT / "book").glob("*.md"))])
def test_no_page_of_the_book_holds_a_solution(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    if page.suffix == ".ipynb":
        text = "\n".join(cell.source for cell in notebooks.read(page).cells)
    for name in NAMES[1:]:
        assert rules.betrayed(Exercise(exercises.COURSE, name).notebook("source"), text) == []


def test_each_release_stands_in_the_book_behind_its_chapter() -> None:
    pages = re.findall(r"^ *- file: (.*)$", (ROOT / "_toc.yml").read_text(encoding="utf-8"), flags=re.MULTILINE)
    for name in NAMES[1:]:
        assert pages[pages.index(f"book/{name}") + 1] == f"exercises/release/{name}/{name}"
    assert len([page for page in pages if page.startswith("exercises/")]) == len(NAMES[1:])


def test_the_example_keeps_the_rules() -> None:
    for rule in (rules.wrong_ids, rules.wrong_order, rules.wrong_marks, rules.wrong_points, rules.without_hints):
        assert rule(example()) == []
    assert rules.strange_names(example()) == []
    assert rules.shared_names(example()) == []
    assert rules.questions(example()) == {"double": 2, "guess": 1, "halve": 1}


def test_another_id_another_order_and_other_marks_are_noticed() -> None:
    notebook = example()
    notebook.cells[3].id = "twice"
    assert rules.wrong_ids(notebook) == ["twice"]
    assert rules.wrong_order(notebook) != []
    notebook = example()
    notebook.cells[2:4] = reversed(notebook.cells[2:4])
    assert rules.wrong_order(notebook) == [cell.id for cell in example().cells]
    for number, key in ((1, "locked"), (3, "solution"), (4, "locked"), (5, "grade"), (10, "locked"), (14, "locked")):
        notebook = example()
        notebook.cells[number].metadata.nbgrader[key] = False
        assert rules.wrong_marks(notebook) == [notebook.cells[number].id]


def test_a_missing_hint_is_noticed() -> None:
    assert rules.without_hints(changed(guess_task="<details><summary>Hint 1</summary>")) == ["guess"]


def test_points_that_do_not_fit_are_noticed() -> None:
    assert rules.wrong_points(changed(points='check.summary({"double": 1, "guess": 1, "halve": 1})')) == ["points"]
    assert rules.wrong_points(changed(guess_check='with check.question("guess", points=2, reread="") as ask: ...')) == [
        "guess-check"
    ]
    assert rules.wrong_points(changed(guess_check='with check.question("gues", points=1, reread="") as ask: ...')) == [
        "guess-check"
    ]


def test_a_learners_name_in_a_given_cell_or_a_check_is_noticed() -> None:
    assert rules.strange_names(changed(points="check.summary({})\nprint(guess)")) == ["points: guess"]
    assert rules.strange_names(changed(guess_check="with check.question() as ask:\n    ask.that(double(1), '')")) == [
        "guess-check: double"
    ]
    assert rules.strange_names(changed(set_up="%matplotlib inline\nimport numpy as np\nfrom tinyml import check")) == []


def test_a_name_that_two_cells_write_or_none_is_noticed() -> None:
    assert rules.shared_names(changed(double="guess = double = abs")) == [
        "guess: guess is written in ['double', 'guess']"
    ]
    assert rules.shared_names(changed(double="twice = abs")) == ["double: double is written in []"]
    assert rules.shared_names(changed(set_up="guess = 1")) == ["guess: guess is written in ['set-up', 'guess']"]


def test_a_secret_that_is_told_is_noticed() -> None:
    assert rules.secrets(example()) == {
        "twice_as_much_as_before = x + x",
        "return twice_as_much_as_before",
        "guess = 1.549409",
        "for number in ask.random.integers(2, 60, size=4):",
        'ask.call("double", int(number)).gives(2 * int(number))',
        "halve = RATE.__mul__",
        "def half_by_reference(number):",
        "return np.float64(number) / 2",
        'ask.call("halve", 7.0).gives(half_by_reference(7.0))',
        "# Nothing is left behind this line.",
        "Because multiplying by a half is dividing by two.",
        "Because twice a number is the number added to itself.",
    }
    text = "so guess = 1.549409 it is\n### END SOLUTION"
    assert rules.revealed(example(), text) == ["END SOLUTION", "guess = 1.549409"]


def test_a_solution_on_a_page_is_noticed_and_a_line_that_a_chapter_shares_is_none() -> None:
    notebook = example()
    assert rules.betrayed(notebook, "we set guess =\n1.549409 here") == ["guess=1.549409"]
    two_lines = "twice_as_much_as_before = x + x\n\n        return twice_as_much_as_before"
    assert rules.betrayed(notebook, two_lines) == [rules.squeezed(two_lines)]
    assert rules.betrayed(notebook, "a chapter: twice_as_much_as_before = x + x") == []
    assert rules.betrayed(notebook, HALVE_WHY) == [rules.squeezed(HALVE_WHY)]
